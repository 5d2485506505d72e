import { describe, expect, it } from 'vitest';
import { findPromotions } from '../../src/forecaster/past-promotions.js';
import { createForecaster, ForecastError, type Forecaster, formatDay } from '../../src/index.js';
import { type PromotionShop, promotionShop, recordsOf, type ShopOptions } from '../promotion-shop.js';

const now = () => new Date('2025-01-01T06:00:00Z');

async function shopOf(options: ShopOptions): Promise<{ shop: PromotionShop; forecaster: Forecaster }> {
  const shop = promotionShop(options);
  const forecaster = createForecaster({ now });
  await forecaster.ingest(recordsOf(shop, formatDay));
  return { shop, forecaster };
}

async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return ForecastError.is(error) ? error.code : undefined;
}

describe('promotion report', () => {
  it('measures uplifts as they were, with bounds that hold', async () => {
    let [inside, count, bias] = [0, 0, 0];
    for (const seed of [1, 2]) {
      const { shop, forecaster } = await shopOf({ seed, products: 6 });
      const { panel, plain, expected } = shop;
      const report = await forecaster.promotionReport();
      expect(report.promotions.length).toBeGreaterThan(30);
      expect(report.intervalLevel).toBe(0.8);
      for (const { productId, firstDay, lastDay, seenUntil, ...found } of report.promotions) {
        expect(seenUntil < firstDay).toBe(true);
        expect(firstDay >= '2024-01-01').toBe(true);
        expect(found.uplift).toBeCloseTo(found.units - found.expectedUnits, 9);
        expect(found.lower).toBeLessThan(found.uplift);
        expect(found.upper).toBeGreaterThan(found.uplift);
        const s = panel.ids.indexOf(productId);
        const from = (Date.parse(firstDay) - Date.parse('2023-01-02')) / 86_400_000;
        const to = (Date.parse(lastDay) - Date.parse('2023-01-02')) / 86_400_000 + 1;
        // Without it, sales would have been those at the price that the product had then.
        let without = 0;
        for (let d = from; d < to; d++) {
          const at = s * panel.days + d;
          without +=
            (expected[at] / Math.exp(shop.uplift[s])) *
            (panel.promo![at] === 1 ? 1 : Math.exp(shop.uplift[s]));
          expect(plain[at]).toBeGreaterThan(0);
        }
        count++;
        if (without >= found.units - found.upper && without <= found.units - found.lower) inside++;
        bias += found.expectedUnits / without - 1;
      }
    }
    // The price may change while a promotion runs, which nobody could foresee: it is no part of the forecast.
    expect(Math.abs(bias / count)).toBeLessThan(0.06);
    expect(inside / count).toBeGreaterThan(0.75);
  });

  it('does not see what it measures', async () => {
    const { shop, forecaster } = await shopOf({ seed: 3, products: 2, categories: 1, days: 400 });
    const [first] = (await forecaster.promotionReport({ productId: 'P0' })).promotions.slice(-1);
    const records = recordsOf(shop, formatDay).map((record) =>
      record.productId === 'P0' && record.date >= first.firstDay
        ? { ...record, units: 10 * record.units }
        : record,
    );
    const other = createForecaster({ now });
    await other.ingest(records);
    const query = { productId: 'P0', from: first.firstDay };
    const [again] = (await other.promotionReport(query)).promotions;
    expect(again.expectedUnits).toBeCloseTo(first.expectedUnits, 9);
    expect(again.units).toBe(10 * first.units);
  });

  it('separates promotion and price if they varied separately, and says so if they did not', async () => {
    const { forecaster: apart } = await shopOf({ seed: 4, products: 6, categories: 2, days: 500 });
    const causes = new Set((await apart.promotionReport()).promotions.map(({ cause }) => cause));
    expect(causes.has('not-identifiable')).toBe(false);
    expect(causes.has('promotion')).toBe(true);
    const { forecaster: together } = await shopOf({
      seed: 4,
      products: 6,
      categories: 2,
      days: 500,
      apart: false,
    });
    const { promotions } = await together.promotionReport();
    expect(promotions.length).toBeGreaterThan(5);
    for (const { cause, priceShare, pricePercent, uplift, upliftPercent } of promotions) {
      expect([cause, priceShare]).toEqual(['not-identifiable', null]);
      expect(pricePercent).toBeCloseTo(-20, 3);
      expect(uplift).toBeGreaterThan(0);
      expect(upliftPercent).toBeGreaterThan(20);
    }
    const { products } = await together.elasticities();
    for (const product of products) {
      expect(product).toMatchObject({
        status: 'not-identifiable',
        elasticity: null,
        lower: null,
        upper: null,
      });
    }
  });

  it('chooses by product, category and day, and is empty without promotions', async () => {
    const { forecaster } = await shopOf({ seed: 5, products: 4, categories: 2, days: 300 });
    const all = await forecaster.promotionReport();
    const ofOne = await forecaster.promotionReport({ productId: 'P1' });
    expect(ofOne.promotions).toEqual(all.promotions.filter(({ productId }) => productId === 'P1'));
    const ofCategory = await forecaster.promotionReport({ category: 'Category 0' });
    expect(new Set(ofCategory.promotions.map(({ productId }) => productId))).toEqual(new Set(['P0', 'P2']));
    const { firstDay } = all.promotions[0];
    const early = await forecaster.promotionReport({ to: firstDay });
    expect(early.promotions.every((promotion) => promotion.firstDay === firstDay)).toBe(true);
    expect(all.tooEarly).toBeGreaterThan(0);
    expect(await codeOf(forecaster.promotionReport({ productId: 'nobody' }))).toBe('not-found');
    expect(await codeOf(forecaster.promotionReport({ from: '2024-13-01' }))).toBe('invalid-option');
    expect(await codeOf(forecaster.promotionReport({ from: '2024-02-01', to: '2024-01-01' }))).toBe(
      'invalid-option',
    );
    expect(await codeOf(forecaster.promotionReport({ since: 'x' } as never))).toBe('invalid-option');
    expect(await codeOf(createForecaster({ now }).promotionReport())).toBe('empty-data');
    const { forecaster: plain } = await shopOf({
      seed: 5,
      products: 2,
      categories: 1,
      days: 100,
      planned: false,
    });
    expect(await plain.promotionReport()).toMatchObject({ promotions: [], tooEarly: 0 });
  });
});

