import type { Day } from '../calendar/day.js';

/**
 * Daily sales of many series on one gap-free grid of days, as series-major columns: the value of series `s` on
 * day `startDay + d` stands at index `s * days + d` of every column.
 */
export interface Panel {
  /** Day of index 0. */
  readonly startDay: Day;
  /** Length of the grid in days; the last complete day is `startDay + days - 1`. */
  readonly days: number;
  readonly seriesCount: number;
  /** Key of each series: the product id, or `product@location` where locations are kept apart. */
  readonly ids: readonly string[];
  readonly categories: readonly string[];
  /** Index into `categories` for each series. */
  readonly categoryOf: Int32Array;
  /** Units sold; NaN means missing (not observed, out of stock, before the product existed). */
  readonly units: Float64Array;
  /** Index of the first day with a record for each series. */
  readonly firstDay: Int32Array;
  /** Revenue in the merchant's currency, 0 where nothing was sold. */
  readonly revenue?: Float64Array;
  /** Unit price; NaN where unknown. */
  readonly price?: Float32Array;
  /** 1 on days with a promotion. */
  readonly promo?: Uint8Array;
  /** 0 on days recorded as out of stock. */
  readonly inStock?: Uint8Array;
  /** 0 on days on which the series was not on sale at all, such as closed Sundays: nothing is sold then. */
  readonly open?: Uint8Array;
  /**
   * Static attributes of the series besides the category, such as brand or size; `product` and `location` where the
   * locations of a product are series of their own.
   */
  readonly attributes?: readonly SeriesAttribute[];
}

/** An attribute that does not change over time: one value for each series. */
export interface SeriesAttribute {
  readonly name: string;
  readonly values: readonly string[];
  /** Index into `values` for each series, -1 where unknown. */
  readonly valueOf: Int32Array;
}

/** The value of an attribute for each series, or undefined if the panel does not have it. */
export function attributeOf(
  panel: Panel,
  name: string,
): ((series: number) => string | undefined) | undefined {
  const attribute = panel.attributes?.find((candidate) => candidate.name === name);
  return attribute && ((series) => attribute.values[attribute.valueOf[series]]);
}

/** The last day of a panel: the cutoff of every model fitted on it. */
export function lastDay(panel: Panel): Day {
  return panel.startDay + panel.days - 1;
}
