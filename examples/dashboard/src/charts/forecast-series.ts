import type { Schemas } from '../api/client.js';
import { daysFrom, monthOf, weekdayOf } from '../util/days.js';

export type Daily = Schemas['DailyForecast'];

/** The same day of the week a year before. */
const YEAR_DAYS = 364;

/** One day of the chart: each part that is known of it. */
export interface ChartDay {
  readonly date: string;
  readonly sold: number | null;
  readonly expected: number | null;
  readonly lower: readonly number[] | null;
  readonly upper: readonly number[] | null;
  readonly yearBefore: number | null;
  readonly promo: boolean;
  /** Names of the holidays of the day; empty if there are none. */
  readonly event: string;
}

/** All days from the first sale to the last forecast. Days without a record between the first and last sale count as zero. */
export function chartDays({ sales, forecast, events }: Daily): ChartDay[] {
  const eventsOn = new Map<string, string>();
  for (const { date, name } of events) {
    const before = eventsOn.get(date);
    eventsOn.set(date, before === undefined ? name : `${before}, ${name}`);
  }
  const sold = new Map(sales.map((day) => [day.date, day]));
  const expected = new Map(forecast.map((day) => [day.date, day]));
  const first = sales[0]?.date ?? forecast[0]?.date;
  const lastSold = sales.at(-1)?.date ?? '';
  const last = [forecast.at(-1)?.date ?? '', lastSold].sort().at(-1);
  if (first === undefined || !last) return [];
  const unitsOn = (date: string) => (date >= first && date <= lastSold ? (sold.get(date)?.units ?? 0) : null);
  return daysFrom(first, last).map((date, i, dates) => {
    const future = expected.get(date);
    return {
      date,
      sold: unitsOn(date),
      expected: future?.units ?? null,
      lower: future?.lower ?? null,
      upper: future?.upper ?? null,
      yearBefore: unitsOn(dates[i - YEAR_DAYS] ?? ''),
      promo: sold.get(date)?.promo ?? false,
      event: eventsOn.get(date) ?? '',
    };
  });
}

/** Runs of promoted days, as first and last day. */
export function promotionRuns(days: readonly ChartDay[]): (readonly [from: string, to: string])[] {
  const runs: [string, string][] = [];
  days.forEach(({ date, promo }, i) => {
    if (!promo) return;
    const last = runs.at(-1);
    if (last && days[i - 1]?.promo) last[1] = date;
    else runs.push([date, date]);
  });
  return runs;
}

/** Average and middle half of the days of a kind. */
export interface Profile {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly days: number;
}

/** Profiles of the days of the week, Monday first, over the last year of sales. */
export function weekProfile(days: readonly ChartDay[]): Profile[] {
  return profiles(lastYear(days), 7, weekdayOf);
}

/** Profiles of the months, January first, over all sales. */
export function yearProfile(days: readonly ChartDay[]): Profile[] {
  return profiles(soldDays(days), 12, monthOf);
}

/** Days with known sales, ascending. */
export function soldDays(days: readonly ChartDay[]): { readonly date: string; readonly units: number }[] {
  return days.flatMap(({ date, sold }) => (sold === null ? [] : [{ date, units: sold }]));
}

export function lastYear(days: readonly ChartDay[]) {
  return soldDays(days).slice(-365);
}

export function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)] ?? 0;
  const high = sorted[Math.ceil(place)] ?? low;
  return low + (high - low) * (place - Math.floor(place));
}

function profiles(
  days: readonly { readonly date: string; readonly units: number }[],
  count: number,
  kindOf: (date: string) => number,
): Profile[] {
  const byKind = Array.from({ length: count }, (): number[] => []);
  for (const { date, units } of days) byKind[kindOf(date)]?.push(units);
  return byKind.map((units) => {
    const sorted = [...units].sort((a, b) => a - b);
    const mean = units.length > 0 ? units.reduce((sum, value) => sum + value, 0) / units.length : 0;
    return { mean, low: quantile(sorted, 0.25), high: quantile(sorted, 0.75), days: units.length };
  });
}
