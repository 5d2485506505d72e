import { ForecastError, formatDay } from 'commerce-forecast';
import { expect, it } from 'vitest';
import { judgeWeek } from '../../../examples/planning/plan-week.js';
import { promotionShop, recordsOf } from '../../promotion-shop.js';

const shop = promotionShop({ seed: 2, products: 4, categories: 2, days: 402 });
const sales = recordsOf(shop, formatDay);
// The shop ends on 7 February 2024.
const now = () => new Date('2024-02-08T06:00:00Z');

it('judges the plan of a week', async () => {
  const plan = 'from,to,product,promo\n2024-02-08,2024-02-14,P1,yes\n';
  const { scenario, reasons, before } = await judgeWeek(sales, plan, now);
  expect(scenario.products.map(({ productId }) => productId)).toEqual(['P1']);
  expect(scenario.total.difference).toBeGreaterThan(0);
  expect(reasons?.predictedUnits).toBeCloseTo(scenario.products[0].base, 6);
  expect(before!.promotions.length).toBeGreaterThan(1);
});

it('finds nothing to judge in a plan that changes nothing, and refuses a wrong one', async () => {
  const idle = await judgeWeek(sales, 'date,product,promo\n2024-02-09,nobody,yes\n', now);
  expect([idle.reasons, idle.before]).toEqual([undefined, undefined]);
  expect(idle.scenario.ignored).toEqual([{ record: 0, reason: 'no-such-product' }]);
  const wrong = judgeWeek(sales, 'date,product,promo\n2024-02-09,P1,perhaps\n2024-02-09,P2,1\n', now);
  await expect(wrong).rejects.toSatisfy(
    (error) => ForecastError.is(error) && error.message.startsWith('Line 2'),
  );
});
