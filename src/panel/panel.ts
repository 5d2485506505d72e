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
  /**
   * Units to learn from: NaN means missing (not observed, out of stock, an outage, before the product existed), and giant
   * orders are bounded.
   */
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
  /**
   * 0 on days on which the shop is closed as a rule, such as every Sunday or the same weeks of every year; their units are
   * 0 from the first day of a series on. Present if there are such days.
   */
  readonly open?: Uint8Array;
  /** Units as they were sold, for sums of the history; present if `units` has bounded days, and equal to it on all others. */
  readonly soldUnits?: Float64Array;
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
  panel: Pick<Panel, 'attributes'>,
  name: string,
): ((series: number) => string | undefined) | undefined {
  const attribute = panel.attributes?.find((candidate) => candidate.name === name);
  return attribute && ((series) => attribute.values[attribute.valueOf[series]]);
}

/** The shape of a panel before its columns are filled. */
export type PanelShape = Pick<
  Panel,
  'startDay' | 'days' | 'seriesCount' | 'ids' | 'categories' | 'categoryOf' | 'firstDay' | 'attributes'
>;

/** The last day of a panel: the cutoff of every model fitted on it. */
export function lastDay(panel: Panel): Day {
  return panel.startDay + panel.days - 1;
}
