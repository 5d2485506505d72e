import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseDay } from '../../../src/calendar/day.js';
import { columnNames } from '../../../src/models/seasonal-trend/components.js';
import {
  fitSeasonalTrend,
  loadSeasonalTrend,
  type PointInputs,
  type SeasonalTrendFit,
  type SeasonalTrendOptions,
  type SeriesData,
  type SeriesEvent,
} from '../../../src/models/seasonal-trend/index.js';
import { encodeArray } from '../../../src/models/typed-array-json.js';

/** Fixtures that are part of the project: our own synthetic series, fitted by R prophet 1.0. */
export const SYNTHETIC_CASES = fileURLToPath(new URL('../../fixtures/prophet/', import.meta.url));

/** A CSV file by columns. */
export type Table = ReadonlyMap<string, readonly string[]>;

export interface GoldenParameters {
  readonly growth: 'linear' | 'logistic' | 'flat';
  readonly log_posterior: number;
  readonly n_changepoints: number;
  readonly changepoint_range: number;
  readonly changepoint_prior_scale: number;
  readonly interval_width: number;
  readonly seasonality_mode: 'additive' | 'multiplicative';
  readonly seasonality_prior_scale: number;
  readonly holidays_prior_scale: number;
  readonly seasonalities: Readonly<
    Record<
      string,
      {
        period: number;
        'fourier.order': number;
        'prior.scale': number;
        mode: 'additive' | 'multiplicative';
        'condition.name': string | null;
      }
    >
  >;
  readonly extra_regressors: Readonly<
    Record<string, { 'prior.scale': number; mu: number; std: number; mode: 'additive' | 'multiplicative' }>
  >;
  readonly y_scale: number;
  readonly t_scale_sec: number;
  readonly start: string;
  readonly changepoints_t: number | readonly number[];
  readonly params: {
    readonly k: number;
    readonly m: number;
    readonly sigma_obs: number;
    readonly delta: number | readonly number[];
    readonly beta: number | readonly number[];
    readonly beta_names: string | readonly string[];
    readonly beta_prior_scales: number | readonly number[];
    readonly multiplicative: number | readonly number[];
  };
}

export interface GoldenCase {
  readonly name: string;
  readonly parameters: GoldenParameters;
  readonly history: Table;
  readonly future: Table;
  /** What R's `predict` gives. */
  readonly forecast: Table;
  readonly holidays: Table | undefined;
  readonly countryHolidays: Table | undefined;
  /** The exact posterior mode and its forecast, found by an independent solver. */
  readonly exactMap: { readonly log_posterior: number; readonly sigma_obs: number };
  readonly exactForecast: Table;
}

export function caseNames(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

export function loadCase(folder: string, name: string): GoldenCase {
  const path = (file: string) => `${folder}/${name}/${file}`;
  const table = (file: string) => readTable(path(file));
  const optional = (file: string) => (existsSync(path(file)) ? table(file) : undefined);
  const json = (file: string) => JSON.parse(readFileSync(path(file), 'utf8'));
  return {
    name,
    parameters: json('params.json'),
    history: table('history.csv'),
    future: table('future.csv'),
    forecast: table('forecast.csv'),
    holidays: optional('holidays.csv'),
    countryHolidays: optional('country_holidays.csv'),
    exactMap: json('exact_map.json'),
    exactForecast: table('exact_forecast.csv'),
  };
}

function readTable(file: string): Table {
  const lines = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const rows = lines.map((line) => line.split(',').map((cell) => cell.replace(/^"|"$/g, '')));
  const [header = [], ...body] = rows;
  return new Map(header.map((name, column) => [name, body.map((row) => row[column])]));
}

/** A column as numbers; `NA` and the empty cell become NaN, `TRUE` and `FALSE` 1 and 0. */
export function numbers(table: Table, name: string): Float64Array {
  const column = table.get(name);
  if (column === undefined) throw new Error(`No column ${name}`);
  return Float64Array.from(column, (cell) => {
    if (cell === 'NA' || cell === '') return Number.NaN;
    return cell === 'TRUE' ? 1 : cell === 'FALSE' ? 0 : Number(cell);
  });
}

export function asArray<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

function points(golden: GoldenCase, table: Table): PointInputs {
  const { growth, extra_regressors, seasonalities } = golden.parameters;
  const columns = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, numbers(table, name)]));
  const bound = (name: string) =>
    growth === 'logistic' && table.has(name) ? numbers(table, name) : undefined;
  return {
    dates: table.get('ds'),
    cap: bound('cap'),
    floor: bound('floor'),
    regressors: columns(Object.keys(extra_regressors)),
    conditions: columns(Object.values(seasonalities).flatMap((given) => given['condition.name'] ?? [])),
  };
}

