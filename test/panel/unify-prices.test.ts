// Expected prices are those of generated shops before their unit of money was changed, in the last unit.
import { describe, expect, it } from 'vitest';
import { formatDay } from '../../src/calendar/day.js';
import { PanelBuilder } from '../../src/panel/panel-builder.js';

const DAYS = 200;
const PRICES = [12.5, 3.2, 40];

const isCut = (day: number, product: number) => (day + 17 * product) % 70 < 7;
/** Usual prices with cuts by 30 % for a week. */
const ordinary = (day: number, product: number) => PRICES[product] * (isCut(day, product) ? 0.7 : 1);

/** Prices of the panel of each product, and the finding, where recorded prices are multiples of the ordinary ones. */
function unified(factor: (day: number, product: number) => number, priceOf = ordinary) {
  const builder = new PanelBuilder();
  for (let day = 0; day < DAYS; day++) {
    for (let p = 0; p < PRICES.length; p++) {
      // Not every product sells every day.
      if ((day + p) % 5 === 0 && day > 0 && day < DAYS - 1) continue;
      builder.addDaily({ day, productId: `P${p}`, units: 2, price: priceOf(day, p) * factor(day, p) });
    }
  }
  const { panel, report } = builder.finish();
  const prices = PRICES.map((_, p) => Array.from(panel.price!.subarray(p * DAYS, (p + 1) * DAYS)));
  return { prices, finding: report.findings.find(({ code }) => code === 'price-unit') };
}

function expectPrices(
  prices: readonly number[][],
  right: (day: number, product: number) => number,
  tolerance = 1e-6,
): void {
  prices.forEach((own, p) => {
    own.forEach((price, day) => {
      if (!Number.isNaN(price)) expect(Math.abs(price / right(day, p) - 1)).toBeLessThan(tolerance);
    });
  });
}

describe('prices in another unit of money', () => {
  it.each([
    ['cents for five days', 100, 5],
    ['cents for 60 days', 100, 60],
    ['whole amounts for five days', 1 / 100, 5],
    ['another currency for 60 days', 1 / 7.5345, 60],
    ['another currency for 130 days', 30.126, 130],
  ])('are converted to the last one: %s', (_, factor, length) => {
    const { prices, finding } = unified((day) => (day >= DAYS - length ? factor : 1));
    // The rate of a currency is the median of what the prices of the products tell of it.
    expectPrices(prices, (day, p) => factor * ordinary(day, p), 0.01);
    expect(finding).toMatchObject({ severity: 'warning', count: PRICES.length, unit: 'days' });
  });

  it('are converted for a single product', () => {
    const { prices, finding } = unified((day, p) => (p === 1 && day >= DAYS - 5 ? 100 : 1));
    expectPrices(prices, (day, p) => (p === 1 ? 100 : 1) * ordinary(day, p));
    expect(finding).toMatchObject({
      count: 1,
      examples: [{ path: ['series', 'P1', formatDay(DAYS - 7)], message: '2.24000, now 224.000' }],
    });
  });

  it.each([
    ['one day', 100, 151, 152],
    ['one day long ago', 1 / 100, 61, 62],
    ['ten days', 100, 150, 160],
    ['the last two days', 100, DAYS - 2, DAYS],
  ])('are converted back where they were mistyped: %s', (_, factor, from, to) => {
    const { prices, finding } = unified((day, p) => (p === 0 && day >= from && day < to ? factor : 1));
    expectPrices(prices, ordinary);
    expect(finding).toMatchObject({ count: 1 });
  });

  it('do not include clearances, which other products do not have', () => {
    const clearance = (day: number, p: number) => (p === 2 && day >= DAYS - 20 ? 0.1 : 1);
    const { prices, finding } = unified(clearance);
    expectPrices(prices, (day, p) => clearance(day, p) * ordinary(day, p));
    expect(finding).toBeUndefined();
  });

  it('do not include a closing-down sale at a fifth of all prices', () => {
    const sale = (day: number) => (day >= DAYS - 20 ? 0.2 : 1);
    const { prices, finding } = unified(sale);
    expectPrices(prices, (day, p) => sale(day) * ordinary(day, p));
    expect(finding).toBeUndefined();
  });
});
