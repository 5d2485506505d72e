import type {
  DataFinding,
  Forecaster,
  IngestOptions,
  IngestReport,
  SalesRecords,
  SalesSummary,
} from 'commerce-forecast';
import { type InspectOptions, openSalesCsv } from 'commerce-forecast/csv';
import { HttpProblem } from '../http/problem.js';
import type { Metrics } from '../monitoring/metrics.js';

/** Facts about a CSV file that its sender knows. */
export type CsvMapping = Pick<InspectOptions, 'columns' | 'answers'>;

/** Outcome of a CSV delivery, with what was assumed about the file. */
export interface CsvIngestReport extends IngestReport {
  /** Shop system that wrote the file, where it is known. */
  readonly profile: string | undefined;
  readonly assumptions: readonly { readonly question: string; readonly assumed: string }[];
}

/**
 * Takes deliveries of sales. Of a record, only the columns of a sales record are read: what else a delivery holds, such as
 * names or addresses of customers, is dropped before anything is stored or logged.
 */
export class SalesService {
  readonly #forecaster: Forecaster;
  readonly #metrics: Metrics;
  readonly #maxRejected: number;
  readonly #quota: () => Promise<number | undefined>;

  /**
   * @param maxRejected wrong lines after which a file is refused as a whole
   * @param quota finds the daily rows that may be stored in all; undefined for any number
   */
  constructor(
    forecaster: Forecaster,
    metrics: Metrics,
    maxRejected: number,
    quota: () => Promise<number | undefined> = async () => undefined,
  ) {
    this.#maxRejected = maxRejected;
    this.#quota = quota;
    this.#forecaster = forecaster;
    this.#metrics = metrics;
  }

  ingest(records: SalesRecords, options: IngestOptions): Promise<IngestReport> {
    return this.#ingest(records, options);
  }

  /**
   * Reads a CSV file as it arrives, whatever shop system wrote it.
   *
   * @throws ForecastError `invalid-data` for a question that the file leaves open and that has no answer.
   */
  async ingestCsv(
    bytes: AsyncIterable<Uint8Array>,
    mapping: CsvMapping,
    options: IngestOptions,
  ): Promise<CsvIngestReport> {
    const { signal } = options;
    const { sales, inspection } = await openSalesCsv(bytes, { ...mapping, gzip: false, signal });
    const { questions, profile } = inspection;
    const assumptions = questions.flatMap(({ id, assumed }) =>
      assumed === undefined ? [] : [{ question: id, assumed }],
    );
    return {
      ...(await this.#ingest(sales, { ...options, maxRejected: this.#maxRejected })),
      profile,
      assumptions,
    };
  }

  summary(): Promise<SalesSummary> {
    return this.#forecaster.storage.summary();
  }

  /** @throws HttpProblem 403 before the first record if what is stored fills the quota, or at the record that exceeds it. */
  async #withinQuota(records: SalesRecords): Promise<SalesRecords> {
    const quota = await this.#quota();
    if (quota === undefined) return records;
    const { rows } = await this.summary();
    if (rows >= quota) throw quotaExceeded(quota);
    return limited(records, quota - rows, () => quotaExceeded(quota));
  }

  async #ingest(records: SalesRecords, options: IngestOptions): Promise<IngestReport> {
    const report = await this.#forecaster.ingest(await this.#withinQuota(records), options);
    this.#metrics.ingestedRows.inc({ outcome: 'accepted' }, report.accepted);
    this.#metrics.ingestedRows.inc({ outcome: 'rejected' }, report.rejected);
    return { ...report, findings: report.findings.map(withoutContents) };
  }
}

type RecordSource = Extract<SalesRecords, { readonly rejections: unknown }>;

/** Records up to a number. Those that may replace stored rows count like others: what they will add is known only afterwards. */
function limited(records: SalesRecords, most: number, exceeded: () => Error): SalesRecords {
  let count = 0;
  async function* counted<T>(items: Iterable<T> | AsyncIterable<T>, sizeOf: (item: T) => number) {
    for await (const item of items) {
      count += sizeOf(item);
      if (count > most) throw exceeded();
      yield item;
    }
  }
  if (!('batches' in records)) return counted(records, () => 1);
  const source: RecordSource = records;
  return {
    rejections: source.rejections,
    batches: () => counted(source.batches(), (batch) => batch.length),
    [Symbol.asyncIterator]: () => counted(source, () => 1),
  };
}

function quotaExceeded(quota: number): HttpProblem {
  return new HttpProblem(403, 'quota-exceeded', `More than the ${quota} daily rows that may be stored.`, {
    hint: 'Remove sales that are not needed any more, or ask the administrator of the installation for more.',
  });
}

/** Positions of wrong lines, without their contents, which may be anything. */
function withoutContents(finding: DataFinding): DataFinding {
  return { ...finding, examples: finding.examples.map((example) => ({ ...example, message: '' })) };
}
