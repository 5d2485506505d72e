import { ColumnEvidence } from './column-evidence.js';
import type { InspectionSample } from './inspection-sample.js';
import type { ProposedColumns } from './propose-columns.js';

/** Titles between the lines. */
export interface FoundTitles {
  readonly column: ColumnEvidence;
  readonly to: 'productId' | 'date' | 'category';
  /** Evidence about the content of the titles. */
  readonly evidence: ColumnEvidence;
}

/** Finds titles between the lines that name a product, day or category which the lines lack. */
export function findTitles(sample: InspectionSample, proposed: ProposedColumns): FoundTitles | undefined {
  for (const [position, titles] of sample.titles) {
    const column = sample.columns[position];
    if (!column || titles.length === 0) continue;
    const evidence = new ColumnEvidence(position, column.title);
    for (const title of titles) evidence.add(title);
    const { date, sku, name } = proposed;
    if (evidence.holdsDates) {
      if (!date || date.column === column) return { column, to: 'date', evidence };
      continue;
    }
    if (column.filled > 0.1 * sample.size) continue;
    const named = [sku, name].filter(
      (found) => found && found.column !== column && found.column.filled >= 0.5 * sample.size,
    );
    if (named.length === 0) return { column, to: 'productId', evidence };
  }
  return undefined;
}
