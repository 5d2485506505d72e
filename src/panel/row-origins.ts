import type { Day } from '../calendar/day.js';
import type { ErrorPath } from '../errors.js';
import type { DailyRecord } from './sales-record.js';

/** Rows remembered for each series. */
const LARGEST = 5;

interface Origin {
  readonly day: Day;
  readonly units: number;
  readonly path: ErrorPath;
}

/**
 * Remembers where the largest rows of each series came from, so that a giant order can be found in the file it
 * came from.
 */
export class RowOrigins {
  /** Rows by id of the series, the largest first. */
  private readonly largest = new Map<string, Origin[]>();

  /**
   * Notes a row.
   *
   * @param row number of the row in the input, from 1, for records without a line number
   */
  note(
    series: string,
    day: Day,
    { units, line, file }: Pick<DailyRecord, 'units' | 'line' | 'file'>,
    row: number,
  ): void {
    const rows = this.largest.get(series);
    if (rows && rows.length === LARGEST && units <= (rows[LARGEST - 1]?.units ?? 0)) return;
    const place = line === undefined ? ['row', row] : ['line', line];
    this.insert(series, { day, units, path: file === undefined ? place : ['file', file, ...place] });
  }

  /** Adds the rows that another instance has noted. */
  merge(other: RowOrigins): void {
    for (const [series, origins] of other.largest) for (const origin of origins) this.insert(series, origin);
  }

  /** The place of the row that makes up most of what a series sold on a day; `undefined` if it is not known. */
  find(series: string, day: Day, sold: number): ErrorPath | undefined {
    return this.largest.get(series)?.find((row) => row.day === day && row.units > sold / 2)?.path;
  }

  private insert(series: string, origin: Origin): void {
    const rows = this.largest.get(series) ?? [];
    const at = rows.findIndex(({ units }) => units < origin.units);
    rows.splice(at < 0 ? rows.length : at, 0, origin);
    this.largest.set(series, rows.slice(0, LARGEST));
  }
}
