import { createHmac } from 'node:crypto';
import { formatDay } from 'commerce-forecast';
import { quickBooksSource } from 'commerce-forecast/sources';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MemoryTokenStore } from '../../../src/sources/quickbooks/tokens.js';
import { CLIENT, FakeQuickBooks, PERSONAL, REALM } from '../../sources/quickbooks/fake-quickbooks.js';
import { type FakeService, fakeService, json } from '../../transport/fake-service.js';
import { startServer, type TestServer } from './server-fixture.js';

const TOKEN = 'verifier-token-of-the-app';
const PATH = '/api/v1/webhooks/quickbooks';

const quickBooks = new FakeQuickBooks();
let service: FakeService;
let server: TestServer;
let tea: string;
let isDown = false;

beforeAll(async () => {
  service = await fakeService((request, response) =>
    isDown ? json({}, 503)(request, response) : quickBooks.handler(request, response),
  );
  tea = quickBooks.item({ name: 'Drinks:Tea' });
  const http = {
    baseUrl: service.url,
    now: () => quickBooks.time,
    sleep: async () => {},
    minIntervalMs: 0,
    maxRetries: 1,
  };
  const source = quickBooksSource({
    ...CLIENT,
    realmId: REALM,
    tokens: new MemoryTokenStore({
      accessToken: 'none',
      accessTokenExpiresAt: 0,
      refreshToken: quickBooks.refreshToken,
      refreshTokenExpiresAt: quickBooks.time + 1e9,
    }),
    http,
    tokenHttp: http,
  });
  server = await startServer(
    {
      QUICKBOOKS_WEBHOOK_TOKEN: TOKEN,
      QUICKBOOKS_REALM_ID: REALM,
      QUICKBOOKS_CLIENT_ID: CLIENT.clientId,
      QUICKBOOKS_CLIENT_SECRET: CLIENT.clientSecret,
      QUICKBOOKS_TOKENS_FILE: '/nowhere/tokens.json',
    },
    () => new Date(quickBooks.time),
    { quickBooks: source },
  );
});
afterAll(async () => {
  await server.close();
  await service.close();
});

/** As Intuit documents it: HMAC-SHA256 of the body with the verifier token, in Base64. */
const sign = (body: string) => createHmac('sha256', TOKEN).update(body).digest('base64');

async function send(notification: unknown, signature?: string) {
  const body = JSON.stringify(notification);
  const response = await server.send(PATH, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'intuit-signature': signature ?? sign(body) },
    body,
  });
  return { status: response.status, body: await response.json() };
}

/** A notification in the shape of Intuit's documentation. */
const notice = (name: string, realmId = REALM) => ({
  eventNotifications: [
    {
      realmId,
      dataChangeEvent: {
        entities: [{ name, id: '1', operation: 'Create', lastUpdated: '2024-03-10T08:00:00-0700' }],
      },
    },
  ],
});

async function units(): Promise<Record<string, number>> {
  await server.composed.dependencies.senders.quickBooks?.sync.settled();
  const days: Record<string, number> = {};
  for await (const rows of server.composed.dependencies.storage.read()) {
    for (const { day, productId, units: sold } of rows) if (productId === tea) days[formatDay(day)] = sold;
  }
  return days;
}

it('a notice of a sale makes the server read what changed, and a notice that is repeated changes nothing', async () => {
  quickBooks.transaction('Invoice', '2024-03-08', [{ item: tea, quantity: 3, amount: 30 }]);
  expect(await send(notice('Invoice'))).toEqual({ status: 200, body: { outcome: 'requested' } });
  expect(await units()).toEqual({ '2024-03-08': 3 });

  quickBooks.time += 600_000;
  quickBooks.transaction('SalesReceipt', '2024-03-09', [{ item: tea, quantity: 2, amount: 20 }]);
  quickBooks.transaction('RefundReceipt', '2024-03-08', [{ item: tea, quantity: 1, amount: 10 }]);
  const cloudEvent = [
    { specversion: '1.0', id: '88cd52aa', type: 'qbo.salesreceipt.created.v1', intuitaccountid: REALM },
  ];
  const answers = await Promise.all([send(cloudEvent), send(cloudEvent), send(notice('RefundReceipt'))]);
  expect(answers.map(({ body }) => body.outcome)).toEqual(['requested', 'requested', 'requested']);
  expect(await units()).toEqual({ '2024-03-08': 2, '2024-03-09': 2 });
  await send(cloudEvent);
  expect(await units()).toEqual({ '2024-03-08': 2, '2024-03-09': 2 });
  for (const text of PERSONAL) expect(server.log()).not.toContain(text);
});

it('what is no sale, or of another company, reads nothing', async () => {
  const before = quickBooks.queries.length;
  for (const other of [notice('Vendor'), notice('Invoice', '1185883450'), { eventNotifications: [] }, []]) {
    expect(await send(other)).toEqual({ status: 200, body: { outcome: 'ignored', reason: 'no-sales' } });
  }
  await units();
  expect(quickBooks.queries.length).toBe(before);
});

it('what is not signed, or not a notification, is refused', async () => {
  const before = quickBooks.queries.length;
  expect((await send(notice('Invoice'), 'x')).status).toBe(401);
  expect((await send(notice('Invoice'), sign('{}'))).status).toBe(401);
  for (const odd of [{}, null, 1, { eventNotifications: [{ realmId: 1 }] }]) {
    expect((await send(odd)).status, JSON.stringify(odd)).toBe(400);
  }
  await units();
  expect(quickBooks.queries.length).toBe(before);
});

it('a failure of QuickBooks is logged, and what was missed is read with the next notice', async () => {
  isDown = true;
  quickBooks.time += 600_000;
  quickBooks.transaction('Invoice', '2024-03-10', [{ item: tea, quantity: 7, amount: 70 }]);
  expect((await send(notice('Invoice'))).status).toBe(200);
  const before = await units();
  expect(before['2024-03-10']).toBeUndefined();
  expect(server.log()).toContain('sales were not read from QuickBooks');
  isDown = false;
  await send(notice('Invoice'));
  expect(await units()).toEqual({ ...before, '2024-03-10': 7 });
});
