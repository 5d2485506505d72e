import { checkEvents } from '../../../calendar/events.js';
import { checkWholeNumber, ForecastError, invalidOption } from '../../../errors.js';
import { refuseUnknown, refuseUnknownIn } from '../../../options.js';
import { changepointRows } from '../changepoints.js';
import type { Component, EventEffect, Regressor, Seasonality } from '../components.js';
import { eventFeatures } from '../event-features.js';
import { checkPositive } from '../panel/panel-options.js';
import { standardizationOf, varies } from '../regressor-values.js';
import { unseenPhases, unseenWarning } from '../unseen-phases.js';
import { AUTO_SEASONALITIES, autoOrder } from './auto-seasonality.js';
import { checkSpan, type SeriesHistory } from './series-history.js';
import {
  type Growth,
  MASKED_DAYS,
  REGRESSOR_OPTIONS,
  type RegressorOptions,
  SEASONAL_TREND_OPTIONS,
  SEASONALITY_OPTIONS,
  SERIES_EVENT,
  type SeasonalityOptions,
  type SeasonalTrendOptions,
  type SeriesEvent,
} from './series-options.js';
import { toDay } from './time-points.js';

/** Days after the history for which an event source is queried. */
const EVENT_HORIZON_DAYS = 3660;

/** Highest Fourier order of a seasonality. */
const HIGHEST_ORDER = 1000;

/** Everything about a model but its parameters. Plain data. */
export interface Specification {
  readonly growth: Growth;
  /** Day of the first observation: scaled time 0. */
  readonly startDay: number;
  /** Days from the first to the last observation: the unit of scaled time. */
  readonly span: number;
  /** Day of the last row, observed or not: the forecast starts after it. By default the end of the span. */
  readonly lastDay?: number;
  /** Unit of scaled values: the largest absolute value above the floor, or their range. */
  readonly scale: number;
  /** Floor where the data gives none. */
  readonly floor: number;
  /** True if the data gives a floor under logistic growth; unknown for fits stored without it. */
  readonly floorGiven?: boolean;
  /** Scaled times, ascending. */
  readonly changepoints: readonly number[];
  readonly changepointPriorScale: number;
  readonly components: readonly Component[];
  readonly intervalLevel: number;
  readonly nonNegative: boolean;
}

/**
 * Derives the specification of the model for a history.
 *
 * @throws ForecastError `invalid-option` for an invalid option, `too-short` without two different times.
 */
export function specify(
  history: SeriesHistory,
  options: SeasonalTrendOptions,
): { specification: Specification; warnings: string[] } {
  checkOptions(options);
  checkSpan(history);
  const { days } = history.points;
  const startDay = days[0];
  const span = days[days.length - 1] - startDay;
  const warnings: string[] = [];
  const components = [
    ...seasonalities(history, options, warnings),
    ...events(days, options),
    ...regressors(history, options, warnings),
  ];
  checkNames(components);
  const specification: Specification = {
    growth: options.growth ?? 'linear',
    startDay,
    span,
    lastDay: history.lastDay,
    ...scaleOf(history, options),
    ...(options.growth === 'logistic' && { floorGiven: history.points.floor !== undefined }),
    changepoints: changepoints(history, options).map((day) => (day - startDay) / span),
    changepointPriorScale: options.changepointPriorScale ?? 0.05,
    components,
    intervalLevel: options.intervalLevel ?? 0.8,
    nonNegative: options.nonNegative ?? false,
  };
  if (multipliesFloor(specification, history)) warnings.push(FLOOR_WARNING);
  return { specification, warnings };
}

const FLOOR_WARNING =
  "Multiplicative effects multiply the floor in forecasts too, as in Prophet: use scaling 'absmax' without a floor, or additive effects";

/** Source: `predict` in Prophet's `forecaster.py` multiplies the trend, to which `predict_trend` has added the floor. */
function multipliesFloor({ components, floor }: Specification, { points }: SeriesHistory): boolean {
  const above = floor !== 0 || points.floor?.some((value) => value !== 0) === true;
  return above && components.some(({ mode }) => mode === 'multiplicative');
}

