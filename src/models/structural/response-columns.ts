import { log } from '../../math/index.js';
import type { StepGrid } from '../step-grid.js';

/** Learnt effects: of a promotion, of the price, of the days after a promotion and of the days before one. */
export const RESPONSES = ['promotion', 'price', 'after promotion', 'before promotion'] as const;
export const PROMOTION = 0;
export const PRICE = 1;
export const AFTER = 2;
export const BEFORE = 3;
export const RESPONSE_COUNT = RESPONSES.length;

/** Days after a promotion on which sales may dip, and before one on which buyers may wait. */
export const AFTER_DAYS = 7;
export const BEFORE_DAYS = 3;

/** Farthest ratio of a price to the usual one whose effect is read, up or down. */
export const FARTHEST_PRICE_RATIO = 4;

/** Cap on the log ratio of a price to the usual one. */
const FARTHEST_PRICE = /* @__PURE__ */ log(FARTHEST_PRICE_RATIO);

/** Steps after a promotion on which sales may dip: a week. */
export function afterSteps({ stepDays }: StepGrid): number {
  return Math.round(AFTER_DAYS / stepDays);
}

/** Steps before one on which buyers may wait; none where a step is a week. */
export function beforeSteps({ stepDays }: StepGrid): number {
  return Math.round(BEFORE_DAYS / stepDays);
}

/**
 * Steps around promotions: 1 on one, 2 within {@link afterSteps} after it, 3 within {@link beforeSteps} before one, else 0.
 */
export function promotionPhases(promo: Uint8Array, grid: StepGrid): Uint8Array {
  const [after, before] = [afterSteps(grid), beforeSteps(grid)];
  const phases = new Uint8Array(promo.length);
  let since = Number.POSITIVE_INFINITY;
  for (let i = 0; i < promo.length; i++) {
    since = promo[i] === 1 ? 0 : since + 1;
    if (since === 0) phases[i] = 1;
    else if (since <= after) phases[i] = 2;
  }
  let until = Number.POSITIVE_INFINITY;
  for (let i = promo.length - 1; i >= 0; i--) {
    until = promo[i] === 1 ? 0 : until + 1;
    if (until > 0 && until <= before && phases[i] === 0) phases[i] = 3;
  }
  return phases;
}

/** Tells whether a price is so far from the usual one that its effect is not read; false if no usual one is known. */
export function isFarPrice(price: number, usual: number): boolean {
  return price > FARTHEST_PRICE_RATIO * usual || price * FARTHEST_PRICE_RATIO < usual;
}

/** Log of a price over the usual one, capped. */
export function boundedPrice(relativePrice: number): number {
  return Math.max(-FARTHEST_PRICE, Math.min(FARTHEST_PRICE, relativePrice));
}

/** Log of the factor of one day. @param coefficients four values from `at` on */
export function logResponse(
  coefficients: Float64Array,
  at: number,
  phase: number,
  relativePrice: number,
): number {
  const price = boundedPrice(relativePrice);
  let sum = price === 0 ? 0 : coefficients[at + PRICE] * price;
  if (phase === 1) sum += coefficients[at + PROMOTION];
  else if (phase === 2) sum += coefficients[at + AFTER];
  else if (phase === 3) sum += coefficients[at + BEFORE];
  return sum;
}
