import { FIRST_DAY, LAST_DAY, MS_PER_DAY } from '../../../calendar/day.js';
import { ForecastError } from '../../../errors.js';
import type { Component, EventEffect } from '../components.js';
import { columnNames } from '../components.js';
import type { Parameters } from '../solver/problem.js';
import { scaledCaps, scaledTimes } from './predict.js';
import { prophetOrder } from './prophet-columns.js';
import type { SeriesHistory } from './series-history.js';
import type { EffectMode, SeasonalTrendOptions } from './series-options.js';
import type { Specification } from './specification.js';

/** Version of Prophet whose layout is written. */
const PROPHET_VERSION = '1.1.5';

/**
 * Writes the document of Prophet's `model_to_json` for a model fitted to its posterior mode. Holidays are
 * written with their dates, also those of a country. Prophet has no floor at zero for forecasts, and no means
 * for unseen phases.
 *
 * Layout: `python/prophet/serialize.py` of version 1.1.5.
 */
export function prophetJson(
  specification: Specification,
  parameters: Parameters,
  history: SeriesHistory,
  options: SeasonalTrendOptions,
): string {
  const { components, growth, scale, floor, startDay, span } = specification;
  const changepoints = specification.changepoints.map((time) => startDay + time * span);
  const events = components.filter((component) => component.kind === 'event');
  const mode = options.seasonalityMode ?? 'additive';
  const minmax = options.scaling === 'minmax';
  return JSON.stringify({
    growth,
    n_changepoints: changepoints.length,
    specified_changepoints: options.changepoints !== undefined,
    changepoint_range: options.changepointRange ?? 0.8,
    yearly_seasonality: options.yearlySeasonality ?? 'auto',
    weekly_seasonality: options.weeklySeasonality ?? 'auto',
    daily_seasonality: options.dailySeasonality ?? 'auto',
    seasonality_mode: mode,
    seasonality_prior_scale: options.seasonalityPriorScale ?? 10,
    changepoint_prior_scale: specification.changepointPriorScale,
    holidays_prior_scale: options.holidaysPriorScale ?? 10,
    mcmc_samples: 0,
    interval_width: specification.intervalLevel,
    uncertainty_samples: 1000,
    y_scale: scale,
    y_min: minmax ? floor : 0,
    scaling: minmax ? 'minmax' : 'absmax',
    logistic_floor: history.points.floor !== undefined,
    country_holidays: null,
    component_modes: {
      additive: modeNames(components, 'additive', options),
      multiplicative: modeNames(components, 'multiplicative', options),
    },
    holidays_mode: options.holidaysMode ?? mode,
    changepoints: series('ds', changepoints.map(isoTime)),
    history_dates: series('ds', historyDates(history).map(isoTime)),
    train_holiday_names:
      events.length > 0
        ? series(
            null,
            events.map(({ name }) => name),
          )
        : null,
    start: startDay * 86_400,
    t_scale: span * 86_400,
    holidays: events.length > 0 ? holidays(events) : null,
    history: historyTable(specification, history),
    train_component_cols: componentColumns(components),
    // Without changepoints, Prophet has one of size zero.
    changepoints_t: changepoints.length > 0 ? specification.changepoints : [0],
    seasonalities: dictionary(components, 'seasonality', seasonality),
    extra_regressors: dictionary(components, 'regressor', regressor),
    fit_kwargs: {},
    params: {
      k: [[parameters.slope]],
      m: [[parameters.offset]],
      delta: [changepoints.length > 0 ? [...parameters.sizes] : [0]],
      sigma_obs: [[parameters.noise]],
      beta: [
        parameters.coefficients.length > 0
          ? prophetOrder(components).map((column) => parameters.coefficients[column])
          : [0],
      ],
    },
    __prophet_version: PROPHET_VERSION,
  });
}

function historyDates({ points: { days }, lastDay }: SeriesHistory): number[] {
  return lastDay > days[days.length - 1] ? [...days, lastDay] : [...days];
}

/** @throws ForecastError `invalid-data` for a day, such as that of an event, outside the years 1 to 9999. */
function isoTime(day: number): string {
  if (!(day >= FIRST_DAY && day < LAST_DAY + 1)) {
    throw new ForecastError('invalid-data', `Day ${day} is not in the years 1 to 9999, so it has no date`);
  }
  return new Date(Math.round(day * MS_PER_DAY)).toISOString().slice(0, -1);
}

/** A pandas series in the layout `split`. */
function series(name: string | null, data: readonly string[]): string {
  return JSON.stringify({ name, index: [...data.keys()], data });
}

type Cell = string | number | boolean;

/** A pandas data frame in the layout `table`. */
function table(
  types: Readonly<Record<string, string>>,
  rows: readonly Readonly<Record<string, Cell>>[],
): string {
  const fields = Object.entries(types).map(([name, type]) => ({ name, type }));
  return JSON.stringify({ schema: { fields, pandas_version: '1.4.0' }, data: rows });
}

