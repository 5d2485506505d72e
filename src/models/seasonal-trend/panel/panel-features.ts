import type { Day } from '../../../calendar/day.js';
import type { CalendarEvent } from '../../../calendar/events.js';
import { square } from '../../../math/index.js';
import type { EventScopes } from '../../../panel/event-scopes.js';
import type { EventFeature } from '../event-features.js';
import { eventColumn, eventFeatures, touches } from '../event-features.js';
import { fourierColumns } from '../fourier.js';
import type { EffectMode } from '../series/series-options.js';
import { toDay } from '../series/time-points.js';
import type { ResolvedSeasonalTrendPanelOptions } from './panel-options.js';
import { type SeriesValues, valueOn } from './panel-values.js';

const DAYS_PER_YEAR = 365.25;
/** Days that a series must span for a weekly seasonality: two weeks, as in Prophet. */
const MIN_WEEKLY_DAYS = 14;

/** A seasonality besides the weekly and the yearly one. */
export interface CustomSeasonality {
  readonly name: string;
  readonly period: number;
  readonly fourierOrder: number;
  readonly priorScale: number;
  /** That of the series if undefined. */
  readonly mode?: EffectMode;
  /** First and last days of the stretches on which it holds; all days if undefined. */
  readonly ranges?: readonly (readonly [Day, Day])[];
}

/** A regressor; its values are columns of their own. */
export interface RegressorFeature {
  readonly name: string;
  readonly priorScale: number;
  /** That of the series if undefined. */
  readonly mode?: EffectMode;
}

/**
 * The features that all series of a panel share, in the order weekly, others, events, regressors, yearly. Plain data.
 */
export interface PanelFeatures {
  readonly weeklyOrder: number;
  readonly seasonalities: readonly CustomSeasonality[];
  readonly yearlyOrder: number;
  readonly events: readonly EventFeature[];
  /** Mode of the events: that of the series if undefined. */
  readonly eventMode?: EffectMode;
  readonly regressors: readonly RegressorFeature[];
}

/** Columns of the features of a series, `to` excluded. */
export interface FeatureRange {
  readonly from: number;
  readonly to: number;
}

/** Waves of a seasonality and the place of its columns. */
export interface Waves extends FeatureRange {
  readonly name: string;
  readonly period: number;
  readonly fourierOrder: number;
  readonly mode?: EffectMode;
  readonly ranges?: readonly (readonly [Day, Day])[];
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
    seasonalities: options.seasonalities.map(
      ({ name, period, fourierOrder, priorScale, mode, condition }) => ({
        name,
        period,
        fourierOrder,
        priorScale: priorScale ?? options.seasonalityPriorScale,
        ...(mode && { mode }),
        ...(condition && {
          ranges: condition.map(({ from, to }) => [toDay(from, []), toDay(to, [])] as const),
        }),
      }),
    ),
    yearlyOrder: options.yearlySeasonality || 0,
    events: options.holidays ? touching : [],
    ...(options.holidaysMode && { eventMode: options.holidaysMode }),
    regressors: options.regressors.map(({ name, priorScale, mode }) => ({
      name,
      priorScale: priorScale ?? options.holidaysPriorScale,
      ...(mode && { mode }),
    })),
  };
}

export function featureCount(features: PanelFeatures): number {
  return firstYearly(features) + 2 * features.yearlyOrder;
}

function customCount({ seasonalities }: PanelFeatures): number {
  return seasonalities.reduce((sum, { fourierOrder }) => sum + 2 * fourierOrder, 0);
}

function firstEvent(features: PanelFeatures): number {
  return 2 * features.weeklyOrder + customCount(features);
}

/** Column of the first regressor. */
export function firstRegressor(features: PanelFeatures): number {
  return firstEvent(features) + features.events.length;
}

function firstYearly(features: PanelFeatures): number {
  return firstRegressor(features) + features.regressors.length;
}

/** All seasonalities, the weekly one first and the yearly one last. */
export function panelWaves(features: PanelFeatures): Waves[] {
  const { weeklyOrder, seasonalities, yearlyOrder } = features;
  let at = 2 * weeklyOrder;
  const custom = seasonalities.map((seasonality) => {
    const from = at;
    at += 2 * seasonality.fourierOrder;
    return { ...seasonality, from, to: at };
  });
  const last = firstYearly(features);
  return [
    { name: 'weekly', period: 7, fourierOrder: weeklyOrder, from: 0, to: 2 * weeklyOrder },
    ...custom,
    {
      name: 'yearly',
      period: DAYS_PER_YEAR,
      fourierOrder: yearlyOrder,
      from: last,
      to: last + 2 * yearlyOrder,
    },
  ];
}

