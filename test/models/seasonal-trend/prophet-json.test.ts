import { describe, expect, it } from 'vitest';
import { parseDay } from '../../../src/calendar/day.js';
import { ForecastError } from '../../../src/errors.js';
import { fitSeasonalTrend, readProphetModel } from '../../../src/models/seasonal-trend/index.js';
import { checkDamaged } from '../../mutate-json.js';
import {
  asArray,
  caseNames,
  futureOf,
  type GoldenCase,
  historyOf,
  loadCase,
  numbers,
  optionsOf,
  SYNTHETIC_CASES,
} from './golden.js';
import { relativeGap } from './golden-checks.js';

/** A golden case in the layout of Prophet's `model_to_json`. */
function prophetDocument(golden: GoldenCase): Record<string, unknown> {
  const { parameters, holidays, countryHolidays } = golden;
  const names = asArray(parameters.params.beta_names);
  const isHoliday = (name: string) => /_delim_[+-]/.test(name);
  // Prophet's order: seasonalities in their own order, holiday columns as sorted text, regressors.
  const seasonalities = Object.keys(parameters.seasonalities);
  const columns = [
    ...seasonalities.flatMap((name) => names.filter((column) => column.startsWith(`${name}_delim_`))),
    ...names.filter(isHoliday).sort((a, b) => (a < b ? -1 : 1)),
    ...Object.keys(parameters.extra_regressors),
  ];
  const beta = columns.map((name) => asArray(parameters.params.beta)[names.indexOf(name)]);
  const holidayRows = (holidays?.get('holiday') ?? []).map((holiday, i) => ({
    ds: `${holidays?.get('ds')?.[i]}T00:00:00.000`,
    holiday,
    lower_window: Number(holidays?.get('lower_window')?.[i]),
    upper_window: Number(holidays?.get('upper_window')?.[i]),
    prior_scale: Number(holidays?.get('prior_scale')?.[i]),
  }));
  return {
    growth: parameters.growth,
    n_changepoints: parameters.n_changepoints,
    changepoint_range: parameters.changepoint_range,
    changepoint_prior_scale: parameters.changepoint_prior_scale,
    seasonality_mode: parameters.seasonality_mode,
    seasonality_prior_scale: parameters.seasonality_prior_scale,
    holidays_prior_scale: parameters.holidays_prior_scale,
    holidays_mode: parameters.seasonality_mode,
    interval_width: parameters.interval_width,
    y_scale: parameters.y_scale,
    y_min: 0,
    scaling: 'absmax',
    logistic_floor: golden.history.has('floor'),
    country_holidays: countryHolidays === undefined ? null : 'US',
    start: Date.parse(`${parameters.start.replace(' ', 'T')}Z`) / 1000,
    t_scale: parameters.t_scale_sec,
    changepoints_t: asArray(parameters.changepoints_t),
    holidays: holidays === undefined ? null : JSON.stringify({ schema: {}, data: holidayRows }),
    train_holiday_names: null,
    seasonalities: [
      seasonalities,
      Object.fromEntries(
        Object.entries(parameters.seasonalities).map(([name, given]) => [
          name,
          {
            period: given.period,
            fourier_order: given['fourier.order'],
            prior_scale: given['prior.scale'],
            mode: given.mode,
            condition_name: given['condition.name'],
          },
        ]),
      ),
    ],
    extra_regressors: [
      Object.keys(parameters.extra_regressors),
      Object.fromEntries(
        Object.entries(parameters.extra_regressors).map(([name, given]) => [
          name,
          {
            prior_scale: given['prior.scale'],
            standardize: 'auto',
            mu: given.mu,
            std: given.std,
            mode: given.mode,
          },
        ]),
      ),
    ],
    params: {
      k: [[parameters.params.k]],
      m: [[parameters.params.m]],
      delta: [asArray(parameters.params.delta)],
      sigma_obs: [[parameters.params.sigma_obs]],
      beta: [beta],
    },
    __prophet_version: '1.1.5',
  };
}

