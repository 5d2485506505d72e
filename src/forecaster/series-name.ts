import { numberAt, present } from '../present.js';

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
