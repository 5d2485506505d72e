import { describe, expect, it } from 'vitest';
import {
  recursiveBoosting,
  seasonalNaive,
  seasonalTrend,
  weekdayMean,
  weightedAverage,
  xgboostProphetBlend,
} from '../../../src/index.js';
import { checkForecaster, generatePanel } from '../../../src/testing/index.js';

const fastTrees = { params: { rounds: 15, maxDepth: 3 } };
const panel = generatePanel({ products: 6, days: 420, seed: 2 });

describe('weightedAverage', () => {
  const members = [
    { model: weekdayMean({ weeks: 4 }), weight: 3 },
    { model: seasonalNaive({ season: 7 }), weight: 1 },
  ];

  it('meets the contract of a forecast model', async () => {
    const report = await checkForecaster(weightedAverage({ members }));
    expect(report.passed.length).toBeGreaterThan(20);
  });

  it('averages days and totals with the weights, and keeps the width of the interval member', async () => {
    const fitted = await weightedAverage({ members, intervalsFrom: members[0].model.name }).fit(panel);
    const parts = await Promise.all(members.map(({ model }) => model.fit(panel)));
    const options = { horizon: 14, levels: [0.9] };
    const [mixed, first, second] = await Promise.all(
      [fitted, ...parts].map((part) => part.forecast(options)),
    );
    const ranges = [
      { from: 0, to: 7 },
      { from: 7, to: 14 },
    ];
    const totals = await fitted.totals({ ranges });
    for (let i = 0; i < mixed.mean.length; i++) {
      expect(mixed.mean[i]).toBeCloseTo(0.75 * first.mean[i] + 0.25 * second.mean[i], 10);
      const width = first.intervals[0].upper[i] - first.mean[i];
      expect(mixed.intervals[0].upper[i] - mixed.mean[i]).toBeCloseTo(width, 9);
      expect(mixed.intervals[0].lower[i]).toBeCloseTo(mixed.mean[i] - width, 9);
    }
    for (let s = 0; s < panel.seriesCount; s++) {
      const week = mixed.mean.subarray(s * 14, s * 14 + 7).reduce((sum, value) => sum + value, 0);
      expect(totals.mean[s * 2]).toBeCloseTo(week, 8);
    }
  });

  it.each([
    [[], ['members']],
    [[{ model: seasonalNaive({ season: 7 }), weight: -1 }], ['members', 0, 'weight']],
    [[{ model: seasonalNaive({ season: 7 }), weight: Number.NaN }], ['members', 0, 'weight']],
    [[{ model: seasonalNaive({ season: 7 }), weight: 0 }], ['members']],
  ])('refuses members %#', (wrong, path) => {
    const error = expect.objectContaining({ code: 'invalid-option', path });
    expect(() => weightedAverage({ members: wrong })).toThrowError(error);
  });

  it('refuses intervals of a model that is no member', () => {
    const make = () => weightedAverage({ members, intervalsFrom: 'prophet' });
    expect(make).toThrowError(expect.objectContaining({ path: ['intervalsFrom'] }));
  });
});

describe('xgboostProphetBlend', () => {
  it('meets the contract of a forecast model', async () => {
    const report = await checkForecaster(xgboostProphetBlend({ xgboost: fastTrees }));
    expect(report.passed.length).toBeGreaterThan(20);
  });

  it('is 60 % boosting and 40 % seasonal-trend with the intervals of the latter', async () => {
    const fitted = await xgboostProphetBlend({ xgboost: fastTrees }).fit(panel);
    const trees = await recursiveBoosting({ ...fastTrees, intervalDays: 0 }).fit(panel);
    const seasonal = await seasonalTrend().fit(panel);
    const options = { horizon: 30, levels: [0.8] };
    const mixed = await fitted.forecast(options);
    const ofTrees = await trees.forecast({ horizon: 30 });
    const ofSeasonal = await seasonal.forecast(options);
    for (let i = 0; i < mixed.mean.length; i++) {
      expect(mixed.mean[i]).toBeCloseTo(0.6 * ofTrees.mean[i] + 0.4 * ofSeasonal.mean[i], 9);
      const width = ofSeasonal.intervals[0].upper[i] - ofSeasonal.mean[i];
      expect(mixed.intervals[0].upper[i] - mixed.mean[i]).toBeCloseTo(width, 8);
    }
  });

  it('takes other weights', async () => {
    const weights = { xgboost: 0, seasonalTrend: 1 };
    const mixed = await xgboostProphetBlend({ xgboost: fastTrees, weights }).fit(panel);
    const alone = await seasonalTrend().fit(panel);
    const expected = await alone.forecast({ horizon: 9 });
    expect((await mixed.forecast({ horizon: 9 })).mean).toEqual(expected.mean);
  });
});
