import { createHmac } from 'node:crypto';
import { formatDay } from 'commerce-forecast';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer, trainSmallMerchant } from './server-fixture.js';

const SECRET = 'hush-of-the-shopify-app';
const NOW = new Date('2026-03-10T12:00:00Z');
const PATH = '/api/v1/webhooks/shopify';

let server: TestServer;

beforeAll(async () => {
  server = await startServer({ SHOPIFY_WEBHOOK_SECRET: SECRET }, () => NOW);
});
afterAll(() => server.close());

/** As Shopify documents it: HMAC-SHA256 of the body with the secret of the app, in Base64. */
const sign = (body: string, secret = SECRET) => createHmac('sha256', secret).update(body).digest('base64');

interface Sent {
  readonly topic?: string;
  readonly signature?: string;
  readonly webhookId?: string;
  readonly type?: string;
}

async function send(
  event: unknown,
  { topic = 'orders/create', type = 'application/json', ...own }: Sent = {},
) {
  const body = typeof event === 'string' ? event : JSON.stringify(event);
  const response = await server.send(PATH, {
    method: 'POST',
    headers: {
      'content-type': type,
      'x-shopify-topic': topic,
      'x-shopify-hmac-sha256': own.signature ?? sign(body),
      'x-shopify-webhook-id': own.webhookId ?? 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
      'x-shopify-shop-domain': 'tea.myshopify.com',
    },
    body,
  });
  return { status: response.status, body: await response.json() };
}

/** An order in the shape of Shopify's webhooks, with what a forecast has no use for. */
const order = (id: number, own: object = {}) => ({
  id,
  admin_graphql_api_id: `gid://shopify/Order/${id}`,
  cancelled_at: null,
  created_at: '2026-03-09T23:30:00-05:00',
  currency: 'USD',
  email: 'jon@example.com',
  financial_status: 'paid',
  test: false,
  total_price: '64.50',
  customer: { id: 1153106273, email: 'jon@example.com', first_name: 'Jon' },
  billing_address: { name: 'Jon Doe', address1: '123 Main St' },
  line_items: [
    {
      id: 86655031176643,
      sku: 'TEA-100',
      name: 'Green tea - 100 g',
      title: 'Green tea',
      quantity: 3,
      price: '10.00',
      gift_card: false,
      discount_allocations: [{ amount: '3.00', discount_application_index: 0 }],
    },
    { id: 14124995321452, sku: '', name: 'Cup - blue', title: 'Cup', quantity: 1, price: '7.50' },
    { id: 2, sku: 'GIFT', name: 'Gift card', quantity: 1, price: '30.00', gift_card: true },
  ],
  refunds: [],
  ...own,
});

/** Stored units and revenue of a product by day. */
async function stored(product: string): Promise<Record<string, readonly [number, number | null]>> {
  const { storage } = server.composed.dependencies;
  const days: Record<string, readonly [number, number | null]> = {};
  for await (const rows of storage.read()) {
    for (const { day, productId, units, revenue } of rows) {
      if (productId === product) days[formatDay(day)] = [units, revenue ?? null];
    }
  }
  return days;
}

describe('a server without a secret', () => {
  it('has no webhook', async () => {
    const other = await startServer();
    try {
      const response = await other.send(PATH, { method: 'POST', body: '{}' });
      expect(response.status).toBe(404);
      expect(other.endpoints.map(({ path }) => path)).not.toContain(PATH);
    } finally {
      await other.close();
    }
  });
});

