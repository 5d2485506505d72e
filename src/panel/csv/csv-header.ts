import { ForecastError } from '../../errors.js';
import type { RecordColumn } from '../sales-record.js';
import type { CsvRow } from './csv-columns.js';
import { fieldAt } from './csv-lines.js';

/** The names of the columns of a file, and where each stands. */
export class CsvHeader {
  /** Names that occur more than once. */
  readonly repeated: readonly string[];
  private readonly positions = new Map<string, number>();

  constructor(readonly names: readonly string[]) {
    const repeated = new Set<string>();
    for (const [i, name] of names.entries()) {
      if (!this.positions.has(name)) this.positions.set(name, i);
      else if (name !== '') repeated.add(name);
    }
    this.repeated = [...repeated];
  }

  get width(): number {
    return this.names.length;
  }

  /** The position of a column by its exact name, the first of several, or by its position; -1 if there is none. */
  find(column: string | number): number {
    if (typeof column === 'number') return column < this.names.length ? column : -1;
    return this.positions.get(column) ?? -1;
  }

  /**
   * The position of the column named like a column of records, in any spelling such as `Product ID` or
   * `product_id`; -1 if there is none.
   */
  findDefault(name: string): number {
    return this.names.findIndex((title) => title.toLowerCase().replace(/[\s_-]/g, '') === name.toLowerCase());
  }

  /** @throws ForecastError `invalid-option` that names the option and the columns of the file. */
  position(column: string | number, option: string): number {
    const position = this.find(column);
    if (position < 0) throw this.missing(JSON.stringify(column), option);
    return position;
  }

  missing(wanted: string, option: RecordColumn | string): ForecastError {
    return new ForecastError('invalid-option', `The header has no column ${wanted}`, {
      path: option.split('.'),
      hint: `Name it in the option ${option}; the header has: ${this.names.join(', ')}`,
    });
  }

  /** A line as an object, for functions of the caller. */
  row(fields: readonly string[]): CsvRow {
    const row: Record<string, string> = {};
    for (const [name, position] of this.positions) row[name] = fieldAt(fields, position);
    return row;
  }

  /** Tells whether a line repeats the header, as in concatenated files. */
  isRepeatedIn(fields: readonly string[]): boolean {
    return this.names.every((name, i) => fieldAt(fields, i).trim() === name);
  }
}