/** 1 for every column that multiplies the trend of a series. @param mode mode of the effects that have none of their own */
export function multiplicativeFeatures(features: PanelFeatures, mode: EffectMode): Uint8Array {
  const flags = new Uint8Array(featureCount(features));
  const set = (own: EffectMode | undefined, from: number, to: number) => {
    if ((own ?? mode) === 'multiplicative') flags.fill(1, from, to);
  };
  for (const waves of panelWaves(features)) set(waves.mode, waves.from, waves.to);
  const first = firstRegressor(features);
  set(features.eventMode, firstEvent(features), first);
  features.regressors.forEach((regressor, i) => {
    set(regressor.mode, first + i, first + i + 1);
  });
  return flags;
}

/** Sources of the columns of each series. */
export interface ColumnSources {
  readonly features: PanelFeatures;
  /** Scopes of events by series; undefined if all events are for all series. */
  readonly eventScopes?: EventScopes;
  /** Values of the regressors, in their order. */
  readonly regressors: readonly SeriesValues[];
}

/** Returns the same number for series that have the same columns. */
export function columnSets({ eventScopes, regressors }: ColumnSources): (series: number) => number {
  if (regressors.length === 0) return (series) => eventScopes?.setOf[series] ?? 0;
  const numbers = new Map<string, number>();
  return (series) => {
    const values = regressors.map(({ columnOf }) => columnOf[series]);
    const key = [eventScopes?.setOf[series] ?? 0, ...values].join(' ');
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  };
}

/**
 * Values of all features of each series on `count` days from `from`; those of regressors as given, and NaN where they are
 * missing. Series with the same columns share the arrays.
 */
export function panelColumns(
  sources: ColumnSources,
  from: Day,
  count: number,
): (series: number) => readonly Float64Array[] {
  const { features, eventScopes, regressors } = sources;
  const days = Float64Array.from({ length: count }, (_, d) => from + d);
  const waves = panelWaves(features).flatMap((one) => waveColumns(one, days));
  const seasonal = firstEvent(features);
  const given = regressors.map(({ columns }) =>
    columns.map((column) => days.map((day) => valueOn(column, day))),
  );
  const none = new Float64Array(count).fill(Number.NaN);
  const common = features.events.map((feature) => eventColumn(feature, days));
  const setOf = columnSets(sources);
  const bySet = new Map<number, readonly Float64Array[]>();
  return (series) => {
    const set = setOf(series);
    const known = bySet.get(set);
    if (known) return known;
    const scopes = eventScopes?.sets[eventScopes.setOf[series]];
    const columns = [
      ...waves.slice(0, seasonal),
      ...features.events.map((feature, i) =>
        scopes && feature.scoped ? eventColumn(feature, days, scopes) : common[i],
      ),
      ...regressors.map(({ columnOf }, r) => given[r][columnOf[series]] ?? none),
      ...waves.slice(seasonal),
    ];
    bySet.set(set, columns);
    return columns;
  };
}

function waveColumns({ period, fourierOrder, ranges }: Waves, days: Float64Array): Float64Array[] {
  const columns = fourierColumns(days, period, fourierOrder);
  zeroOutside(ranges, days, columns);
  return columns;
}

/** Sets columns to zero on the days outside all ranges, in place. */
export function zeroOutside(
  ranges: readonly (readonly [Day, Day])[] | undefined,
  days: ArrayLike<number>,
  columns: readonly Float64Array[],
): void {
  if (ranges === undefined) return;
  for (let d = 0; d < days.length; d++) {
    if (isInside(ranges, days[d])) continue;
    for (const column of columns) column[d] = 0;
  }
}

export function isInside(ranges: readonly (readonly [Day, Day])[], day: Day): boolean {
  return ranges.some(([from, to]) => day >= from && day <= to);
}

/** Prior precisions of all features. */
export function featurePrecisions(
  features: PanelFeatures,
  options: ResolvedSeasonalTrendPanelOptions,
): Float64Array {
  const precisions = new Float64Array(featureCount(features)).fill(1 / square(options.seasonalityPriorScale));
  let at = 2 * features.weeklyOrder;
  for (const { fourierOrder, priorScale } of features.seasonalities) {
    precisions.fill(1 / square(priorScale), at, at + 2 * fourierOrder);
    at += 2 * fourierOrder;
  }
  precisions.fill(1 / square(options.holidaysPriorScale), at, at + features.events.length);
  at += features.events.length;
  for (const { priorScale } of features.regressors) precisions[at++] = 1 / square(priorScale);
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