/** Scale and floor, as Prophet sets them. */
function scaleOf(
  { points: { cap, floor }, values }: SeriesHistory,
  { scaling = 'absmax' }: SeasonalTrendOptions,
): { scale: number; floor: number } {
  let largest = 0;
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    largest = Math.max(largest, Math.abs(values[i] - (floor?.[i] ?? 0)));
    low = Math.min(low, floor?.[i] ?? values[i]);
    high = Math.max(high, floor && cap ? cap[i] : values[i]);
  }
  if (scaling === 'absmax') return { scale: largest || 1, floor: 0 };
  return { scale: high - low || 1, floor: low };
}

function checkOptions(options: SeasonalTrendOptions): void {
  refuseUnknown(options, SEASONAL_TREND_OPTIONS);
  refuseUnknownIn(options.seasonalities, SEASONALITY_OPTIONS, 'seasonalities');
  refuseUnknownIn(options.regressors, REGRESSOR_OPTIONS, 'regressors');
  refuseUnknownIn(options.mask, MASKED_DAYS, 'mask');
  if (typeof options.events !== 'function') refuseUnknownIn(options.events, SERIES_EVENT, 'events');
  const { growth = 'linear', changepointCount = 25, changepointRange = 0.8, intervalLevel = 0.8 } = options;
  if (!['linear', 'logistic', 'flat'].includes(growth)) {
    invalidOption('growth', `There is no growth "${growth}"`);
  }
  const { scaling = 'absmax', strict } = options;
  if (scaling !== 'absmax' && scaling !== 'minmax')
    invalidOption('scaling', `There is no scaling "${scaling}"`);
  if (strict !== undefined && strict !== 'prophet')
    invalidOption('strict', "strict is 'prophet' or left out");
  checkWholeNumber('changepointCount', changepointCount, 0);
  checkPositive('changepointPriorScale', options.changepointPriorScale ?? 0.05);
  checkPositive('seasonalityPriorScale', options.seasonalityPriorScale ?? 10);
  checkPositive('holidaysPriorScale', options.holidaysPriorScale ?? 10);
  const shares = {
    changepointRange: [changepointRange, 0, 1],
    intervalLevel: [intervalLevel, 1e-9, 1 - 1e-9],
  };
  for (const [name, [value, low, high]] of Object.entries(shares)) {
    if (value >= low && value <= high) continue;
    invalidOption(name, `${name} lies between 0 and 1, not ${value}`);
  }
}

/** Days of the changepoints, ascending. */
function changepoints(history: SeriesHistory, options: SeasonalTrendOptions): number[] {
  const { days } = history.points;
  if (options.growth === 'flat') return [];
  if (options.changepoints === undefined) {
    const { changepointCount = 25, changepointRange = 0.8 } = options;
    return Array.from(changepointRows(days.length, changepointCount, changepointRange), (row) => days[row]);
  }
  return options.changepoints
    .map((changepoint, i) => {
      const day = toDay(changepoint, ['changepoints', i]);
      if (day >= days[0] && day <= days[days.length - 1]) return day;
      throw new ForecastError('invalid-option', `The changepoint ${changepoint} lies outside the history`, {
        path: ['changepoints', i],
      });
    })
    .sort((a, b) => a - b);
}

function seasonalities(
  history: SeriesHistory,
  options: SeasonalTrendOptions,
  warnings: string[],
): Seasonality[] {
  const custom = (options.seasonalities ?? []).map((seasonality, i) =>
    readSeasonality(seasonality, i, options),
  );
  const result = [...custom];
  for (const automatic of AUTO_SEASONALITIES) {
    // A seasonality that the user defines under the same name replaces the automatic one.
    if (custom.some(({ name }) => name === automatic.name)) continue;
    const choice = options[`${automatic.name}Seasonality`] ?? 'auto';
    const { order, warning } = autoOrder(automatic, choice, history.points.days);
    if (warning !== undefined) warnings.push(warning);
    if (order === 0) continue;
    const { name, period } = automatic;
    result.push(readSeasonality({ name, period, fourierOrder: order }, 0, options));
  }
  if (options.strict === 'prophet') return result;
  return result.map((seasonality) => {
    const unseen = unseenPhases(seasonality, daysOf(seasonality, history));
    if (unseen === undefined) return seasonality;
    warnings.push(unseenWarning(seasonality, unseen));
    return { ...seasonality, unseen };
  });
}

