import { LAST_DAY } from '../../../calendar/day.js';
import { type EventSource, MAX_EVENT_WINDOW } from '../../../calendar/events.js';
import { CheckedJson, MOST } from '../../../checked-json.js';
import { type ErrorPath, ForecastError } from '../../../errors.js';
import { type OptionTable, refuseUnknown } from '../../../options.js';
import { columnNames } from '../components.js';
import type { Parameters } from '../solver/problem.js';
import { prophetOrder } from './prophet-columns.js';
import { readSpecification } from './read-specification.js';
import { SeasonalTrendFit } from './seasonal-trend-fit.js';
import type { EffectMode, SeriesEvent } from './series-options.js';
import { eventEffects, listEvents, type Specification } from './specification.js';
import { toDay } from './time-points.js';

const SECONDS_PER_DAY = 86_400;

export interface ProphetModelOptions {
  /** Country holidays of the model, required if it has any: their dates are not in the document. */
  readonly events?: readonly SeriesEvent[] | EventSource;
}

const PROPHET_MODEL_OPTIONS: OptionTable<ProphetModelOptions> = { events: 1 };

/**
 * Reads a model fitted by Python's Prophet, as `model_to_json` writes it; its forecasts are the same here. A
 * model fitted by sampling uses the means of its parameters.
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
  document: string | Readonly<Record<string, unknown>>,
  options: ProphetModelOptions = {},
): SeasonalTrendFit {
  const data = readerOf(document);
  refuseUnknown(options, PROPHET_MODEL_OPTIONS);
  const specification = readSpecification(specificationOf(data, options));
  return new SeasonalTrendFit(specification, readParameters(data.object('params'), specification), []);
}

const WHAT = 'fitted Prophet model';

function readerOf(document: unknown, path: ErrorPath = []): CheckedJson {
  return new CheckedJson(typeof document === 'string' ? parse(document) : document, { what: WHAT, path });
}

/** The specification under our names, not yet checked. */
function specificationOf(data: CheckedJson, options: ProphetModelOptions): CheckedJson {
  const growth = data.text('growth');
  const startDay = readSeconds(data, 'start');
  const span = readSeconds(data, 't_scale');
  // With min-max scaling Prophet first subtracts the smallest value, as a floor.
  const scaledFromLeast = data.raw('scaling') === 'minmax' && data.raw('logistic_floor') !== true;
  return readerOf({
    growth,
    startDay,
    span,
    lastDay: lastRow(data),
    scale: data.number('y_scale'),
    floor: scaledFromLeast ? data.number('y_min') : 0,
    floorGiven: growth === 'logistic' ? data.raw('logistic_floor') === true : undefined,
    changepoints: growth === 'flat' ? [] : data.numbers('changepoints_t'),
    changepointPriorScale: data.number('changepoint_prior_scale'),
    components: readComponents(data, options, startDay, span),
    intervalLevel: data.number('interval_width'),
    nonNegative: false,
  });
}

/** Seconds as days. */
function readSeconds(data: CheckedJson, name: string): number {
  const most = LAST_DAY * SECONDS_PER_DAY;
  return data.number(name, -most, most) / SECONDS_PER_DAY;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ForecastError('invalid-model', 'The document is not JSON', { cause });
  }
}

/** The day of the last row that Prophet was given, observed or not. */
function lastRow(data: CheckedJson): number | undefined {
  if (!data.has('history_dates')) return undefined;
  const rows = inside(data, 'history_dates');
  let last: number | undefined;
  rows.texts('data').forEach((date, i) => {
    const day = timestamp(date) ?? rows.fail('data', i);
    last = Math.max(last ?? day, day);
  });
  return last;
}

/** The components in the order of Prophet's columns: seasonalities, holidays by the names of their columns, regressors. */
function readComponents(data: CheckedJson, options: ProphetModelOptions, startDay: number, span: number) {
  return [
    ...ordered(data, 'seasonalities').map(readSeasonality),
    ...readEvents(data, options, startDay, span),
    ...ordered(data, 'extra_regressors').map(readRegressor),
  ];
}

function readSeasonality([name, given]: readonly [string, CheckedJson]) {
  const condition = given.raw('condition_name');
  return {
    kind: 'seasonality',
    name,
    period: given.number('period'),
    fourierOrder: given.number('fourier_order'),
    priorScale: given.number('prior_scale'),
    mode: mode(given.raw('mode')),
    condition: typeof condition === 'string' ? condition : undefined,
  };
}

