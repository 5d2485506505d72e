import { describe, expect, it } from 'vitest';
import { aggregatePanel, middleOut, seasonalNaive, structural, weekdayMean } from '../../../src/index.js';
import { checkForecaster, generatePanel } from '../../../src/testing/index.js';

const generated = generatePanel({ products: 6, days: 420, seed: 2 });
/** Something is sold on every day. */
const panel = { ...generated, units: generated.units.map((units) => units + 1) };
const model = weekdayMean({ weeks: 4 });

describe('middleOut', () => {
  it('meets the contract of a forecast model', async () => {
    const report = await checkForecaster(middleOut({ model, categoryModel: seasonalNaive({ season: 364 }) }));
    expect(report.passed.length).toBeGreaterThan(20);
  });

  it('lets the products of a category add up to its own forecast, in the proportions of their own', async () => {
    const categoryModel = weekdayMean({ weeks: 8 });
    const fitted = await middleOut({ model, categoryModel }).fit(panel);
    const { mean } = await fitted.forecast({ horizon: 14 });
    const plain = (await (await model.fit(panel)).forecast({ horizon: 14 })).mean;
    const categories = await categoryModel.fit(aggregatePanel(panel, 'category'));
    const sums = (await categories.forecast({ horizon: 14 })).mean;
    panel.categories.forEach((_, category) => {
      const own = [...panel.ids.keys()].filter((s) => panel.categoryOf[s] === category);
      for (let h = 0; h < 14; h++) {
        const sum = own.reduce((total, s) => total + mean[s * 14 + h], 0);
        expect(sum).toBeCloseTo(sums[category * 14 + h], 8);
        const scale = mean[own[0] * 14 + h] / plain[own[0] * 14 + h];
        for (const s of own) expect(mean[s * 14 + h]).toBeCloseTo(scale * plain[s * 14 + h], 8);
      }
    });
    const ranges = [{ from: 7, to: 14 }];
    const totals = await fitted.totals({
      ranges,
      groupOf: panel.categoryOf,
      groupCount: panel.categories.length,
    });
    totals.mean.forEach((value, category) => {
      const week = sums
        .subarray(category * 14 + 7, category * 14 + 14)
        .reduce((sum, units) => sum + units, 0);
      expect(value).toBeCloseTo(week, 7);
    });
  });

  it('leaves the effect of what is planned for products as it is', async () => {
    const future = {
      startDay: panel.startDay + panel.days,
      days: 7,
      promo: Uint8Array.from({ length: 6 * 7 }, (_, i) => (i < 7 ? 1 : 0)),
    };
    const planned = { covariates: { future } };
    const both = middleOut({ model: structural(), categoryModel: structural() });
    const [scaled, scaledPlan, own, ownPlan] = await Promise.all([
      both.fit(panel),
      both.fit(panel, planned),
      structural().fit(panel),
      structural().fit(panel, planned),
    ]);
    const meanOf = async (fitted: typeof scaled, options = {}) =>
      (await fitted.forecast({ horizon: 7, ...options })).mean;
    const [plain, promoted] = [await meanOf(own), await meanOf(ownPlan)];
    const [scaledPlain, scaledPromoted] = [await meanOf(scaled), await meanOf(scaledPlan)];
    expect(promoted[0] / plain[0]).toBeGreaterThan(1.1);
    scaledPromoted.forEach((value, i) => {
      expect(value / scaledPlain[i]).toBeCloseTo(promoted[i] / plain[i], 9);
    });
    expect(await meanOf(scaled, { future })).toEqual(scaledPromoted);
    const loaded = both.load(JSON.parse(JSON.stringify(scaledPlan)));
    expect((await loaded.forecast({ horizon: 7 })).mean).toEqual(scaledPromoted);
  });

  it('keeps the width of the intervals of the products', async () => {
    const fitted = await middleOut({ model, categoryModel: weekdayMean({ weeks: 8 }) }).fit(panel);
    const options = { horizon: 7, levels: [0.8] };
    const scaled = await fitted.forecast(options);
    const plain = await (await model.fit(panel)).forecast(options);
    for (let i = 0; i < scaled.mean.length; i++) {
      const width = plain.intervals[0].upper[i] - plain.intervals[0].lower[i];
      expect(scaled.intervals[0].upper[i] - scaled.intervals[0].lower[i]).toBeCloseTo(width, 8);
    }
  });

  it('scales by half or double at most, and leaves products alone without a forecast of their category', async () => {
    const times = (factor: number) => ({
      ...model,
      fit: async (data: typeof panel) => model.fit({ ...data, units: data.units.map((u) => factor * u) }),
    });
    const plain = (await (await model.fit(panel)).forecast({ horizon: 7 })).mean;
    for (const [factor, scale] of [
      [10, 2],
      [0.1, 0.5],
      [0, 1],
    ]) {
      const fitted = await middleOut({ model, categoryModel: times(factor) }).fit(panel);
      const { mean } = await fitted.forecast({ horizon: 7 });
      mean.forEach((value, i) => {
        expect(value).toBeCloseTo(scale * plain[i], 8);
      });
    }
  });

  it('goes part of the way with a share', async () => {
    const categoryModel = weekdayMean({ weeks: 8 });
    const meanOf = async (share: number) => {
      const fitted = await middleOut({ model, categoryModel, share }).fit(panel);
      return (await fitted.forecast({ horizon: 7 })).mean;
    };
    const [none, half, all] = [await meanOf(0), await meanOf(0.5), await meanOf(1)];
    half.forEach((value, i) => {
      expect(value).toBeCloseTo((none[i] + all[i]) / 2, 8);
    });
    expect(() => middleOut({ model, categoryModel, share: 1.5 })).toThrowError(
      expect.objectContaining({ code: 'invalid-option', path: ['share'] }),
    );
  });

  it('refuses what is not one of its saved models', async () => {
    const ours = middleOut({ model, categoryModel: weekdayMean({ weeks: 8 }) });
    const saved = JSON.parse(JSON.stringify((await ours.fit(panel)).toJSON()));
    const wrong: [string, object][] = [
      ['model', { ...saved, model: 'another' }],
      ['categories', { ...saved, categories: undefined }],
      ['share', { ...saved, share: undefined }],
    ];
    for (const [path, data] of wrong) {
      expect(() => ours.load(data as typeof saved)).toThrowError(
        expect.objectContaining({ code: 'invalid-model', path: [path] }),
      );
    }
    expect(() => ours.load({ ...saved, categoryOf: undefined })).toThrowError(
      expect.objectContaining({ code: 'invalid-model' }),
    );
  });
});
