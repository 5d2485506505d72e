import { describe, expect, it } from 'vitest';
import { createForecaster, formatDay, structural, type TrainingReport } from '../../src/index.js';
import { promotionShop, recordsOf, type ShopOptions } from '../promotion-shop.js';

// The generated shop ends on 31 December 2024.
const now = () => new Date('2025-01-01T06:00:00Z');

/** Mean half-width of the intervals of products over the mean of the month, and the report of the training. */
async function trained(options: ShopOptions): Promise<{ halfWidth: number; report: TrainingReport }> {
  const forecaster = createForecaster({ model: structural(), now });
  await forecaster.ingest(recordsOf(promotionShop(options), formatDay));
  const report = await forecaster.train();
  const { products } = await forecaster.topProducts({ timePeriod: 'month', limit: 100 });
  const widths = products.map(({ lower, upper, predictedUnits }) => (upper - lower) / 2 / predictedUnits);
  return { halfWidth: widths.reduce((a, b) => a + b, 0) / widths.length, report };
}

describe('intervals in a shop with promotions and prices', () => {
  it('are not wider for promotions and prices that nobody had planned', async () => {
    const plain = await trained({ seed: 1, planned: false });
    const promoted = await trained({ seed: 1 });
    expect(plain.report.validation?.planned).toBeUndefined();
    expect(promoted.halfWidth).toBeLessThan(1.4 * plain.halfWidth);
    // Told of them, the model forecasts the days held back nearly as well as those of the shop without any.
    const { model, planned } = promoted.report.validation!;
    expect(planned!.products.wape).toBeLessThan(0.85 * model.products.wape);
    expect(planned!.products.wape).toBeLessThan(1.15 * plain.report.validation!.model.products.wape);
  });

  it('come with a note of plans that nothing can come of', async () => {
    const forecaster = createForecaster({ model: structural(), now });
    await forecaster.ingest(recordsOf(promotionShop({ seed: 2, products: 4 }), formatDay));
    await forecaster.plan([
      { date: '2024-11-02', all: true, event: 'Fair' },
      { date: '2025-01-05', all: true, event: 'Fair' },
      { date: '2025-01-06', all: true, event: 'Gala' },
      { date: '2025-01-06', productId: 'P9', promo: true, price: 7 },
      { date: '2025-01-06', productId: 'P0', promo: true },
    ]);
    const { covariates } = await forecaster.train();
    expect(covariates.ignored.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['events', 'never-seen'],
      ['price', 'no-such-product'],
      ['promo', 'no-such-product'],
    ]);
    expect(covariates.ignored[0].message).toMatch(/Gala$/);
    expect(covariates.ignored[1].message).toMatch(/P9$/);
    expect(covariates.used).toEqual(expect.arrayContaining(['events', 'price', 'promo']));
  });

  it('come with a note of plans that contradict each other, and of prices that look mistyped', async () => {
    const forecaster = createForecaster({ model: structural(), now });
    const records = recordsOf(promotionShop({ seed: 2, products: 4 }), formatDay);
    await forecaster.ingest(records);
    const price = (productId: string, from: string, to: string, amount: number, knownSince?: string) => ({
      productId,
      from,
      to,
      price: amount,
      knownSince,
    });
    const usual = records.find(({ productId }) => productId === 'P1')?.price ?? 0;
    const past = price('P2', '2024-10-01', '2024-10-07', usual * 50);
    await forecaster.plan([
      past,
      { ...past, price: usual },
      price('P0', '2025-01-06', '2025-01-12', usual, '2024-12-20'),
      price('P0', '2025-01-10', '2025-01-15', usual * 1.1, '2024-12-10'),
      price('P0', '2025-01-16', '2025-01-17', usual),
      { productId: 'P0', date: '2025-01-06', promo: true },
      price('P1', '2025-01-06', '2025-01-07', usual * 100),
      { date: '2025-01-20', all: true, open: false },
      { date: '2025-01-20', all: true, open: true, note: 'open after all' },
      { date: '2025-01-20', productId: 'P3', open: false },
    ]);
    const { covariates } = await forecaster.train();
    const told = covariates.ignored.map(({ kind, reason, message }) => [kind, reason, message]);
    expect(told).toEqual([
      ['price', 'overruled', expect.stringMatching(/: P0 on 2025-01-10 \([\d.]+ or [\d.]+\)$/)],
      ['open', 'overruled', expect.stringMatching(/: every product on 2025-01-20 \(false or true\)$/)],
      ['price', 'far-price', expect.stringMatching(/mistyped: P1 \([\d.]+\)$/)],
    ]);
    expect(told[0][2]).toContain(`(${usual} or ${usual * 1.1})`);
    expect(covariates.used).toContain('price');
  });

  it('come without such notes where plans agree', async () => {
    const forecaster = createForecaster({ model: structural(), now });
    await forecaster.ingest(recordsOf(promotionShop({ seed: 2, products: 4 }), formatDay));
    await forecaster.plan([
      { productId: 'P0', from: '2025-01-06', to: '2025-01-12', promo: true },
      { productId: 'P0', date: '2025-01-12', promo: true, note: 'again' },
      { productId: 'P0', date: '2025-01-13', promo: false },
      { all: true, date: '2025-01-07', promo: false },
    ]);
    expect((await forecaster.train()).covariates.ignored).toEqual([]);
  });
});
