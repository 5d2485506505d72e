import { dayOfWeek } from '../calendar/day.js';
import type { Progress } from '../long-call.js';
import { log } from '../math/index.js';
import type { PanelShape } from './panel.js';

/** Days on which the shop is closed as a rule, all for the same reason. */
export interface Closure {
  /** Indices of the first day and of the day after the last. */
  readonly from: number;
  readonly to: number;
  /** Weekday from 0 for Monday, if the shop is closed on it week by week. */
  readonly weekday?: number;
  /** Silent days among them. */
  readonly days: number;
}

/** Days on which all or most series lack the records that were to be expected. */
export interface Outage {
  readonly from: number;
  readonly to: number;
  /** Series that usually have a sale on such days, and those that had one, on average. */
  readonly usual: number;
  readonly selling: number;
}

/** Closures and outages of a shop. */
export interface ShopDays {
  readonly closures: readonly Closure[];
  readonly outages: readonly Outage[];
  /** One byte per day: 1 where the shop is closed as a rule. */
  readonly closed: Uint8Array;
}

/**
 * Days of the longest closure. Longer spells without sales that come back every year are out of season: sales of
 * zero, which say when the season begins and ends.
 */
const LONGEST_CLOSURE = 62;
/** Days of the longest outage on days that no other year tells of; longer silence is out of season. */
const LONGEST_OUTAGE = 150;
/** Share of the days of a silence that sold in another year, from which on it is an outage however long. */
const SOLD_SHARE = 0.2;
/** Below four weeks of sales nothing can be called an outage. */
const LEAST_DAYS = 28;
/** Days on each side of a day by which the selling rate of a series is measured. */
const REACH = 91;
const LEAST_OBSERVED = 14;
/** Share of the usual number of selling series at or below which a day is silent. */
const SILENT_SHARE = 0.2;
/** Silence that happens by chance once in 160,000 times, as the negative logarithm, needs an explanation. */
const LEAST_EVIDENCE = 12;
/** A silence of most series that lasts longer, or after which they do not come back, is a change of the assortment. */
const LONGEST_PARTIAL = 56;
/** Days that show whether they come back, and the share of them that does. */
const RECOVERY_DAYS = 14;
const RECOVERY_SHARE = 0.5;
const NEIGHBOUR_WEEKS = 6;
const WEEKS_TO_SEARCH = 16;
/** Share of the days of a closure that is closed in another year too. */
const YEARLY_SHARE = 0.6;
/** Cells between two turns of the event loop. */
const CELLS_PER_STEP = 200_000;
/** Average length of a year, in days. */
const YEAR = 365.25;

/**
 * Distinguishes closures from outages. A day is silent if at most a fifth as many series sell as usual. Silence
 * is regular where the same weekday of the weeks around is silent too, or, for a closure of the whole shop,
 * where the same days of another year are or where an event falls on them. Other silence that chance does not
 * explain is an outage. Months that are silent every year, or that are most of the only year, are neither, but out of season. How often a series sells
 * is counted in the 13 weeks on each side.
 *
 * @param units series-major sums of the records, 0 where there is none
 * @param events 1 on days of known events; may be absent
 */
