import type { Day } from '../calendar/day.js';
import type { CalendarEvent, EventScope } from '../calendar/events.js';
import type { IndicatorSeries } from '../features/indicator-features.js';
import type { Panel } from '../panel/panel.js';
import { sliceDays } from '../panel/slice.js';

/** Data that a model gets besides the sales; plain data, kept by the fitted model. */
export interface Covariates {
  /** Holidays and events over the history and the days to be forecast: known ahead. */
  readonly events?: readonly CalendarEvent[];
  /** Economic indicators: known up to the cutoff only. */
  readonly indicators?: readonly IndicatorSeries[];
  /** Prices, promotions, closures and availability after the cutoff; those before it are columns of the panel. */
  readonly future?: KnownFuture;
  /** Columns that are known up to the cutoff only, such as weather or visitors; no value after it is ever read. */
  readonly pastOnly?: readonly PastOnlySeries[];
  /** Attributes of products that never change, such as brand and size. */
  readonly static?: readonly ProductAttributes[];
}

/**
 * A column that becomes known day by day; columns with the same name and different scopes are one covariate.
 */
export interface PastOnlySeries {
  readonly name: string;
  /** Day of the first value. */
  readonly startDay: Day;
  /** One value for each day; NaN or null where it is missing. */
  readonly values: readonly (number | null)[];
  /** Series that it applies to: those that match all the given columns. Default: all. */
  readonly scope?: EventScope;
}

/** A product with its static attributes: `{ productId: 'SKU-1', brand: 'Acme', size: 'L' }`. */
export interface ProductAttributes {
  readonly productId: string;
  readonly [attribute: string]: string | undefined;
}

/** Value of {@link KnownFuture.open} on unplanned days: the learnt opening pattern holds. */
export const OPEN_AS_LEARNT = 2;

/** Value of {@link KnownFuture.price} on unplanned days: the last price of the history holds again. */
export const PRICE_AS_BEFORE = 0;

/**
 * Columns that are known ahead for the days after the cutoff, series-major like those of a panel: the value of
 * series `s` on day `startDay + d` is at index `s * days + d`. Beyond its days, and where a column is missing,
 * the last known price holds, nothing is promoted, and the learnt opening pattern continues.
 */
export interface KnownFuture {
  /** The day after the cutoff. */
  readonly startDay: Day;
  readonly days: number;
  /** Unit price; NaN for the last known one of history and future, {@link PRICE_AS_BEFORE} for that of the history. */
  readonly price?: Float32Array;
  /** 1 on days with a promotion. */
  readonly promo?: Uint8Array;
  /**
   * 0 on days on which the series is not on sale at all, 1 on others, {@link OPEN_AS_LEARNT} where nothing is
   * planned.
   */
  readonly open?: Uint8Array;
  /** 0 on days on which the series will be out of stock: demand continues, sales do not. */
  readonly available?: Uint8Array;
}

/**
 * Covariates as they were known at a cutoff inside a panel: indicators and past-only columns lose later values;
 * prices, promotions and closures after the cutoff, which are known ahead, are taken from the panel.
 *
 * @param end number of steps of the panel up to the cutoff
 * @param stepDays days that a step of the panel stands for
 */
export function covariatesUntil(covariates: Covariates, panel: Panel, end: number, stepDays = 1): Covariates {
  const cutoff = panel.startDay + (end - 1) * stepDays;
  const { indicators, pastOnly, future: _, ...known } = covariates;
  const future = recordedFuture(panel, end, stepDays);
  return {
    ...known,
    ...(indicators && { indicators: indicators.map((series) => publishedUntil(series, cutoff)) }),
    ...(pastOnly && { pastOnly: pastOnly.map((column) => seenUntil(column, cutoff)) }),
    ...(future && { future }),
  };
}

function seenUntil(column: PastOnlySeries, cutoff: Day): PastOnlySeries {
  return { ...column, values: column.values.slice(0, Math.max(0, cutoff - column.startDay + 1)) };
}

function publishedUntil(series: IndicatorSeries, cutoff: Day): IndicatorSeries {
  return {
    ...series,
    days: series.days.filter((day) => day <= cutoff),
    values: series.values.filter((_, i) => series.days[i] <= cutoff),
  };
}

/** The columns known ahead of a panel's days from index `end` on; undefined without any such day or column. */
export function recordedFuture(panel: Panel, end: number, stepDays = 1): KnownFuture | undefined {
  const hasColumn = panel.price ?? panel.promo ?? panel.open;
  if (end >= panel.days || !hasColumn) return undefined;
  const { days, price, promo, open } = sliceDays(panel, end, panel.days);
  const startDay = panel.startDay + end * stepDays;
  return { startDay, days, ...(price && { price }), ...(promo && { promo }), ...(open && { open }) };
}
