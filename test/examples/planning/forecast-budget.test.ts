import { formatDay } from 'commerce-forecast';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { forecastBudget } from '../../../examples/planning/forecast-budget.js';
import { promotionShop, recordsOf } from '../../promotion-shop.js';

// The shop ends on 7 February 2024.
const now = () => new Date('2024-02-08T06:00:00Z');

it('makes a budget of a year by month and category', async () => {
  const sales = recordsOf(promotionShop({ seed: 2, products: 4, categories: 2, days: 402 }), formatDay);
  const rows: Record<string, string>[] = parse(await forecastBudget(sales, now), { columns: true });
  expect(new Set(rows.map(({ category }) => category)).size).toBe(2);
  expect(rows).toHaveLength(2 * 13);
  expect(rows[0]).toMatchObject({ product: '', first_day: '2024-02-08', last_day: '2024-02-29', days: '22' });
  expect(rows[12]).toMatchObject({ first_day: '2025-02-01', last_day: '2025-02-06' });
  for (const row of rows) {
    expect(Number(row['q0.2'])).toBeLessThan(Number(row['units']));
    expect(Number(row['q0.8'])).toBeGreaterThan(Number(row['units']));
    expect(Number(row['revenue'])).toBeGreaterThan(0);
  }
});
