import type { Day } from '../../../calendar/day.js';
import type { OrderSchedule } from './order-schedule.js';
import { dueDays } from './order-schedule.js';

/**
 * Sales that come on occasions only, in units on top of the forecast: a factor on usual days cannot tell them where
 * these sell next to nothing.
 */
export interface OccasionalSales {
  readonly events: readonly EventSales[];
  readonly promotions: readonly PromotionSales[];
  readonly orders: readonly StandingOrder[];
}

/** Units of a series on the days of each kind of event. */
export interface EventSales {
  readonly series: number;
  readonly units: Float64Array;
}

/** Units of a series on a promoted step. */
export interface PromotionSales {
  readonly series: number;
  readonly units: number;
}

/** A large order that comes again: on due days, or without a schedule as its mean over all days. */
export interface StandingOrder {
  readonly series: number;
  readonly schedule: OrderSchedule | undefined;
  readonly units: number;
  /** Variance of its units per day, over the mean per day. */
  readonly dispersion: number;
  /** Mean of its units per day. */
  readonly perDay: number;
}

/** Units of a large order on each of the days from `from` on. */
export function orderUnits({ schedule, units }: StandingOrder, from: Day, days: number): Float64Array {
  const out = new Float64Array(days);
  if (!schedule) return out.fill(units);
  for (const day of dueDays(schedule, from, from + days)) out[day - from] = units;
  return out;
}
