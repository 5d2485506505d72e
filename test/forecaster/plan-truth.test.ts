// A shop whose truth is a formula: level x weekday x price ratio ** -1.5 x 2.5 in promotions x 1.8 at the fair, Poisson.
import { beforeAll, describe, expect, it } from 'vitest';
import { createForecaster, formatDay, parseDay, type SalesRecord, structural } from '../../src/index.js';
import { createRandom } from '../../src/random.js';
import { poisson } from '../../src/testing/distributions.js';

const PRODUCTS = Array.from({ length: 10 }, (_, p) => p);
const DAYS = 500;
const LAST = parseDay('2026-06-30');
const START = LAST - DAYS + 1;
const WEEKDAYS = [1, 0.9, 0.95, 1, 1.2, 1.5, 0.8];
const FAIRS = ['2025-03-14', '2025-07-04', '2025-11-14', '2026-03-14'];
const WEEK = { from: '2026-07-01', to: '2026-07-07' };
const now = () => new Date('2026-07-01T06:00:00Z');

interface Day {
  readonly price: number;
  readonly promo?: boolean;
  readonly fair?: boolean;
}

const usual = (p: number) => 8 + p;
const mean = (p: number, day: number, { price, promo = false, fair = false }: Day) =>
  (20 + 6 * p) * WEEKDAYS[(day + 3) % 7]! * (price / usual(p)) ** -1.5 * (promo ? 2.5 : 1) * (fair ? 1.8 : 1);
const priceOn = (p: number, d: number) =>
  usual(p) * [1, 1, 1.15, 1, 0.9, 1][Math.floor((d + 17 * p) / 37) % 6]!;

function sales(): SalesRecord[] {
  const random = createRandom(11);
  const records: SalesRecord[] = [];
  for (let d = 0; d < DAYS; d++) {
    if (d % 45 === 20) continue;
    for (const p of PRODUCTS) {
      const price = priceOn(p, d);
      const promo = (d + 13 * p) % 60 < 6;
      const fair = FAIRS.includes(formatDay(START + d));
      const units = poisson(random, mean(p, START + d, { price, promo, fair }));
      const category = p < 5 ? 'Toys' : 'Home';
      records.push({ date: formatDay(START + d), productId: `P${p}`, category, units, price, promo });
    }
  }
  return records;
}

/** Expected units of the planned week: closed on 3 July, fair on 4 July. */
function week(p: number, { price = priceOn(p, DAYS - 1), promo = false }: Partial<Day> = {}): number {
  let sum = 0;
  for (let i = 1; i <= 7; i++) {
    if (i !== 3) sum += mean(p, LAST + i, { price, promo, fair: i === 4 });
  }
  return sum;
}

describe('plans of a shop whose truth is known', () => {
  const forecaster = createForecaster({
    model: structural(),
    now,
    events: FAIRS.map((date) => ({ name: 'Fair', day: parseDay(date) })),
  });
  beforeAll(async () => {
    await forecaster.ingest(sales());
    await forecaster.plan([
      { ...WEEK, productId: 'P1', promo: true },
      { ...WEEK, productId: 'P2', price: 8 },
      { ...WEEK, productId: 'P3', promo: true, price: 8.8 },
      { ...WEEK, productId: 'P4', promo: true },
      // The narrowest record counts, and of equally narrow ones the latest.
      { ...WEEK, category: 'Home', price: 12 },
      { ...WEEK, productId: 'P6', price: 10 },
      { ...WEEK, productId: 'P6', price: 15 },
      { ...WEEK, productId: 'P4', promo: false },
      { date: '2026-07-03', all: true, open: false },
      { date: '2026-07-04', all: true, event: 'Fair' },
    ]);
    await forecaster.train();
  });

  it('are within 15 % of the truth, overlapping and contradictory records included', async () => {
    const { products } = await forecaster.topProducts({ timePeriod: 'week', limit: 20 });
    const truth: Record<string, number> = {
      P0: week(0),
      P1: week(1, { promo: true }),
      P2: week(2, { price: 8 }),
      P3: week(3, { promo: true, price: 8.8 }),
      P4: week(4),
      P5: week(5, { price: 12 }),
      P6: week(6, { price: 15 }),
      P7: week(7, { price: 12 }),
      P8: week(8, { price: 12 }),
      P9: week(9, { price: 12 }),
    };
    expect(products).toHaveLength(10);
    for (const { productId, predictedUnits } of products) {
      expect(Math.abs(predictedUnits / truth[productId]! - 1), productId).toBeLessThan(0.15);
    }
  });

  it('are changed by a scenario as the truth is', async () => {
    const ask = (record: object) => forecaster.whatIf({ timePeriod: 'week', plan: [{ ...WEEK, ...record }] });
    const promotion = await ask({ productId: 'P0', promo: true });
    const gained = week(0, { promo: true }) - week(0);
    expect(Math.abs(promotion.total.difference / gained - 1)).toBeLessThan(0.15);
    const closed = await forecaster.whatIf({
      timePeriod: 'week',
      plan: [{ ...WEEK, productId: 'P0', open: false }],
    });
    expect(closed.total.scenario).toBeCloseTo(closed.total.base - closed.products[0]!.base, 6);
  });

  it('are explained by parts that add up', async () => {
    const { contributions, predictedUnits } = await forecaster.explain({
      productId: 'P3',
      timePeriod: 'week',
    });
    const units = (part: string) => contributions.find((one) => one.part === part)?.units ?? 0;
    expect(contributions.reduce((sum, one) => sum + one.units, 0)).toBeCloseTo(predictedUnits, 6);
    expect([units('promotion'), units('price'), units('event')].every((one) => one > 0)).toBe(true);
    expect(units('closed')).toBeLessThan(0);
  });
});
