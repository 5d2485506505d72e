import type { Day } from 'commerce-forecast';
import type { DailyCategoryTotal } from 'commerce-forecast/postgres';

/** Sales of categories on the days that are over. */
export interface ActualSales {
  /** Days with sales, ascending. A day without any was not delivered. */
  readonly days: readonly Day[];
  unitsOf(category: string, day: Day): number;
}

/**
 * Daily totals as actuals. A day counts once it is over and sales of a later one have arrived: until then more of it may
 * be on its way.
 */
export function actualSales(totals: readonly DailyCategoryTotal[], today: Day): ActualSales {
  const byDay = new Map<Day, Map<string, number>>();
  for (const { day, category, units } of totals) {
    const ofDay = byDay.get(day) ?? new Map<string, number>();
    byDay.set(day, ofDay.set(category, units));
  }
  const days = [...byDay.keys()].sort((a, b) => a - b);
  return {
    days: days.slice(0, -1).filter((day) => day < today),
    unitsOf: (category, day) => byDay.get(day)?.get(category) ?? 0,
  };
}