function readRegressor([name, given]: readonly [string, CheckedJson]) {
  return {
    kind: 'regressor',
    name,
    priorScale: given.number('prior_scale'),
    mode: mode(given.raw('mode')),
    mean: given.number('mu'),
    deviation: given.number('std'),
  };
}

function readEvents(data: CheckedJson, options: ProphetModelOptions, startDay: number, span: number) {
  const rows = data.has('holidays') ? inside(data, 'holidays').objects('data') : [];
  const own = rows.map((row): SeriesEvent => {
    const window = (name: string) => optional(row, name, -MAX_EVENT_WINDOW, MAX_EVENT_WINDOW);
    return {
      name: row.text('holiday'),
      day: readDate(row, 'ds'),
      lowerWindow: window('lower_window'),
      upperWindow: window('upper_window'),
      priorScale: optional(row, 'prior_scale', Number.MIN_VALUE, MOST),
    };
  });
  const country = data.raw('country_holidays');
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
  const scale = data.optional('holidays_prior_scale', () => data.number('holidays_prior_scale')) ?? 10;
  try {
    return eventEffects(events, scale, mode(data.raw('holidays_mode') ?? data.raw('seasonality_mode')));
  } catch (cause) {
    if (!ForecastError.is(cause)) throw cause;
    throw new ForecastError('invalid-model', cause.message, { path: ['holidays'], cause });
  }
}

/** A number of a row of a data frame, where a missing one is null or NaN. */
function optional(row: CheckedJson, name: string, least: number, most: number): number | undefined {
  return typeof row.raw(name) === 'number' ? row.number(name, least, most) : undefined;
}

function readDate(row: CheckedJson, name: string): number {
  return Math.floor(timestamp(row.text(name)) ?? row.fail(name));
}

/** The day of a timestamp of pandas, with the time of day as its fraction; `undefined` for other text. */
function timestamp(text: string): number | undefined {
  try {
    return toDay(text, []);
  } catch {
    return undefined;
  }
}

/** Names of the holidays that the model was trained with, if the document has them. */
function trainedNames(data: CheckedJson): ReadonlySet<string> | undefined {
  if (!data.has('train_holiday_names')) return undefined;
  return new Set(inside(data, 'train_holiday_names').list('data').map(String));
}

function readParameters(params: CheckedJson, { changepoints, components }: Specification): Parameters {
  const beta = means(params, 'beta');
  const coefficients = new Float64Array(components.flatMap(columnNames).length);
  if (beta.length !== coefficients.length && !(coefficients.length === 0 && beta.length === 1)) {
    throw new ForecastError(
      'invalid-model',
      `The model has ${beta.length} coefficients, and its components need ${coefficients.length}`,
      {
        path: ['params', 'beta'],
        hint: 'Do the events hold every holiday of the training data?',
      },
    );
  }
  prophetOrder(components).forEach((column, i) => {
    coefficients[column] = beta[i];
  });
  const delta = means(params, 'delta');
  const [noise] = means(params, 'sigma_obs');
  if (noise < 0) params.fail('sigma_obs');
  return {
    slope: means(params, 'k')[0],
    offset: means(params, 'm')[0],
    sizes: Float64Array.from(changepoints, (_, j) => delta[j] ?? 0),
    coefficients,
    noise,
    // Not in the document, and not computable without the history.
    logPosterior: Number.NEGATIVE_INFINITY,
  };
}

/** A parameter as `samples` rows of numbers, at least one; the mean over the samples. */
function means(params: CheckedJson, name: string): number[] {
  const rows = params.list(name).map((row): readonly unknown[] => (Array.isArray(row) ? row : [row]));
  const width = rows[0]?.length ?? 0;
  if (width === 0) params.fail(name);
  const sums = new Array<number>(width).fill(0);
  for (const [i, row] of rows.entries()) {
    row.forEach((value, j) => {
      if (row.length !== width || typeof value !== 'number' || !(Math.abs(value) <= MOST))
        params.fail(name, i);
      sums[j] += value;
    });
  }
  return sums.map((sum) => sum / rows.length);
}

/** An ordered dictionary as `[keys, values by key]`. */
function ordered(data: CheckedJson, name: string): (readonly [string, CheckedJson])[] {
  const [keys, values] = data.list(name);
  if (!Array.isArray(keys)) data.fail(name);
  const byKey = readerOf(values ?? {}, [name]);
  return keys.map((key) => [String(key), byKey.object(String(key))] as const);
}

/** A document of pandas inside the document, as an object or as text. */
function inside(data: CheckedJson, name: string): CheckedJson {
  return readerOf(data.raw(name), [name]);
}

function mode(value: unknown): EffectMode {
  return value === 'multiplicative' ? 'multiplicative' : 'additive';
}