/** The observed days on which a seasonality holds. */
function daysOf({ condition }: Seasonality, { points }: SeriesHistory): Float64Array {
  const holds = condition === undefined ? undefined : points.inputs.get(condition);
  return holds ? points.days.filter((_, i) => holds[i] !== 0) : points.days;
}

function regressors(history: SeriesHistory, options: SeasonalTrendOptions, warnings: string[]): Regressor[] {
  return (options.regressors ?? []).flatMap((given) => {
    const regressor = readRegressor(given, history, options);
    if (options.strict === 'prophet' || varies(history.points.inputs.get(given.name) ?? []))
      return [regressor];
    warnings.push(`The regressor "${given.name}" does not vary in the history, so it is left out.`);
    return [];
  });
}

function readSeasonality(given: SeasonalityOptions, i: number, options: SeasonalTrendOptions): Seasonality {
  const { name, period, fourierOrder, condition } = given;
  const priorScale = given.priorScale ?? options.seasonalityPriorScale ?? 10;
  const isOrder = Number.isInteger(fourierOrder) && fourierOrder >= 1 && fourierOrder <= HIGHEST_ORDER;
  if (!(period > 0 && Number.isFinite(period)) || !isOrder || !(priorScale > 0)) {
    throw new ForecastError(
      'invalid-option',
      `The seasonality "${name}" needs a positive period and prior scale, and an order from 1 to ${HIGHEST_ORDER}`,
      { path: ['seasonalities', i] },
    );
  }
  const mode = given.mode ?? options.seasonalityMode ?? 'additive';
  return { kind: 'seasonality', name, priorScale, mode, period, fourierOrder, condition };
}

function events(days: Float64Array, options: SeasonalTrendOptions): EventEffect[] {
  const list = listEvents(options.events ?? [], days);
  return eventEffects(
    list,
    options.holidaysPriorScale ?? 10,
    options.holidaysMode ?? options.seasonalityMode,
  );
}

/** The events themselves; a source is queried for the history and ten years beyond. */
export function listEvents(
  source: NonNullable<SeasonalTrendOptions['events']>,
  days: Float64Array,
): readonly SeriesEvent[] {
  if (typeof source !== 'function') return source;
  return source(Math.floor(days[0]), Math.floor(days[days.length - 1]) + EVENT_HORIZON_DAYS);
}

/**
 * One component per event name.
 *
 * @throws ForecastError `invalid-option` for a wrong event, or two prior scales for one name.
 */
export function eventEffects(
  list: readonly SeriesEvent[],
  defaultPriorScale: number,
  mode: EventEffect['mode'] = 'additive',
): EventEffect[] {
  checkEvents(list);
  const scales = new Map<string, number>();
  list.forEach((event, i) => {
    const priorScale = event.priorScale ?? defaultPriorScale;
    checkPositive('events.priorScale', priorScale);
    if ((scales.get(event.name) ?? priorScale) !== priorScale) {
      throw new ForecastError('invalid-option', `The event "${event.name}" has two prior scales`, {
        path: ['events', i, 'priorScale'],
      });
    }
    scales.set(event.name, priorScale);
  });
  const features = eventFeatures(list);
  return [...scales]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, priorScale]) => ({
      kind: 'event',
      name,
      priorScale,
      mode,
      features: features.filter(({ event }) => event === name),
    }));
}

function readRegressor(
  given: RegressorOptions,
  history: SeriesHistory,
  options: SeasonalTrendOptions,
): Regressor {
  const { name } = given;
  const priorScale = given.priorScale ?? options.holidaysPriorScale ?? 10;
  checkPositive(`regressors.${name}.priorScale`, priorScale);
  const mode = given.mode ?? options.seasonalityMode ?? 'additive';
  const values = history.points.inputs.get(name) ?? new Float64Array(0);
  return { kind: 'regressor', name, priorScale, mode, ...standardizationOf(values, given) };
}

function checkNames(components: readonly Component[]): void {
  const names = components.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i || name === 'trend');
  if (twice === undefined) return;
  invalidOption(twice, `The name "${twice}" is taken: every part of the model needs its own`);
}
