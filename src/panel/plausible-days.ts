import type { Day } from '../calendar/day.js';
import type { Progress } from '../long-call.js';

/** Least gap, in days, before a few last records that makes their dates suspect. */
const LONG_SILENCE = 31;
/** The same after a few first records: a shop may begin slowly, and a mistyped year is at least a year off. */
const LONG_SILENCE_AT_START = 366;
/** The records beyond the gap: at most this many, and at most this share of all. */
const FEW_RECORDS = 3;
const FEW_SHARE = 0.01;
/** Fewest days with records on its other side. */
const LEAST_DAYS = 28;
/** Rows between two turns of the event loop. */
const ROWS_PER_STEP = 262_144;

/**
 * Finds the first day with records that are not far before the rest, such as those of a date that is zero in its
 * system (1970-01-01). At most three records, and at most one in a hundred, are far before if a silence of more than a
 * year separates them from 28 days with records or more, and it is more than twice as long as any after.
 *
 * @param days day of each record, in any order
 * @param earliest smallest of them
 * @param latest largest of them
 */
export function* firstPlausibleDay(
  days: Int32Array,
  earliest: Day,
  latest: Day,
): Generator<Progress, Day, void> {
  if (latest - earliest <= LONG_SILENCE_AT_START) return earliest;
  const records = (yield* recordsByDay(days, earliest, latest)).reverse();
  return latest - plausibleEnd(records, days.length, LONG_SILENCE_AT_START);
}

/**
 * Finds the last day with records that are not far beyond the rest: without a clock, the core cannot know what
 * lies in the future. At most three records, and at most one in a hundred, are far beyond if they follow 28
 * days with records or more after a silence of more than 31 days that is more than twice as long as any before.
 *
 * @param days day of each record, in any order
 * @param earliest first of them that counts
 * @param latest largest of them
 */
export function* lastPlausibleDay(
  days: Int32Array,
  earliest: Day,
  latest: Day,
): Generator<Progress, Day, void> {
  const records = yield* recordsByDay(days, earliest, latest);
  return earliest + plausibleEnd(records, days.length, LONG_SILENCE);
}

/** Number of records on each day from `earliest` to `latest`. */
function* recordsByDay(days: Int32Array, earliest: Day, latest: Day): Generator<Progress, Int32Array, void> {
  const records = new Int32Array(latest - earliest + 1);
  for (let row = 0; row < days.length; row++) {
    if (row % ROWS_PER_STEP === 0) yield { phase: 'read days', done: row, total: days.length };
    if (days[row] >= earliest) records[days[row] - earliest]++;
  }
  return records;
}

/** The last position with records that are not far beyond the rest. */
function plausibleEnd(records: Int32Array, total: number, longSilence: number): number {
  const fewest = Math.max(1, Math.min(FEW_RECORDS, Math.floor(FEW_SHARE * total)));
  let left = records.reduce((sum, count) => sum + count, 0);
  let known = 0;
  let silence = 0;
  let longest = 0;
  for (let d = 0; d < records.length; d++) {
    if (records[d] === 0) {
      silence++;
      continue;
    }
    const suspect = silence > longSilence && silence > 2 * longest && known >= LEAST_DAYS;
    if (suspect && left <= fewest) return d - silence - 1;
    longest = Math.max(longest, silence);
    silence = 0;
    known++;
    left -= records[d];
  }
  return records.length - 1;
}
