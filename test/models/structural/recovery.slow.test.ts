import { describe, expect, it } from 'vitest';
import { PRICE_AS_BEFORE } from '../../../src/models/covariates.js';
import { structural } from '../../../src/models/structural/index.js';
import { AFTER, PRICE, PROMOTION, RESPONSE_COUNT } from '../../../src/models/structural/response-columns.js';
import { type GenerateOptions, generatePanel, generateSales } from '../../../src/testing/index.js';

const DIP = 0.2;
const options: GenerateOptions = {
  products: 24,
  categories: 3,
  days: 1096,
  elasticity: -2,
  postPromotionDip: DIP,
  closures: 12,
  returnRate: 0,
};

/** What the model learnt of each product with three years of sales, over the truth, minus one. */
async function errors(seed: number) {
  const { truth } = generateSales({ ...options, seed });
  const panel = generatePanel({ ...options, seed });
  const fitted = await structural().fit(panel, { covariates: { events: truth.events } });
  const responses = fitted.state.responses!;
  const left = new Set([...truth.intermittent, ...truth.newProducts.map(({ productId }) => productId)]);
  const series = truth.productIds.flatMap((id, s) => (left.has(id) ? [] : [{ id, s }]));
  const of = (kind: number, s: number) => responses[s * RESPONSE_COUNT + kind];
  return {
    identifiable: fitted.state.identifiable,
    uplift: series.map(({ id, s }) => {
      const { uplift } = truth.promotions.find(({ productId }) => productId === id)!;
      return Math.exp(of(PROMOTION, s)) / uplift - 1;
    }),
    elasticity: series.map(({ s }) => of(PRICE, s) / truth.elasticities[s] - 1),
    dip: series.map(({ s }) => Math.exp(of(AFTER, s)) / (1 - DIP) - 1),
  };
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const within = (values: readonly number[], bound: number) =>
  values.filter((value) => Math.abs(value) < bound).length / values.length;

describe('the structural model on generated promotions and prices', () => {
  it.each([1, 2, 3])('recovers uplift, elasticity and dip (seed %i)', async (seed) => {
    const found = await errors(seed);
    expect(found.identifiable).toEqual([true, true, true]);
    // Nine of ten products within 15 % of their uplift and within 20 % of their elasticity, and no bias of the whole.
    expect(within(found.uplift, 0.15)).toBeGreaterThanOrEqual(0.9);
    expect(Math.abs(mean(found.uplift))).toBeLessThan(0.05);
    expect(within(found.elasticity, 0.2)).toBeGreaterThanOrEqual(0.9);
    expect(Math.abs(mean(found.elasticity))).toBeLessThan(0.1);
    expect(within(found.dip, 0.1)).toBe(1);
  });

  it('gives the promotion all of the effect where every promotion came with its price', async () => {
    const usual = { ...options, elasticity: undefined, postPromotionDip: undefined };
    const { truth } = generateSales({ ...usual, seed: 4 });
    const panel = generatePanel({ ...usual, seed: 4 });
    const fitted = await structural().fit(panel, { covariates: { events: truth.events } });
    expect(fitted.state.identifiable).toEqual([false, false, false]);
    const responses = fitted.state.responses!;
    const ratios = truth.productIds.flatMap((id, s) => {
      const promotion = truth.promotions.find(({ productId }) => productId === id);
      const learnt = Math.exp(responses[s * RESPONSE_COUNT + PROMOTION]);
      return promotion ? [learnt / promotion.uplift - 1] : [];
    });
    // The uplift of the generator includes that of the lower price.
    expect(Math.abs(mean(ratios))).toBeLessThan(0.05);
    expect(truth.productIds.every((_, s) => responses[s * RESPONSE_COUNT + PRICE] === 0)).toBe(true);
  });

  it('lets a planned price hold on its days only, and a price of the panel until the next one', async () => {
    const panel = generatePanel({ ...options, seed: 1 });
    const fitted = await structural().fit(panel);
    const cells = panel.seriesCount * 14;
    const forecastWith = async (price: Float32Array) => {
      const future = { startDay: panel.startDay + panel.days, days: 14, price };
      return (await fitted.forecast({ horizon: 14, future })).mean.slice(0, 14);
    };
    const usual = await forecastWith(new Float32Array(cells).fill(PRICE_AS_BEFORE));
    const low = fitted.state.lastPrice![0] * 0.8;
    const first = (rest: number) => new Float32Array(cells).fill(rest).fill(low, 0, 7);
    const planned = Array.from(await forecastWith(first(PRICE_AS_BEFORE)), (units, h) => units / usual[h]);
    expect(planned.slice(0, 7).every((ratio) => ratio > 1.2)).toBe(true);
    for (const ratio of planned.slice(7)) expect(ratio).toBeCloseTo(1, 9);
    const kept = Array.from(await forecastWith(first(Number.NaN)), (units, h) => units / usual[h]);
    for (const ratio of kept) expect(ratio).toBeCloseTo(kept[0], 9);
  });
});
