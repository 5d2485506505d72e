import type { Day } from '../../../calendar/day.js';
import { WEEK_DAYS } from '../../../calendar/weeks.js';
import { square } from '../../../math/index.js';
import { selectRank } from '../../../math/select-rank.js';
import type { StandingOrder } from './occasional-sales.js';
import { dueDays, findSchedule, type OrderSchedule } from './order-schedule.js';

/** Most days with a large order, as a share of the observed ones, and fewest. */
const MOST_SHARE = 0.2;
const FEWEST = 4;
/** Least ratio of a large order to the largest other day; and the least one if orders come every week or keep no schedule. */
const GAP = 2.5;
const LARGE_GAP = 4;
/** Days within which another large order makes a rush of them, and share of orders that must be by themselves. */
const APART_DAYS = 5;
const APART_SHARE = 0.8;
/** Days of history in which orders without a schedule are counted, and most days between two of them. */
const COUNTED_DAYS = 730;
const LONGEST_WAIT_DAYS = 182;
/** Mean waits after which an order without a schedule will not come again. */
const WAITS = 3;
/** Most different schedules of a series. */
const MOST_SCHEDULES = 4;
/** Weight of an order relative to the one after it. */
const FADE = 0.85;
/** Due days up to the last one, of which one at least has an order: else the orders have stopped. */
const LAST_DUE = 2;
/** Days on each side that tell what is sold on a day besides the order. */
const AROUND_DAYS = 28;
/** Share of the sales of a series without others that must keep a schedule. */
const WHOLE_SHARE = 0.8;

/** Standing orders of a series, and the steps on which they came. */
export interface FoundOrders {
  readonly orders: readonly StandingOrder[];
  readonly steps: readonly number[];
}

/**
 * Finds large orders that come again: far beyond all other days, one by one, and four times or more. Those that keep a
 * schedule are expected on its due days; the others are spread over all days.
 *
 * @param values of one series by day, NaN where missing or explained by an event or a promotion
 */
export function findStandingOrders(
  series: number,
  values: Float64Array,
  startDay: Day,
): FoundOrders | undefined {
  const large = largeSteps(values);
  if (!large) return undefined;
  const { steps, gap } = large;
  const end = startDay + values.length;
  const excess = new Map(
    steps.map((step) => [startDay + step, values[step] - usualAround(values, step, steps)]),
  );
  let left = steps.map((step) => startDay + step);
  const observed = values.length - values.findIndex((value) => !Number.isNaN(value));
  const orders: StandingOrder[] = [];
  for (let round = 0; round < MOST_SCHEDULES; round++) {
    const schedule = findSchedule(left, end, left.length / observed);
    if (!schedule) break;
    const due = dueDays(schedule, left[0], end);
    const goesOn = due.slice(-LAST_DUE).some((day) => excess.has(day));
    if (goesOn) orders.push(scheduled(series, schedule, due, excess));
    const kept = new Set(due);
    left = left.filter((day) => !kept.has(day));
  }
  if (gap === Number.POSITIVE_INFINITY && left.length > (1 - WHOLE_SHARE) * steps.length) return undefined;
  const other = gap < LARGE_GAP ? undefined : unscheduled(series, left, excess, end, observed);
  if (other) orders.push(other);
  const others = new Set(other ? [] : left);
  const taken = steps.filter((step) => !others.has(startDay + step));
  return taken.length > 0 ? { orders, steps: taken } : undefined;
}

/**
 * Steps of the largest sales, if they lie far beyond all others and are not a rush of some days, with the ratio of the
 * least of them to the largest other one: infinite if there is none.
 */
function largeSteps(values: Float64Array): { steps: number[]; gap: number } | undefined {
  const all = new Float64Array(values.length);
  let [observed, count] = [0, 0];
  for (const value of values) {
    if (!Number.isNaN(value)) observed++;
    if (value > 0) all[count++] = value;
  }
  const most = Math.floor(MOST_SHARE * observed);
  const largest = (rank: number) => selectRank(all, count, count - rank);
  // Where the ends of the range are closer than a gap, no two neighbours in it are: most series need not be sorted.
  if (count > most && (most < FEWEST || largest(FEWEST) / largest(most + 1) < GAP)) return undefined;
  const sales = all.subarray(0, count).sort().reverse();
  let cut = 0;
  let gap = GAP;
  for (let k = FEWEST; k <= most && k < sales.length; k++) {
    const ratio = sales[k - 1] / sales[k];
    if (ratio < gap) continue;
    gap = ratio;
    cut = k;
  }
  if (cut === 0 && sales.length <= most) [cut, gap] = [sales.length, Number.POSITIVE_INFINITY];
  if (cut < FEWEST) return undefined;
  const least = sales[cut - 1];
  const steps: number[] = [];
  values.forEach((value, step) => {
    if (value >= least) steps.push(step);
  });
  const gaps = steps.slice(1).map((step, i) => step - steps[i]);
  // Weekdays tell of sales of every week, if others are not next to nothing beside them.
  const weekly = gaps.filter((days) => days === WEEK_DAYS).length >= APART_SHARE * gaps.length;
  if (weekly && (gap < LARGE_GAP || gap === Number.POSITIVE_INFINITY)) return undefined;
  const apart = gaps.filter((days) => days >= APART_DAYS);
  return apart.length >= APART_SHARE * gaps.length ? { steps, gap } : undefined;
}

/** Mean of the other sales around a step. */
function usualAround(values: Float64Array, step: number, large: readonly number[]): number {
  const isLarge = new Set(large);
  let [sum, count] = [0, 0];
  const last = Math.min(values.length - 1, step + AROUND_DAYS);
  for (let i = Math.max(0, step - AROUND_DAYS); i <= last; i++) {
    if (Number.isNaN(values[i]) || isLarge.has(i)) continue;
    sum += values[i];
    count++;
  }
  return count > 0 ? sum / count : 0;
}

/** Order on due days: the mean of the last ones, those that did not come included. */
function scheduled(
  series: number,
  schedule: OrderSchedule,
  due: readonly Day[],
  excess: ReadonlyMap<Day, number>,
): StandingOrder {
  let [sum, squares, total] = [0, 0, 0];
  for (const day of due) {
    const units = excess.get(day) ?? 0;
    sum = FADE * sum + units;
    squares = FADE * squares + square(units);
    total = FADE * total + 1;
  }
  const units = sum / total;
  const dispersion = Math.max(0, squares / total / units - units);
  const perDay = (units * due.length) / (due[due.length - 1] - due[0] + 1);
  return { series, schedule, units, dispersion, perDay };
}

function unscheduled(
  series: number,
  orders: readonly Day[],
  excess: ReadonlyMap<Day, number>,
  end: Day,
  observed: number,
): StandingOrder | undefined {
  const span = Math.min(COUNTED_DAYS, observed);
  const counted = orders.filter((day) => day >= end - span);
  if (counted.length < FEWEST) return undefined;
  const wait = span / counted.length;
  if (wait > LONGEST_WAIT_DAYS || end - counted[counted.length - 1] > WAITS * wait) return undefined;
  let [sum, squares] = [0, 0];
  for (const day of counted) {
    const units = excess.get(day) ?? 0;
    sum += units;
    squares += square(units);
  }
  const units = sum / span;
  return { series, schedule: undefined, units, dispersion: squares / sum, perDay: units };
}
