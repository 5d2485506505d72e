import { ColumnEvidence } from './column-evidence.js';
import { type CsvLine, fieldAt } from './csv-lines.js';
import { totalledName } from './line-kinds.js';

/** The first lines of a table, with evidence about each column. */
export class InspectionSample {
  readonly columns: readonly ColumnEvidence[];
  readonly lines: CsvLine[] = [];
  /** Lines of which only one column is filled, by its position. */
  readonly titles = new Map<number, string[]>();
  private rows = 0;
  private open: readonly ColumnEvidence[] | undefined;

  constructor(
    readonly header: readonly string[],
    private readonly keep: number,
  ) {
    this.columns = header.map((title, position) => new ColumnEvidence(position, title));
  }

  get size(): number {
    return this.rows;
  }

  add(line: CsvLine): void {
    const { fields } = line;
    if (this.lines.length < this.keep) this.lines.push(line);
    if (!fields || this.isHeader(fields)) return;
    const first = fields.findIndex((field) => field.trim() !== '');
    if (first < 0) return;
    const filled = fields.reduce((count, field) => (field.trim() === '' ? count : count + 1), 0);
    const text = fieldAt(fields, first);
    const label = totalledName(text) !== undefined;
    if (filled === 1 && !label && this.header.length > 2) {
      const titles = this.titles.get(first) ?? [];
      if (titles.length < 1000) titles.push(text.trim());
      this.titles.set(first, titles);
      return;
    }
    // Totals and footers say nothing about the content of columns.
    if (label || fields.length < this.header.length || (filled <= 2 && this.header.length > 4)) return;
    this.rows++;
    for (const column of this.columns) column.add(fieldAt(fields, column.position));
  }

  /** Examines a line beyond the sample, only for what columns of dates and numbers leave open. */
  addBeyond({ fields }: CsvLine): void {
    if (fields?.length !== this.header.length || totalledName(fieldAt(fields, 0)) !== undefined) return;
    this.open ??= this.columns.filter(({ holdsDates, holdsNumbers }) => holdsDates || holdsNumbers);
    for (const column of this.open) column.addBeyond(fieldAt(fields, column.position));
  }

  /** Tells whether a line repeats the header, as in concatenated files. */
  private isHeader(fields: readonly string[]): boolean {
    return this.header.every((name, i) => fields[i]?.trim() === name);
  }
}
