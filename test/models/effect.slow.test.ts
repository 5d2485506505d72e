import { describe, expect, it } from 'vitest';
import { adaptiveEnsemble, calibrated, directBoosting, structural, weekdayMean } from '../../src/index.js';
import type { EffectForecast, FittedModel, KnownFuture } from '../../src/models/contract.js';
import { measuredCross } from '../../src/models/structural/cross-effects.js';
import type { Panel } from '../../src/panel/panel.js';
import { type PromotionShop, promotionShop } from '../promotion-shop.js';

const RANGE = { from: 0, to: 7 };
const SMALL = { rowsPerBooster: 4000, longHorizon: 0, params: { rounds: 20 } } as const;

/** A week in which the given products are promoted and everything costs the same. */
function promoted(panel: Panel, products: readonly number[], price = 10): KnownFuture {
  const days = 14;
  const promo = new Uint8Array(panel.seriesCount * days);
  for (const s of products) promo.fill(1, s * days, s * days + 7);
  const prices = new Float32Array(promo.length).fill(price);
  return { startDay: panel.startDay + panel.days, days, promo, price: prices };
}

function each(count: number) {
  return { groupOf: Int32Array.from({ length: count }, (_, s) => s), groupCount: count };
}

async function effectsOf(fitted: FittedModel, panel: Panel, scenario: KnownFuture) {
  const all = { groupOf: new Int32Array(panel.seriesCount), groupCount: 1 };
  const categories = { groupOf: panel.categoryOf, groupCount: panel.categories.length };
  const groupings = [each(panel.seriesCount), categories, all];
  const base = promoted(panel, []);
  return (await fitted.effect!({ ranges: [RANGE], groupings, base, scenario })) as EffectForecast[];
}

/** Units that the promotion of a product adds in truth: the level of the last year's days without noise of days. */
function truthOf({ panel, plain, uplift }: PromotionShop, s: number): number {
  const last = plain.subarray((s + 1) * panel.days - 364, (s + 1) * panel.days);
  const week = (7 * last.reduce((sum, units) => sum + units, 0)) / 364;
  return week * (Math.exp(uplift[s]) - 1);
}

describe('the effect of another future', () => {
  it.each([
    ['structural', structural()],
    ['calibrated structural', calibrated(structural(), { origins: 1 })],
    ['default', adaptiveEnsemble({ horizon: 14, trials: 1, directBoosting: SMALL })],
  ])('is that of the forecasts, and covers the truth, of %s', async (name, model) => {
    let [inside, count, bias] = [0, 0, 0];
    const seeds = name === 'structural' ? [1, 2, 3, 4, 5, 6, 7, 8] : [1, 2];
    for (const seed of seeds) {
      const shop = promotionShop({ seed });
      const { panel } = shop;
      const fitted = await model.fit(panel);
      const products = [0, 4, 8];
      const scenario = promoted(panel, products);
      const [own, categories, total] = await effectsOf(fitted, panel, scenario);
      const { mean } = await fitted.totals({ ranges: [RANGE], future: scenario });
      const { mean: usual } = await fitted.totals({ ranges: [RANGE], future: promoted(panel, []) });
      for (let s = 0; s < panel.seriesCount; s++) {
        expect(own.base[s]).toBeCloseTo(usual[s], 6);
        expect(own.difference[s] - own.cross[s]).toBeCloseTo(mean[s] - usual[s], 6);
        if (!products.includes(s)) {
          expect(own.difference[s]).toBeCloseTo(own.cross[s], 9);
          continue;
        }
        const deviation = Math.sqrt(own.variance[s]);
        const truth = truthOf(shop, s);
        count++;
        if (Math.abs(own.difference[s] - truth) <= 1.2816 * deviation) inside++;
        bias += own.difference[s] / truth - 1;
      }
      const sum = own.difference.reduce((a, b) => a + b, 0);
      expect(total.difference[0]).toBeCloseTo(sum, 6);
      expect(categories.difference.reduce((a, b) => a + b, 0)).toBeCloseTo(sum, 6);
      // Errors that products share do not cancel, and others do: the whole is between the two extremes.
      const squares = own.variance.reduce((a, b) => a + b, 0);
      const widths = own.variance.reduce((a, b) => a + Math.sqrt(b), 0);
      expect(total.variance[0]).toBeGreaterThan(0.99 * squares);
      expect(total.variance[0]).toBeLessThan(1.5 * widths ** 2);
    }
    expect(Math.abs(bias / count)).toBeLessThan(name === 'structural' ? 0.06 : 0.15);
    if (name === 'structural') expect(inside / count).toBeGreaterThanOrEqual(0.7);
  });

  it('is zero for the same future, without uncertainty', async () => {
    const { panel } = promotionShop({ seed: 1 });
    const fitted = await structural().fit(panel);
    for (const effect of await effectsOf(fitted, panel, promoted(panel, []))) {
      expect(effect.difference.every((units) => units === 0)).toBe(true);
      expect(effect.variance.every((variance) => variance === 0)).toBe(true);
    }
  });

  it('is wider where a product has hardly been promoted', async () => {
    const { panel } = promotionShop({ seed: 3, days: 400 });
    const seldom: Panel = { ...panel, promo: panel.promo!.map((flag, at) => (at % 400 > 40 ? 0 : flag)) };
    const [often] = await effectsOf(await structural().fit(panel), panel, promoted(panel, [0]));
    const [rarely] = await effectsOf(await structural().fit(seldom), seldom, promoted(panel, [0]));
    const relative = (effect: EffectForecast) => Math.sqrt(effect.variance[0]) / effect.base[0];
    expect(relative(rarely)).toBeGreaterThan(1.5 * relative(often));
  });

  it('has no effect to offer where a model does not know how sure it is', async () => {
    const { panel } = promotionShop({ seed: 1, days: 200 });
    expect((await weekdayMean({ weeks: 4 }).fit(panel)).effect).toBeUndefined();
    expect((await directBoosting(SMALL).fit(panel)).effect).toBeUndefined();
    expect((await calibrated(weekdayMean({ weeks: 4 }), { origins: 1 }).fit(panel)).effect).toBeUndefined();
  });
});

