import { observedSums } from '../../panel/observed-sums.js';
import type { FittedModel } from '../contract.js';

/** Forecasts of categories that products are scaled to. */
export interface CategoryForecaster {
  readonly model: FittedModel;
  readonly categoryOf: Int32Array;
  /** How far to go, between 0 and 1. */
  readonly share: number;
}

/** Products are scaled by at most this factor, up or down. */
const MOST_SCALING = 2;

/**
 * Scales means, series-major, on every step: as `products` would have to be, by `share` of the way, to add up to the
 * forecast of their category.
 */
export function scaleToCategories(
  means: Float64Array,
  products: Float64Array,
  categories: Float64Array,
  categoryOf: Int32Array,
  share: number,
): void {
  const horizon = products.length / categoryOf.length;
  const cellOf = (i: number) => categoryOf[Math.floor(i / horizon)] * horizon + (i % horizon);
  const sums = observedSums(products, {
    seriesCount: categoryOf.length,
    steps: horizon,
    groupOf: categoryOf,
    groupCount: categories.length / horizon,
  });
  const scales = categories.map((value, cell) => {
    const scale = value / sums[cell];
    if (!(scale > 0)) return 1;
    return 1 + share * (Math.min(MOST_SCALING, Math.max(1 / MOST_SCALING, scale)) - 1);
  });
  for (let i = 0; i < means.length; i++) means[i] *= scales[cellOf(i)];
}
