import { join } from 'node:path';
import { formatDay } from 'commerce-forecast';
import { FileSystemArtifactStore } from 'commerce-forecast/filesystem';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { promotionShop, recordsOf } from '../../promotion-shop.js';
import { post, startServer, type TestServer } from './server-fixture.js';

let server: TestServer;
const keys: Record<string, string> = {};

// The generated shop ends on 7 February 2024.
const now = () => new Date('2024-02-08T06:00:00Z');
const NEXT_WEEK = { from: '2024-02-08', to: '2024-02-14' };

beforeAll(async () => {
  server = await startServer({ MODEL: 'structural' }, now);
  for (const role of ['admin', 'merchant', 'analyst'] as const) keys[role] = await server.key(role);
  const shop = promotionShop({ seed: 1, products: 6, categories: 2, days: 402 });
  await server.composed.dependencies.forecaster.ingest(recordsOf(shop, formatDay));
});
afterAll(() => server.close());

async function json(path: string, init: RequestInit = {}, role = 'admin') {
  const response = await server.send(path, { key: keys[role], ...init });
  return { status: response.status, body: await response.json() };
}

async function train() {
  const { trainings } = server.composed.dependencies;
  await trainings.start();
  await trainings.settled();
}

describe('the plan', () => {
  it('is stored, listed and taken back', async () => {
    const promotion = { ...NEXT_WEEK, product_id: 'P1', promo: true, price: 8 };
    const closed = { date: '2024-02-10', all: true, open: false, event: 'Stocktaking' };
    const stored = await json('/api/v1/plan', post({ records: [promotion, closed] }));
    expect(stored.status).toBe(200);
    expect(stored.body).toMatchObject({ records: 2, added: 2, unchanged: 0, rejected: 0, problems: [] });
    expect((await json('/api/v1/plan', post({ records: [promotion] }))).body).toMatchObject({
      added: 0,
      unchanged: 1,
    });
    const [first, second] = stored.body.ids;
    const listed = await json('/api/v1/plan?product_id=P1', {}, 'merchant');
    expect(listed.body.plans).toEqual([
      { id: first, ...promotion, known_since: '2024-02-08', removed_on: null },
    ]);
    expect((await json(`/api/v1/plan?ids=${second}`, { method: 'DELETE' })).body).toEqual({ removed: 1 });
    expect((await json(`/api/v1/plan?ids=${second}`, { method: 'DELETE' })).body).toEqual({ removed: 0 });
    expect((await json('/api/v1/plan')).body.plans.length).toBe(1);
    const all = await json('/api/v1/plan?removed=true&from=2024-02-01&to=2024-03-01');
    expect(all.body.plans.map((plan: { removed_on: string | null }) => plan.removed_on)).toEqual([
      null,
      '2024-02-08',
    ]);
    const missing = await json('/api/v1/plan?ids=0123456789abcdef', { method: 'DELETE' });
    expect([missing.status, missing.body.code]).toEqual([404, 'not-found']);
  });

  it('comes as CSV, wrong lines reported', async () => {
    const body = 'date;product;promo\n2024-04-01;P2;yes\n2024-04-02;P2;maybe\n';
    const answer = await json('/api/v1/plan', {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body,
    });
    expect(answer.body).toMatchObject({ records: 2, added: 1, rejected: 1 });
    expect(answer.body.problems).toMatchObject([{ path: ['line', 3, 'promo'] }]);
    const open = 'date,product,promo\n3/4/2024,P2,1\n';
    const asked = await json('/api/v1/plan', {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: open,
    });
    expect([asked.status, asked.body.path]).toEqual([400, ['date-order']]);
    await json(`/api/v1/plan?ids=${answer.body.ids[0]}`, { method: 'DELETE' });
  });

  it('refuses wrong records whole, with their paths', async () => {
    const records = [
      { ...NEXT_WEEK, product_id: 'P1', promo: true },
      { date: '2024-02-10', promo: true },
    ];
    const answer = await json('/api/v1/plan', post({ records }));
    expect([answer.status, answer.body.path]).toEqual([400, ['body', 'records', 1, 'product_id']]);
    const unknown = await json('/api/v1/plan', post({ records: [{ ...records[0], productId: 'P1' }] }));
    expect(unknown.status).toBe(400);
    expect((await json('/api/v1/plan', post({ records: [] }))).status).toBe(400);
    expect((await json('/api/v1/plan', { method: 'DELETE' })).status).toBe(400);
    expect((await json('/api/v1/plan?ids=x', { method: 'DELETE' })).status).toBe(400);
    expect((await json('/api/v1/plan?from=2024-02-30')).status).toBe(400);
    expect((await json('/api/v1/plan')).body.plans.length).toBe(1);
  });

  it('is written by admins and read by those who see products', async () => {
    const body = post({ records: [{ ...NEXT_WEEK, product_id: 'P1', promo: true }] });
    for (const role of ['merchant', 'analyst']) {
      expect((await json('/api/v1/plan', body, role)).status).toBe(403);
      expect((await json('/api/v1/plan?ids=0123456789abcdef', { method: 'DELETE' }, role)).status).toBe(403);
    }
    expect((await json('/api/v1/plan', {}, 'analyst')).status).toBe(403);
    expect(
      (await json('/api/v1/forecast/what-if', post({ time_period: 'week', plan: [] }), 'analyst')).status,
    ).toBe(403);
    expect((await server.send('/api/v1/plan')).status).toBe(401);
  });
});

