import { describe, expect, it } from 'vitest';
import {
  directBoosting,
  type FittedModel,
  recursiveBoosting,
  salesForecasts,
  seasonalTrend,
  weightedAverage,
} from '../../src/index.js';
import { hasNegativeUnits } from '../../src/models/sales-forecasts.js';
import { totalMeans } from '../../src/models/uncertainty/index.js';
import { createRandom } from '../../src/random.js';
import { panelOf } from '../../src/testing/index.js';

/** Two series of two days with symmetric intervals; the totals are over both days. */
function fittedOf(mean: number[], halfWidth: number): FittedModel {
  const around = (values: Float64Array) => [
    {
      level: 0.8,
      lower: values.map((value) => value - halfWidth),
      upper: values.map((value) => value + halfWidth),
    },
  ];
  return {
    specificationVersion: 'v1',
    model: 'given',
    cutoffDay: 0,
    seriesCount: 2,
    async forecast({ horizon }) {
      const days = Float64Array.from({ length: 2 * horizon }, (_, i) => mean[i]);
      return { startDay: 1, horizon, seriesCount: 2, mean: days, intervals: around(days) };
    },
    async totals({ ranges }) {
      const own = { ranges, horizon: 2, groupOf: Int32Array.of(0, 1), groupCount: 2, levels: [0.8] };
      const sums = totalMeans(Float64Array.from(mean), 2, own);
      return { groupCount: 2, ranges, mean: sums, intervals: around(sums) };
    },
    toJSON: () => ({ format: 'commerce-forecast.model', specificationVersion: 'v1', model: 'given' }),
  };
}

const RANGES = [{ from: 0, to: 2 }];

describe('salesForecasts', () => {
  const fitted = fittedOf([5, 3, 4, -6], 4);

  it('clips means, moves intervals with them and cuts lower bounds', async () => {
    const { mean, intervals } = await salesForecasts(fitted).forecast({ horizon: 2, levels: [0.8] });
    expect([...mean]).toEqual([5, 3, 4, 0]);
    expect([...intervals[0].lower]).toEqual([1, 0, 0, 0]);
    expect([...intervals[0].upper]).toEqual([9, 7, 8, 4]);
  });

  it('adds days without sales up to totals, and not days below zero', async () => {
    const { mean, intervals } = await salesForecasts(fitted).totals({ ranges: RANGES, levels: [0.8] });
    expect([...mean]).toEqual([8, 4]);
    expect([...intervals[0].lower]).toEqual([4, 0]);
    expect([...intervals[0].upper]).toEqual([12, 8]);
  });

  it('leaves everything as it is where the target may be negative', async () => {
    const sales = salesForecasts(fitted, { mayBeNegative: true });
    expect(await sales.forecast({ horizon: 2 })).toEqual(await fitted.forecast({ horizon: 2 }));
    expect(await sales.totals({ ranges: RANGES })).toEqual(await fitted.totals({ ranges: RANGES }));
    expect(hasNegativeUnits({ units: Float64Array.of(0, Number.NaN, -1) })).toBe(true);
    expect(hasNegativeUnits({ units: Float64Array.of(0, Number.NaN, 1) })).toBe(false);
  });

  it('changes no forecast of the model itself', async () => {
    const before = structuredClone(await fitted.forecast({ horizon: 2, levels: [0.8] }));
    await salesForecasts(fitted).forecast({ horizon: 2, levels: [0.8] });
    expect(await fitted.forecast({ horizon: 2, levels: [0.8] })).toEqual(before);
  });
});

/** Rare sales of which some products are about to sell none: bounds and trends lie below zero. */
function slowSellers() {
  return panelOf(
    Array.from({ length: 30 }, (_, s) => {
      const random = createRandom(5, s);
      return Array.from({ length: 300 }, (_, d) =>
        random.uniform() < (0.1 + 0.02 * s) * (1 - d / 320) ? 1 + Math.floor(3 * random.uniform()) : 0,
      );
    }),
  );
}

describe('unclipped forecasts of slow sellers', () => {
  const panel = slowSellers();
  const small = { params: { rounds: 15, maxDepth: 4 }, rowsPerBooster: 3000, longHorizon: 0 };
  const models = {
    seasonalTrend: seasonalTrend(),
    recursiveBoosting: recursiveBoosting(),
    directBoosting: directBoosting({ ...small, horizon: 28 }),
  };

  it.each(Object.entries(models))(
    'has bounds of %s below zero, as far below the mean as above',
    async (_, model) => {
      const fitted = await model.fit(panel);
      const levels = [0.8];
      for (const { mean, intervals } of [
        await fitted.forecast({ horizon: 28, levels }),
        await fitted.totals({ ranges: [{ from: 0, to: 7 }], levels }),
      ]) {
        const [{ lower, upper }] = intervals;
        expect(lower.filter((bound) => bound < 0).length).toBeGreaterThan(0);
        lower.forEach((bound, i) => {
          expect(mean[i] - bound).toBeCloseTo(upper[i] - mean[i], 9);
        });
      }
    },
  );

  it('keeps the distances of bounds in an ensemble, which clipped ones would lose', async () => {
    const [trend, boosting] = [seasonalTrend(), recursiveBoosting({ intervalDays: 0 })];
    const mixed = weightedAverage({
      members: [
        { model: boosting, weight: 6 },
        { model: trend, weight: 4 },
      ],
      intervalsFrom: trend.name,
    });
    const options = { horizon: 28, levels: [0.8] };
    const own = await (await trend.fit(panel)).forecast(options);
    const sales = await salesForecasts(await mixed.fit(panel)).forecast(options);
    let below = 0;
    sales.mean.forEach((centre, i) => {
      const distance = own.mean[i] - own.intervals[0].lower[i];
      if (own.intervals[0].lower[i] < 0) below++;
      expect(sales.intervals[0].lower[i]).toBeCloseTo(Math.max(0, centre - distance), 9);
    });
    expect(below).toBeGreaterThan(sales.mean.length / 2);
  });
});
