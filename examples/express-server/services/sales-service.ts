import type {
  DataFinding,
  Forecaster,
  IngestOptions,
  IngestReport,
  SalesRecord,
  SalesRecords,
  SalesSummary,
} from 'commerce-forecast';
import { readSalesCsv } from 'commerce-forecast/csv';
import type { Metrics } from '../monitoring/metrics.js';

/**
 * Takes deliveries of sales. Of a record, only the documented columns are read: what else a delivery holds, such as
 * names or addresses of customers, is dropped before anything is stored or logged.
 */
export class SalesService {
  readonly #forecaster: Forecaster;
  readonly #metrics: Metrics;

  constructor(forecaster: Forecaster, metrics: Metrics) {
    this.#forecaster = forecaster;
    this.#metrics = metrics;
  }

  ingest(records: readonly SalesRecord[], options: IngestOptions): Promise<IngestReport> {
    return this.#ingest(records, options);
  }

  /** Reads a CSV file as it arrives. */
  ingestCsv(bytes: AsyncIterable<Uint8Array>, options: IngestOptions): Promise<IngestReport> {
    return this.#ingest(readSalesCsv(bytes, { gzip: false, signal: options.signal }), options);
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

/** Places of wrong lines without what stands in them, which may be anything. */
function withoutContents(finding: DataFinding): DataFinding {
  return { ...finding, examples: finding.examples.map((example) => ({ ...example, message: '' })) };
}