describe('what-if and explain', () => {
  it('ask for a training first', async () => {
    const answer = await json('/api/v1/forecast/what-if', post({ time_period: 'week', plan: [] }));
    expect([answer.status, answer.body.code]).toEqual([503, 'not-trained']);
  });

  it('answer from the model in production, the stored plan included', async () => {
    await train();
    const plan = [
      { ...NEXT_WEEK, product_id: 'P0', promo: true },
      { ...NEXT_WEEK, product_id: 'nobody', promo: true },
    ];
    const { status, body } = await json(
      '/api/v1/forecast/what-if',
      post({ time_period: 'week', plan }),
      'merchant',
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ first_day: NEXT_WEEK.from, last_day: NEXT_WEEK.to, changed_products: 1 });
    expect(body.ignored).toEqual([{ record: 1, reason: 'no-such-product' }]);
    expect(body.products[0]).toMatchObject({ product_id: 'P0', category: 'Category 0' });
    expect(body.products[0].difference).toBeGreaterThan(0);
    expect(body.products[0].lower).toBeLessThan(body.products[0].difference);
    expect(body.categories[0]).toMatchObject({ category: 'Category 0', cannibalisation: 'not-measured' });
    const ranking = await json('/api/v1/forecast/top-products?time_period=week&limit=10');
    const own = (id: string) =>
      ranking.body.products.find(({ product_id }: { product_id: string }) => product_id === id);
    expect(body.products[0].base_units).toBeCloseTo(own('P0').predicted_sales, 0);
    // The stored promotion of P1 is in the forecast already.
    const again = [{ ...NEXT_WEEK, product_id: 'P1', promo: true, price: 8 }];
    const same = await json('/api/v1/forecast/what-if', post({ time_period: 'week', plan: again }));
    expect(same.body.total.difference).toBe(0);
    const explained = await json('/api/v1/forecast/explain?time_period=week&product_id=P1', {}, 'merchant');
    expect(explained.body.model).toBe('structural');
    const parts = explained.body.contributions as { part: string; units: number }[];
    expect(parts.map(({ part }) => part)).toContain('promotion');
    expect(parts.reduce((sum, { units }) => sum + units, 0)).toBeCloseTo(explained.body.predicted_sales, 6);
  });

  it('explains a forecast once', async () => {
    const { cache } = server.composed.dependencies.forecaster;
    const path = '/api/v1/forecast/explain?time_period=month&category=Category%200';
    const first = await json(path);
    const { misses } = cache.stats();
    const others = await Promise.all([json(path, {}, 'merchant'), json(path, {}, 'analyst')]);
    expect(others.map(({ body }) => body)).toEqual([first.body, first.body]);
    expect(cache.stats().misses).toBe(misses);
    const other = await json('/api/v1/forecast/explain?time_period=month&category=Category%201');
    expect(other.body.contributions).not.toEqual(first.body.contributions);
  });

  it('shows analysts categories and no products', async () => {
    const category = await json(
      '/api/v1/forecast/explain?time_period=week&category=Category%201',
      {},
      'analyst',
    );
    expect([category.status, category.body.category]).toEqual([200, 'Category 1']);
    expect(
      (await json('/api/v1/forecast/explain?time_period=week&product_id=P1', {}, 'analyst')).status,
    ).toBe(403);
  });

  it('say what is wrong with a question', async () => {
    const explain = '/api/v1/forecast/explain?time_period=week';
    expect((await json(explain)).status).toBe(400);
    expect((await json(`${explain}&product_id=nobody`)).status).toBe(404);
    expect((await json(`${explain}&category=none`)).status).toBe(404);
    const plan = [{ ...NEXT_WEEK, product_id: 'P0' }];
    const wrong = await json('/api/v1/forecast/what-if', post({ time_period: 'week', plan }));
    expect([wrong.status, wrong.body.path]).toEqual([400, ['body', 'plan', 0, 'promo']]);
    expect((await json('/api/v1/forecast/what-if', post({ time_period: 'day', plan: [] }))).status).toBe(400);
  });

  it('plan orders of the stock that is handed over', async () => {
    const stock = [
      { product_id: 'P0', on_hand: 0, pack_size: 6, cost: 2 },
      {
        product_id: 'P2',
        on_hand: 100_000,
        lead_time: [
          { days: 3, weight: 1 },
          { days: 9, weight: 1 },
        ],
      },
      { product_id: 'nobody', on_hand: 1 },
    ];
    const question = { stock, lead_time: 5, service_level: 0.9, limit: 3 };
    const { status, body } = await json('/api/v1/forecast/stock-plan', post(question), 'merchant');
    expect(status).toBe(200);
    expect(body).toMatchObject({ first_day: NEXT_WEEK.from, review_period: 7, total_count: 6 });
    expect(body.rows).toHaveLength(3);
    expect(body.rows[0]).toMatchObject({ product_id: 'P0', action: 'order-now', lead_time_days: 5 });
    expect(body.rows[0].order_quantity % 6).toBe(0);
    expect(body.order_cost).toBe(2 * body.rows[0].order_quantity);
    expect(body.rows[1]).toMatchObject({ product_id: 'P2', order_quantity: 0, lead_time_days: 6 });
    expect(body.findings[0]).toMatchObject({ code: 'unknown-product', product_ids: ['nobody'] });
  });

  it('refuse analysts, two promises and unknown fields', async () => {
    const ask = (body: object, role?: string) => json('/api/v1/forecast/stock-plan', post(body), role);
    expect((await ask({}, 'analyst')).status).toBe(403);
    expect((await ask({ service_level: 0.9, fill_rate: 0.9 })).status).toBe(400);
    expect((await ask({ stock: [{ product_id: 'P0', onhand: 1 }] })).status).toBe(400);
    expect((await ask({ from: '2031-01-01' })).status).toBe(400);
    expect((await ask({ category: 'nothing' })).status).toBe(404);
  });

  it('forecast any products or categories as a table', async () => {
    const ask = (body: object, role?: string) => json('/api/v1/forecast/table', post(body), role);
    const question = { product_ids: ['P1', 'P0'], horizon: 14, granularity: 'week', quantiles: [0.05, 0.95] };
    const { status, body } = await ask(question, 'merchant');
    expect(status).toBe(200);
    expect(body).toMatchObject({ level: 'product', granularity: 'week', probabilities: [0.05, 0.95] });
    expect(body.rows.map((row: { product_id: string }) => row.product_id)).toEqual(['P1', 'P1', 'P0', 'P0']);
    const [first] = body.rows;
    expect(first).toMatchObject({ first_day: NEXT_WEEK.from, last_day: NEXT_WEEK.to, days: 7 });
    expect(first.quantiles[0]).toBeLessThan(first.median);
    expect(first.quantiles[1]).toBeGreaterThan(first.units);
    expect(first.revenue).toBeGreaterThan(first.units);
    const categories = await ask({ level: 'category', granularity: 'total' }, 'analyst');
    expect(categories.body.rows).toHaveLength(2);
    expect(categories.body.rows[0].product_id).toBeNull();
    expect((await ask({}, 'analyst')).body.rows).toHaveLength(30);
    expect((await ask(question, 'analyst')).status).toBe(403);
    expect((await ask({ level: 'product' }, 'analyst')).status).toBe(403);
    expect((await ask({ product_ids: ['nobody'] })).status).toBe(404);
    expect((await ask({ horizon: 7, to: '2024-03-01' })).status).toBe(400);
    expect((await ask({ productIds: ['P1'] })).status).toBe(400);
    expect((await ask({ from: '2024-01-01' })).status).toBe(400);
  });

  it('say so where the model of a version was not kept', async () => {
    await server.composed.dependencies.forecaster.ingest([
      { date: '2024-02-07', productId: 'P0', category: 'Category 0', units: 3 },
    ]);
    await train();
    const artifacts = new FileSystemArtifactStore({ directory: join(server.directory, 'artifacts') });
    expect(await artifacts.names('fitted/')).toEqual(['fitted/forecast/1', 'fitted/forecast/2']);
    const { version } = server.composed.dependencies.models.production()!.version;
    await artifacts.delete(`fitted/forecast/${version}`, 1);
    const { forecaster, snapshot } = server.composed.dependencies.models.production()!.model;
    await forecaster.useSnapshot(snapshot);
    const answer = await json('/api/v1/forecast/what-if', post({ time_period: 'week', plan: [] }));
    expect([answer.status, answer.body.code]).toEqual([409, 'model-not-kept']);
    expect((await json('/api/v1/forecast/categories?time_period=week')).status).toBe(200);
  });

  it('are in the OpenAPI document', async () => {
    const { body } = await json('/openapi.json');
    expect(Object.keys(body.paths['/api/v1/plan'])).toEqual(['post', 'get', 'delete']);
    expect(body.paths['/api/v1/forecast/what-if'].post.operationId).toBe('whatIf');
    expect(body.paths['/api/v1/forecast/explain'].get.operationId).toBe('explain');
  });
});
