import { type ForecastRow, roundTo, type SalesForecast } from '../index.js';
import { formatCount, formatUnits } from '../report/format.js';
import { type TextColumn, textTable } from './text-table.js';

/** The first rows of a forecast as lines for a terminal. */
export function forecastTableReport({ rows, probabilities }: SalesForecast, limit: number): string {
  const columns: TextColumn[] = [
    { title: 'What', maxWidth: 32 },
    { title: 'From' },
    { title: 'To' },
    { title: 'Units', align: 'right' },
    ...probabilities.map((probability): TextColumn => {
      return { title: `${roundTo(100 * probability, 3)} %`, align: 'right' };
    }),
    { title: 'Revenue', align: 'right' },
  ];
  const cells = (row: ForecastRow) => [
    row.productId ?? row.category ?? 'all sales',
    row.firstDay,
    row.lastDay,
    ...[row.units, ...row.quantiles].map(formatUnits),
    row.revenue === null ? '–' : formatUnits(row.revenue),
  ];
  const hidden = rows.length - limit;
  return [
    ...textTable(columns, rows.slice(0, limit).map(cells)),
    ...(hidden > 0 ? [`  and ${formatCount(hidden)} more rows: see --csv, or --limit.`] : []),
  ].join('\n');
}
