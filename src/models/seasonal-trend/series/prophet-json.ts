import type { EventSource } from '../../../calendar/events.js';
import { ForecastError } from '../../../errors.js';
import type { Component, Regressor, Seasonality } from '../components.js';
import { columnNames } from '../components.js';
import type { Parameters } from '../solver/problem.js';
import { prophetOrder } from './prophet-columns.js';
import { SeasonalTrendFit } from './seasonal-trend-fit.js';
import type { EffectMode, Growth, SeriesEvent } from './series-options.js';
import { eventEffects, listEvents, type Specification } from './specification.js';
import { toDay } from './time-points.js';

export interface ProphetModelOptions {
  /** Country holidays of the model, whose dates its document does not hold; needed if it has any. */
  readonly events?: readonly SeriesEvent[] | EventSource;
}

type Document = Readonly<Record<string, unknown>>;

/**
 * Reads a model fitted by Python's Prophet, as its `model_to_json` writes it, so that it forecasts here the same. A
 * model fitted by sampling forecasts with the means of its parameters.
 *
 * ```ts
 * import { readProphetModel } from 'commerce-forecast/seasonal-trend';
 *
 * export function nextMonth(json: string) {
 *   return readProphetModel(json).forecast({ horizon: 30 });
 * }
 * ```
 *
 * Source: Prophet's `serialize.py`, version 1.1.
 *
 * @param document the text, or the object that it parses to.
 * @throws ForecastError `invalid-model` if the document is not a fitted Prophet model, `missing-dependency` if the dates
 * of its country holidays are not given.
 */
export function readProphetModel(
  document: string | Document,
  options: ProphetModelOptions = {},
): SeasonalTrendFit {
  const data = asRecord(typeof document === 'string' ? parse(document) : document, 'document');
  const params = asRecord(data['params'], 'params');
  const growth = readGrowth(data['growth']);
  const startDay = number(data['start'], 'start') / 86_400;
  const span = number(data['t_scale'], 't_scale') / 86_400;
  const changepoints = list(data['changepoints_t'], 'changepoints_t').map((t) => number(t, 'changepoints_t'));
  const components = readComponents(data, options, startDay, span);
  const specification: Specification = {
    growth,
    startDay,
    span,
    lastDay: lastRow(data) ?? startDay + span,
    scale: number(data['y_scale'], 'y_scale'),
    // With min-max scaling Prophet takes the smallest value off first, as a floor.
    floor:
      data['scaling'] === 'minmax' && data['logistic_floor'] !== true ? number(data['y_min'], 'y_min') : 0,
    changepoints: growth === 'flat' ? [] : changepoints,
    changepointPriorScale: number(data['changepoint_prior_scale'], 'changepoint_prior_scale'),
    components,
    intervalLevel: number(data['interval_width'], 'interval_width'),
    nonNegative: false,
  };
  return new SeasonalTrendFit(specification, readParameters(params, specification), []);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ForecastError('invalid-model', 'The document is not JSON', { cause });
  }
}

/** The day of the last row that Prophet was given, observed or not. */
function lastRow(data: Document): number | undefined {
  const dates = data['history_dates'];
  if (dates == null) return undefined;
  const { data: rows } = asRecord(typeof dates === 'string' ? parse(dates) : dates, 'history_dates');
  const days = list(rows, 'history_dates').map((date) => toDay(String(date), ['history_dates']));
  return days.length > 0 ? Math.max(...days) : undefined;
}

function readGrowth(value: unknown): Growth {
  if (value === 'linear' || value === 'logistic' || value === 'flat') return value;
  throw new ForecastError('invalid-model', `There is no growth "${String(value)}"`, { path: ['growth'] });
}

/** The components in the order of Prophet's columns: seasonalities, holidays by the names of their columns, regressors. */
function readComponents(
  data: Document,
  options: ProphetModelOptions,
  startDay: number,
  span: number,
): Component[] {
  return [
    ...ordered(data['seasonalities'], 'seasonalities').map(readSeasonality),
    ...readEvents(data, options, startDay, span),
    ...ordered(data['extra_regressors'], 'extra_regressors').map(readRegressor),
  ];
}

function readSeasonality([name, given]: readonly [string, Document]): Seasonality {
  const condition = given['condition_name'];
  return {
    kind: 'seasonality',
    name,
    period: number(given['period'], name),
    fourierOrder: number(given['fourier_order'], name),
    priorScale: number(given['prior_scale'], name),
    mode: mode(given['mode']),
    condition: typeof condition === 'string' ? condition : undefined,
  };
}

