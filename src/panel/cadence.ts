import { civilFromDay, type Day } from '../calendar/day.js';

/** Cadence of records that are totals of more than one day. */
export type Cadence = 'weekly' | 'fortnightly' | 'monthly';

/** Fewest records from which the cadence of a series is inferred. */
const LEAST_RECORDS: Readonly<Record<Cadence, number>> = { weekly: 8, fortnightly: 6, monthly: 6 };
/** Fewest records of any cadence. */
export const LEAST_TOTALS = Math.min(...Object.values(LEAST_RECORDS));
const DAYS: Readonly<Record<Cadence, number>> = { weekly: 7, fortnightly: 14, monthly: 30 };
/**
 * Least share of records that follow the one before by exactly one period; the others may follow by several.
 */
const REGULAR_SHARE = 0.9;
/** Most days by which the position in the month may vary, as weekends and holidays shift it. */
const MONTHLY_SPREAD = 3;

/**
 * Detects that the records of a series are weekly, fortnightly or monthly totals.
 *
 * @param recorded days with a record, in order
 * @returns undefined for daily or irregular records
 */
export function findCadence(recorded: readonly Day[]): Cadence | undefined {
  if (everyDays(recorded, 7)) return 'weekly';
  if (everyDays(recorded, 14)) return 'fortnightly';
  return isMonthly(recorded) ? 'monthly' : undefined;
}

function everyDays(recorded: readonly Day[], period: 7 | 14): boolean {
  const cadence = period === 7 ? 'weekly' : 'fortnightly';
  if (recorded.length < LEAST_RECORDS[cadence]) return false;
  let regular = 0;
  for (let i = 1; i < recorded.length; i++) {
    const gap = recorded[i] - recorded[i - 1];
    if (gap % period !== 0) return false;
    if (gap === period) regular++;
  }
  return regular >= REGULAR_SHARE * (recorded.length - 1);
}

function isMonthly(recorded: readonly Day[]): boolean {
  if (recorded.length < LEAST_RECORDS.monthly) return false;
  const dates = recorded.map(civilFromDay);
  let regular = 0;
  for (let i = 1; i < dates.length; i++) {
    const months = 12 * (dates[i].year - dates[i - 1].year) + dates[i].month - dates[i - 1].month;
    if (months < 1) return false;
    if (months === 1) regular++;
  }
  if (regular < REGULAR_SHARE * (dates.length - 1)) return false;
  const fromStart = dates.map(({ dayOfMonth }) => dayOfMonth);
  const fromEnd = recorded.map((day, i) => fromStart[i] + civilFromDay(day - fromStart[i] + 32).dayOfMonth);
  return spread(fromStart) <= MONTHLY_SPREAD || spread(fromEnd) <= MONTHLY_SPREAD;
}

function spread(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

/** The days that a record covers: `from` to `to`, `to` excluded. */
export interface Span {
  readonly from: Day;
  readonly to: Day;
}

/**
 * Days that each record of a series covers: those since the record before, up to a period. Monthly records that
 * are all dated the first of a month stand for that month.
 *
 * @param before day of a daily record before them, which the first one does not cover
 */
export function recordSpans(recorded: readonly Day[], cadence: Cadence, before?: Day): Span[] {
  if (cadence === 'monthly' && recorded.every((day) => civilFromDay(day).dayOfMonth === 1)) {
    return recorded.map((day) => ({ from: day, to: firstOfNextMonth(day) }));
  }
  return recorded.map((day, i) => {
    const previous = i > 0 ? recorded[i - 1] : before;
    const gap = previous === undefined ? DAYS[cadence] : day - previous;
    return { from: day + 1 - (gap <= DAYS[cadence] + MONTHLY_SPREAD ? gap : DAYS[cadence]), to: day + 1 };
  });
}

/** Most days from the end of a record's span to the next record. */
export function longestWait(cadence: Cadence): number {
  return DAYS[cadence] + (cadence === 'monthly' ? MONTHLY_SPREAD : 0);
}

function firstOfNextMonth(first: Day): Day {
  return first + 32 - civilFromDay(first + 31).dayOfMonth;
}
