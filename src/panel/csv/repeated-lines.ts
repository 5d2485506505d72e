import type { DailyRecord } from '../sales-record.js';
import type { CsvHeader } from './csv-header.js';
import { fieldAt } from './csv-lines.js';
import { SeenLines } from './seen-lines.js';

export interface RepeatedLinesOptions {
  readonly order?: string | number;
  readonly lineId?: string | number;
  /** The lines of earlier files. */
  readonly seen?: SeenLines;
}

/** Detects lines that were counted before, in another file or in a part above a repeated header. */
export class RepeatedLines {
  private readonly seen: SeenLines | undefined;
  private readonly orderColumn: number;
  private readonly idColumn: number;
  /** The days so far, and those above the last header. */
  private readonly days = { first: Number.POSITIVE_INFINITY, last: Number.NEGATIVE_INFINITY };
  private earlierDays: { readonly first: number; readonly last: number } = { ...this.days };

  /** @throws ForecastError `invalid-option` if the header lacks a named column. */
  constructor(header: CsvHeader, { order, lineId, seen }: RepeatedLinesOptions) {
    this.orderColumn = order === undefined ? -1 : header.position(order, 'order');
    this.idColumn = lineId === undefined ? -1 : header.position(lineId, 'lineId');
    const isNumbered = this.orderColumn >= 0 || this.idColumn >= 0;
    this.seen = seen ?? (isNumbered ? new SeenLines(undefined) : undefined);
  }

  /** Begins the part below a repeated header. */
  beginPart(): void {
    this.seen?.beginFile();
    this.earlierDays = { ...this.days };
  }

  /** The number of the order or of the line itself, for reports; blank if there is none. */
  numberIn(fields: readonly string[]): string {
    return fieldAt(fields, this.idColumn).trim() || fieldAt(fields, this.orderColumn).trim();
  }

  /** True if a line was counted before. */
  isRepeated(record: DailyRecord, fields: readonly string[]): boolean {
    if (!this.seen) return false;
    const order = fieldAt(fields, this.orderColumn).trim();
    return this.seen.isRepeated(record, order, fieldAt(fields, this.idColumn).trim());
  }

  /** For concatenated files without order numbers: true if a part above has the day of the record. */
  isOnEarlierDay({ day }: DailyRecord): boolean {
    if (this.seen) return false;
    if (day < this.days.first) this.days.first = day;
    if (day > this.days.last) this.days.last = day;
    return day >= this.earlierDays.first && day <= this.earlierDays.last;
  }
}