/** The events with their dates and windows, as the features of the fit have them. */
function holidays(events: readonly EventEffect[]): string {
  const types = {
    ds: 'datetime',
    holiday: 'string',
    lower_window: 'integer',
    upper_window: 'integer',
    prior_scale: 'number',
  };
  const rows = events.flatMap(({ name, priorScale, features }) => {
    const windows = new Map<number, [number, number]>();
    for (const { offset, days } of features) {
      for (const day of days) {
        const [lower, upper] = windows.get(day - offset) ?? [0, 0];
        windows.set(day - offset, [Math.min(lower, offset), Math.max(upper, offset)]);
      }
    }
    return [...windows]
      .sort(([a], [b]) => a - b)
      .map(([day, [lower, upper]]) => ({
        ds: isoTime(day),
        holiday: name,
        lower_window: lower,
        upper_window: upper,
        prior_scale: priorScale,
      }));
  });
  return table(types, rows);
}

function historyTable(specification: Specification, history: SeriesHistory): string {
  const { points, values } = history;
  const { scale, floor, components } = specification;
  const times = scaledTimes(specification, points.days);
  const caps = scaledCaps(specification, points);
  const types: Record<string, string> = {
    ds: 'datetime',
    y: 'number',
    floor: 'number',
    t: 'number',
    y_scaled: 'number',
  };
  if (caps) Object.assign(types, { cap: 'number', cap_scaled: 'number' });
  const inputs = [...points.inputs].map(([name, column]) => {
    const regressor = components.find(
      (component) => component.kind === 'regressor' && component.name === name,
    );
    types[name] = regressor ? 'number' : 'boolean';
    return { name, column, regressor: regressor?.kind === 'regressor' ? regressor : undefined };
  });
  const rows = Array.from(values, (y, i) => {
    const own = points.floor?.[i] ?? floor;
    const row: Record<string, Cell> = {
      ds: isoTime(points.days[i]),
      y,
      floor: own,
      t: times[i],
      y_scaled: (y - own) / scale,
    };
    if (caps && points.cap) Object.assign(row, { cap: points.cap[i], cap_scaled: caps[i] });
    for (const { name, column, regressor } of inputs) {
      row[name] = regressor ? (column[i] - regressor.mean) / regressor.deviation : column[i] !== 0;
    }
    return row;
  });
  return table(types, rows);
}

function dictionary<Kind extends Component['kind']>(
  components: readonly Component[],
  kind: Kind,
  describe: (component: Extract<Component, { kind: Kind }>) => object,
): [string[], Record<string, object>] {
  const own = components.filter(
    (component): component is Extract<Component, { kind: Kind }> => component.kind === kind,
  );
  return [
    own.map(({ name }) => name),
    Object.fromEntries(own.map((component) => [component.name, describe(component)])),
  ];
}

function seasonality(component: Extract<Component, { kind: 'seasonality' }>): object {
  const { period, fourierOrder, priorScale, mode, condition } = component;
  return {
    period,
    fourier_order: fourierOrder,
    prior_scale: priorScale,
    mode,
    condition_name: condition ?? null,
  };
}

function regressor({ priorScale, mode, mean, deviation }: Extract<Component, { kind: 'regressor' }>): object {
  return { prior_scale: priorScale, standardize: 'auto', mu: mean, std: deviation, mode };
}

/** Names of everything that is added, or multiplies, in Prophet's order. */
function modeNames(
  components: readonly Component[],
  mode: EffectMode,
  options: SeasonalTrendOptions,
): string[] {
  const own = components.filter((component) => component.mode === mode).map(({ name }) => name);
  const holidays =
    (options.holidaysMode ?? options.seasonalityMode ?? 'additive') === mode ? ['holidays'] : [];
  return [...own, `${mode}_terms`, `extra_regressors_${mode}`, ...holidays];
}

/** Writes which columns belong to which component or group: a row for each column, in Prophet's order. */
function componentColumns(components: readonly Component[]): string {
  const groups = components.flatMap((component) => columnNames(component).map(() => groupsOf(component)));
  const rows = groups.length > 0 ? prophetOrder(components).map((column) => groups[column]) : [[]];
  const names = [...new Set([...rows.flat(), 'additive_terms', 'multiplicative_terms'])].sort();
  return table(
    Object.fromEntries(names.map((name) => [name, 'integer'])),
    rows.map((own) => Object.fromEntries(names.map((name) => [name, own.includes(name) ? 1 : 0]))),
  );
}

function groupsOf({ name, mode, kind }: Component): string[] {
  const kinds = { seasonality: [], event: ['holidays'], regressor: [`extra_regressors_${mode}`] };
  return [name, `${mode}_terms`, ...kinds[kind]];
}
