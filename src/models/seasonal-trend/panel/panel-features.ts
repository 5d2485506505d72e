import type { Day } from '../../../calendar/day.js';
import type { CalendarEvent } from '../../../calendar/events.js';
import type { EventScopes } from '../../../panel/event-scopes.js';
import type { EventFeature } from '../event-features.js';
import { eventColumn, eventFeatures, touches } from '../event-features.js';
import { fourierColumns } from '../fourier.js';
import { toDay } from '../series/time-points.js';
import type { ResolvedSeasonalTrendPanelOptions } from './panel-options.js';

const DAYS_PER_YEAR = 365.25;
/** Days that a series must span for a weekly seasonality: two weeks, as in Prophet. */
const MIN_WEEKLY_DAYS = 14;

/** A seasonality besides the weekly and the yearly one. */
export interface CustomSeasonality {
  readonly period: number;
  readonly fourierOrder: number;
  readonly priorScale: number;
  /** First and last days of the stretches on which it holds; all days if undefined. */
  readonly ranges?: readonly (readonly [Day, Day])[];
}

/** The features that all series of a panel share, in the order weekly, others, events, yearly. Plain data. */
export interface PanelFeatures {
  readonly weeklyOrder: number;
  readonly seasonalities: readonly CustomSeasonality[];
  readonly yearlyOrder: number;
  readonly events: readonly EventFeature[];
}

/** Columns of the features of a series, `to` excluded. */
export interface FeatureRange {
  readonly from: number;
  readonly to: number;
}

export function panelFeatures(
  options: ResolvedSeasonalTrendPanelOptions,
  events: readonly CalendarEvent[],
  from: Day,
  to: Day,
  scopes?: EventScopes,
): PanelFeatures {
  const touching = eventFeatures(events, scopes?.scopes).filter((feature) => touches(feature, from, to));
  return {
    weeklyOrder: options.weeklySeasonality || 0,
    seasonalities: options.seasonalities.map(({ period, fourierOrder, priorScale, condition }) => ({
      period,
      fourierOrder,
      priorScale: priorScale ?? options.seasonalityPriorScale,
      ...(condition
        ? { ranges: condition.map(({ from, to }) => [toDay(from, []), toDay(to, [])] as const) }
        : {}),
    })),
    yearlyOrder: options.yearlySeasonality || 0,
    events: options.holidays ? touching : [],
  };
}

export function featureCount(features: PanelFeatures): number {
  return 2 * features.weeklyOrder + customCount(features) + features.events.length + 2 * features.yearlyOrder;
}

function customCount({ seasonalities }: PanelFeatures): number {
  return seasonalities.reduce((sum, { fourierOrder }) => sum + 2 * fourierOrder, 0);
}

/** Values of all features on `count` days from `from`. */
export function panelFeatureColumns(features: PanelFeatures, from: Day, count: number): Float64Array[] {
  const days = Float64Array.from({ length: count }, (_, d) => from + d);
  return [
    ...fourierColumns(days, 7, features.weeklyOrder),
    ...features.seasonalities.flatMap((seasonality) => customColumns(seasonality, days)),
    ...features.events.map((feature) => eventColumn(feature, days)),
    ...fourierColumns(days, DAYS_PER_YEAR, features.yearlyOrder),
  ];
}

/** The columns for each series, where events have scopes; series with the same events share the arrays. */
export function seriesFeatureColumns(
  features: PanelFeatures,
  scopes: EventScopes | undefined,
  from: Day,
  count: number,
): (series: number) => readonly Float64Array[] {
  const common = panelFeatureColumns(features, from, count);
  if (scopes === undefined) return () => common;
  const days = Float64Array.from({ length: count }, (_, d) => from + d);
  const first = 2 * features.weeklyOrder + customCount(features);
  const bySet = scopes.sets.map((set) => {
    const own = common.slice();
    features.events.forEach((feature, i) => {
      if (feature.scoped) own[first + i] = eventColumn(feature, days, set);
    });
    return own;
  });
  return (series) => bySet[scopes.setOf[series]];
}

function customColumns(
  { period, fourierOrder, ranges }: CustomSeasonality,
  days: Float64Array,
): Float64Array[] {
  const columns = fourierColumns(days, period, fourierOrder);
  if (ranges === undefined) return columns;
  for (let d = 0; d < days.length; d++) {
    if (ranges.some(([from, to]) => days[d] >= from && days[d] <= to)) continue;
    for (const column of columns) column[d] = 0;
  }
  return columns;
}

/** Prior precisions of all features. */
export function featurePrecisions(
  features: PanelFeatures,
  options: ResolvedSeasonalTrendPanelOptions,
): Float64Array {
  const precisions = new Float64Array(featureCount(features)).fill(1 / options.seasonalityPriorScale ** 2);
  let at = 2 * features.weeklyOrder;
  for (const { fourierOrder, priorScale } of features.seasonalities) {
    precisions.fill(1 / priorScale ** 2, at, at + 2 * fourierOrder);
    at += 2 * fourierOrder;
  }
  precisions.fill(1 / options.holidaysPriorScale ** 2, at, at + features.events.length);
  return precisions;
}

/**
 * The features of a series that spans `days` days. Leaving out the weekly block from below or the yearly block from
 * above keeps the rest contiguous.
 */
export function featureRange(
  features: PanelFeatures,
  options: ResolvedSeasonalTrendPanelOptions,
  days: number,
): FeatureRange {
  const from = days < MIN_WEEKLY_DAYS ? 2 * features.weeklyOrder : 0;
  const yearly = days < options.minYearlyDays ? 2 * features.yearlyOrder : 0;
  return { from, to: featureCount(features) - yearly };
}
