import type { Day } from '../calendar/day.js';
import { type CalendarEvent, eventMask } from '../calendar/events.js';
import { invalidOption } from '../errors.js';
import { type Progress, runAtOnce } from '../long-call.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { type EventScopes, eventScopes, eventsOfSet } from '../panel/event-scopes.js';
import { lastDay, type Panel } from '../panel/panel.js';
import { calendarFeatures } from './calendar-features.js';
import { type IndicatorSeries, indicatorFeature } from './indicator-features.js';
import type { FeatureMatrix } from './matrix.js';
import { FEATURE_NAMES, INDICATOR_FEATURES } from './names.js';
import { fillSalesFeatures, type SalesFeatureColumns } from './sales-features.js';

export interface FeatureOptions {
  /**
   * Holidays and events behind `is_holiday`; an event with a scope counts only for the series that match it.
   */
  readonly events?: readonly CalendarEvent[];
  /** Series named `gdp`, `inflation`, `consumer_confidence`; a feature whose series is missing is NaN. */
  readonly indicators?: readonly IndicatorSeries[];
  /** First day to make rows for, as an index into the panel. Default 0. */
  readonly from?: number;
  /** End of the days to make rows for, excluded. Default `panel.days`. */
  readonly to?: number;
}

const FEATURES_OPTIONS: OptionTable<FeatureOptions> = { events: 1, indicators: 1, from: 1, to: 1 };

/**
 * The 15 features of every series and day: row `s * (to - from) + (d - from)` is series `s` on day
 * index `d`. The features of a day are made from earlier sales only, and from indicators published by then.
 *
 * ```ts
 * import { computeFeatures, type Panel } from 'commerce-forecast';
 *
 * declare const panel: Panel;
 * const features = computeFeatures(panel, { from: panel.days - 730 });
 * const lag7 = features.columns[features.names.indexOf('sales_lag_7')];
 * ```
 *
 * @throws ForecastError `invalid-option` if `from` and `to` are not days of the panel.
 */
export function computeFeatures(panel: Panel, options: FeatureOptions = {}): NamedFeatures {
  refuseUnknown(options, FEATURES_OPTIONS);
  return runAtOnce(computeFeaturesSteps(panel, options));
}

/** A feature matrix whose columns have names. */
export type NamedFeatures = FeatureMatrix & { readonly names: readonly string[] };

/** The same as {@link computeFeatures}, as a generator that reports progress after each series. */
export function* computeFeaturesSteps(
  panel: Panel,
  options: FeatureOptions = {},
): Generator<Progress, NamedFeatures, void> {
  const { from = 0, to = panel.days, events, indicators } = options;
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to > panel.days || from > to) {
    invalidOption('from', `Days ${from} to ${to} are not within the panel's ${panel.days}`);
  }
  const days = to - from;
  const rows = panel.seriesCount * days;
  const shared = sharedColumns(panel.startDay + from, days, lastDay(panel), events, indicators);
  const columns = allocateColumns(rows);
  const sales = salesColumns(columns);
  const scopes = events && eventScopes(panel, events);
  const holidays = scopes && holidayColumns(panel.startDay + from, days, events, scopes);
  for (let s = 0; s < panel.seriesCount; s++) {
    for (const [j, column] of shared.entries()) column && columns[j].set(column, s * days);
    if (holidays) columns[IS_HOLIDAY].set(holidays[scopes.setOf[s]], s * days);
    fillSalesFeatures(panel.units, s * panel.days, from, to, sales, s * days);
    yield { phase: 'features', done: s + 1, total: panel.seriesCount };
  }
  return { rows, columns, names: FEATURE_NAMES };
}

/** Position of the one calendar feature that depends on the series, where events have a scope. */
export const IS_HOLIDAY = FEATURE_NAMES.indexOf('is_holiday');

/** `is_holiday` of `days` days from `startDay`, for each set of series. */
export function holidayColumns(
  startDay: Day,
  days: number,
  events: readonly CalendarEvent[],
  scopes: EventScopes,
): Uint8Array[] {
  return scopes.sets.map((_, set) => eventMask(eventsOfSet(events, scopes, set), startDay, days));
}

/** Allocates one column of the given length per feature. */
export function allocateColumns(rows: number): Float32Array[] {
  return FEATURE_NAMES.map(() => new Float32Array(rows));
}

/** The six of the 15 columns that are computed from past sales. */
export function salesColumns(columns: readonly Float32Array[]): SalesFeatureColumns {
  const [lag7, lag30, rollingMean, rollingStd, rollingMin, rollingMax] = columns.slice(6, 12);
  return { lag7, lag30, rollingMean, rollingStd, rollingMin, rollingMax };
}

/**
 * The features that all series share (except for the scope of events), one value per day, at their column
 * positions; the positions of the sales features are undefined.
 */
export function sharedColumns(
  startDay: Day,
  days: number,
  cutoffDay: Day,
  events: readonly CalendarEvent[] | undefined,
  indicators: readonly IndicatorSeries[] | undefined,
): (Float32Array | undefined)[] {
  const calendar = calendarFeatures(startDay, days, events);
  const external = INDICATOR_FEATURES.map((name) =>
    indicatorFeature(
      indicators?.find((indicator) => indicator.name === name),
      startDay,
      days,
      cutoffDay,
    ),
  );
  const { dayOfWeek, dayOfMonth, weekOfYear, month, quarter, isHoliday } = calendar;
  const sales = new Array<undefined>(6).fill(undefined);
  return [dayOfWeek, dayOfMonth, weekOfYear, month, quarter, isHoliday, ...sales, ...external];
}
