import { describe, expect, it } from 'vitest';
import { backtest } from '../../src/backtest/backtest.js';
import { ForecastError } from '../../src/errors.js';
import { createForecaster, snapshotToJson } from '../../src/forecaster/index.js';
import {
  createInProcessJobRunner,
  FAN_OUT_JOB,
  fanOutEnsemble,
  processFanOut,
} from '../../src/jobs/index.js';
import type { BoostingEngine } from '../../src/models/boosting/engine/engine.js';
import { recursiveBoosting } from '../../src/models/boosting/recursive/index.js';
import { calibrated } from '../../src/models/combine/calibrated.js';
import { xgboostProphetBlend } from '../../src/models/combine/index.js';
import { seasonalTrend } from '../../src/models/seasonal-trend/index.js';
import { selectSeries } from '../../src/panel/slice.js';
import { MemoryArtifactStore } from '../../src/storage/memory/memory-artifact-store.js';
import { panelOf } from '../../src/testing/forecaster-panels.js';
import { generatePanel, generateSales } from '../../src/testing/generate-sales.js';

const panel = generatePanel({ products: 23, days: 200, seed: 5 });
const ensemble = { xgboost: { params: { rounds: 10 } } };
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

describe('fanOutEnsemble', () => {
  it.each([1, 7, 23, 500])(
    'gives the bytes of the documented ensemble with chunks of %i',
    async (chunkSeries) => {
      const { runner, artifacts } = await workshop();
      const options = { covariates: { events }, seed: 3 };
      const whole = await xgboostProphetBlend(ensemble).fit(panel, options);
      const fanned = await fanOutEnsemble({ runner, artifacts, chunkSeries, ensemble }).fit(panel, options);
      expect(JSON.stringify(fanned)).toBe(JSON.stringify(whole));
      expect(await artifacts.names()).toEqual([]);
      await runner.close();
    },
  );

  it('gives the snapshot of a training in one process', async () => {
    const { runner, artifacts } = await workshop();
    const { records } = generateSales({ products: 12, days: 150, seed: 9 });
    const now = () => new Date('2024-06-01T03:00:00Z');
    const snapshots = [];
    for (const model of [
      xgboostProphetBlend(ensemble),
      fanOutEnsemble({ runner, artifacts, chunkSeries: 5, ensemble }),
    ]) {
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
    const whole = await xgboostProphetBlend(ensemble).fit(panel, options);
    for (const forecastByWorkers of [true, false]) {
      const phases = new Set<string>();
      const onProgress = ({ phase }: { phase: string }) => phases.add(phase);
      const model = fanOutEnsemble({ runner, artifacts, chunkSeries: 7, forecastByWorkers, ensemble });
      const fanned = await model.fit(panel, options);
      expect(await fanned.totals({ ...requests, onProgress })).toEqual(await whole.totals(requests));
      expect(await fanned.totals({ ...requests, ...groups })).toEqual(
        await whole.totals({ ...requests, ...groups }),
      );
      const daily = { horizon: 12, levels };
      expect(await fanned.forecast(daily)).toEqual(await whole.forecast(daily));
      expect(phases.has('fan out forecast')).toBe(forecastByWorkers);
    }
    expect(await artifacts.names()).toEqual([]);
    await runner.close();
  });

  it('gives the calibration and the backtest of one process', async () => {
    const { runner, artifacts } = await workshop();
    const fanned = fanOutEnsemble({ runner, artifacts, chunkSeries: 9, maxConcurrentFits: 3, ensemble });
    const here = xgboostProphetBlend(ensemble);
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
    const model = fanOutEnsemble({ runner, artifacts, chunkSeries: 8, ensemble: sampled });
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

  it('uses the results of a fit that was cut off, and fits the same data again after all', async () => {
    const { runner, artifacts } = await workshop();
    const abort = new AbortController();
    const options = { runner, artifacts, chunkSeries: 4, ensemble };
    const cut = fanOutEnsemble(options).fit(panel, {
      signal: abort.signal,
      onProgress: ({ done }) => done >= 3 && abort.abort(),
    });
    await expect(cut).rejects.toMatchObject({ code: 'aborted' });
    const left = (await artifacts.names()).filter((name) => /\/part-\d+-[0-9a-f]{32}$/.test(name));
    expect(left.length).toBeGreaterThanOrEqual(2);
    const whole = JSON.stringify(await xgboostProphetBlend(ensemble).fit(panel));
    expect(JSON.stringify(await fanOutEnsemble(options).fit(panel))).toBe(whole);
    expect(JSON.stringify(await fanOutEnsemble(options).fit(panel))).toBe(whole);
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
    const model = fanOutEnsemble({ runner, artifacts, chunkSeries: 10, attempts: 1, ensemble });
    await expect(model.fit(panel)).rejects.toThrow('the disk is gone');
    expect(await runner.deadLetters(FAN_OUT_JOB)).toMatchObject([
      { reason: 'the disk is gone', attempts: 1 },
    ]);
    broken = false;
    expect((await model.fit(panel)).seriesCount).toBe(23);
    await runner.close();
  });

  it('refuses what cannot be fanned out', async () => {
    const { runner, artifacts } = await workshop();
    expect(() => fanOutEnsemble({ runner, artifacts, chunkSeries: 0 })).toThrow('chunkSeries');
    expect(() => fanOutEnsemble({ runner, artifacts, maxConcurrentFits: 0.5 })).toThrow('maxConcurrentFits');
    const engine = { name: 'own' } as BoostingEngine;
    for (const xgboost of [{ sampleSeries: 0 }, { sampleSeries: 9, intervalDays: 28 }, { engine }]) {
      expect(() => fanOutEnsemble({ runner, artifacts, ensemble: { xgboost } })).toThrow(ForecastError);
    }
    const empty = panelOf([[Number.NaN, Number.NaN]]);
    await expect(fanOutEnsemble({ runner, artifacts }).fit(empty)).rejects.toMatchObject({
      code: 'empty-data',
    });
    await runner.close();
  });
});
