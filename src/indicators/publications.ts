import { civilFromDay, type Day, dayFromCivil } from '../calendar/day.js';
import { numberAt } from '../present.js';
import type { IndicatorFrequency, Transform } from './contract.js';

/** A value of a period as it was known from day `knownFrom` to day `knownTo`. */
export interface Vintage {
  /** First day of the period. */
  readonly period: Day;
  /** NaN where the source says that there is no value. */
  readonly value: number;
  readonly knownFrom: Day;
  /** Infinity for the current value. */
  readonly knownTo: Day;
}

export interface Publications {
  readonly days: Day[];
  readonly values: number[];
}

/** Length in days of the longest period of each frequency. */
const PERIOD_DAYS: Readonly<Record<IndicatorFrequency, number>> = {
  daily: 1,
  weekly: 7,
  monthly: 31,
  quarterly: 92,
  yearly: 366,
};

/**
 * The newest value of an indicator as it was known day by day: a publication for each day on which the newest
 * period, or its value after revisions, changed. Earlier values enter a transform as they were known on that
 * day.
 */
export function publicationsOf(vintages: readonly Vintage[], transform: Transform): Publications {
  const events = vintages.flatMap((vintage) => [
    { day: vintage.knownFrom, vintage, begins: true },
    { day: vintage.knownTo + 1, vintage, begins: false },
  ]);
  // Ends are processed before begins: a revision replaces the value that it ends.
  events.sort((a, b) => a.day - b.day || Number(a.begins) - Number(b.begins));
  const known = new Map<Day, Vintage>();
  const days: Day[] = [];
  const values: number[] = [];
  let lastPeriod: Day | undefined;
  for (const [i, { day, vintage, begins }] of events.entries()) {
    if (begins && !Number.isNaN(vintage.value)) known.set(vintage.period, vintage);
    else if (known.get(vintage.period) === vintage) known.delete(vintage.period);
    if (events[i + 1]?.day === day) continue;
    const newest = newestOf(known, transform);
    if (!newest || (newest.period === lastPeriod && newest.value === values.at(-1))) continue;
    lastPeriod = newest.period;
    days.push(day);
    values.push(newest.value);
  }
  return { days, values };
}

/** Vintages of a source without revisions: each value counts as known `lagDays` after the end of its period. */
export function vintagesFromLag(
  observations: readonly { readonly period: Day; readonly value: number }[],
  frequency: IndicatorFrequency,
  releaseLagDays: number,
): Vintage[] {
  return observations.map(({ period, value }) => ({
    period,
    value,
    knownFrom: endOfPeriod(period, frequency) + releaseLagDays,
    knownTo: Number.POSITIVE_INFINITY,
  }));
}

/** Drops publications after the range, and all but the last one before it. */
export function withinRange(publications: Publications, from: Day, to: Day): Publications {
  const { days, values } = publications;
  let first = 0;
  while (first + 1 < days.length && numberAt(days, first + 1) <= from) first++;
  let end = days.length;
  while (end > 0 && numberAt(days, end - 1) > to) end--;
  return { days: days.slice(first, end), values: values.slice(first, end) };
}

/** Days after a publication from which the next one is overdue: two periods and the lag. */
export function overdueAfter(frequency: IndicatorFrequency, releaseLagDays: number): number {
  return 2 * PERIOD_DAYS[frequency] + releaseLagDays;
}

/** First day after the period that begins on a day. */
function endOfPeriod(period: Day, frequency: IndicatorFrequency): Day {
  if (frequency === 'daily') return period + 1;
  if (frequency === 'weekly') return period + 7;
  const { year, month, dayOfMonth } = civilFromDay(period);
  const months = { monthly: 1, quarterly: 3, yearly: 12 }[frequency];
  return dayFromCivil(year, month + months, dayOfMonth);
}

function newestOf(
  known: ReadonlyMap<Day, Vintage>,
  transform: Transform,
): { period: Day; value: number } | undefined {
  let newest = Number.NEGATIVE_INFINITY;
  let before = Number.NEGATIVE_INFINITY;
  for (const period of known.keys()) {
    if (period > newest) {
      before = newest;
      newest = period;
    } else if (period > before) {
      before = period;
    }
  }
  const now = known.get(newest)?.value;
  if (now === undefined) return undefined;
  if (transform === 'level') return { period: newest, value: now };
  const base = known.get(transform === 'change' ? before : yearBefore(newest))?.value;
  if (base === undefined || base === 0) return undefined;
  return { period: newest, value: 100 * (now / base - 1) };
}

function yearBefore(day: Day): Day {
  const { year, month, dayOfMonth } = civilFromDay(day);
  return dayFromCivil(year - 1, month, dayOfMonth);
}
