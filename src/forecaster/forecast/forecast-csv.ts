import { csvTable } from '../../csv-table.js';
import { roundTo } from '../rounding.js';
import type { ForecastRow, SalesForecast } from './forecast-results.js';

/** A column of a forecast as a table. */
export interface ForecastColumn {
  readonly name: string;
  readonly kind: 'text' | 'date' | 'count' | 'number';
  readonly read: (row: ForecastRow) => string | number | null;
}

/** The columns of a forecast as a table: names, days, units, a column for each quantile, and revenue. */
export function forecastColumns({ probabilities }: Pick<SalesForecast, 'probabilities'>): ForecastColumn[] {
  return [
    { name: 'product', kind: 'text', read: (row) => row.productId },
    { name: 'category', kind: 'text', read: (row) => row.category },
    { name: 'location', kind: 'text', read: (row) => row.location },
    { name: 'first_day', kind: 'date', read: (row) => row.firstDay },
    { name: 'last_day', kind: 'date', read: (row) => row.lastDay },
    { name: 'days', kind: 'count', read: (row) => row.days },
    { name: 'units', kind: 'number', read: (row) => row.units },
    { name: 'median', kind: 'number', read: (row) => row.median },
    // A name that stood twice would hide a column from many a reader.
    ...[...new Set(probabilities)].map((probability): ForecastColumn => {
      const i = probabilities.indexOf(probability);
      return { name: `q${probability}`, kind: 'number', read: (row) => row.quantiles[i] ?? null };
    }),
    { name: 'revenue', kind: 'number', read: (row) => row.revenue },
  ];
}

/** Digits after the point that a spreadsheet gets. */
const DIGITS = 3;

/**
 * A forecast as CSV: a line for each row, numbers to three digits, a name that a spreadsheet would take for a formula kept as
 * text. Quantiles are in columns such as `q0.1`.
 *
 * ```ts
 * import { forecastCsv, type Forecaster } from 'commerce-forecast';
 *
 * async function nextMonths(forecaster: Forecaster) {
 *   return forecastCsv(await forecaster.forecast({ level: 'product', horizon: 90, granularity: 'month' }));
 * }
 * ```
 */
export function forecastCsv(forecast: Pick<SalesForecast, 'rows' | 'probabilities'>): string {
  const columns = forecastColumns(forecast);
  const lines = forecast.rows.map((row) =>
    columns.map(({ read }) => {
      const value = read(row) ?? '';
      return typeof value === 'number' ? roundTo(value, DIGITS) : value;
    }),
  );
  return csvTable([columns.map(({ name }) => name), ...lines]);
}
