import type { Day } from '../calendar/day.js';
import { ForecastError, invalidOption } from '../errors.js';
import { type Progress, runInSlices, throwIfAborted } from '../long-call.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { lastDay, type Panel } from '../panel/panel.js';
import { checkObserved } from './check-observed.js';
import type { FittedModel, ForecastModel, ForecastOptions, TotalsOptions } from './contract.js';
import { checkFitOptions } from './fit-options.js';
import { deviationsFromMean } from './mean-of-last.js';
import { modelConfig } from './model-config.js';
import { modelFromJson, modelToJson, readCount, readDay, readResiduals } from './model-json.js';
import { encodeArray } from './typed-array-json.js';
import {
  checkForecastOptions,
  checkTotalsOptions,
  normalIntervals,
  type ResidualHistory,
  residualTotals,
} from './uncertainty/index.js';

/** History of one series, up to the cutoff of a fit. */
export interface SeriesHistory {
  /** Units by day; NaN is missing. A copy, which the model may change. */
  readonly units: Float64Array;
  /** Day of `units[0]`. */
  readonly startDay: Day;
  readonly productId: string;
}

/** A forecasting method for single series, as {@link defineModel} takes it. */
export interface ModelDefinition<State> {
  readonly name: string;
  /** Plain JSON data on which the forecasts depend besides the sales; tells models of one name apart. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Learns from a series. The state must be plain JSON data. */
  fit(history: SeriesHistory): State;
  /** Expected units of the days after the cutoff: `horizon` finite numbers. */
  forecast(state: State, horizon: number): ArrayLike<number>;
}

const DEFINITION: OptionTable<ModelDefinition<unknown>> = { name: 1, options: 1, fit: 1, forecast: 1 };

/** Days before the cutoff whose errors give the intervals, and the days that each fit on an earlier past forecasts. */
const ERROR_DAYS = 182;
const ERROR_STEPS = 14;

/**
 * Makes a model of a method for single series. It gets what the contract asks for besides: totals over days and groups,
 * intervals, aborts, checks of options, JSON, and passes `checkForecaster`.
 *
 * Intervals are normal, from the errors of forecasts of the last 182 days, each block of 14 days from a fit on the days
 * before: fitting costs up to 14 times that of the method.
 *
 * ```ts
 * import { defineModel } from 'commerce-forecast';
 *
 * const movingAverage = (days: number) =>
 *   defineModel({
 *     name: `moving-average-${days}`,
 *     options: { days },
 *     fit({ units }) {
 *       const known = units.filter((value) => !Number.isNaN(value)).slice(-days);
 *       return known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
 *     },
 *     forecast: (mean, horizon) => new Float64Array(horizon).fill(mean),
 *   });
 * ```
 *
 * @throws ForecastError `invalid-option` for a definition without a name or a function. The model throws `engine-failed` for
 * a forecast that is not `horizon` finite numbers, or a state that is no JSON data.
 */
export function defineModel<State>(definition: ModelDefinition<State>): ForecastModel {
  refuseUnknown(definition, DEFINITION);
  const { name, options = {} } = definition;
  if (typeof name !== 'string' || name === '') invalidOption('name', 'A model needs a name');
  for (const part of ['fit', 'forecast'] as const) {
    if (typeof definition[part] !== 'function') invalidOption(part, `A model needs a function \`${part}\``);
  }
  return {
    specificationVersion: 'v1',
    name,
    config: modelConfig(name, options),
    uses: [],
    async fit(panel, fitOptions) {
      checkFitOptions(fitOptions);
      return runInSlices(fitSeries(definition, panel), fitOptions);
    },
    load(data) {
      const json = modelFromJson(data, name);
      const seriesCount = readCount(json, 'seriesCount', 1);
      const states = json.list('states', seriesCount) as readonly State[];
      return fittedModel(definition, states, readDay(json, 'cutoffDay'), readResiduals(json, seriesCount));
    },
  };
}