describe('an order', () => {
  it('is stored on the day where the shop is, by SKU or name, without gift cards and customers', async () => {
    expect(await send(order(1))).toEqual({ status: 200, body: { outcome: 'stored', records: 2 } });
    // Three of 10.00 with 3.00 off.
    expect(await stored('TEA-100')).toEqual({ '2026-03-09': [3, 27] });
    expect(await stored('Cup - blue')).toEqual({ '2026-03-09': [1, 7.5] });
    expect(await stored('GIFT')).toEqual({});
    expect(server.log()).not.toMatch(/jon@example|Main St/);
  });

  it('counts once, however often it is sent, under another id, and in other words', async () => {
    for (const event of [order(1), { ...order(1), note: 'call first' }]) {
      expect((await send(event, { webhookId: 'another' })).body).toEqual({ outcome: 'repeated' });
    }
    const edited = order(1, { line_items: order(1).line_items.slice(0, 1) });
    expect((await send(edited)).body).toEqual({ outcome: 'repeated' });
    const together = await Promise.all([1, 2, 3, 4].map(() => send(order(2))));
    expect(together.map(({ body }) => body.outcome).sort()).toEqual([
      'repeated',
      'repeated',
      'repeated',
      'stored',
    ]);
    expect(await stored('TEA-100')).toEqual({ '2026-03-09': [6, 54] });
  });

  it('that is refunded in part and then cancelled is taken back once', async () => {
    await send(order(3));
    expect((await stored('TEA-100'))['2026-03-09']).toEqual([9, 81]);
    const [line] = order(3).line_items;
    const lines = [
      { id: 1, line_item_id: line?.id, quantity: 1, restock_type: 'return', subtotal: 9, line_item: line },
    ];
    const refund = { id: 30, order_id: 3, created_at: '2026-03-10T08:00:00-05:00', refund_line_items: lines };
    // The refund comes at 13:00 in London, which is an hour from now.
    expect((await send(refund, { topic: 'refunds/create' })).status).toBe(400);
    const earlier = { ...refund, created_at: '2026-03-10T06:00:00-05:00' };
    expect((await send(earlier, { topic: 'refunds/create' })).body).toEqual({
      outcome: 'stored',
      records: 1,
    });
    expect((await stored('TEA-100'))['2026-03-10']).toEqual([-1, -9]);

    const cancelled = order(3, { cancelled_at: '2026-03-10T06:30:00-05:00', refunds: [earlier] });
    expect((await send(cancelled, { topic: 'orders/cancelled' })).body).toEqual({
      outcome: 'stored',
      records: 2,
    });
    expect((await stored('TEA-100'))['2026-03-09']).toEqual([7, 63]);
    expect((await send(cancelled, { topic: 'orders/cancelled' })).body).toEqual({ outcome: 'repeated' });
  });

  it('that was not cancelled cannot be sent again as a cancellation', async () => {
    expect((await send(order(4), { topic: 'orders/cancelled' })).status).toBe(400);
  });

  it('for a test, of another topic, or of long ago is acknowledged and ignored', async () => {
    expect((await send(order(5, { test: true }))).body).toEqual({ outcome: 'ignored', reason: 'no-sales' });
    expect((await send({ id: 1 }, { topic: 'products/update' })).body).toEqual({
      outcome: 'ignored',
      reason: 'topic',
    });
    const old = order(6, { created_at: '2026-03-01T10:00:00Z' });
    expect((await send(old)).body).toEqual({ outcome: 'ignored', reason: 'too-old' });
  });
});

describe('what is refused', () => {
  it('is a body without the right signature, whatever it holds', async () => {
    const body = JSON.stringify(order(7));
    const wrong = ['', 'x', sign(body, 'another-secret-of-an-app'), sign(`${body} `), `${sign(body)}AAAA`];
    for (const signature of wrong) {
      const answer = await send(body, { signature });
      expect([answer.status, answer.body.code], signature).toEqual([401, 'unauthorized']);
    }
    // The signature comes first: nothing is told of a body that nobody signed.
    expect((await send('{"nonsense":', { signature: 'x' })).status).toBe(401);
    expect((await send('', { signature: 'x' })).status).toBe(401);
    // What is not sent as JSON is not read, and so not signed.
    expect((await send(body, { type: 'text/plain' })).status).toBe(401);
    expect(await stored('TEA-100')).toMatchObject({ '2026-03-09': [7, 63] });
  });

  it('is the same JSON in other bytes', async () => {
    const body = JSON.stringify(order(8));
    const spaced = JSON.stringify(order(8), null, 2);
    expect((await send(spaced, { signature: sign(body) })).status).toBe(401);
    expect((await send(spaced)).status).toBe(200);
  });

  it('is a signed body that is not of its topic', async () => {
    for (const event of [
      {},
      { id: 1 },
      [],
      'null',
      order(9, { line_items: 'many' }),
      order(9, { created_at: 'now' }),
    ]) {
      expect((await send(event)).status, JSON.stringify(event)).toBe(400);
    }
    const odd = order(9, { line_items: [{ id: 1, sku: 'A', quantity: -3, price: '1' }] });
    expect((await send(odd)).body).toMatchObject({
      code: 'invalid-parameter',
      path: ['body', 'line_items', 0, 'quantity'],
    });
    expect((await send(order(9), { topic: '' })).status).toBe(400);
  });
});

it('a body beyond the limit is not read', async () => {
  expect((await send(JSON.stringify(order(10, { note: 'x'.repeat(2 * 1_048_576) })))).status).toBe(413);
});

it('a product keeps the category that the model knows', async () => {
  await trainSmallMerchant(server);
  const { snapshot } = server.composed.dependencies.models.production()!.model;
  const [sku] = snapshot.productIds;
  const line = { id: 5, sku, name: 'Any', quantity: 2, price: '1.00' };
  expect((await send(order(11, { line_items: [line] }))).body.outcome).toBe('stored');
  const { storage } = server.composed.dependencies;
  const categories = new Set<string | null | undefined>();
  for await (const rows of storage.read()) {
    for (const row of rows) if (row.productId === sku) categories.add(row.category);
  }
  expect([...categories]).toEqual([snapshot.categories[snapshot.categoryOf[0] ?? -1]]);
});

it('is described in the OpenAPI document, without a key', async () => {
  const document = await (await server.send('/openapi.json')).json();
  const operation = document.paths[PATH].post;
  expect(operation.security).toEqual([]);
  expect(operation.description).toContain('X-Shopify-Hmac-Sha256');
});
