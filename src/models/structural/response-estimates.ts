import { square } from '../../math/index.js';
import { COVARIANCE, combinedVariance, GROUP_DEVIATIONS } from './response.js';
import { PRICE, PROMOTION, RESPONSE_COUNT } from './response-columns.js';
import type { StructuralState } from './state.js';

/** An effect of promotions or prices on the log of the sales of a series. */
export interface ResponseEstimate {
  readonly effect: number;
  /** Standard error, including that of the category. */
  readonly error: number;
  /** Weight of the series' own sales, from 0 to 1; the rest is the category's. */
  readonly ownShare: number;
}

/** Share of the prior variance above which the history counts as uninformative. */
const UNTOUCHED = 0.5;

/** Effect of a promotion at an unchanged price; undefined where the history does not identify it. */
export function promotionEffect(state: StructuralState, series: number): ResponseEstimate | undefined {
  return responseEstimate(state, series, PROMOTION);
}

/** Price elasticity; undefined where the history does not identify it, or not apart from promotions. */
export function priceElasticity(state: StructuralState, series: number): ResponseEstimate | undefined {
  return state.usualPrice && isIdentifiable(state, series)
    ? responseEstimate(state, series, PRICE)
    : undefined;
}

/**
 * Tells whether promotions and prices varied without each other in the group of a series, so that their effects
 * can be separated.
 */
export function isIdentifiable({ identifiable, groupOf }: StructuralState, series: number): boolean {
  return identifiable[groupOf[series]] ?? true;
}

function responseEstimate(
  { responses, responseErrors, groupOf }: StructuralState,
  series: number,
  response: number,
): ResponseEstimate | undefined {
  if (!responses || !responseErrors) return undefined;
  const { own, share, group } = responseErrors;
  const row = series * COVARIANCE + response * RESPONSE_COUNT;
  const shares = share.subarray(row, row + RESPONSE_COUNT);
  const variance = own[row + response] + combinedVariance(group, groupOf[series], shares);
  if (!(variance > 0) || variance > UNTOUCHED * square(GROUP_DEVIATIONS[response])) return undefined;
  return {
    effect: responses[series * RESPONSE_COUNT + response],
    error: Math.sqrt(variance),
    ownShare: 1 - share[row + response],
  };
}
