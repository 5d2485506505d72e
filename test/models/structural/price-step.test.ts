import { describe, expect, it } from 'vitest';
import { structural } from '../../../src/models/structural/index.js';
import { priceElasticity } from '../../../src/models/structural/response-estimates.js';
import { normalQuantile } from '../../../src/models/uncertainty/normal.js';
import type { Panel } from '../../../src/panel/panel.js';
import { createRandom } from '../../../src/random.js';
import { poisson } from '../../../src/testing/distributions.js';

const TRUE = -2;
const LEVEL = 0.8;
const SEEDS = 24;
const WEEKDAYS = [0.8, 0.9, 1, 1, 1.1, 1.3, 0.9];

interface StepShop {
  readonly products: number;
  readonly days: number;
  /** Deviation of the daily steps of the random walk that levels take. */
  readonly drift?: number;
  /** Size of the yearly season, as a log. */
  readonly season?: number;
  /** Whether all prices rise on the same day. */
  readonly together?: boolean;
}

/** A shop in which each price rises once, for good, by 10 to 25 %. */
function stepShop(seed: number, { products, days, drift = 0, season = 0, together }: StepShop): Panel {
  const shared = createRandom(seed);
  const rise = 1.1 + 0.15 * shared.uniform();
  const common = Math.floor(days * (0.3 + 0.5 * shared.uniform()));
  const units = new Float64Array(products * days);
  const price = new Float32Array(products * days);
  for (let s = 0; s < products; s++) {
    const random = createRandom(seed, s + 1);
    const at = together ? common : Math.floor(days * (0.3 + 0.5 * random.uniform()));
    const level = 40 * Math.exp(0.4 * random.normal());
    let walk = 0;
    for (let d = 0; d < days; d++) {
      walk += drift * random.normal();
      const ratio = d >= at ? rise : 1;
      price[s * days + d] = 10 * ratio;
      const year = season * Math.sin((2 * Math.PI * d) / 365.25);
      units[s * days + d] = poisson(random, level * WEEKDAYS[d % 7] * Math.exp(walk + year) * ratio ** TRUE);
    }
  }
  return {
    startDay: 19_000,
    days,
    seriesCount: products,
    ids: Array.from({ length: products }, (_, s) => `P${s}`),
    categories: ['All'],
    categoryOf: new Int32Array(products),
    units,
    firstDay: new Int32Array(products),
    price,
  };
}

describe('the elasticity after a single, permanent price rise', () => {
  it.each<[name: string, shop: StepShop, leastCoverage: number]>([
    ['one product', { products: 1, days: 400 }, 0.75],
    ['a level that drifts', { products: 3, days: 400, drift: 0.005 }, 0.7],
    ['all prices on one day', { products: 3, days: 400, together: true }, 0.7],
    ['a season of two years', { products: 3, days: 730, season: 0.3 }, 0.7],
  ])('is near the truth, and its interval holds it: %s', async (_, shop, leastCoverage) => {
    const deviations = normalQuantile((1 + LEVEL) / 2);
    let [sum, inside, count] = [0, 0, 0];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const panel = stepShop(seed, shop);
      const { state } = await structural().fit(panel);
      for (let s = 0; s < shop.products; s++) {
        const estimate = priceElasticity(state, s);
        if (!estimate) continue;
        sum += estimate.effect;
        count++;
        if (Math.abs(estimate.effect - TRUE) <= deviations * estimate.error) inside++;
      }
    }
    expect(count).toBeGreaterThan(0.9 * SEEDS * shop.products);
    expect(Math.abs(sum / count - TRUE)).toBeLessThan(0.25);
    expect(inside / count).toBeGreaterThanOrEqual(leastCoverage);
  });

  it('is not known from a few days', async () => {
    const days = 40;
    const panel = stepShop(1, { products: 1, days });
    const price = panel.price!.map((_, d) => (d >= days - 2 ? 11 : 10));
    const { state } = await structural().fit({ ...panel, price });
    expect(priceElasticity(state, 0)).toBeUndefined();
  });

  it('is not known where the price fell on the days of promotions only, however short the history', async () => {
    for (const days of [40, 120, 400]) {
      const panel = stepShop(2, { products: 2, days });
      const promo = Uint8Array.from(panel.units, (_, at) => (at % 20 < 5 ? 1 : 0));
      const price = Float32Array.from(promo, (flag) => (flag ? 8 : 10));
      const { state } = await structural().fit({ ...panel, price, promo });
      expect(state.identifiable).toEqual([false]);
      expect(priceElasticity(state, 0)).toBeUndefined();
    }
  });
});

describe('a promotion on a closed day', () => {
  it('is ignored: neither learned from nor followed by an effect', async () => {
    const panel = stepShop(3, { products: 2, days: 400 });
    const promo = Uint8Array.from(panel.units, (_, at) => (at % 50 < 4 ? 1 : 0));
    const units = panel.units.map((value, at) =>
      promo[at] === 1 ? 2 * value : at % 50 < 9 ? 0.7 * value : value,
    );
    const fitted = await structural().fit({ ...panel, units, promo, price: undefined });
    const startDay = panel.startDay + panel.days;
    const cells = 2 * 14;
    const on = (values: Uint8Array) => values.map((_, at) => (at % 14 === 5 ? 1 : 0));
    const open = new Uint8Array(cells).fill(1).map((_, at) => (at % 14 === 5 ? 0 : 1));
    const forecast = async (future: object) =>
      (await fitted.forecast({ horizon: 14, future: { startDay, days: 14, ...future } })).mean;
    const closed = await forecast({ open });
    expect(await forecast({ open, promo: on(new Uint8Array(cells)) })).toEqual(closed);
    // On an open day it has what comes after it.
    const promoted = await forecast({ promo: on(new Uint8Array(cells)) });
    expect(promoted[7]).toBeLessThan(0.95 * closed[7]);
  });
});
