import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatDay, parseDay } from '../../src/calendar/day.js';
import { createForecaster } from '../../src/forecaster/index.js';
import { createIndicatorLoader, fredIndicators, type IndicatorWarning } from '../../src/indicators/index.js';
import { MemoryTokenStore, quickBooksSource } from '../../src/sources/index.js';
import { MemorySalesStorage } from '../../src/storage/memory/memory-sales-storage.js';
import { type FakeService, fakeService, json } from '../transport/fake-service.js';
import { CLIENT, FakeQuickBooks, REALM } from './quickbooks/fake-quickbooks.js';

const FROM = parseDay('2023-11-01');

describe('a forecaster fed from outside', () => {
  let service: FakeService;
  let quickBooks: FakeQuickBooks;
  beforeEach(async () => {
    quickBooks = new FakeQuickBooks();
    service = await fakeService(quickBooks.handler);
  });
  afterEach(() => service.close());

  it('follows QuickBooks through edits and deletions, and trains although FRED is down', async () => {
    const http = {
      baseUrl: service.url,
      now: () => quickBooks.time,
      sleep: async () => {},
      minIntervalMs: 0,
    };
    const tokens = new MemoryTokenStore({
      accessToken: 'none',
      refreshToken: 'refresh-0',
      accessTokenExpiresAt: 0,
      refreshTokenExpiresAt: quickBooks.time * 2,
    });
    const source = quickBooksSource({ ...CLIENT, realmId: REALM, tokens, http, tokenHttp: http });
    const ball = quickBooks.item({ name: 'Toys:Ball' });
    const ids: string[] = [];
    for (let day = FROM; day <= parseDay('2024-03-09'); day++) {
      const lines = [{ item: ball, quantity: 3 + (day % 7), amount: 30 }];
      ids.push(quickBooks.transaction('SalesReceipt', formatDay(day), lines));
    }
    const down = await fakeService(json({}, 503));
    const warnings: IndicatorWarning[] = [];
    const fred = fredIndicators({
      apiKey: 'secret-key-of-fred',
      http: { baseUrl: down.url, sleep: async () => {}, maxRetries: 1 },
    });
    const storage = new MemorySalesStorage();
    const forecaster = createForecaster({
      storage,
      indicators: createIndicatorLoader({ sources: [fred], onWarning: (warning) => warnings.push(warning) }),
    });
    const units = async () => {
      const sold: Record<string, number> = {};
      for await (const batch of storage.read({})) {
        for (const { day, units } of batch) if (units !== 0) sold[formatDay(day)] = units;
      }
      return sold;
    };
    const first = await source.sync({ from: FROM });
    await forecaster.ingest(first.records, { mode: 'replace' });
    await forecaster.train();
    const before = await units();
    expect(Object.keys(before).length).toBe(130);

    quickBooks.time += 3_600_000;
    quickBooks.remove('SalesReceipt', ids[10]!);
    quickBooks.transaction('SalesReceipt', '2024-03-09', [{ item: ball, quantity: 40, amount: 1 }], {
      id: ids[129],
    });
    const second = await source.sync({ from: FROM, state: first.state });
    await forecaster.ingest(second.records, { mode: 'replace' });
    const after = await units();
    const { [formatDay(FROM + 10)]: removed, ...rest } = before;
    expect(removed).toBeGreaterThan(0);
    expect(after).toEqual({ ...rest, '2024-03-09': 40 });
    expect(new Set(warnings.map((warning) => warning.kind))).toEqual(new Set(['failed', 'missing']));
    expect(JSON.stringify(warnings)).not.toContain('secret-key-of-fred');
    await down.close();
  });
});
