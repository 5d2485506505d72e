import { formatDay } from 'commerce-forecast';
import { expect, it } from 'vitest';
import { planOrders } from '../../../examples/planning/plan-orders.js';
import { promotionShop, recordsOf } from '../../promotion-shop.js';

// The shop ends on 7 February 2024.
const now = () => new Date('2024-02-08T06:00:00Z');

it('plans orders within a budget', async () => {
  const sales = recordsOf(promotionShop({ seed: 2, products: 4, categories: 2, days: 402 }), formatDay);
  const stock = 'sku,on hand,cost,price\nP0,0,2,5\nP1,0,2,5\nP2,100000,2,5\n';
  const { rows, orderCost } = await planOrders(sales, stock, 100, now);
  expect(orderCost).toBeLessThanOrEqual(100);
  expect(orderCost).toBeGreaterThan(90);
  expect(rows.find(({ productId }) => productId === 'P2')?.orderQuantity).toBe(0);
  expect(rows.at(-1)).toMatchObject({ productId: 'P3', action: 'unknown' });
});
