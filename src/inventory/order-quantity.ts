import { checkAboveZero, checkAmount, checkFinite } from './checks.js';

/** Terms of a supplier. */
export interface OrderTerms {
  /** Units of the smallest order. Default 0. */
  readonly minimumOrder?: number;
  /** Units of a pack: orders are whole packs. Default 1. */
  readonly packSize?: number;
}

export interface OrderQuantityOptions extends OrderTerms {
  /** Units that stock and orders should come to. */
  readonly target: number;
  readonly onHand: number;
  /** Units that were ordered and have not come. Default 0. */
  readonly onOrder?: number;
  /** Largest number of units that stock and orders may come to, such as what sells before it spoils. Default: no limit. */
  readonly most?: number;
}

export interface OrderQuantity {
  /** Units, a whole number of packs. */
  readonly quantity: number;
  /** Rule by which the quantity is not what is needed, in whole units. */
  readonly limitedBy?: 'minimum-order' | 'pack-size' | 'most';
}

/** Size of a pack where none is given: orders are whole units. */
const WHOLE = 1;
/** Keeps 0.3 / 0.1 packs from being rounded to four. */
const ROUNDING = 1e-9;

/**
 * Units to order to reach a target: in whole packs, no less than the smallest order, no more than may be kept. Nothing if
 * stock and orders reach the target, or if the smallest order is more than may be kept.
 *
 * ```ts
 * import { orderQuantity } from 'commerce-forecast/inventory';
 *
 * orderQuantity({ target: 100, onHand: 31, onOrder: 24, packSize: 12 }); // { quantity: 48, limitedBy: 'pack-size' }
 * ```
 *
 * @throws ForecastError `invalid-option` for an amount that is no number, below zero, or a pack of nothing.
 */
export function orderQuantity(options: OrderQuantityOptions): OrderQuantity {
  const { target, onHand, onOrder = 0, minimumOrder = 0, packSize = WHOLE, most } = options;
  checkFinite('target', target);
  checkFinite('onHand', onHand);
  checkAmount('onOrder', onOrder);
  if (most !== undefined) checkFinite('most', most);
  checkTerms({ minimumOrder, packSize });
  const position = onHand + onOrder;
  const needed = target - position;
  if (!(needed > 0)) return { quantity: 0 };
  const least = packsUp(minimumOrder, packSize) * packSize;
  const packed = packsUp(needed, packSize) * packSize;
  const wanted = Math.max(least, packed);
  if (most !== undefined && position + wanted > most) {
    const allowed = packsDown(most - position, packSize) * packSize;
    return { quantity: allowed >= least ? allowed : 0, limitedBy: 'most' };
  }
  if (least > packed) return { quantity: wanted, limitedBy: 'minimum-order' };
  return { quantity: wanted, ...(packed !== packsUp(needed, WHOLE) && { limitedBy: 'pack-size' as const }) };
}

/** @throws ForecastError `invalid-option` for a smallest order below zero or a pack of nothing. */
export function checkTerms({ minimumOrder, packSize }: Required<OrderTerms>): void {
  checkAmount('minimumOrder', minimumOrder);
  checkAboveZero('packSize', packSize);
}

/** Smallest number of packs that hold so many units. */
export function packsUp(units: number, packSize: number): number {
  return Math.max(0, Math.ceil(units / packSize - ROUNDING));
}

/** Largest number of packs within so many units. */
export function packsDown(units: number, packSize: number): number {
  return Math.max(0, Math.floor(units / packSize + ROUNDING));
}
