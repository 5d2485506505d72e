import {
  adaptiveEnsemble,
  directBoosting,
  type FittedModel,
  type KnownFuture,
  type Panel,
  type SerializedModel,
  salesForecasts,
  seasonalNaive,
  structural,
  weekdayMean,
} from 'commerce-forecast';
import { beforeAll, describe, expect, it } from 'vitest';
import { fewProductScenarios } from '../../../../benchmarks/shops/few-products.js';
import { runScenario } from '../../../../benchmarks/shops/run-scenario.js';
import { encodeArray } from '../../../../src/models/typed-array-json.js';
import { createRandom } from '../../../../src/random.js';
import { poisson } from '../../../../src/testing/distributions.js';
import { checkForecaster, generatePanel, panelOf } from '../../../../src/testing/index.js';

const HORIZON = 28;

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
const model = adaptiveEnsemble({ effort: 'fast' });

async function monthOf(panel: Panel, future?: KnownFuture): Promise<number[]> {
  const fitted = await model.fit(panel, { covariates: future ? { future } : {} });
  const { mean } = await salesForecasts(fitted).totals({ ranges: [{ from: 0, to: HORIZON }] });
  return [...mean];
}

describe('adaptiveEnsemble', () => {
  it('meets the contract of a forecast model', async () => {
    const directBoosting = { params: { rounds: 20, maxDepth: 4 }, rowsPerBooster: 3000, longHorizon: 0 };
    const report = await checkForecaster(adaptiveEnsemble({ directBoosting }), {
      panel: generatePanel({ products: 8, categories: 3, days: 250 }),
      skip: ['leaves means and bounds below zero as they are'],
    });
    expect(report.passed.length).toBeGreaterThan(20);
  });

  it('refuses wrong options', () => {
    expect(() => adaptiveEnsemble({ horizon: 0 })).toThrow(/horizon/);
    expect(() => adaptiveEnsemble({ effort: 'most' as never })).toThrow(/effort/);
  });

  it('keeps constants, whatever they stand beside', async () => {
    const random = createRandom(4);
    const constant = (value: number) => Array.from({ length: 400 }, () => value);
    const noisy = Array.from({ length: 400 }, () => poisson(random, 12));
    const month = await monthOf(panelOf([constant(10), constant(40), noisy, constant(0)]));
    expect(month[0] / (10 * HORIZON)).toBeCloseTo(1, 1);
    expect(month[1] / (40 * HORIZON)).toBeCloseTo(1, 1);
    expect(month[3]).toBe(0);
  });

  it('leaves boosters out where there is too little to learn from, and weighs the others', async () => {
    const fitted = await model.fit(generatePanel({ products: 3, days: 100, seed: 1 }));
    const { boosted } = fitted.toJSON() as unknown as { boosted: unknown };
    expect(boosted).toBeNull();
    const { weights } = fitted as unknown as { weights: Float64Array };
    for (let s = 0; s < 3; s++) {
      const own = weights.subarray(s * 5, (s + 1) * 5);
      expect(own.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
      expect(own[1]).toBe(0);
    }
  });

  it('takes weight from a plain model that was wrong in the trials', async () => {
    // On independent days a repetition of the last week has twice the squared error of a mean.
    const random = createRandom(9);
    const series = Array.from({ length: 8 }, () => Array.from({ length: 420 }, () => poisson(random, 12)));
    const repetition = async (trials: number) => {
      const fitted = await adaptiveEnsemble({ effort: 'fast', trials }).fit(panelOf(series));
      const { weights } = fitted as unknown as { weights: Float64Array };
      return Array.from({ length: 8 }, (_, s) => weights[s * 5 + 3]);
    };
    const untried = await repetition(0);
    expect(Math.max(...(await repetition(2)))).toBeLessThan(0.5 * Math.min(...untried));
  });

  it.each(['December x5, 1 products, 1.9 years', 'December x5, 4 products, 1.9 years'])(
    'keeps a peak of the calendar where plain models were better in the weeks before it: %s',
    async (name) => {
      const scenario = fewProductScenarios().find((one) => one.name.startsWith(name));
      const verdicts = await runScenario(scenario!, undefined);
      expect(verdicts.filter(({ ok }) => !ok)).toEqual([]);
    },
  );

  describe('beyond the days of the trials', () => {
    const YEAR = 364;
    const boosting = { params: { rounds: 20, maxDepth: 4 }, rowsPerBooster: 3000, longHorizon: 0 };
    const ensemble = adaptiveEnsemble({ directBoosting: boosting });
    const panel = generatePanel({ products: 12, categories: 2, days: 500 });
    type Data = SerializedModel & { structural: SerializedModel; boosted: SerializedModel; plain: unknown[] };
    let data: Data;
    beforeAll(async () => {
      data = (await ensemble.fit(panel)).toJSON() as Data;
    });
    const withWeights = (...ofMembers: number[]) => {
      const count = 2 + data.plain.length;
      const weights = Float64Array.from({ length: 12 * count }, (_, at) => ofMembers[at % count] ?? 0);
      return ensemble.load({ ...data, weights: encodeArray(weights) });
    };
    const meanOf = async (fitted: FittedModel) => (await fitted.forecast({ horizon: YEAR })).mean;

    it('halves the weight of boosters in the next four weeks, and so on, for the benefit of the others', async () => {
      const ofStructural = await meanOf(structural().load(data.structural));
      const ofBoosters = await meanOf(directBoosting(boosting).load(data.boosted));
      const ofPlain = await meanOf(withWeights(0, 0, 1));
      expect(await meanOf(withWeights(1))).toEqual(ofStructural);
      const alone = await meanOf(withWeights(0, 1));
      const mixed = await meanOf(withWeights(0.1, 0.6, 0.3));
      for (const day of [0, 27, 28, 55, 56, 363]) {
        const share = 1 / (1 + Math.floor(day / 28));
        for (let at = day; at < mixed.length; at += YEAR) {
          expect(alone[at]).toBeCloseTo(share * ofBoosters[at] + (1 - share) * ofStructural[at], 8);
          const others = (0.1 * ofStructural[at] + 0.3 * ofPlain[at]) / 0.4;
          expect(mixed[at]).toBeCloseTo(0.6 * share * ofBoosters[at] + (1 - 0.6 * share) * others, 8);
        }
      }
    });

    it('explains every day with the weights of that day', async () => {
      const fitted = withWeights(0.1, 0.6, 0.3);
      const range = { from: 20, to: 100 };
      const parts = await fitted.contributions!({ series: [1, 3], weights: [1, 2], range });
      const mean = await meanOf(fitted);
      const sumOf = (s: number) => sum(mean.subarray(s * YEAR + range.from, s * YEAR + range.to));
      expect(sum([...parts.values()])).toBeCloseTo(sumOf(1) + 2 * sumOf(3), 6);
    });
  });

  it('explains the calendar of its plain members', async () => {
    const fitted = await model.fit(generatePanel({ products: 3, days: 500, seed: 7 }));
    const { weights } = fitted as unknown as { weights: Float64Array };
    expect(weights[2] + weights[3] + weights[4]).toBeGreaterThan(0);
    const range = { from: 0, to: 90 };
    const parts = await fitted.contributions!({ series: [0], range });
    const { mean } = await fitted.forecast({ horizon: 90 });
    const total = mean.subarray(0, 90).reduce((sum, value) => sum + value, 0);
    expect([...parts.values()].reduce((sum, value) => sum + value, 0) / total).toBeCloseTo(1, 9);
  });

  it('sells nothing on days that are planned closed, whatever its members say', async () => {
    const panel = generatePanel({ products: 6, days: 200, seed: 3 });
    const open = new Uint8Array(6 * HORIZON).fill(1);
    for (let s = 0; s < 6; s++) open[s * HORIZON + 9] = 0;
    const future = { startDay: panel.startDay + panel.days, days: HORIZON, open };
    const fitted = await model.fit(panel, { covariates: { future } });
    const { mean } = await fitted.forecast({ horizon: HORIZON });
    expect(Array.from({ length: 6 }, (_, s) => mean[s * HORIZON + 9])).toEqual([0, 0, 0, 0, 0, 0]);
    expect(Math.max(...mean)).toBeGreaterThan(0);
    // Another future can be asked about without another fit, and the first one stays.
    const all = await fitted.forecast({
      horizon: HORIZON,
      future: { ...future, open: new Uint8Array(6 * HORIZON).fill(1) },
    });
    expect(Math.max(...Array.from({ length: 6 }, (_, s) => all.mean[s * HORIZON + 9]))).toBeGreaterThan(0);
    expect((await fitted.forecast({ horizon: HORIZON })).mean).toEqual(mean);
  });

  it('is at least as good as the better of two naive models on generated shops', async () => {
    const panel = generatePanel({ products: 12, days: 400, seed: 11 });
    const end = panel.days - HORIZON;
    const { sliceDays } = await import('commerce-forecast');
    const history = sliceDays(panel, 0, end);
    const errorOf = async (candidate: typeof model) => {
      const { mean } = await salesForecasts(await candidate.fit(history)).forecast({ horizon: HORIZON });
      let error = 0;
      for (let s = 0; s < panel.seriesCount; s++) {
        for (let h = 0; h < HORIZON; h++) {
          const actual = panel.units[s * panel.days + end + h];
          if (!Number.isNaN(actual)) error += Math.abs(mean[s * HORIZON + h] - actual);
        }
      }
      return error;
    };
    const naive = Math.min(
      await errorOf(seasonalNaive({ season: 7 })),
      await errorOf(weekdayMean({ weeks: 4 })),
    );
    expect(await errorOf(model)).toBeLessThan(1.02 * naive);
  });
});
