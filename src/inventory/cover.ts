import { checkWholeNumber } from '../errors.js';
import { numberAt } from '../present.js';
import { checkAmount, checkFinite, checkProbability } from './checks.js';
import { type DemandLaw, type LeadTime, leadTimeDemand } from './laws/index.js';

/**
 * Days that a stock lasts if sales are as expected; null if it outlasts the days that are given.
 *
 * ```ts
 * import { daysOfCover } from 'commerce-forecast/inventory';
 *
 * daysOfCover([4, 4, 2, 8], 12); // 3.25
 * ```
 *
 * @param dailyMean expected units of each day, from the first on
 * @param stock units
 * @throws ForecastError `invalid-option` for a stock that is not a number, or a day that is not one of at least zero.
 */
export function daysOfCover(dailyMean: ArrayLike<number>, stock: number): number | null {
  checkFinite('stock', stock);
  let left = Math.max(0, stock);
  for (let day = 0; day < dailyMean.length; day++) {
    const units = numberAt(dailyMean, day);
    checkAmount(`dailyMean.${day}`, units);
    if (units > left) return day + left / units;
    left -= units;
  }
  return null;
}

export interface OrderDelayOptions {
  /** Law of the demand over so many days from now. */
  readonly demandOver: (days: number) => DemandLaw;
  /** Units on hand and on order. */
  readonly stock: number;
  readonly leadTime: LeadTime;
  /** Probability with which the stock has to last until the delivery. */
  readonly serviceLevel: number;
  /** Days ahead that matter. */
  readonly horizon: number;
}

/**
 * Days that an order can wait so that its delivery still comes in time with the promised probability: 0 for today, -1 if
 * today is too late already, null if it can wait as long as the horizon.
 *
 * @throws ForecastError `invalid-option` for a wrong lead time, service level or horizon.
 */
export function orderDelay(options: OrderDelayOptions): number | null {
  const { demandOver, stock, leadTime, serviceLevel, horizon } = options;
  checkFinite('stock', stock);
  checkProbability('serviceLevel', serviceLevel);
  checkWholeNumber('horizon', horizon, 0);
  const lasts = (days: number) => leadTimeDemand(demandOver, leadTime, days).quantile(serviceLevel) <= stock;
  if (lasts(horizon)) return null;
  // The demand over more days is not less, so that the days it lasts come before those it does not.
  let [low, high] = [-1, horizon];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (lasts(middle)) low = middle;
    else high = middle;
  }
  return low;
}
