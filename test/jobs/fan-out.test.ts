import { describe, expect, it } from 'vitest';
import { backtest } from '../../src/backtest/backtest.js';
import { createForecaster, snapshotToJson } from '../../src/forecaster/index.js';
import { createInProcessJobRunner, FAN_OUT_JOB, fanOut, processFanOut } from '../../src/jobs/index.js';
import { tsb } from '../../src/models/baselines/index.js';
import { directBoosting } from '../../src/models/boosting/direct/index.js';
import type { BoostingEngine } from '../../src/models/boosting/engine/engine.js';
import { recursiveBoosting } from '../../src/models/boosting/recursive/index.js';
import { calibrated } from '../../src/models/combine/calibrated.js';
import { middleOut, selfWeighted, xgboostProphetBlend } from '../../src/models/combine/index.js';
import type { ForecastModel } from '../../src/models/contract.js';
import {
  type PartData,
  type PartWork,
  panelFromPart,
  panelToPart,
  seriesRanges,
} from '../../src/models/part-work.js';
import { seasonalTrend } from '../../src/models/seasonal-trend/index.js';
import { selectSeries } from '../../src/panel/slice.js';
import { MemoryArtifactStore } from '../../src/storage/memory/memory-artifact-store.js';
import { panelOf } from '../../src/testing/forecaster-panels.js';
import { generatePanel, generateSales } from '../../src/testing/generate-sales.js';

const panel = generatePanel({ products: 23, days: 200, seed: 5 });
const ensemble = { xgboost: { params: { rounds: 10 } } };
const blend = xgboostProphetBlend(ensemble);
const events = [
  { day: panel.startDay + 40, name: 'fair' },
  { day: panel.startDay + 210, name: 'fair' },
];

async function workshop() {
  const runner = createInProcessJobRunner();
  const artifacts = new MemoryArtifactStore();
  await processFanOut(runner, artifacts, { concurrency: 2 });
  return { runner, artifacts };
}