export function* readShopDays(
  shape: PanelShape,
  units: Float64Array,
  events: Uint8Array | undefined,
): Generator<Progress, ShopDays, void> {
  const { days } = shape;
  const closed = new Uint8Array(days);
  const { selling, usual, evidence } = yield* countSelling(shape, units);
  const first = selling.findIndex((count) => count > 0);
  if (first < 0 || days - first < LEAST_DAYS) return { closures: [], outages: [], closed };
  const silent = selling.map((count, d) => (d >= first && count <= SILENT_SHARE * usual[d] ? 1 : 0));
  const regular = regularWeekdays(silent, evidence, first);
  const runs = silentRuns(silent, regular, evidence, first);
  const closures: Closure[] = [];
  const outages: Outage[] = [];
  const silentThroughout = ({ from, to }: Run) => !selling.subarray(from, to).some((count) => count > 0);
  // Chance alone would bring single silent days to the same weeks of another year.
  const offDays = new Uint8Array(days);
  for (const run of runs.filter(silentThroughout)) offDays.fill(1, run.from, run.to);
  for (const run of runs) {
    const length = run.to - run.from;
    const whole = silentThroughout(run);
    const yearly = whole && isYearly(run, offDays);
    if (yearly && length > LONGEST_CLOSURE) continue;
    if (whole && length > LONGEST_OUTAGE && !soldInAnotherYear(run, selling)) continue;
    if (yearly || (whole && length <= 3 && isEvent(run, events))) {
      closures.push({ ...run, days: length });
      closed.fill(1, run.from, run.to);
    } else if (whole || (length <= LONGEST_PARTIAL && recovers(run, selling, usual[run.from]))) {
      outages.push({ ...run, usual: mean(usual, run), selling: mean(selling, run) });
    }
  }
  for (let d = first; d < days; d++) if (regular[d] && selling[d] === 0) closed[d] = 1;
  return { closures: [...weeklyClosures(shape, regular, selling), ...closures], outages, closed };
}

interface Run {
  readonly from: number;
  readonly to: number;
}

/** Number of series that sell on each day, how many are usual, and how unlikely the silence of the others is. */
function* countSelling({ seriesCount, days, firstDay }: PanelShape, units: Float64Array) {
  const seriesPerStep = Math.max(1, Math.floor(CELLS_PER_STEP / days));
  const progress = (done: number): Progress => ({ phase: 'count sales', done, total: 2 * seriesCount });
  const selling = new Int32Array(days);
  for (let s = 0; s < seriesCount; s++) {
    if (s % seriesPerStep === 0) yield progress(s);
    for (let d = 0; d < days; d++) if (units[s * days + d] > 0) selling[d]++;
  }
  const usual = new Float64Array(days);
  const evidence = new Float64Array(days);
  const soldBefore = new Int32Array(days + 1);
  for (let s = 0; s < seriesCount; s++) {
    if (s % seriesPerStep === 0) yield progress(seriesCount + s);
    for (let d = 0; d < days; d++) soldBefore[d + 1] = soldBefore[d] + (units[s * days + d] > 0 ? 1 : 0);
    for (let d = firstDay[s]; d < days; d++) {
      const from = Math.max(firstDay[s], d - REACH);
      const to = Math.min(days, d + REACH + 1);
      const sells = soldBefore[d + 1] - soldBefore[d];
      const observed = to - from - 1;
      if (observed < LEAST_OBSERVED) continue;
      const share = (soldBefore[to] - soldBefore[from] - sells + 0.5) / (observed + 1);
      usual[d] += share;
      if (!sells) evidence[d] -= log(1 - share);
    }
  }
  return { selling, usual, evidence };
}

/** 1 on silent days whose weekday is silent in nearly all weeks around that have sales. */
function regularWeekdays(silent: Int32Array, evidence: Float64Array, first: number): Uint8Array {
  const days = silent.length;
  const regular = new Uint8Array(days);
  // Weeks within an outage or a closure say nothing about weekdays.
  const inSellingWeek = (d: number) => {
    for (let i = Math.max(first, d - 3); i <= Math.min(days - 1, d + 3); i++) if (!silent[i]) return true;
    return false;
  };
  /** The same weekday in the next weeks with sales in one direction. */
  const lookAround = (d: number, direction: 7 | -7): Weekdays => {
    const seen = { known: 0, quiet: 0, evidence: 0, run: 0, runEvidence: 0 };
    for (let week = 1; week <= WEEKS_TO_SEARCH && seen.known < NEIGHBOUR_WEEKS; week++) {
      const other = d + direction * week;
      if (other < first || other >= days) break;
      if (!inSellingWeek(other)) continue;
      seen.known++;
      if (!silent[other]) continue;
      seen.quiet++;
      seen.evidence += evidence[other];
      if (seen.quiet < seen.known) continue;
      seen.run++;
      seen.runEvidence += evidence[other];
    }
    return seen;
  };
  for (let d = first; d < days; d++) {
    if (!silent[d]) continue;
    const before = lookAround(d, -7);
    const after = lookAround(d, 7);
    const both = {
      known: before.known + after.known,
      quiet: before.quiet + after.quiet,
      evidence: before.evidence + after.evidence,
    };
    // One week may be an exception; not among weeks in a row, as after a change of the opening hours.
    const exceptions = both.known > NEIGHBOUR_WEEKS ? 1 : 0;
    const rule =
      both.known >= 2 &&
      both.quiet >= both.known - exceptions &&
      both.evidence + evidence[d] >= LEAST_EVIDENCE;
    const inARow =
      before.run + after.run >= NEIGHBOUR_WEEKS &&
      before.runEvidence + after.runEvidence + evidence[d] >= LEAST_EVIDENCE;
    if (rule || inARow) regular[d] = 1;
  }
  return regular;
}