export function historyOf(golden: GoldenCase): SeriesData {
  return { ...points(golden, golden.history), values: numbers(golden.history, 'y') };
}

export function futureOf(golden: GoldenCase): PointInputs {
  return points(golden, golden.future);
}

function eventsOf({ holidays, countryHolidays }: GoldenCase): SeriesEvent[] {
  const own = (holidays?.get('holiday') ?? []).map((name, i) => {
    const column = (key: string) => holidays?.get(key)?.[i];
    const priorScale = column('prior_scale');
    return {
      name,
      day: parseDay(column('ds') ?? ''),
      lowerWindow: Number(column('lower_window') ?? 0),
      upperWindow: Number(column('upper_window') ?? 0),
      ...(priorScale === undefined ? {} : { priorScale: Number(priorScale) }),
    };
  });
  const country = (countryHolidays?.get('holiday') ?? []).map((name, i) => ({
    name,
    day: parseDay(countryHolidays?.get('ds')?.[i] ?? ''),
  }));
  return [...own, ...country];
}

/** The options with which R fitted the case. */
export function optionsOf(golden: GoldenCase): SeasonalTrendOptions {
  const { parameters } = golden;
  return {
    growth: parameters.growth,
    changepointCount: parameters.n_changepoints,
    changepointRange: parameters.changepoint_range,
    changepointPriorScale: parameters.changepoint_prior_scale,
    yearlySeasonality: false,
    weeklySeasonality: false,
    dailySeasonality: false,
    seasonalities: Object.entries(parameters.seasonalities).map(([name, given]) => ({
      name,
      period: given.period,
      fourierOrder: given['fourier.order'],
      priorScale: given['prior.scale'],
      mode: given.mode,
      condition: given['condition.name'] ?? undefined,
    })),
    seasonalityMode: parameters.seasonality_mode,
    holidaysPriorScale: parameters.holidays_prior_scale,
    events: eventsOf(golden),
    regressors: Object.entries(parameters.extra_regressors).map(([name, given]) => ({
      name,
      priorScale: given['prior.scale'],
      mode: given.mode,
    })),
    intervalLevel: parameters.interval_width,
  };
}

export function fitCase(golden: GoldenCase): SeasonalTrendFit {
  return fitSeasonalTrend(historyOf(golden), optionsOf(golden));
}

/** Our model with R's parameters in the place of our own, by way of the model's JSON. */
export function withParametersOfR(fit: SeasonalTrendFit, golden: GoldenCase): SeasonalTrendFit {
  const { params } = golden.parameters;
  const names = asArray(params.beta_names);
  const values = asArray(params.beta);
  const coefficients = fit.specification.components.flatMap(columnNames).map((name) => {
    const at = names.indexOf(name);
    if (at < 0) throw new Error(`R has no coefficient ${name}`);
    return values[at];
  });
  const changepoints = fit.specification.changepoints;
  const sizes = changepoints.map((_, j) => asArray(params.delta)[j]);
  const json = JSON.parse(JSON.stringify(fit));
  Object.assign(json.parameters, {
    slope: params.k,
    offset: params.m,
    noise: params.sigma_obs,
    sizes: encodeArray(Float64Array.from(sizes)),
    coefficients: encodeArray(Float64Array.from(coefficients)),
  });
  return loadSeasonalTrend(json);
}
