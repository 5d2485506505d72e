import type {
  DataFinding,
  Forecaster,
  IngestOptions,
  IngestReport,
  SalesRecord,
  SalesRecords,
  SalesSummary,
} from 'commerce-forecast';
import { type InspectOptions, openSalesCsv } from 'commerce-forecast/csv';
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

  /** @param maxRejected wrong lines after which a file is refused as a whole. */
  constructor(forecaster: Forecaster, metrics: Metrics, maxRejected: number) {
    this.#maxRejected = maxRejected;
    this.#forecaster = forecaster;
    this.#metrics = metrics;
  }

  ingest(records: readonly SalesRecord[], options: IngestOptions): Promise<IngestReport> {
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

  async #ingest(records: SalesRecords, options: IngestOptions): Promise<IngestReport> {
    const report = await this.#forecaster.ingest(records, options);
    this.#metrics.ingestedRows.inc({ outcome: 'accepted' }, report.accepted);
    this.#metrics.ingestedRows.inc({ outcome: 'rejected' }, report.rejected);
    return { ...report, findings: report.findings.map(withoutContents) };
  }
}

/** Positions of wrong lines, without their contents, which may be anything. */
function withoutContents(finding: DataFinding): DataFinding {
  return { ...finding, examples: finding.examples.map((example) => ({ ...example, message: '' })) };
}
