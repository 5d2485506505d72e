import { csvTable } from '../csv-table.js';
import type { Trend } from '../index.js';
import type { ForecastResults } from '../report/forecast-results.js';

const HEADER = [
  'level',
  'category',
  'rank',
  'product',
  'name',
  'first_day',
  'last_day',
  'units',
  'lower',
  'upper',
  'trend',
  'trend_percent',
  'stage',
];

/** The forecast as a table for spreadsheets: a line for each category and each of its best sellers. */
export function resultsCsv({ categories, firstDay, lastDay, names }: ForecastResults): string {
  const rows: (string | number)[][] = [HEADER];
  for (const { forecast, products } of categories) {
    const period = [firstDay, lastDay];
    rows.push(['category', forecast.category, '', '', '', ...period, ...figures(forecast), '']);
    for (const product of products) {
      const name = names[product.productId] ?? '';
      rows.push([
        'product',
        forecast.category,
        product.rank,
        product.productId,
        name,
        ...period,
        ...figures(product),
        product.lifeCycle?.status ?? '',
      ]);
    }
  }
  return csvTable(rows);
}

interface Figures {
  readonly predictedUnits: number;
  readonly lower?: number;
  readonly upper?: number;
  readonly trend: Trend;
}

/** Figures, rounded in accordance with the width of the interval: whole units, tenths or hundredths. */
function figures({ predictedUnits, lower, upper, trend }: Figures): (string | number)[] {
  const width = upper === undefined || lower === undefined ? predictedUnits : upper - lower;
  const digits = width >= 10 ? 0 : width >= 1 ? 1 : 2;
  const rounded = [predictedUnits, lower, upper].map((value) =>
    value === undefined ? '' : Number(value.toFixed(digits)),
  );
  return [...rounded, trend.direction, trend.percent === null ? '' : Number(trend.percent.toFixed(1))];
}
