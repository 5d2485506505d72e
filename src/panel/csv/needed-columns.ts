import type { CsvColumn, CsvColumns } from './csv-columns.js';
import { REQUIRED_COLUMNS } from './csv-columns.js';

/** Makes a score for header lines: one point for each column of records that a line names. */
export function scoreNeeded({
  columns,
  header,
}: {
  readonly columns: CsvColumns;
  readonly header: boolean;
}): (fields: readonly string[]) => number {
  if (!header) return () => 0;
  const names = Object.values(columns as Record<string, CsvColumn<unknown>>).flatMap(namesOf);
  const defaults = [...REQUIRED_COLUMNS].filter((name) => columns[name] === undefined);
  return (fields) => {
    const titles = fields.map((field) => field.trim());
    const plain = titles.map((title) => title.toLowerCase().replace(/[\s_-]/g, ''));
    return (
      names.filter((name) => titles.includes(name)).length +
      defaults.filter((name) => plain.includes(name.toLowerCase())).length
    );
  };
}

/** The names of columns that a column of records comes from. */
export function namesOf(column: CsvColumn<unknown> | undefined): readonly string[] {
  if (typeof column === 'string') return [column];
  if (typeof column !== 'object') return [];
  const { column: own, join = [], variant, minus = [] } = column;
  const all = [own, join, variant, minus].flat();
  return all.filter((name): name is string => typeof name === 'string');
}
