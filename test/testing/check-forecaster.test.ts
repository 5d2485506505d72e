import { describe, expect, it } from 'vitest';
import { ForecastError } from '../../src/errors.js';
import { seasonalNaive } from '../../src/models/baselines/index.js';
import type { FittedModel, ForecastModel, Interval, PanelForecast } from '../../src/models/contract.js';
import type { Panel } from '../../src/panel/panel.js';
import { checkForecaster, forecasterChecks, generatePanel } from '../../src/testing/index.js';
import { failureOf } from './failure-of.js';

const sound = seasonalNaive({ season: 7 });

/** The sound model with a defect in its fit or in the fitted model. */
function broken(change: {
  fit?: (panel: Panel) => void;
  fitted?: (fitted: FittedModel, fits: number) => Partial<FittedModel>;
}): ForecastModel {
  let fits = 0;
  return {
    ...sound,
    async fit(panel, options) {
      const fitted = await sound.fit(panel, options);
      change.fit?.(panel);
      fits++;
      return Object.assign(Object.create(fitted), change.fitted?.(fitted, fits));
    },
  };
}

/** The sound model whose forecasts are altered after the fact. */
function alteredForecast(alter: (forecast: PanelForecast, fits: number) => PanelForecast): ForecastModel {
  return broken({
    fitted: (fitted, fits) => ({
      forecast: async (options) => alter(await fitted.forecast(options), fits),
      totals: (options) => fitted.totals(options),
      toJSON: () => fitted.toJSON(),
    }),
  });
}

/** An interval cut at zero where its mean lies above. */
function clipped({ level, lower, upper }: Interval): Interval {
  return { level, upper, lower: lower.map((value, i) => (upper[i] > 0 ? Math.max(0, value) : value)) };
}

/** Configs that were asked for. */
let configs = 0;

