import { civilFromDay, type Day, dayFromCivil, dayOfWeek } from '../../../calendar/day.js';
import { log } from '../../../math/index.js';

/** Moves of a due day that falls on a weekend: none, to the Monday after it, or to the Friday before it. */
export const ROLLS = ['none', 'following', 'preceding'] as const;

/** The days on which an order is due. */
export type OrderSchedule =
  | {
      readonly kind: 'day-of-month';
      /** 1 to 31; the last day in shorter months. */
      readonly dayOfMonth: number;
      readonly roll: (typeof ROLLS)[number];
      readonly months: MonthCycle;
    }
  | {
      readonly kind: 'weekday-of-month';
      /** Monday 0 to Sunday 6. */
      readonly weekday: number;
      /** 1 for the first one of the month, to 4; 5 for the last. */
      readonly nth: number;
      readonly months: MonthCycle;
    }
  | { readonly kind: 'interval'; readonly days: number; readonly first: Day };

/** Every so many months; `month` is the remainder of 12 times the year plus the month from 0. */
export interface MonthCycle {
  readonly every: number;
  readonly month: number;
}

type MonthlySchedule = Exclude<OrderSchedule, { kind: 'interval' }>;

/** Months between two orders that are tried. */
export const CYCLES = [1, 2, 3, 6];
/** Intervals in days that are always tried. */
const INTERVALS = [7, 14, 28];
const SHORTEST_INTERVAL = 7;
/** A longer one is a matter of the season. */
const LONGEST_INTERVAL = 182;
/** Least number of orders, and least share of the due days that have one. */
const FEWEST_ORDERS = 4;
const KEPT_SHARE = 0.8;
/** Evidence that a schedule needs against chance, and against the many that are tried: minus the log of the probability of its orders. */
const LEAST_EVIDENCE = 20;
const MONTHS = 12;
const SATURDAY = 5;

/** Due days of a schedule from `from` to before `to`. */
export function dueDays(schedule: OrderSchedule, from: Day, to: Day): Day[] {
  const due: Day[] = [];
  if (schedule.kind === 'interval') {
    const { days, first } = schedule;
    for (let day = first + days * Math.ceil((from - first) / days); day < to; day += days) due.push(day);
    return due;
  }
  const { every, month } = schedule.months;
  // A due day may move into the month before or after.
  for (let at = monthIndex(from) - 1; at <= monthIndex(to) + 1; at++) {
    const day = at % every === month ? dueDay(schedule, at) : from - 1;
    if (day >= from && day < to) due.push(day);
  }
  return due;
}

/**
 * The schedule that most of the orders keep, or undefined if there is none that nearly all of its due days keep.
 *
 * @param orders days with an order, ascending
 * @param end the day after the last one known
 * @param share share of days with an order, for what chance explains
 */
export function findSchedule(orders: readonly Day[], end: Day, share: number): OrderSchedule | undefined {
  if (orders.length < FEWEST_ORDERS) return undefined;
  const placed = new Set(orders);
  let best: OrderSchedule | undefined;
  let bestScore = 0;
  const judge = (schedule: OrderSchedule, due: readonly Day[]) => {
    const first = due.findIndex((day) => placed.has(day));
    const since = first < 0 ? [] : due.slice(first);
    const kept = since.filter((day) => placed.has(day)).length;
    const last = since.findLastIndex((day) => placed.has(day));
    if (kept < FEWEST_ORDERS || kept < KEPT_SHARE * (last + 1)) return;
    if (kept * -log(share) < LEAST_EVIDENCE) return;
    const score = 2 * kept - last - 1;
    if (score <= bestScore) return;
    best = schedule;
    bestScore = score;
  };
  for (const days of new Set([...INTERVALS, medianGap(orders)])) {
    if (days < SHORTEST_INTERVAL || days > LONGEST_INTERVAL) continue;
    const first = orders[0] + commonest(orders.map((day) => (day - orders[0]) % days));
    judge({ kind: 'interval', days, first }, dueDays({ kind: 'interval', days, first }, orders[0], end));
  }
  for (const schedule of monthlySchedules()) {
    const due = dueDays(schedule, orders[0], end);
    if (due.filter((day) => placed.has(day)).length < FEWEST_ORDERS) continue;
    for (const every of CYCLES) {
      for (let month = 0; month < every; month++) {
        const cycled = { ...schedule, months: { every, month } };
        judge(cycled, every === 1 ? due : dueDays(cycled, orders[0], end));
      }
    }
  }
  return best;
}

function* monthlySchedules(): Generator<MonthlySchedule> {
  const months = { every: 1, month: 0 };
  for (const roll of ROLLS) {
    for (let dayOfMonth = 1; dayOfMonth <= 31; dayOfMonth++)
      yield { kind: 'day-of-month', dayOfMonth, roll, months };
  }
  for (let weekday = 0; weekday < 7; weekday++) {
    for (let nth = 1; nth <= 5; nth++) yield { kind: 'weekday-of-month', weekday, nth, months };
  }
}

function monthIndex(day: Day): number {
  const { year, month } = civilFromDay(day);
  return MONTHS * year + month - 1;
}

function dueDay(schedule: MonthlySchedule, index: number): Day {
  const first = dayFromCivil(Math.floor(index / MONTHS), 1 + (index % MONTHS), 1);
  const last = dayFromCivil(Math.floor((index + 1) / MONTHS), 1 + ((index + 1) % MONTHS), 1) - 1;
  if (schedule.kind === 'weekday-of-month') {
    const { weekday, nth } = schedule;
    if (nth === 5) return last - ((dayOfWeek(last) - weekday + 7) % 7);
    return first + ((weekday - dayOfWeek(first) + 7) % 7) + 7 * (nth - 1);
  }
  const day = Math.min(first + schedule.dayOfMonth - 1, last);
  const beyond = dayOfWeek(day) - SATURDAY;
  if (schedule.roll === 'none' || beyond < 0) return day;
  return schedule.roll === 'following' ? day + 2 - beyond : day - 1 - beyond;
}

function medianGap(orders: readonly Day[]): number {
  const gaps = orders.slice(1).map((day, i) => day - orders[i]);
  return gaps.sort((a, b) => a - b)[gaps.length >> 1];
}

function commonest(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}
