import type { Table, Vector } from 'apache-arrow';
import { MS_PER_DAY, parseDay } from './calendar/day.js';
import { type ForecastColumn, forecastColumns } from './forecaster/forecast/forecast-csv.js';
import type { ForecastRow, SalesForecast } from './forecaster/index.js';
import { optionalPackage } from './optional-package.js';

type Arrow = typeof import('apache-arrow');

/**
 * A forecast as an Arrow table, for DuckDB, pandas, Polars or a file: names as dictionaries, days as dates, units, quantiles
 * (`q0.1`) and revenue as doubles, null where a name or a price is missing. Needs the package `apache-arrow`.
 *
 * ```ts
 * import type { Forecaster } from 'commerce-forecast';
 * import { forecastTable } from 'commerce-forecast/arrow';
 * import { tableToIPC } from 'apache-arrow';
 *
 * async function arrowFile(forecaster: Forecaster): Promise<Uint8Array> {
 *   const forecast = await forecaster.forecast({ level: 'product', horizon: 90, granularity: 'week' });
 *   return tableToIPC(await forecastTable(forecast), 'file');
 * }
 * ```
 *
 * @throws ForecastError `missing-dependency` if the package is not installed.
 */
export async function forecastTable(forecast: Pick<SalesForecast, 'rows' | 'probabilities'>): Promise<Table> {
  const arrow = await optionalPackage('apache-arrow', () => import('apache-arrow'));
  const columns = forecastColumns(forecast).map((column): [string, Vector] => [
    column.name,
    vectorOf(arrow, column, forecast.rows),
  ]);
  return new arrow.Table(Object.fromEntries(columns));
}

function vectorOf(arrow: Arrow, { kind, read }: ForecastColumn, rows: readonly ForecastRow[]): Vector {
  const values = rows.map(read);
  switch (kind) {
    case 'text':
      return arrow.vectorFromArray(values, new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()));
    case 'date':
      return arrow.vectorFromArray(
        values.map((date) => parseDay(String(date)) * MS_PER_DAY),
        new arrow.DateDay(),
      );
    case 'count':
      return arrow.vectorFromArray(values, new arrow.Int32());
    case 'number':
      return arrow.vectorFromArray(values, new arrow.Float64());
  }
}
