import { type ErrorPath, ForecastError } from '../errors.js';
import { attributeOf } from '../panel/panel.js';
import { numberAt, present } from '../present.js';
import type { ForecastSnapshot } from './snapshot.js';

/** Columns that name the category of each series, of a panel or of a snapshot. */
export interface SeriesCategories {
  readonly categories: readonly string[];
  readonly categoryOf: ArrayLike<number>;
}

/** Product and category of a series. */
export function seriesName(
  ids: readonly string[],
  { categories, categoryOf }: SeriesCategories,
  series: number,
) {
  return {
    productId: present(ids[series], 'product'),
    category: present(categories[numberAt(categoryOf, series)], 'category'),
  };
}

/** Product, category and location of each series. */
export interface SeriesNames {
  readonly product: (series: number) => string;
  readonly category: (series: number) => string;
  /** Undefined if locations are summed. */
  readonly location: ((series: number) => string | undefined) | undefined;
}

/** Names of the series of a snapshot; where locations are kept apart, the id of a series is not that of its product. */
export function seriesNames(
  snapshot: Pick<ForecastSnapshot, 'productIds' | 'attributes'> & SeriesCategories,
): SeriesNames {
  const { productIds, categories, categoryOf } = snapshot;
  const product = attributeOf(snapshot, 'product');
  return {
    product: (series) => product?.(series) ?? present(productIds[series], 'product'),
    category: (series) => present(categories[numberAt(categoryOf, series)], 'category'),
    location: attributeOf(snapshot, 'location'),
  };
}

interface NamedProduct {
  readonly productId: string;
  readonly location?: string | null | undefined;
}

/** A product, with its location where there is one. */
export function productText({ productId, location }: NamedProduct): string {
  return location === null || location === undefined ? productId : `${productId} at ${location}`;
}

/** A location, or null for records without one, in words. */
export function locationText(location: string | null | undefined): string {
  return location === null || location === undefined ? 'null (records without a location)' : `"${location}"`;
}

/** @param path option that names a location */
export function locationsAreSummed(path: ErrorPath): ForecastError {
  return new ForecastError(
    'invalid-option',
    'The sales of all locations are summed, so there is no forecast of one',
    {
      path,
      hint: 'Create the forecaster with { panel: { byLocation: true } }, and train.',
    },
  );
}