describe('promotions of the past', () => {
  it('are runs of promoted days, with a break of a day', () => {
    const panel = promotionShop({ seed: 1, products: 1, categories: 1, days: 12 }).panel;
    const promo = Uint8Array.from([1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 1]);
    expect(findPromotions({ ...panel, promo }, [0])).toEqual([
      { series: 0, from: 0, to: 1 },
      { series: 0, from: 3, to: 7 },
      { series: 0, from: 11, to: 12 },
    ]);
    expect(findPromotions({ ...panel, promo: undefined }, [0])).toEqual([]);
  });
});

describe('elasticities', () => {
  it('cover the truth, close to it', async () => {
    let [inside, count, error] = [0, 0, 0];
    for (const seed of [1, 2, 3, 4]) {
      const { shop, forecaster } = await shopOf({ seed });
      const { products } = await forecaster.elasticities();
      products.forEach(({ productId, status, elasticity, lower, upper, ownShare }) => {
        const truth = shop.elasticity[shop.panel.ids.indexOf(productId)];
        expect(status).toBe('measured');
        expect(ownShare).toBeGreaterThan(0.3);
        count++;
        if (truth >= lower! && truth <= upper!) inside++;
        error += Math.abs(elasticity! - truth);
      });
    }
    expect(error / count).toBeLessThan(0.25);
    expect(inside / count).toBeGreaterThan(0.75);
  });

  it('takes that of the category where the price of a product never changed', async () => {
    const { shop } = await shopOf({ seed: 6, products: 6, categories: 1 });
    const forecaster = createForecaster({ now });
    const records = recordsOf(shop, formatDay);
    await forecaster.ingest(
      records.map((record) => (record.productId === 'P2' ? { ...record, price: 10 } : record)),
    );
    const { products } = await forecaster.elasticities();
    const [own, others] = [products[2], products.filter(({ productId }) => productId !== 'P2')];
    expect(own.status).toBe('category');
    expect(own.ownShare).toBeLessThan(0.05);
    const mean = others.reduce((sum, { elasticity }) => sum + elasticity!, 0) / others.length;
    expect(Math.abs(own.elasticity! - mean)).toBeLessThan(0.4);
    for (const other of others) expect(own.upper! - own.lower!).toBeGreaterThan(other.upper! - other.lower!);
  });

  it('is null where prices never changed', async () => {
    const { forecaster } = await shopOf({ seed: 1, products: 3, categories: 1, days: 120, planned: false });
    const { products, firstDay, lastDay } = await forecaster.elasticities();
    expect([firstDay, lastDay]).toEqual(['2023-01-02', '2023-05-01']);
    for (const product of products)
      expect(product).toMatchObject({ status: 'no-price-changes', elasticity: null });
    expect(await codeOf(forecaster.elasticities({ category: 'nothing' }))).toBe('not-found');
    expect(await codeOf(forecaster.elasticities({ category: 'Category 0', productId: 'P0' }))).toBe(
      'invalid-option',
    );
  });
});
