import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, startServer, type TestServer } from './server-fixture.js';

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startServer();
  key = await server.key('admin');
});
afterAll(() => server.close());

const record = { date: '2024-03-01', product_id: 'tea', category: 'Drinks', units: 3 };

async function ask(path: string, init: RequestInit = {}, as = key) {
  const response = await server.send(path, { key: as, ...init });
  return { status: response.status, body: await response.json() };
}

const deliver = (id: string, records: readonly object[], mode = 'add') => {
  const request = post({ records });
  return ask(`/api/v1/sales?mode=${mode}`, {
    ...request,
    headers: { ...request.headers, 'idempotency-key': id },
  });
};
const remove = (query: Record<string, string>, as = key) =>
  ask(`/api/v1/sales?${new URLSearchParams(query)}`, { method: 'DELETE' }, as);
const units = async () => {
  const { body } = await ask('/api/v1/sales/totals/products?from=2024-03-01&to=2024-03-31');
  return Object.fromEntries(
    body.products.map((row: { product_id: string; units: number }) => [row.product_id, row.units]),
  );
};

describe('a delivery', () => {
  it('is taken back by its id, logged with the key, and may come again', async () => {
    await deliver('first', [record]);
    await deliver('mistake', [record, { ...record, product_id: 'cup' }], 'replace');
    const { body } = await ask('/api/v1/sales/deliveries');
    expect(body.deliveries).toMatchObject([
      { id: 'mistake', rows: 2, first_day: '2024-03-01', last_day: '2024-03-01', can_undo: true },
      { id: 'first', rows: 1, can_undo: false },
    ]);
    const refused = await remove({ delivery: 'first' });
    expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
    expect(refused.body.detail).toContain('"mistake"');
    const undone = await remove({ delivery: 'mistake', reason: 'wrong file' });
    expect([undone.status, undone.body]).toEqual([200, { rows: 2 }]);
    expect(await units()).toEqual({ tea: 3 });
    const { removals } = (await ask('/api/v1/sales/removals')).body;
    expect(removals).toMatchObject([
      { rows: 2, reason: 'wrong file', delivery: 'mistake', by: key.split('_')[1], from: null },
    ]);
    expect((await remove({ delivery: 'mistake' })).status).toBe(404);
    expect((await deliver('mistake', [{ ...record, product_id: 'mug' }])).body.written).toBe(1);
  });
});

describe('sales', () => {
  it('are removed by day, product and category', async () => {
    const days = ['2024-03-10', '2024-03-11', '2024-03-12'];
    await deliver(
      'march',
      days.map((date) => ({ ...record, product_id: 'pot', category: 'Pots', date })),
    );
    expect((await remove({ from: '2024-03-11', to: '2024-03-11', product_id: 'pot' })).body).toEqual({
      rows: 1,
    });
    expect((await remove({ category: 'Pots', from: '2024-03-12' })).body).toEqual({ rows: 1 });
    expect((await units())['pot']).toBe(3);
    const [latest] = (await ask('/api/v1/sales/removals?limit=1')).body.removals;
    expect(latest).toMatchObject({ categories: ['Pots'], from: '2024-03-12', to: null, delivery: null });
  });

  it('are corrected by a delivery that replaces them', async () => {
    await deliver('right', [{ ...record, units: 8 }], 'replace');
    expect((await units())['tea']).toBe(8);
  });

  it('are not removed without a condition, by half a question, or by others than an admin', async () => {
    const before = await units();
    for (const query of [
      {},
      { reason: 'all of it' },
      { delivery: 'first', from: '2024-03-01' },
      { from: 'now' },
    ]) {
      expect((await remove(query as Record<string, string>)).status, JSON.stringify(query)).toBe(400);
    }
    for (const role of ['merchant', 'analyst'] as const) {
      const other = await server.key(role);
      expect((await remove({ from: '2024-03-01' }, other)).status).toBe(403);
      expect((await ask('/api/v1/sales/deliveries', {}, other)).status).toBe(403);
      expect((await ask('/api/v1/sales/removals', {}, other)).status).toBe(403);
    }
    expect(await units()).toEqual(before);
  });
});
