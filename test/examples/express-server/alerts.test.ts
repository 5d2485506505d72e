import { formatDay } from 'commerce-forecast';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { promotionShop, recordsOf } from '../../promotion-shop.js';
import { startServer, type TestServer } from './server-fixture.js';

let server: TestServer;
const keys: Record<string, string> = {};

// The generated shop ends on 7 February 2024.
const now = () => new Date('2024-02-08T06:00:00Z');

beforeAll(async () => {
  server = await startServer({ MODEL: 'structural' }, now);
  for (const role of ['merchant', 'analyst']) keys[role] = await server.key(role as 'merchant');
  const shop = recordsOf(promotionShop({ seed: 1, products: 6, categories: 2, days: 402 }), formatDay);
  const silent = shop.filter(({ productId, date }) => productId !== 'P1' || String(date) < '2024-02-04');
  await server.composed.dependencies.forecaster.ingest(silent);
});
afterAll(() => server.close());

async function ask(query: string, role = 'merchant') {
  const response = await server.send(`/api/v1/alerts${query}`, { key: keys[role] });
  return { status: response.status, body: await response.json() };
}

it('tells what stopped, before any training', async () => {
  const { status, body } = await ask('');
  expect(status).toBe(200);
  expect(body).toMatchObject({ first_day: '2024-02-01', last_day: '2024-02-07', seen_until: '2024-01-31' });
  const own = body.alerts.find((alert: { product_id: string }) => alert.product_id === 'P1');
  expect(own).toMatchObject({ kind: 'stopped', level: 'product', first_day: '2024-02-04', units: 0 });
  expect(own.message).toMatch(/^P1 has sold nothing since 2024-02-04/);
});

it('keeps products from analysts, and everything until a model tells which categories are large enough', async () => {
  expect((await ask('', 'analyst')).status).toBe(503);
  const { trainings } = server.composed.dependencies;
  await trainings.start();
  await trainings.settled();
  const { status, body } = await ask('', 'analyst');
  expect(status).toBe(200);
  expect(JSON.stringify(body)).not.toContain('P1');
  expect(body.alerts.every((alert: { level: string }) => alert.level === 'category')).toBe(true);
});

it('computes once for the same sales, and again after new and after corrected ones', async () => {
  const kindsOf = async () =>
    (await ask('?days=5')).body.alerts
      .filter((alert: { product_id: string }) => alert.product_id === 'P1')
      .map((alert: { kind: string }) => alert.kind);
  const deliver = (units: number) =>
    server.composed.dependencies.forecaster.ingest(
      [{ date: '2024-02-06', productId: 'P1', category: 'Category 0', units }],
      { mode: 'replace' },
    );
  const first = (await ask('?days=5')).body;
  expect((await ask('?days=5')).body).toEqual(first);
  await deliver(400);
  expect(await kindsOf()).toEqual(['spike']);
  // The corrected row leaves the numbers of rows, products and days as they are.
  await deliver(12);
  expect(await kindsOf()).not.toContain('spike');
});

it('refuses wrong questions', async () => {
  expect((await ask('?days=0')).status).toBe(400);
  expect((await ask('?days=x')).status).toBe(400);
  expect((await ask('?category=nothing')).status).toBe(404);
  expect((await ask('?since=2024-01-01')).status).toBe(400);
});
