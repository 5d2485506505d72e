import { observedSums } from '../../panel/observed-sums.js';
import type { FittedModel } from '../contract.js';

/** Forecasts of categories that products are scaled to. */
export interface CategoryForecaster {
  readonly model: FittedModel;
  readonly categoryOf: Int32Array;
  /** Extent to which products are scaled, between 0 and 1. */
  readonly share: number;
  /** True if products have a known future, which the category model does not get. */
  readonly planned?: boolean;
}

/** Largest factor by which products are scaled, up or down. */
const MOST_SCALING = 2;

/**
 * Scales products, series-major, on every step: by `share` of the way to the forecast of their category.
 *
 * @param compared forecasts of the products that are comparable with those of the categories
 */
export function scaleToCategories(
  products: Float64Array,
  categories: Float64Array,
  categoryOf: Int32Array,
  share: number,
  compared = products,
): void {
  const horizon = products.length / categoryOf.length;
  const cellOf = (i: number) => categoryOf[Math.floor(i / horizon)] * horizon + (i % horizon);
  const sums = observedSums(compared, {
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
  for (let i = 0; i < products.length; i++) products[i] *= scales[cellOf(i)];
}
