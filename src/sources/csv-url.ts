import { ForecastError } from '../errors.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { CSV_OPTIONS, type CsvOptions } from '../panel/csv/csv-options.js';
import { readSalesCsv, type SalesCsv } from '../panel/csv/read-sales-csv.js';
import { HttpClient } from '../transport/http-client.js';
import type { HttpOptions } from '../transport/http-client-options.js';

export interface CsvUrlOptions extends CsvOptions {
  /** Sent with the request; treated as secrets. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly http?: Omit<HttpOptions, 'baseUrl'>;
}

const CSV_URL_OPTIONS: OptionTable<CsvUrlOptions> = {
  headers: 1,
  http: 1,
  ...CSV_OPTIONS,
};

/**
 * Sales records of a CSV file at an address, plain or compressed with gzip, read as a stream. The request is sent when the
 * records are read.
 *
 * ```ts
 * import { buildPanel } from 'commerce-forecast';
 * import { salesCsvFromUrl } from 'commerce-forecast/sources';
 *
 * const csv = salesCsvFromUrl('https://example.com/sales.csv.gz', {
 *   headers: { Authorization: 'Bearer your-token' },
 *   columns: { units: 'quantity' },
 * });
 * const { panel } = await buildPanel(csv);
 * ```
 *
 * @throws ForecastError `invalid-option` for a wrong option or address; reading rejects as `readSalesCsv` does and with
 * `unauthorized`, `not-found`, `limit-exceeded`, `unavailable` or `timeout`.
 */
export function salesCsvFromUrl(url: string, options: CsvUrlOptions = {}): SalesCsv {
  refuseUnknown(options, CSV_URL_OPTIONS);
  const { headers = {}, http, ...csv } = options;
  const { origin, pathname, searchParams } = parseUrl(url);
  const query = Object.fromEntries(searchParams);
  // Signed addresses carry their secret in the query.
  const secrets = [...Object.values(headers), ...Object.values(query)].filter((value) => value.length >= 8);
  const client = new HttpClient({ ...http, baseUrl: origin, headers, secrets });
  const bytes = async function* () {
    yield* await client.stream({ path: pathname, query, signal: csv.signal });
  };
  return readSalesCsv(bytes(), csv);
}

function parseUrl(url: string): URL {
  try {
    return new URL(url);
  } catch {
    throw new ForecastError('invalid-option', 'The address of the CSV file is not a URL', { path: ['url'] });
  }
}