function* fitSeries<State>(
  definition: ModelDefinition<State>,
  panel: Panel,
): Generator<Progress, FittedModel, void> {
  checkObserved(panel);
  const { seriesCount, days } = panel;
  const errorDays = Math.min(ERROR_DAYS, days);
  const values = new Float32Array(seriesCount * errorDays).fill(Number.NaN);
  const states: State[] = [];
  for (let s = 0; s < seriesCount; s++) {
    const units = panel.units.subarray(s * days, (s + 1) * days);
    const history = { startDay: panel.startDay, productId: panel.ids[s] };
    const errors = values.subarray(s * errorDays, (s + 1) * errorDays);
    const firstKnown = units.findIndex((value) => !Number.isNaN(value));
    for (let cutoff = days - errorDays; cutoff < days; cutoff += ERROR_STEPS) {
      if (firstKnown < 0 || cutoff <= firstKnown) continue;
      const steps = Math.min(ERROR_STEPS, days - cutoff);
      const state = checkedState(definition, definition.fit({ ...history, units: units.slice(0, cutoff) }));
      const mean = checkedMean(definition, state, steps);
      for (let h = 0; h < steps; h++) errors[cutoff - (days - errorDays) + h] = units[cutoff + h] - mean[h];
      yield { phase: definition.name, done: s, total: seriesCount };
    }
    if (errors.every(Number.isNaN)) deviationsFromMean(units, errors);
    const state = checkedState(definition, definition.fit({ ...history, units: units.slice() }));
    // As it comes back from JSON, so that a model forecasts the same before and after it was saved.
    states.push(JSON.parse(JSON.stringify(state)));
    yield { phase: definition.name, done: s + 1, total: seriesCount };
  }
  return fittedModel(definition, states, lastDay(panel), { seriesCount, days: errorDays, values });
}

function fittedModel<State>(
  definition: ModelDefinition<State>,
  states: readonly State[],
  cutoffDay: Day,
  errors: ResidualHistory & { readonly values: Float32Array<ArrayBuffer> },
): FittedModel {
  const { name } = definition;
  const seriesCount = states.length;
  const meansOf = (horizon: number) => {
    const mean = new Float64Array(seriesCount * horizon);
    states.forEach((state, s) => {
      mean.set(checkedMean(definition, state, horizon), s * horizon);
    });
    return mean;
  };
  return {
    specificationVersion: 'v1',
    model: name,
    cutoffDay,
    seriesCount,
    async forecast(options: ForecastOptions) {
      throwIfAborted(options.signal);
      const { horizon, levels } = checkForecastOptions(options);
      const mean = meansOf(horizon);
      const intervals = normalIntervals(mean, horizon, errors, levels);
      return { startDay: cutoffDay + 1, horizon, seriesCount, mean, intervals };
    },
    async totals(options: TotalsOptions) {
      throwIfAborted(options.signal);
      const { horizon } = checkTotalsOptions(options, seriesCount);
      return residualTotals(meansOf(horizon), horizon, errors, options);
    },
    toJSON: () =>
      modelToJson(name, {
        cutoffDay,
        seriesCount,
        states,
        residualDays: errors.days,
        residuals: encodeArray(errors.values),
      }),
  };
}

function checkedMean<State>(
  { name, forecast }: ModelDefinition<State>,
  state: State,
  horizon: number,
): ArrayLike<number> {
  const mean = forecast(state, horizon);
  if (mean.length === horizon && Array.prototype.every.call(mean, Number.isFinite)) return mean;
  const given =
    mean.length === horizon
      ? Array.prototype.find.call(mean, (value) => !Number.isFinite(value))
      : `${mean.length} numbers`;
  throw new ForecastError(
    'engine-failed',
    `Model "${name}" did not forecast ${horizon} finite numbers, but ${given}`,
    {
      path: ['forecast'],
      hint: 'Days without a value are NaN in `units`: leave them out.',
    },
  );
}

function checkedState<State>({ name }: ModelDefinition<State>, state: State): State {
  if (isPlainJson(state)) return state;
  throw new ForecastError('engine-failed', `The state of model "${name}" is not plain JSON data`, {
    path: ['fit'],
    hint: 'Use finite numbers, text, arrays and objects, but no typed arrays.',
  });
}

/** False for what JSON changes: NaN, typed arrays, dates, maps, objects of a class, functions. */
function isPlainJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null)
    return ['string', 'boolean', 'object'].includes(typeof value);
  if (Array.isArray(value)) return value.every(isPlainJson);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((part) => part === undefined || isPlainJson(part));
}