interface Weekdays {
  readonly known: number;
  readonly quiet: number;
  readonly evidence: number;
  /** Those that are silent without exception up to the nearest. */
  readonly run: number;
  readonly runEvidence: number;
}

/** Silent days in a row that are not regular by their weekday, and too many for chance. */
function silentRuns(silent: Int32Array, regular: Uint8Array, evidence: Float64Array, first: number): Run[] {
  const runs: Run[] = [];
  for (let d = first; d < silent.length; d++) {
    if (!silent[d] || regular[d]) continue;
    const from = d;
    let to = d + 1;
    let sum = evidence[d];
    for (let i = d + 1; i < silent.length && silent[i]; i++) {
      if (regular[i]) continue;
      sum += evidence[i];
      to = i + 1;
    }
    if (sum >= LEAST_EVIDENCE) runs.push({ from, to });
    d = to - 1;
  }
  return runs;
}

function soldInAnotherYear({ from, to }: Run, selling: Int32Array): boolean {
  const sold = selling.map((count) => (count > 0 ? 1 : 0));
  return otherYears(selling.length).some(
    (shift) => countOnes(sold, from + shift, to + shift) > SOLD_SHARE * (to - from),
  );
}

/** Days from a day to the same days of the other years. */
function otherYears(days: number): number[] {
  const years = Array.from({ length: Math.ceil(days / YEAR) - 1 }, (_, i) => Math.round((i + 1) * YEAR));
  return years.flatMap((shift) => [-shift, shift]);
}

/** Tells whether most days of a run are those of runs in another year as well, up to a week earlier or later. */
function isYearly({ from, to }: Run, offDays: Uint8Array): boolean {
  const slack = Math.min(7, to - from);
  return otherYears(offDays.length).some(
    (shift) => countOnes(offDays, from + shift - slack, to + shift + slack) >= YEARLY_SHARE * (to - from),
  );
}

/** Tells whether the usual number of series sell again after a run; true if the history ends too soon to tell. */
function recovers({ to }: Run, selling: Int32Array, usual: number): boolean {
  if (selling.length - to < RECOVERY_DAYS) return true;
  return mean(selling, { from: to, to: to + RECOVERY_DAYS }) >= RECOVERY_SHARE * usual;
}

function isEvent({ from, to }: Run, events: Uint8Array | undefined): boolean {
  return events !== undefined && countOnes(events, from, to) === to - from;
}

function weeklyClosures({ startDay }: PanelShape, regular: Uint8Array, selling: Int32Array): Closure[] {
  const byWeekday = new Map<number, Closure & { readonly weekday: number }>();
  for (let d = 0; d < regular.length; d++) {
    if (!regular[d] || selling[d] > 0) continue;
    const weekday = dayOfWeek(startDay + d);
    const { from = d, days = 0 } = byWeekday.get(weekday) ?? {};
    byWeekday.set(weekday, { from, to: d + 1, weekday, days: days + 1 });
  }
  return [...byWeekday.values()].sort((a, b) => a.weekday - b.weekday);
}

function countOnes(mask: ArrayLike<number>, from: number, to: number): number {
  let count = 0;
  for (let d = Math.max(0, from); d < Math.min(mask.length, to); d++) count += mask[d];
  return count;
}

function mean(values: ArrayLike<number>, { from, to }: Run): number {
  let sum = 0;
  for (let d = from; d < to; d++) sum += values[d];
  return sum / (to - from);
}