function readRegressor([name, given]: readonly [string, Document]): Regressor {
  return {
    kind: 'regressor',
    name,
    priorScale: number(given['prior_scale'], name),
    mode: mode(given['mode']),
    mean: number(given['mu'], name),
    deviation: number(given['std'], name),
  };
}

function readEvents(data: Document, options: ProphetModelOptions, startDay: number, span: number) {
  const rows = data['holidays'] == null ? [] : table(data['holidays'], 'holidays');
  const own = rows.map((row): SeriesEvent => {
    const optional = (name: string) => (typeof row[name] === 'number' ? row[name] : undefined);
    return {
      name: String(row['holiday']),
      day: Math.floor(toDay(String(row['ds']).replace(/\.\d+/, ''), ['holidays', 'ds'])),
      lowerWindow: optional('lower_window'),
      upperWindow: optional('upper_window'),
      priorScale: optional('prior_scale'),
    };
  });
  const country = data['country_holidays'];
  if (country != null && options.events === undefined) {
    throw new ForecastError(
      'missing-dependency',
      `The model has the holidays of ${String(country)}, but not their dates`,
      {
        path: ['country_holidays'],
        hint: 'Give them in the option "events", over the history and the forecast.',
      },
    );
  }
  const known = trainedNames(data);
  const given = listEvents(options.events ?? [], Float64Array.of(startDay, startDay + span));
  const events = [...own, ...given].filter(({ name }) => known === undefined || known.has(name));
  const scale = number(data['holidays_prior_scale'] ?? 10, 'holidays_prior_scale');
  return eventEffects(events, scale, mode(data['holidays_mode'] ?? data['seasonality_mode']));
}

/** Names of the holidays that the model was trained with, if the document says. */
function trainedNames(data: Document): ReadonlySet<string> | undefined {
  const series = data['train_holiday_names'];
  if (series == null) return undefined;
  const { data: names } = asRecord(
    typeof series === 'string' ? parse(series) : series,
    'train_holiday_names',
  );
  return new Set(list(names, 'train_holiday_names').map(String));
}

function readParameters(params: Document, { changepoints, components }: Specification): Parameters {
  const beta = means(params['beta'], 'beta');
  const coefficients = new Float64Array(components.flatMap(columnNames).length);
  if (beta.length !== coefficients.length && !(coefficients.length === 0 && beta.length === 1)) {
    throw new ForecastError(
      'invalid-model',
      `The model has ${beta.length} coefficients, and its components need ${coefficients.length}`,
      {
        path: ['params', 'beta'],
        hint: 'Do the events given hold every country holiday of the training data?',
      },
    );
  }
  prophetOrder(components).forEach((column, i) => {
    coefficients[column] = beta[i];
  });
  const delta = means(params['delta'], 'delta');
  return {
    slope: means(params['k'], 'k')[0],
    offset: means(params['m'], 'm')[0],
    sizes: Float64Array.from(changepoints, (_, j) => delta[j] ?? 0),
    coefficients,
    noise: means(params['sigma_obs'], 'sigma_obs')[0],
    // Not in the document, and not worked out without the history.
    logPosterior: Number.NEGATIVE_INFINITY,
  };
}

/** A parameter as `samples` rows of numbers; the mean over the samples. */
function means(value: unknown, name: string): number[] {
  const rows = list(value, name).map((row) => (Array.isArray(row) ? row : [row]));
  return rows[0].map((_, i) => rows.reduce((sum, row) => sum + number(row[i], name), 0) / rows.length);
}

/** An ordered dictionary as `[keys, values by key]`. */
function ordered(value: unknown, name: string): (readonly [string, Document])[] {
  const [keys, values] = list(value, name);
  const byKey = asRecord(values ?? {}, name);
  return list(keys, name).map((key) => [String(key), asRecord(byKey[String(key)], name)] as const);
}

/** The rows of a data frame in pandas' table layout. */
function table(value: unknown, name: string): Document[] {
  const { data } = asRecord(typeof value === 'string' ? parse(value) : value, name);
  return list(data, name).map((row) => asRecord(row, name));
}

function mode(value: unknown): EffectMode {
  return value === 'multiplicative' ? 'multiplicative' : 'additive';
}

function number(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new ForecastError('invalid-model', `${name} of the Prophet model is not a number`, { path: [name] });
}

function list(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new ForecastError('invalid-model', `${name} of the Prophet model is missing`, { path: [name] });
}

function asRecord(value: unknown, name: string): Document {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Document;
  throw new ForecastError('invalid-model', `${name} of the Prophet model is missing`, { path: [name] });
}