function countryEvents({ countryHolidays }: GoldenCase) {
  return countryHolidays?.get('holiday')?.map((name, i) => ({
    name,
    day: parseDay(countryHolidays.get('ds')?.[i] ?? ''),
  }));
}

describe('readProphetModel', () => {
  it.each(caseNames(SYNTHETIC_CASES))('forecasts %s as Prophet does, within 1e-9', (name) => {
    const golden = loadCase(SYNTHETIC_CASES, name);
    const text = JSON.stringify(prophetDocument(golden));
    const model = readProphetModel(text, { events: countryEvents(golden) });
    const forecast = model.forecast({ ...futureOf(golden), samples: 2 });
    expect(relativeGap(forecast.mean, numbers(golden.forecast, 'yhat'))).toBeLessThan(1e-9);
    expect(relativeGap(forecast.trend, numbers(golden.forecast, 'trend'))).toBeLessThan(1e-9);
  });

  it('takes the smallest value for a floor when the model was scaled from it', () => {
    const golden = loadCase(SYNTHETIC_CASES, 'synth_yearly');
    const document = { ...prophetDocument(golden), scaling: 'minmax', y_min: 25 };
    const plain = readProphetModel(prophetDocument(golden)).forecast({ horizon: 5 });
    const raised = readProphetModel(document).forecast({ horizon: 5 });
    for (let h = 0; h < 5; h++) expect(raised.mean[h] - plain.mean[h]).toBeCloseTo(25, 9);
  });

  it('takes the means of sampled parameters', () => {
    const golden = loadCase(SYNTHETIC_CASES, 'synth_yearly');
    const document = prophetDocument(golden);
    const params = document['params'] as Record<string, number[][]>;
    const doubled = Object.fromEntries(
      Object.entries(params).map(([name, [row]]) => [
        name,
        [row.map((v) => 0.5 * v), row.map((v) => 1.5 * v)],
      ]),
    );
    const once = readProphetModel(document).forecast({ horizon: 5 });
    const mean = readProphetModel({ ...document, params: doubled }).forecast({ horizon: 5 });
    expect(relativeGap(mean.mean, once.mean)).toBeLessThan(1e-12);
  });

  it.each(['synth_holidays', 'synth_mult'])('refuses or survives any damage to %s', async (name) => {
    const golden = loadCase(SYNTHETIC_CASES, name);
    const options = { events: countryEvents(golden) ?? [] };
    // What the damage may make of the name of a condition.
    const conditions = { text: [1, 1, 0, 0, 1], '': [0, 1, 0, 0, 1] };
    await checkDamaged(prophetDocument(golden), 250, async (data) => {
      const { mean, intervals } = readProphetModel(data, options).forecast({ horizon: 5, conditions });
      return [mean, intervals[0].lower, intervals[0].upper];
    });
  });

  it('says what is wrong with a document', () => {
    const golden = loadCase(SYNTHETIC_CASES, 'synth_holidays');
    const document = prophetDocument(golden);
    expect(codeOf(() => readProphetModel(document))).toBe('missing-dependency');
    expect(codeOf(() => readProphetModel(document, { events: [] }))).toBe('invalid-model');
    expect(codeOf(() => readProphetModel('{'))).toBe('invalid-model');
    expect(codeOf(() => readProphetModel('[]'))).toBe('invalid-model');
    for (const name of [
      'growth',
      'start',
      't_scale',
      'y_scale',
      'changepoints_t',
      'seasonalities',
      'params',
    ]) {
      expect(
        codeOf(() => readProphetModel({ ...document, [name]: null }, { events: countryEvents(golden) })),
      ).toBe('invalid-model');
    }
  });
});

function codeOf(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    return ForecastError.is(error) ? error.code : String(error);
  }
  return undefined;
}

