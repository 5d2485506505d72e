import { invalidOption } from '../errors.js';
import { checkAmount, checkProbability } from './checks.js';
import type { DemandLaw } from './laws/index.js';

export interface CycleServiceOptions {
  /** Demand over the lead time, and over the review period besides where stock is looked at once in it. */
  readonly demand: DemandLaw;
  /** Probability that nothing is missing until the delivery: the cycle service level, type 1. */
  readonly serviceLevel: number;
}

export interface FillRateOptions {
  readonly demand: DemandLaw;
  /** Part of the demand that is met from stock: type 2 service. */
  readonly fillRate: number;
  /** Units of an order. Default with `before`: the expected demand between two deliveries. */
  readonly orderQuantity?: number;
  /**
   * Demand over the lead time alone, where `demand` has the review period too: what is missing before the delivery counts
   * in the cycle before. Default: nothing.
   */
  readonly before?: DemandLaw;
}

export interface ReorderPoint {
  /** Units on hand and on order below which to order. */
  readonly reorderPoint: number;
  /** Part of the reorder point that is there for what is not expected; below zero where less than the mean is enough. */
  readonly safetyStock: number;
  /** Probability that nothing is missing. */
  readonly cycleService: number;
  /** Units expected to be missing in a cycle. */
  readonly expectedShortage: number;
}

/**
 * Reorder point and safety stock for a promised service, by cycles or by units.
 *
 * ```ts
 * import { normalDemand, reorderPoint } from 'commerce-forecast/inventory';
 *
 * const demand = normalDemand(100, 25);
 * reorderPoint({ demand, serviceLevel: 0.98 }); // 151
 * reorderPoint({ demand, fillRate: 0.98, orderQuantity: 100 }); // 126
 * ```
 *
 * Source: Nahmias, "Production and Operations Analysis", section 5.5; with `before`, the fill rate of a periodic review:
 * Silver, Pyke and Peterson, "Inventory Management and Production Planning and Scheduling", section 7.9.
 *
 * @throws ForecastError `invalid-option` for a service outside 0 to 1, or a fill rate without a quantity.
 */
export function reorderPoint(options: CycleServiceOptions | FillRateOptions): ReorderPoint {
  const { demand } = options;
  const point = 'fillRate' in options ? fillRatePoint(options) : serviceLevelPoint(options);
  const before = 'fillRate' in options ? options.before : undefined;
  return {
    reorderPoint: point,
    safetyStock: point - demand.mean,
    cycleService: demand.cdf(point),
    expectedShortage: shortageOf(point, demand, before),
  };
}

function serviceLevelPoint({ demand, serviceLevel }: CycleServiceOptions): number {
  checkProbability('serviceLevel', serviceLevel);
  return demand.quantile(serviceLevel);
}

function shortageOf(point: number, demand: DemandLaw, before: DemandLaw | undefined): number {
  return Math.max(0, demand.shortfall(point) - (before?.shortfall(point) ?? 0));
}

const ROUNDS = 200;
const PRECISION = 1e-10;

/** Smallest point at which no more than the promised part of an order is expected to be missing. */
function fillRatePoint({ demand, fillRate, before, orderQuantity }: FillRateOptions): number {
  checkProbability('fillRate', fillRate);
  const quantity = orderQuantity ?? (before ? demand.mean - before.mean : undefined);
  if (quantity === undefined) invalidOption('orderQuantity', 'A fill rate needs the quantity of an order');
  checkAmount('orderQuantity', quantity);
  const allowed = (1 - fillRate) * quantity;
  const enough = (units: number) => shortageOf(units, demand, before) <= allowed;
  let low = demand.counts ? 0 : Math.min(0, demand.mean - quantity);
  if (demand.mean === 0 || demand.sd === 0) return Math.max(low, demand.mean - allowed);
  // What is missing falls from there on; with `before` it first rises.
  if (before) low = Math.max(low, demand.counts ? Math.floor(before.mean) : before.mean);
  if (enough(low)) return low;
  let high = Math.max(low + 1, demand.counts ? Math.ceil(demand.mean) : demand.mean);
  for (let round = 0; round < ROUNDS && !enough(high); round++) high = low + 2 * (high - low);
  const closest = demand.counts ? 1 : PRECISION * Math.max(1, Math.abs(high));
  while (high - low > closest) {
    const middle = demand.counts ? Math.floor((low + high) / 2) : (low + high) / 2;
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
