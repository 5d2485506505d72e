import type { ColumnEvidence } from './column-evidence.js';
import { DateEvidence } from './date-evidence.js';
import type { InspectionSample } from './inspection-sample.js';
import type { ProposedColumns } from './propose-columns.js';

/** What titles between the lines carry down, if there are any and the lines lack it. */
export function findTitles(
  sample: InspectionSample,
  proposed: ProposedColumns,
): { readonly column: ColumnEvidence; readonly to: 'productId' | 'date' | 'category' } | undefined {
  for (const [position, titles] of sample.titles) {
    const column = sample.columns[position];
    if (!column || column.filled > 0.1 * sample.size || titles.length === 0) continue;
    const dates = new DateEvidence();
    for (const title of titles) dates.add(title);
    const isDates = dates.dates >= 0.8 * titles.length;
    const { date, sku, name } = proposed;
    if (isDates && (!date || date.column === column)) return { column, to: 'date' };
    if (isDates) continue;
    const named = [sku, name].filter(
      (found) => found && found.column !== column && found.column.filled >= 0.5 * sample.size,
    );
    if (named.length === 0) return { column, to: 'productId' };
  }
  return undefined;
}
