import { ColumnEvidence } from './column-evidence.js';
import type { CsvLine } from './csv-lines.js';
import { totalledName } from './line-kinds.js';

/** The first lines of a table, and what they say about each of its columns. */
export class InspectionSample {
  readonly columns: readonly ColumnEvidence[];
  readonly lines: CsvLine[] = [];
  /** Lines of which only one column is filled, by its position. */
  readonly titles = new Map<number, string[]>();
  private rows = 0;

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
    if (!fields) return;
    const filled: number[] = [];
    for (let i = 0; i < fields.length; i++) if (fields[i].trim() !== '') filled.push(i);
    if (filled.length === 0) return;
    const [first] = filled;
    const label = totalledName(fields[first]) !== undefined;
    if (filled.length === 1 && !label && this.header.length > 2) {
      const titles = this.titles.get(first) ?? [];
      if (titles.length < 1000) titles.push(fields[first].trim());
      this.titles.set(first, titles);
      return;
    }
    // Totals and footers are no evidence of what the columns hold.
    if (label || fields.length < this.header.length || (filled.length <= 2 && this.header.length > 4)) return;
    this.rows++;
    for (let i = 0; i < this.header.length; i++) this.columns[i].add(fields[i]);
  }
}
