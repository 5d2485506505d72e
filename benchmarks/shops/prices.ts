import { check, productsWithin, recordsOf, type Scenario } from './scenario.js';

/** Shops with price cuts whose prices come in another unit of money, or are mistyped. */
export function priceScenarios(): Scenario[] {
  return [
    prices('all in cents since 5 days', (day) => (day >= DAYS - 5 ? 100 : 1)),
    prices('of one product in cents since 5 days', (day, i) => (i === 0 && day >= DAYS - 5 ? 100 : 1)),
    prices('all in whole amounts since 5 days', (day) => (day >= DAYS - 5 ? 1 / 100 : 1)),
    prices('all in another currency since 60 days', (day) => (day >= DAYS - 60 ? 1 / 7.5345 : 1)),
    prices('of one product times 100 on the last day', (day, i) => (i === 0 && day === DAYS - 1 ? 100 : 1)),
    prices('of one product times 100 on a day', (day, i) => (i === 0 && day === DAYS - 50 ? 100 : 1)),
  ];
}

const DAYS = 400;
const PRICES = [10, 4, 25, 60];

function prices(name: string, factor: (day: number, product: number) => number): Scenario {
  const products = PRICES.map((usual, i) => {
    // A week of each ten at 30 % less, of which none comes in the month ahead.
    const isCut = (day: number) => day < DAYS && (day + 17 * i) % 70 < 7;
    return {
      id: `P${i}`,
      mean: (day: number) => (isCut(day) ? 44 : 20),
      extra: (day: number) => ({
        price: Math.round(100 * usual * (isCut(day) ? 0.7 : 1) * factor(day, i)) / 100,
      }),
    };
  });
  return {
    name: `price cuts, and prices ${name}`,
    records: recordsOf(DAYS, products, 3),
    judge: (a) => [
      productsWithin(a, products, DAYS, 'month', 0.08),
      check('finding', 'of prices', a.findings.join(', ') || 'none', a.findings.includes('price-unit')),
    ],
  };
}