describe('toProphetJSON', () => {
  // Names of serialize.py, version 1.1.5.
  const ATTRIBUTES = [
    ...['growth', 'n_changepoints', 'specified_changepoints', 'changepoint_range', 'yearly_seasonality'],
    ...['weekly_seasonality', 'daily_seasonality', 'seasonality_mode', 'seasonality_prior_scale'],
    ...[
      'changepoint_prior_scale',
      'holidays_prior_scale',
      'mcmc_samples',
      'interval_width',
      'uncertainty_samples',
    ],
    ...[
      'y_scale',
      'y_min',
      'scaling',
      'logistic_floor',
      'country_holidays',
      'component_modes',
      'holidays_mode',
    ],
    ...['changepoints', 'history_dates', 'train_holiday_names', 'start', 't_scale', 'holidays', 'history'],
    ...[
      'train_component_cols',
      'changepoints_t',
      'seasonalities',
      'extra_regressors',
      'fit_kwargs',
      'params',
    ],
    '__prophet_version',
  ];

  it.each(caseNames(SYNTHETIC_CASES))('is read back with the same forecast, %s', (name) => {
    const golden = loadCase(SYNTHETIC_CASES, name);
    const fit = fitSeasonalTrend(historyOf(golden), optionsOf(golden));
    const document = JSON.parse(fit.toProphetJSON());
    expect(Object.keys(document).sort()).toEqual([...ATTRIBUTES].sort());
    const again = readProphetModel(document);
    const future = { ...futureOf(golden), samples: 2 };
    const [ours, theirs] = [fit.forecast(future), again.forecast(future)];
    expect(relativeGap(theirs.mean, ours.mean)).toBeLessThan(1e-12);
    expect(again.forecast({ ...future, horizon: undefined }).days).toEqual(ours.days);
  });

  it('has the tables that Prophet wrote itself', () => {
    // From python/prophet/tests/serialized_model_v1.0.1.json of Prophet: twenty days, 0 to 19, with a weekly seasonality.
    const values = Array.from({ length: 20 }, (_, d) => d);
    const days = values.map((d) => parseDay('2020-01-01') + d);
    const fit = fitSeasonalTrend({ days, values }, { changepointCount: 15 });
    const document = JSON.parse(fit.toProphetJSON());
    expect([document.y_scale, document.start, document.t_scale]).toEqual([19, 1577836800, 1641600]);
    expect(document.component_modes).toEqual({
      additive: ['weekly', 'additive_terms', 'extra_regressors_additive', 'holidays'],
      multiplicative: ['multiplicative_terms', 'extra_regressors_multiplicative'],
    });
    const row = { additive_terms: 1, weekly: 1, multiplicative_terms: 0 };
    expect(JSON.parse(document.train_component_cols).data).toEqual(new Array(6).fill(row));
    const history = JSON.parse(document.history).data;
    expect(history[1]).toEqual({
      ds: '2020-01-02T00:00:00.000',
      y: 1,
      floor: 0,
      t: expect.closeTo(0.0526315789, 10),
      y_scaled: expect.closeTo(0.0526315789, 10),
    });
    expect(JSON.parse(document.changepoints)).toMatchObject({ name: 'ds' });
    expect(JSON.parse(document.changepoints).data[14]).toBe('2020-01-16T00:00:00.000');
    expect(document.changepoints_t[14]).toBeCloseTo(0.7894736842105263, 12);
    expect(document.seasonalities).toEqual([
      ['weekly'],
      { weekly: { period: 7, fourier_order: 3, prior_scale: 10, mode: 'additive', condition_name: null } },
    ]);
    expect(document.extra_regressors).toEqual([[], {}]);
    expect([document.params.beta[0].length, document.params.delta[0].length]).toEqual([6, 15]);
  });

  it('needs the history', () => {
    const golden = loadCase(SYNTHETIC_CASES, 'synth_yearly');
    expect(codeOf(() => readProphetModel(prophetDocument(golden)).toProphetJSON())).toBe('invalid-option');
  });
});