describe('fanOut', () => {
  it.each([1, 7, 23, 500])('gives the bytes of one process with chunks of %i', async (chunkSeries) => {
    const { runner, artifacts } = await workshop();
    const options = { covariates: { events }, seed: 3 };
    const whole = await blend.fit(panel, options);
    const fanned = await fanOut({ model: blend, runner, artifacts, chunkSeries }).fit(panel, options);
    expect(JSON.stringify(fanned)).toBe(JSON.stringify(whole));
    expect(await artifacts.names()).toEqual([]);
    await runner.close();
  });

  it('gives the snapshot of a training in one process', async () => {
    const { runner, artifacts } = await workshop();
    const { records } = generateSales({ products: 12, days: 150, seed: 9 });
    const now = () => new Date('2024-06-01T03:00:00Z');
    const snapshots = [];
    for (const model of [blend, fanOut({ model: blend, runner, artifacts, chunkSeries: 5 })]) {
      const forecaster = createForecaster({ model, now });
      await forecaster.ingest(records);
      await forecaster.train();
      snapshots.push(JSON.stringify(snapshotToJson(forecaster.snapshot()!)));
    }
    expect(snapshots[1]).toBe(snapshots[0]);
    await runner.close();
  });

  it('has the workers run the booster forward, with the values of one process', async () => {
    const { runner, artifacts } = await workshop();
    const options = { covariates: { events }, seed: 3 };
    const levels = [0.8];
    const requests = {
      ranges: [
        { from: 0, to: 9 },
        { from: 3, to: 40 },
      ],
      levels,
    };
    const groups = { groupOf: panel.categoryOf, groupCount: panel.categories.length };
    const whole = await blend.fit(panel, options);
    for (const forecastByWorkers of [true, false]) {
      const phases = new Set<string>();
      const onProgress = ({ phase }: { phase: string }) => phases.add(phase);
      const model = fanOut({ model: blend, runner, artifacts, chunkSeries: 7, forecastByWorkers });
      const fanned = await model.fit(panel, options);
      expect(await fanned.totals({ ...requests, onProgress })).toEqual(await whole.totals(requests));
      expect(await fanned.totals({ ...requests, ...groups })).toEqual(
        await whole.totals({ ...requests, ...groups }),
      );
      const daily = { horizon: 12, levels };
      expect(await fanned.forecast(daily)).toEqual(await whole.forecast(daily));
      expect(phases.has('fan out recursive-boosting forecast')).toBe(forecastByWorkers);
    }
    expect(await artifacts.names()).toEqual([]);
    await runner.close();
  });

  it('gives the calibration and the backtest of one process', async () => {
    const { runner, artifacts } = await workshop();
    const fanned = fanOut({ model: blend, runner, artifacts, chunkSeries: 9, maxConcurrentFits: 3 });
    const here = blend;
    const calibration = { horizon: 14, origins: 3 };
    expect(JSON.stringify(await calibrated(fanned, calibration).fit(panel))).toBe(
      JSON.stringify(await calibrated(here, calibration).fit(panel)),
    );
    const options = { horizon: 7, origins: 3, levels: [0.8] };
    expect(await backtest(panel, [fanned], options)).toEqual(await backtest(panel, [here], options));
    await runner.close();
  });

  it('forecasts all series with a booster trained on some of them', async () => {
    const { runner, artifacts } = await workshop();
    const sampled = { xgboost: { ...ensemble.xgboost, sampleSeries: 4 } };
    const model = fanOut({ model: xgboostProphetBlend(sampled), runner, artifacts, chunkSeries: 8 });
    const fanned = await model.fit(panel);
    expect(JSON.stringify(fanned)).toBe(JSON.stringify(await xgboostProphetBlend(sampled).fit(panel)));
    const { mean } = await fanned.forecast({ horizon: 7 });
    // Four of 23 series at equal distances: 0, 5, 11, 17.
    const sample = selectSeries(panel, [0, 5, 11, 17]);
    const booster = await recursiveBoosting({ intervalDays: 0, ...ensemble.xgboost }).fit(sample);
    const seasonal = await seasonalTrend({ holidays: true }).fit(panel);
    const [trees, trend] = await Promise.all([
      booster.forecast({ horizon: 7 }),
      seasonal.forecast({ horizon: 7 }),
    ]);
    [0, 5, 11, 17].forEach((series, i) => {
      for (let d = 0; d < 7; d++) {
        const expected = 0.6 * trees.mean[i * 7 + d] + 0.4 * trend.mean[series * 7 + d];
        expect(mean[series * 7 + d]).toBeCloseTo(expected, 10);
      }
    });
    expect(mean.every(Number.isFinite)).toBe(true);
    await runner.close();
  });

  it('hands over what is for some products only', async () => {
    const { runner, artifacts } = await workshop();
    const values = Array.from({ length: panel.days + 20 }, (_, d) => Math.sin(d * d));
    const gaps = panel.units.map((value, i) => ((i % panel.days) % 7 === 2 ? Number.NaN : value));
    const sales = { ...panel, units: gaps };
    const model = seasonalTrend({
      growth: 'logistic',
      cap: [{ values: 1e6 }, { scope: { productId: panel.ids[9] }, values: 1e5 }],
      floor: [{ scope: { category: panel.categories[0] }, values: -5 }],
      regressors: [
        { name: 'weather', values: [{ startDay: panel.startDay, values }] },
        { name: 'price', values: [{ scope: { productId: panel.ids[3] }, startDay: panel.startDay, values }] },
      ],
    });
    const fanned = await fanOut({ model, runner, artifacts, chunkSeries: 8 }).fit(sales);
    expect(JSON.stringify(fanned)).toBe(JSON.stringify(await model.fit(sales)));
    await runner.close();
  });

  it('uses the results of a fit that was cut off, and fits the same data again after all', async () => {
    const { runner, artifacts } = await workshop();
    const abort = new AbortController();
    const options = { model: blend, runner, artifacts, chunkSeries: 4 };
    const cut = fanOut(options).fit(panel, {
      signal: abort.signal,
      onProgress: ({ done }) => done >= 3 && abort.abort(),
    });
    await expect(cut).rejects.toMatchObject({ code: 'aborted' });
    const left = (await artifacts.names()).filter((name) => /\/part-\d+-[0-9a-f]{32}$/.test(name));
    expect(left.length).toBeGreaterThanOrEqual(2);
    const whole = JSON.stringify(await blend.fit(panel));
    expect(JSON.stringify(await fanOut(options).fit(panel))).toBe(whole);
    expect(JSON.stringify(await fanOut(options).fit(panel))).toBe(whole);
    await runner.close();
  });

  it('says why a piece could not be done, and tries it again with the next fit', async () => {
    const runner = createInProcessJobRunner();
    const artifacts = new MemoryArtifactStore();
    const get = artifacts.get.bind(artifacts);
    let broken = true;
    artifacts.get = async (name, ...rest) => {
      if (broken && name.endsWith('part-1-input')) throw new Error('the disk is gone');
      return get(name, ...rest);
    };
    await processFanOut(runner, artifacts);
    const model = fanOut({ model: blend, runner, artifacts, chunkSeries: 10, attempts: 1 });
    await expect(model.fit(panel)).rejects.toThrow('the disk is gone');
    expect(await runner.deadLetters(FAN_OUT_JOB)).toMatchObject([
      { reason: 'the disk is gone', attempts: 1 },
    ]);
    broken = false;
    expect((await model.fit(panel)).seriesCount).toBe(23);
    await runner.close();
  });

  it.each<[string, ForecastModel]>([
    ['a booster with intervals of its own', recursiveBoosting({ params: { rounds: 5 }, sampleSeries: 9 })],
    ['an ensemble of ensembles', smallAccurateEnsemble()],
    ['a model whose fit is not divided', tsb()],
  ])('gives the bytes of one process for %s', async (_, model) => {
    const { runner, artifacts } = await workshop();
    const options = { covariates: { events }, seed: 3 };
    const whole = await model.fit(panel, options);
    const fanned = await fanOut({ model, runner, artifacts, chunkSeries: 8 }).fit(panel, options);
    expect(JSON.stringify(fanned)).toBe(JSON.stringify(whole));
    const asked = { horizon: 9, levels: [0.8] };
    expect(await fanned.forecast(asked)).toEqual(await whole.forecast(asked));
    expect(await artifacts.names()).toEqual([]);
    await runner.close();
  });

  it('does the works of a model that the package does not know', async () => {
    const runner = createInProcessJobRunner();
    const artifacts = new MemoryArtifactStore();
    const sums: PartWork = {
      name: 'sums',
      run: async (shared, part) => {
        const { units, seriesCount, days } = panelFromPart(part);
        const { factor } = shared as { factor: number };
        const sum = (s: number) => units.slice(s * days, (s + 1) * days).reduce((a, b) => a + (b || 0), 0);
        return {
          about: {},
          arrays: { sums: Float64Array.from({ length: seriesCount }, (_, s) => factor * sum(s)) },
        };
      },
    };
    await processFanOut(runner, artifacts, { works: [sums] });
    const found: number[] = [];
    const model: ForecastModel = {
      ...tsb(),
      async fit(given, { workers, ...options } = {}) {
        const parts = seriesRanges(given.seriesCount, workers!.partSeries).map(({ name, from, to }) => ({
          name,
          input: () => panelToPart(given, from, to),
        }));
        const take = (part: PartData, i: number) => {
          found[i] = [...part.arrays['sums']].reduce((a, b) => a + b, 0);
        };
        await workers!.run('sums', { factor: 2 }, parts, take, options);
        return tsb().fit(given, options);
      },
    };
    await fanOut({ model, runner, artifacts, chunkSeries: 10 }).fit(panel);
    expect(found).toHaveLength(3);
    const total = panel.units.reduce((a, b) => a + (b || 0), 0);
    expect(found.reduce((a, b) => a + b, 0)).toBeCloseTo(2 * total, 6);
    await runner.close();
  });

  it('refuses what cannot be fanned out', async () => {
    const { runner, artifacts } = await workshop();
    expect(() => fanOut({ model: blend, runner, artifacts, chunkSeries: 0 })).toThrow('chunkSeries');
    expect(() => fanOut({ model: blend, runner, artifacts, maxConcurrentFits: 0.5 })).toThrow(
      'maxConcurrentFits',
    );
    const own = recursiveBoosting({ engine: { name: 'own' } as BoostingEngine });
    await expect(fanOut({ model: own, runner, artifacts }).fit(panel)).rejects.toMatchObject({
      code: 'invalid-option',
      path: ['engine'],
    });
    const empty = panelOf([[Number.NaN, Number.NaN]]);
    await expect(fanOut({ model: blend, runner, artifacts }).fit(empty)).rejects.toMatchObject({
      code: 'empty-data',
    });
    await runner.close();
  });
});

function smallAccurateEnsemble(): ForecastModel {
  const members = [
    { model: directBoosting({ horizon: 14, longHorizon: 0, rowsPerBooster: 500, params: { rounds: 3 } }) },
    { model: seasonalTrend() },
  ];
  const model = selfWeighted({ members, horizon: 14 });
  return middleOut({ model, categoryModel: seasonalTrend({ yearlySeasonality: false }) });
}
