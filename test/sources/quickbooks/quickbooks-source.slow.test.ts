import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseDay } from '../../../src/calendar/day.js';
import type { SalesRecord } from '../../../src/panel/sales-record.js';
import {
  type QuickBooksOptions,
  quickBooksSource,
} from '../../../src/sources/quickbooks/quickbooks-source.js';
import type { QuickBooksSyncState } from '../../../src/sources/quickbooks/sync-state.js';
import { MemoryTokenStore } from '../../../src/sources/quickbooks/tokens.js';
import {
  dropped,
  type FakeService,
  fakeService,
  type Handler,
  hang,
  json,
  text,
  truncated,
} from '../../transport/fake-service.js';
import { collect } from '../collect.js';
import { CLIENT, FakeQuickBooks, PERSONAL, REALM } from './fake-quickbooks.js';

const FROM = parseDay('2024-03-01');

describe('quickBooksSource', () => {
  let service: FakeService;
  let quickBooks: FakeQuickBooks;

  beforeEach(async () => {
    quickBooks = new FakeQuickBooks();
    service = await fakeService(quickBooks.handler);
  });
  afterEach(() => service.close());

  function source(options: Partial<QuickBooksOptions> = {}) {
    const http = {
      baseUrl: service.url,
      now: () => quickBooks.time,
      sleep: async () => {},
      timeoutMs: 2_000,
      maxRetries: 2,
      minIntervalMs: 0,
    };
    return quickBooksSource({
      ...CLIENT,
      realmId: REALM,
      tokens: new MemoryTokenStore({
        accessToken: 'none',
        refreshToken: quickBooks.refreshToken,
        accessTokenExpiresAt: 0,
        refreshTokenExpiresAt: quickBooks.time + 1e9,
      }),
      http,
      tokenHttp: http,
      ...options,
    });
  }
  const march = { from: FROM, to: parseDay('2024-03-31') };

  it('turns every kind of transaction into sales records, and leaves out what is no product', async () => {
    const ball = quickBooks.item({ name: 'Toys:Wooden:Ball', sku: 'B-1' });
    const kite = quickBooks.item({ name: 'Kite', type: 'NonInventory', active: false });
    const service = quickBooks.item({ name: 'Services:Repair', type: 'Service' });
    quickBooks.transaction('SalesReceipt', '2024-03-02', [
      { item: ball, quantity: 2, amount: 20 },
      { item: service, quantity: 1, amount: 99 },
      { item: 'SHIPPING_ITEM_ID', amount: 5 },
    ]);
    quickBooks.transaction('Invoice', '2024-03-03', [{ item: kite, amount: 7 }], { ExchangeRate: 1.5 });
    quickBooks.transaction('CreditMemo', '2024-03-04', [{ item: ball, quantity: 1, amount: 10 }]);
    quickBooks.transaction('RefundReceipt', '2024-03-05', [{ item: kite, quantity: 1, amount: 7 }]);
    quickBooks.transaction('Invoice', '2024-03-06', [{ item: ball, quantity: 0, amount: 0 }]);
    quickBooks.transaction('Invoice', '2024-04-01', [{ item: ball, quantity: 1, amount: 10 }]);
    const records = await collect(source().records(march));
    const found = Object.fromEntries(records.map((record) => [record.date as string, record]));
    const wooden = 'Toys:Wooden';
    expect(found).toEqual({
      '2024-03-02': { date: '2024-03-02', productId: ball, category: wooden, units: 2, revenue: 20 },
      '2024-03-03': { date: '2024-03-03', productId: kite, category: null, units: 1, revenue: 10.5 },
      '2024-03-04': { date: '2024-03-04', productId: ball, category: wooden, units: -1, revenue: -10 },
      '2024-03-05': { date: '2024-03-05', productId: kite, category: null, units: -1, revenue: -7 },
    });
    expect(records.length).toBe(4);

    const named = await collect(
      source({ productId: 'sku', itemTypes: ['Inventory', 'Service'] }).records(march),
    );
    expect(new Set(named.map(({ productId }) => productId))).toEqual(new Set(['B-1', service]));
  });

  it('reads the sample sales receipt and a bundle of the documentation', async () => {
    quickBooks.item({ name: 'Design', type: 'NonInventory', id: '4' });
    quickBooks.item({ name: 'Pump', id: '11' });
    // The sample of developer.intuit.com for SalesReceipt: 4.5 units of item 4 at 75.
    const sample = {
      DetailType: 'SalesItemLineDetail',
      LineNum: 1,
      Amount: 337.5,
      Id: '1',
      SalesItemLineDetail: {
        TaxCodeRef: { value: 'NON' },
        Qty: 4.5,
        UnitPrice: 75,
        ItemRef: { name: 'Design', value: '4' },
      },
    };
    const bundle = {
      DetailType: 'GroupLineDetail',
      Id: '2',
      GroupLineDetail: {
        GroupItemRef: { value: '49', name: 'Deluxe Fountain' },
        Quantity: 1,
        Line: [
          {
            DetailType: 'SalesItemLineDetail',
            Amount: 12,
            SalesItemLineDetail: { Qty: 3, ItemRef: { value: '11' } },
          },
        ],
      },
    };
    quickBooks.transaction('SalesReceipt', '2024-03-14', [], { Line: [sample, bundle] });
    expect(await collect(source().records(march))).toEqual([
      { date: '2024-03-14', productId: '4', category: null, units: 4.5, revenue: 337.5 },
      { date: '2024-03-14', productId: '11', category: null, units: 3, revenue: 12 },
    ]);
  });

  it('drops all customer data', async () => {
    const ball = quickBooks.item({ name: 'Ball' });
    quickBooks.transaction('Invoice', '2024-03-02', [{ item: ball, quantity: 2, amount: 20 }]);
    const result = await source().sync({ from: FROM });
    expect(result.records.length).toBe(1);
    const shown = inspect(result, { depth: 20 });
    for (const personal of PERSONAL) expect(shown).not.toContain(personal);
  });

  it('reads all pages of up to 1,000 entities', async () => {
    const ball = quickBooks.item({ name: 'Ball' });
    for (let i = 0; i < 2_500; i++) {
      quickBooks.transaction('SalesReceipt', '2024-03-02', [{ item: ball, quantity: 1, amount: 2 }]);
    }
    const { records } = await source().sync({ from: FROM });
    expect(records).toEqual([
      { date: '2024-03-02', productId: ball, category: null, units: 2_500, revenue: 5_000 },
    ]);
    expect(quickBooks.queries.filter((query) => query.includes('SalesReceipt')).length).toBe(3);
  });

  it('misses no transaction when others are deleted between two pages', async () => {
    const ball = quickBooks.item({ name: 'Ball' });
    const ids = Array.from({ length: 1_500 }, () =>
      quickBooks.transaction('SalesReceipt', '2024-03-02', [{ item: ball, quantity: 1, amount: 2 }]),
    );
    let deleted = 0;
    quickBooks.beforeQuery = (query) => {
      if (query.includes('SalesReceipt') && !query.includes('STARTPOSITION 1 ') && deleted++ === 0) {
        for (const id of ids.slice(0, 10)) quickBooks.remove('SalesReceipt', id);
      }
    };
    const { records } = await source().sync({ from: FROM });
    expect(records[0]!.units).toBe(1_490);
  });

  it('gives up with a typed error when deletions never end', async () => {
    const ball = quickBooks.item({ name: 'Ball' });
    const ids = Array.from({ length: 1_500 }, () =>
      quickBooks.transaction('Invoice', '2024-03-02', [{ item: ball, quantity: 1, amount: 1 }]),
    );
    // Ids are sorted as texts: these come first.
    const first = ids.filter((id) => id.startsWith('1'));
    quickBooks.beforeQuery = (query) => {
      const isLaterPage = query.includes('Invoice') && !query.includes('STARTPOSITION 1 ');
      if (isLaterPage) quickBooks.remove('Invoice', first.shift()!);
    };
    await expect(source().sync({ from: FROM })).rejects.toMatchObject({ code: 'conflict' });
  });

  describe('incremental', () => {
    /** What a storage holds that takes every synchronization in mode `replace`. */
    function apply(stored: Map<string, number>, records: readonly SalesRecord[]): void {
      for (const { date, productId, units } of records) {
        if (units === 0) stored.delete(`${date as string} ${productId}`);
        else stored.set(`${date as string} ${productId}`, units);
      }
    }

    it('brings what was added, edited, moved to another day, voided and deleted', async () => {
      const ball = quickBooks.item({ name: 'Toys:Ball' });
      const kite = quickBooks.item({ name: 'Kite' });
      const sell = (date: string, quantity: number, id?: string, item = ball) =>
        quickBooks.transaction('Invoice', date, [{ item, quantity, amount: quantity * 10 }], { id });
      const [edited, moved, voided, removed] = [1, 2, 3, 4].map((day) => sell(`2024-03-0${day}`, day));
      sell('2024-03-09', 9, undefined, kite);
      sell('2024-02-01', 100);
      const stored = new Map<string, number>();
      const first = await source().sync({ from: FROM });
      apply(stored, first.records);
      expect(first.full).toBe(true);
      expect([...stored.values()].sort()).toEqual([1, 2, 3, 4, 9]);

      quickBooks.time += 3_600_000;
      sell('2024-03-01', 11, edited);
      sell('2024-03-08', 2, moved);
      sell('2024-03-03', 0, voided);
      quickBooks.remove('Invoice', removed!);
      sell('2024-03-10', 5);
      quickBooks.queries.length = 0;
      const second = await source().sync({ from: FROM, state: JSON.parse(JSON.stringify(first.state)) });
      apply(stored, second.records);
      expect(second.full).toBe(false);
      expect(Object.fromEntries(stored)).toEqual({
        [`2024-03-01 ${ball}`]: 11,
        [`2024-03-08 ${ball}`]: 2,
        [`2024-03-09 ${kite}`]: 9,
        [`2024-03-10 ${ball}`]: 5,
      });
      expect(second.records.find(({ date }) => date === '2024-03-02')).toMatchObject({
        units: 0,
        category: 'Toys',
      });

      // Changes of the last five minutes are asked for twice; after that there is nothing left.
      const before = Object.fromEntries(stored);
      quickBooks.time += 24 * 3_600_000;
      const third = await source().sync({ from: FROM, state: second.state });
      apply(stored, third.records);
      expect(Object.fromEntries(stored)).toEqual(before);
      expect((await source().sync({ from: FROM, state: third.state })).records).toEqual([]);
    });

    it('reads all again when the last time is more than 29 days ago', async () => {
      const ball = quickBooks.item({ name: 'Ball' });
      const id = quickBooks.transaction('Invoice', '2024-03-02', [{ item: ball, quantity: 1, amount: 1 }]);
      const first = await source().sync({ from: FROM });
      quickBooks.time += 35 * 24 * 3_600_000;
      quickBooks.remove('Invoice', id);
      const second = await source().sync({ from: FROM, state: first.state });
      expect(second.full).toBe(true);
      expect(second.records).toEqual([
        { date: '2024-03-02', productId: ball, category: null, units: 0, revenue: 0 },
      ]);
    });

    it('reads all again when more changed than Intuit lists', async () => {
      const ball = quickBooks.item({ name: 'Ball' });
      const first = await source().sync({ from: FROM });
      quickBooks.time += 3_600_000;
      for (let i = 0; i < 1_001; i++) {
        quickBooks.transaction('Invoice', '2024-03-02', [{ item: ball, quantity: 1, amount: 1 }]);
      }
      const second = await source().sync({ from: FROM, state: first.state });
      expect(second.full).toBe(true);
      expect(second.records[0]!.units).toBe(1_001);
    });

    it('ends with the same totals as reading everything, whatever happens between', async () => {
      const change = fc.record({
        action: fc.constantFrom('add', 'edit', 'delete', 'sync'),
        day: fc.integer({ min: 1, max: 9 }),
        item: fc.integer({ min: 0, max: 2 }),
        quantity: fc.integer({ min: 0, max: 5 }),
        target: fc.nat(),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(change, { maxLength: 15 }), async (changes) => {
          quickBooks = new FakeQuickBooks();
          service.answer(quickBooks.handler);
          const items = ['A', 'B', 'Group:C'].map((name) => quickBooks.item({ name }));
          const tracked = source();
          const stored = new Map<string, number>();
          let state: QuickBooksSyncState | undefined;
          const ids: string[] = [];
          const sync = async () => {
            const result = await tracked.sync({ from: FROM, state });
            apply(stored, result.records);
            state = result.state;
          };
          for (const { action, day, item, quantity, target } of changes) {
            quickBooks.time += 60_000;
            const line = { item: items[item]!, quantity, amount: quantity };
            const id = ids[target % Math.max(1, ids.length)];
            if (action === 'sync') await sync();
            else if (action === 'add') ids.push(quickBooks.transaction('Invoice', `2024-03-0${day}`, [line]));
            else if (id !== undefined && action === 'edit') {
              quickBooks.transaction('Invoice', `2024-03-0${day}`, [line], { id });
            } else if (id !== undefined) {
              quickBooks.remove('Invoice', id);
              ids.splice(ids.indexOf(id), 1);
            }
          }
          await sync();
          const truth = new Map<string, number>();
          apply(truth, (await tracked.sync({ from: FROM })).records);
          expect(Object.fromEntries(stored)).toEqual(Object.fromEntries(truth));
        }),
        { seed: 5, numRuns: 12 },
      );
    });
  });

  it.each([
    ['401', json({ fault: {} }, 401), 'unauthorized'],
    ['403', json({ fault: { error: [{ code: '003100' }] } }, 403), 'unauthorized'],
    [
      '429',
      json({ fault: { error: [{ message: 'ThrottleExceeded', code: '003001' }] } }, 429),
      'limit-exceeded',
    ],
    ['500', json({}, 500), 'unavailable'],
    ['no answer', hang, 'timeout'],
    ['a dropped connection', dropped, 'unavailable'],
    ['a truncated answer', truncated('{"QueryResponse":{"Item":['), 'unavailable'],
    ['malformed JSON', text('{"QueryResponse":{"Item":['), 'invalid-data'],
    ['a changed form', json({ QueryResponse: { Item: [{ Identifier: 1 }] } }), 'invalid-data'],
    ['no query response', json({ items: [] }), 'invalid-data'],
  ] as const)('answers %s of the service with a typed error, and recovers', async (_, handler, code) => {
    quickBooks.item({ name: 'Ball' });
    const flaky: Handler = (request, response) =>
      request.path.startsWith('/oauth2') ? quickBooks.handler(request, response) : handler(request, response);
    service.answer(flaky);
    const one = source();
    const error = await one.sync({ from: FROM }).catch((thrown) => thrown);
    expect(error.code).toBe(code);
    const shown = inspect(error, { depth: 20, showHidden: true });
    for (const secret of [CLIENT.clientSecret, 'access-', 'refresh-', 'Bearer'])
      expect(shown).not.toContain(secret);
    service.answer(quickBooks.handler);
    expect((await one.sync({ from: FROM })).full).toBe(true);
  });

  it('waits as the service asks when it is throttled', async () => {
    quickBooks.item({ name: 'Ball' });
    let refusals = 3;
    const pauses: number[] = [];
    service.answer((request, response) => {
      if (request.path.includes('/query') && refusals-- > 0)
        json({}, 429, { 'retry-after': '2' })(request, response);
      else quickBooks.handler(request, response);
    });
    const http = {
      baseUrl: service.url,
      now: () => quickBooks.time,
      minIntervalMs: 0,
      sleep: async (ms: number) => void pauses.push(ms),
    };
    await source({ http }).sync({ from: FROM });
    expect(pauses.filter((ms) => ms >= 2_000).length).toBe(3);
  });

  it('keeps within 500 requests a minute and 10 at once by default', async () => {
    let now = quickBooks.time;
    const starts: number[] = [];
    const ball = quickBooks.item({ name: 'Ball' });
    quickBooks.transaction('Invoice', '2024-03-02', [{ item: ball, quantity: 1, amount: 1 }]);
    quickBooks.beforeQuery = () => starts.push(now);
    const http = {
      baseUrl: service.url,
      now: () => now,
      sleep: async (ms: number) => {
        now += ms;
      },
    };
    await collect(source({ http }).records({ from: parseDay('2020-01-01'), to: march.to }));
    expect(starts.length).toBeGreaterThan(150);
    expect((starts.length - 1) / ((starts.at(-1)! - starts[0]!) / 60_000)).toBeLessThanOrEqual(500);
    expect(service.maxConcurrent()).toBeLessThanOrEqual(10);
  });

  it('stops when it is aborted', async () => {
    quickBooks.item({ name: 'Ball' });
    const controller = new AbortController();
    quickBooks.beforeQuery = (query) => {
      if (query.includes('Invoice')) controller.abort();
    };
    const call = source().sync({ from: FROM, signal: controller.signal });
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
  });

  it.each([
    [{ realmId: "1' OR 1=1" }, 'realmId'],
    [{ clientId: '' }, 'clientId'],
    [{ clientSecret: '' }, 'clientSecret'],
  ])('refuses the options %o', (options, path) => {
    expect(() => source(options)).toThrow(expect.objectContaining({ code: 'invalid-option', path: [path] }));
  });
});