describe('cannibalisation', () => {
  it('is measured where it is, and moves sales within the category only', async () => {
    for (const seed of [1, 2, 3]) {
      // What one product wins, the three others lose 40 % of: 0.4 * 4/3 of the share of the whole category.
      const { panel } = promotionShop({ seed, cannibalisation: 0.4 });
      const fitted = await structural().fit(panel);
      for (let g = 0; g < 3; g++) {
        const cross = measuredCross(fitted.state.cross, g)!;
        expect(Math.abs(cross.effect + (0.4 * 4) / 3)).toBeLessThan(0.2);
        expect(cross.error).toBeLessThan(0.1);
      }
      const [own, categories] = await effectsOf(fitted, panel, promoted(panel, [0]));
      expect(own.crossMeasured.every((measured) => measured === 1)).toBe(true);
      expect(own.cross[0]).toBe(0);
      const lost = own.cross.reduce((sum, units) => sum + units, 0);
      expect(lost / own.difference[0]).toBeLessThan(-0.25);
      expect(lost / own.difference[0]).toBeGreaterThan(-0.55);
      for (let s = 0; s < panel.seriesCount; s++) {
        if (s % 3 === 0) continue;
        expect(own.difference[s]).toBe(0);
        expect(own.variance[s]).toBe(0);
      }
      expect(categories.cross[0]).toBeCloseTo(lost, 9);
    }
  });

  it('is not invented', async () => {
    let found = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const fitted = await structural().fit(promotionShop({ seed }).panel);
      for (let g = 0; g < 3; g++) if (measuredCross(fitted.state.cross, g)) found++;
    }
    expect(found).toBeLessThanOrEqual(1);
  });

  it('is unknown without promotions, and for a category of one product', async () => {
    const plain = await structural().fit(promotionShop({ seed: 1, planned: false }).panel);
    expect(measuredCross(plain.state.cross, 0)).toBeUndefined();
    const { panel } = promotionShop({ seed: 1, products: 1, categories: 1 });
    const alone = await structural().fit(panel);
    expect(measuredCross(alone.state.cross, 0)).toBeUndefined();
    const [own] = await effectsOf(alone, panel, promoted(panel, [0]));
    expect(own.difference[0]).toBeGreaterThan(0);
    expect(own.cross[0]).toBe(0);
  });
});
