import type { Day } from '../calendar/day.js';

/** Least gap, in days, before a few last records that makes their dates suspect. */
const LONG_SILENCE = 31;
/** The records after it: at most this many, and at most this share of all. */
const FEW_RECORDS = 3;
const FEW_SHARE = 0.01;
/** Fewest days with records before it. */
const LEAST_DAYS = 28;

/**
 * Finds the last day with records that are not far beyond the rest: without a clock, the core cannot know what
 * lies in the future. At most three records, and at most one in a hundred, are far beyond if they follow 28
 * days with records or more after a silence of more than 31 days that is more than twice as long as any before.
 *
 * @param days day of each record, in any order
 * @param earliest smallest of them
 * @param latest largest of them
 */
export function lastPlausibleDay(days: Int32Array, earliest: Day, latest: Day): Day {
  const records = new Int32Array(latest - earliest + 1);
  for (const day of days) records[day - earliest]++;
  const fewest = Math.max(1, Math.min(FEW_RECORDS, Math.floor(FEW_SHARE * days.length)));
  let left = days.length;
  let known = 0;
  let silence = 0;
  let longest = 0;
  for (let d = 0; d < records.length; d++) {
    if (records[d] === 0) {
      silence++;
      continue;
    }
    const suspect = silence > LONG_SILENCE && silence > 2 * longest && known >= LEAST_DAYS;
    if (suspect && left <= fewest) return earliest + d - silence - 1;
    longest = Math.max(longest, silence);
    silence = 0;
    known++;
    left -= records[d];
  }
  return latest;
}
