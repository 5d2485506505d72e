import { csvTable } from '../csv-table.js';
import { roundForecast, roundTo, type Trend, type UnitsWithBounds } from '../index.js';
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
  'trend_base',
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

function figures(forecast: UnitsWithBounds & { readonly trend: Trend }): (string | number)[] {
  const { predictedUnits, lower = '', upper = '' } = roundForecast<UnitsWithBounds>(forecast);
  const { direction, base, percent } = forecast.trend;
  return [predictedUnits, lower, upper, direction, base ?? '', percent === null ? '' : roundTo(percent, 1)];
}