describe('checkForecaster', () => {
  it('reports every check of a sound model', async () => {
    const report = await checkForecaster(sound, { skip: ['stops when aborted'] });
    expect(report.model).toBe('seasonal-naive-7');
    expect(report.skipped).toEqual(['stops when aborted']);
    expect(report.passed).toContain('copes with negative values');
    expect(report.passed).not.toContain('stops when aborted');
  });

  it('refuses to skip a check that does not exist', async () => {
    await expect(checkForecaster(sound, { skip: ['nothing'] })).rejects.toMatchObject({
      code: 'invalid-option',
    });
  });

  it.each<[string, string, ForecastModel]>([
    [
      'NaN',
      'gives a sound forecast',
      alteredForecast((forecast) => ({ ...forecast, mean: forecast.mean.map(() => Number.NaN) })),
    ],
    [
      'a wrong start day',
      'gives a sound forecast',
      alteredForecast((forecast) => ({ ...forecast, startDay: forecast.startDay - 1 })),
    ],
    [
      'a mean outside its interval',
      'gives a sound forecast',
      alteredForecast((forecast) => ({
        ...forecast,
        intervals: forecast.intervals.map((interval) => ({ ...interval, upper: interval.lower })),
      })),
    ],
    [
      'intervals that are not nested',
      'gives a sound forecast',
      alteredForecast((forecast) => ({
        ...forecast,
        intervals: forecast.intervals.map((interval, k, all) => ({
          ...all[all.length - 1 - k],
          level: interval.level,
        })),
      })),
    ],
    [
      'totals that do not add up',
      'gives totals that add up',
      alteredForecast((forecast) => ({ ...forecast, mean: forecast.mean.map((value) => value * 0.999) })),
    ],
    [
      'a fit that differs every time',
      'is deterministic',
      alteredForecast((forecast, fits) => ({
        ...forecast,
        mean: forecast.mean.map((value) => value + fits),
      })),
    ],
    [
      'a config with a function',
      'describes itself',
      { ...sound, config: { name: sound.name, options: { make: () => 1 } } },
    ],
    ['a config of another name', 'describes itself', { ...sound, config: { name: 'other', options: {} } }],
    [
      'a config that differs every time',
      'describes itself',
      Object.defineProperty({ ...sound }, 'config', {
        get: () => ({ name: sound.name, options: { made: configs++ } }),
      }),
    ],
    [
      'a changed input',
      'leaves its input as it was',
      broken({
        fit: (panel) => {
          panel.units[0] += 1;
        },
      }),
    ],
    [
      'a reload that differs',
      'reloads from JSON',
      { ...sound, load: (data) => sound.load({ ...data, cutoffDay: (data['cutoffDay'] as number) + 1 }) },
    ],
    [
      'a loader that takes anything',
      'reloads from JSON',
      { ...sound, load: (data) => sound.load({ ...data, model: sound.name }) },
    ],
    [
      'a horizon that changes its own beginning',
      'forecasts the same for a shorter horizon',
      alteredForecast((forecast) => ({
        ...forecast,
        mean: forecast.mean.map((value) => value + forecast.horizon),
      })),
    ],
    [
      'daily bounds that are clipped already',
      'leaves means and bounds below zero as they are',
      alteredForecast((forecast) => ({ ...forecast, intervals: forecast.intervals.map(clipped) })),
    ],
    [
      'bounds of totals that are clipped already',
      'leaves means and bounds below zero as they are',
      broken({
        fitted: (fitted) => ({
          forecast: (options) => fitted.forecast(options),
          async totals(options) {
            const totals = await fitted.totals(options);
            return { ...totals, intervals: totals.intervals.map(clipped) };
          },
          toJSON: () => fitted.toJSON(),
        }),
      }),
    ],
    [
      'a look behind its columns',
      'does not look past the cutoff',
      {
        ...sound,
        fit: (panel, options) => {
          const beyond = new Float64Array(panel.units.buffer).at(-1) ?? 0;
          return sound.fit({ ...panel, units: panel.units.map((value) => value + beyond) }, options);
        },
      },
    ],
    [
      'options taken unseen',
      'refuses wrong options',
      broken({
        fitted: (fitted) => ({
          forecast: (options) =>
            fitted.forecast({ ...options, horizon: Math.max(1, Math.round(options.horizon)) || 1 }),
        }),
      }),
    ],
    [
      'a forecast from nothing',
      'refuses a panel without observations',
      {
        ...sound,
        fit: (panel, options) =>
          sound.fit(
            { ...panel, units: panel.units.map((value) => (Number.isNaN(value) ? 0 : value)) },
            options,
          ),
      },
    ],
    ['a deaf ear for the abort', 'stops when aborted', { ...sound, fit: (panel) => sound.fit(panel) }],
    [
      'a plain error on awkward data',
      'copes with one day of data',
      {
        ...sound,
        fit: (panel, options) =>
          panel.days < 3 ? Promise.reject(new Error('too little')) : sound.fit(panel, options),
      },
    ],
  ])('catches %s', async (_, check, model) => {
    expect(await failureOf(forecasterChecks(model), check)).toBeDefined();
  });

  it('compares the config with that of a model of equal options', async () => {
    const remake = () => seasonalNaive({ season: 7, fallbackDays: 7 });
    await expect(checkForecaster(sound, { remake })).rejects.toThrow('config of a model with equal options');
  });

  it('lists every check that fails', async () => {
    const model = alteredForecast((forecast) => ({ ...forecast, startDay: forecast.startDay - 1 }));
    const failed = checkForecaster(model, { skip: ['stops when aborted'] });
    await expect(failed).rejects.toThrow('checks failed\n- gives a sound forecast');
  });

  it('catches a fit that blocks the event loop', async () => {
    const slowPanel = generatePanel({ products: 2, days: 60 });
    const blocking: ForecastModel = {
      ...sound,
      async fit(panel, options) {
        // Time of the processor, of which a busy machine gives less than passes.
        const end = process.cpuUsage().user + 120_000;
        while (panel === slowPanel && process.cpuUsage().user < end);
        return sound.fit(panel, options);
      },
    };
    const checks = forecasterChecks(blocking, { slowPanel, abortWithinMs: 20 });
    expect(await failureOf(checks, 'stops when aborted')).toContain('after the abort was due');
  });

  it('accepts a model that says that the history is too short', async () => {
    const demanding: ForecastModel = {
      ...sound,
      fit: (panel, options) =>
        panel.days < 14
          ? Promise.reject(new ForecastError('too-short', 'At least two weeks are needed'))
          : sound.fit(panel, options),
    };
    await expect(checkForecaster(demanding, { skip: ['stops when aborted'] })).resolves.toBeDefined();
  });
});
