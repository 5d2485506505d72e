import { writeFileSync } from 'node:fs';

export interface Row {
  readonly case: string;
  readonly method: string;
  readonly metric: string;
  readonly value: number;
}

/** Prints the rows as a table and writes them to `file`, if given. */
export function report(rows: readonly Row[], file: string | undefined): void {
  const table = rows.map((row) => ({ ...row, value: Number(row.value.toPrecision(4)) }));
  console.table(table);
  if (file) writeFileSync(file, `${JSON.stringify(rows, null, 2)}\n`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
