import { describe, expect, it } from 'vitest';
import {
  type BoostingEngine,
  buildPanel,
  computeFeatures,
  FEATURE_NAMES,
  type Panel,
  recursiveBoosting,
} from '../../../../src/index.js';
import { nativeEngine } from '../../../../src/models/boosting/engine/index.js';
import { createMlXGBoostEngine } from '../../../../src/models/boosting/ml-xgboost/index.js';
import { sliceDays } from '../../../../src/panel/slice.js';
import { checkForecaster, generatePanel, generateSales } from '../../../../src/testing/index.js';

const fast = { rounds: 20, maxDepth: 4 };

/** The features of the last day of a panel, one row per series. */
function lastRow(panel: Panel) {
  return computeFeatures(panel, { from: panel.days - 1 });
}

describe('xgboost', () => {
  it('meets the contract of a forecast model', async () => {
    const report = await checkForecaster(recursiveBoosting({ params: fast }), {
      panel: generatePanel({ products: 6, categories: 3, days: 250 }),
    });
    expect(report.passed.length).toBeGreaterThan(20);
  });

  it('runs the one-step model forward: each step sees the forecasts before it as sales', async () => {
    const panel = generatePanel({ products: 5, days: 200, seed: 3 });
    const past = sliceDays(panel, 0, 150);
    const seen: Float32Array[][] = [];
    const spy: BoostingEngine = {
      ...nativeEngine,
      async train(data, params, options) {
        const model = await nativeEngine.train(data, params, options);
        const predict: typeof model.predict = (features, out) => {
          seen.push(features.columns.map((column) => column.slice()));
          return model.predict(features, out);
        };
        return { ...model, predict };
      },
    };
    const fitted = await recursiveBoosting({ engine: spy, params: fast, intervalDays: 0 }).fit(past);
    const { mean } = await fitted.forecast({ horizon: 60 });
    const first = computeFeatures(withForecasts(past, mean, 60, 0), { from: 150 });
    expect(seen[0]).toEqual(first.columns);
    const dispersion = ['rolling_std', 'rolling_min', 'rolling_max'] as const;
    const column = (name: (typeof FEATURE_NAMES)[number]) => FEATURE_NAMES.indexOf(name);
    for (let step = 0; step < 60; step++) {
      const { columns } = lastRow(withForecasts(past, mean, 60, step));
      FEATURE_NAMES.forEach((name, j) => {
        if (step <= 28 || !dispersion.some((other) => other === name))
          expect(seen[step][j], `${name}, step ${step}`).toEqual(columns[j]);
      });
    }
    // Long after the last observed day, the spread of a window is the same multiple of its mean as in the last observed window.
    for (const name of dispersion) {
      for (let s = 0; s < 5; s++) {
        const ratio = seen[0][column(name)][s] / seen[0][column('rolling_mean')][s];
        const later = seen[59][column(name)][s] / seen[59][column('rolling_mean')][s];
        if (name === 'rolling_std') expect(later).toBeCloseTo(ratio, 4);
        if (name === 'rolling_min') expect(later).toBeLessThanOrEqual(Math.fround(ratio) + 1e-5);
        if (name === 'rolling_max') expect(later).toBeGreaterThanOrEqual(Math.fround(ratio) - 1e-5);
      }
    }
  });

  it.each([7, 1])('does not run away over a year (seed %d)', async (seed) => {
    const { panel } = await buildPanel(generateSales({ seed, products: 20 }).records);
    const fitted = await recursiveBoosting({ intervalDays: 0 }).fit(panel);
    const totals = await fitted.totals({
      ranges: [{ from: 0, to: 365 }],
      groupOf: new Int32Array(20),
      groupCount: 1,
    });
    let lastYear = 0;
    for (let s = 0; s < panel.seriesCount; s++) {
      for (let d = panel.days - 365; d < panel.days; d++) lastYear += panel.units[s * panel.days + d] || 0;
    }
    expect(totals.mean[0] / lastYear).toBeGreaterThan(0.75);
    expect(totals.mean[0] / lastYear).toBeLessThan(1.25);
  });

  it('gives a shorter horizon as the beginning of a longer one', async () => {
    const fitted = await recursiveBoosting({ params: fast, intervalDays: 0 }).fit(
      generatePanel({ products: 4, days: 120, seed: 9 }),
    );
    const short = await fitted.forecast({ horizon: 7 });
    const long = await fitted.forecast({ horizon: 30 });
    for (let s = 0; s < 4; s++) {
      expect(short.mean.subarray(s * 7, s * 7 + 7)).toEqual(long.mean.subarray(s * 30, s * 30 + 7));
    }
    expect(await fitted.forecast({ horizon: 7 })).toEqual(short);
  });

  it('forecasts the same with scaled features, up to the rounding of the cuts', async () => {
    const panel = generatePanel({ products: 4, days: 150, seed: 4 });
    const plain = await (await recursiveBoosting({ params: fast, intervalDays: 0 }).fit(panel)).forecast({
      horizon: 1,
    });
    const scaledModel = recursiveBoosting({ params: fast, intervalDays: 0, scaleFeatures: true });
    const scaled = await (await scaledModel.fit(panel)).forecast({ horizon: 1 });
    for (let s = 0; s < 4; s++) expect(scaled.mean[s]).toBeCloseTo(plain.mean[s], 3);
  });

  it('takes another engine through the same contract', async () => {
    const seen: number[] = [];
    const engine: BoostingEngine = {
      name: 'mean',
      async train(data) {
        const labels = Float64Array.from(data.labels);
        const mean = labels.reduce((sum, label) => sum + label, 0) / labels.length;
        seen.push(data.features.rows);
        return this.load(mean);
      },
      load: (mean) => ({
        predict: (features, out = new Float64Array(features.rows)) => out.fill(mean as number),
        toJSON: () => mean,
      }),
    };
    const panel = generatePanel({ products: 3, days: 100, seed: 6 });
    const model = recursiveBoosting({ engine, intervalDays: 0 });
    const fitted = await model.fit(panel);
    const { mean } = await fitted.forecast({ horizon: 3 });
    const observed = panel.units.filter((units) => !Number.isNaN(units));
    const expected = observed.reduce((sum, units) => sum + units, 0) / observed.length;
    expect(seen).toEqual([observed.length]);
    for (const value of mean) expect(value).toBeCloseTo(expected, 4);
    const reloaded = await model.load(JSON.parse(JSON.stringify(fitted))).forecast({ horizon: 3 });
    expect(reloaded.mean).toEqual(mean);
    expect(() => recursiveBoosting().load(fitted.toJSON())).toThrowError(/engine "mean"/);
  });

  it('runs on ml-xgboost, with much the same forecast', async () => {
    const engine = createMlXGBoostEngine();
    const panel = generatePanel({ products: 4, days: 150, seed: 5 });
    const params = { rounds: 30, maxDepth: 4 };
    const own = await recursiveBoosting({ params, intervalDays: 0 }).fit(panel);
    const library = await recursiveBoosting({ engine, params, intervalDays: 0 }).fit(panel);
    const [a, b] = await Promise.all([own, library].map((fitted) => fitted.forecast({ horizon: 7 })));
    const total = (mean: Float64Array) => mean.reduce((sum, value) => sum + value, 0);
    expect(Math.abs(total(b.mean) / total(a.mean) - 1)).toBeLessThan(0.1);
    engine.close();
  });

  it('measures the errors of its intervals on days that it had not seen', async () => {
    const panel = generatePanel({ products: 20, days: 400, seed: 8 });
    const past = sliceDays(panel, 0, 372);
    const fitted = await recursiveBoosting({ params: fast }).fit(past);
    const { intervals } = await fitted.forecast({ horizon: 28, levels: [0.8] });
    let inside = 0;
    let observed = 0;
    for (let s = 0; s < 20; s++) {
      for (let d = 0; d < 28; d++) {
        const actual = panel.units[s * panel.days + 372 + d];
        if (Number.isNaN(actual)) continue;
        observed++;
        if (actual >= intervals[0].lower[s * 28 + d] && actual <= intervals[0].upper[s * 28 + d]) inside++;
      }
    }
    expect(inside / observed).toBeGreaterThan(0.7);
    expect(inside / observed).toBeLessThan(0.97);
  });

  it.each([
    [{ lookbackDays: 0 }, ['lookbackDays']],
    [{ lookbackDays: 1.5 }, ['lookbackDays']],
    [{ intervalDays: -1 }, ['intervalDays']],
  ])('refuses %j', (options, path) => {
    expect(() => recursiveBoosting(options)).toThrowError(
      expect.objectContaining({ code: 'invalid-option', path }),
    );
  });

  it.each(['lightgbm', null, 1])('refuses %j as an engine', (engine) => {
    expect(() => recursiveBoosting({ engine: engine as never })).toThrowError(
      expect.objectContaining({ code: 'invalid-option', path: ['engine'] }),
    );
  });

  it.each([
    [{ model: 'prophet' }],
    [{ seriesCount: -1 }],
    [{ tail: null }],
    [{ residualDays: 3 }],
    [{ booster: {} }],
  ])('refuses to load a model with %j', async (damage) => {
    const fitted = await recursiveBoosting({ params: fast, intervalDays: 0 }).fit(
      generatePanel({ products: 2, days: 80, seed: 1 }),
    );
    const load = () => recursiveBoosting().load({ ...fitted.toJSON(), ...damage });
    expect(load).toThrowError(expect.objectContaining({ code: 'invalid-model' }));
  });
});

/** The panel with the first `steps` forecasts as further days, and one more empty day to make features for. */
function withForecasts(past: Panel, mean: Float64Array, horizon: number, steps: number): Panel {
  const days = past.days + steps + 1;
  const units = new Float64Array(past.seriesCount * days);
  for (let s = 0; s < past.seriesCount; s++) {
    units.set(past.units.subarray(s * past.days, (s + 1) * past.days), s * days);
    units.set(mean.subarray(s * horizon, s * horizon + steps), s * days + past.days);
  }
  const { startDay, seriesCount, ids, categories, categoryOf, firstDay } = past;
  return { startDay, days, seriesCount, ids, categories, categoryOf, firstDay, units };
}
