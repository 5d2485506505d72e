import { createDateReader, type DateReader, isPlausibleDay } from '../calendar/date-reader.js';
import type { Day } from '../calendar/day.js';
import { FindingCollector } from './data-report.js';
import { describeValue } from './describe-value.js';
import type { RejectionReason } from './finding-kinds.js';
import { type DailyRecord, firstWrongColumn, type SalesRecord } from './sales-record.js';

export interface RecordCheckerOptions {
  readonly dateFormat?: string;
  readonly timeZone?: string;
  /** Examples kept for each reason of rejection. Default 5. */
  readonly maxExamples?: number;
}

/** Checks records one by one and counts those that it rejects, by reason. */
export class RecordChecker {
  /** Records seen, including those that a source had left out before. */
  rows = 0;
  readonly rejections: FindingCollector;
  private readonly readDate: DateReader;

  constructor(options: RecordCheckerOptions = {}) {
    this.readDate = createDateReader({ dateFormat: options.dateFormat, timeZone: options.timeZone });
    this.rejections = new FindingCollector(options.maxExamples ?? 5);
  }

  get accepted(): number {
    return this.rows - this.rejections.rejectedRows();
  }

  /** The day of a good record; otherwise undefined, and the reason is noted. */
  check(record: SalesRecord): Day | undefined {
    this.rows++;
    const wrong = firstWrongColumn(record);
    if (wrong !== undefined) return this.rejectColumn(wrong, record);
    const day = this.readDate(record.date);
    return day === undefined ? this.rejectColumn('date', record) : day;
  }

  /** The same for a record whose day is a number, as storages keep it. */
  checkDaily(record: DailyRecord): Day | undefined {
    this.rows++;
    const wrong = firstWrongColumn(record);
    if (wrong !== undefined) return this.rejectColumn(wrong, record);
    return isPlausibleDay(record.day) ? record.day : this.reject('invalid-date', 'day', record.day);
  }

  /** Notes why the record that was just checked is left out after all. */
  reject(reason: RejectionReason, column: string, value: unknown): undefined {
    this.rejections.add(reason, () => ({
      path: column === '' ? ['row', this.rows] : ['row', this.rows, column],
      message: describeValue(value),
    }));
    return undefined;
  }

  /** Adds rows that a source has left out before they came here, so that the report accounts for them. */
  addRejections(rejections: FindingCollector): void {
    this.rows += rejections.rejectedRows();
    this.rejections.merge(rejections);
  }

  private rejectColumn(column: keyof SalesRecord | '', record: SalesRecord | DailyRecord): undefined {
    if (column === '') return this.reject('invalid-record', '', record);
    return this.reject(`invalid-${column}`, column, (record as SalesRecord)[column]);
  }
}
