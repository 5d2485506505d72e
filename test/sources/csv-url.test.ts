import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildPanel } from '../../src/panel/build-panel.js';
import { salesCsvFromUrl } from '../../src/sources/csv-url.js';
import { type FakeService, fakeService, json, text, truncated } from '../transport/fake-service.js';

const http = { sleep: async () => {}, maxRetries: 1, timeoutMs: 2_000 };

describe('salesCsvFromUrl', () => {
  let service: FakeService;
  beforeEach(async () => {
    service = await fakeService();
  });
  afterEach(() => service.close());

  it('reads a compressed file with a query and headers, and reports wrong lines', async () => {
    const csv = 'date,productId,quantity\n2024-01-01,a,1\n2024-01-02,a,many\n2024-01-03,a,3\n';
    service.answer((_, response) => response.end(gzipSync(csv)));
    const records = salesCsvFromUrl(`${service.url}/sales.csv.gz?key=top-secret-1`, {
      headers: { Authorization: 'Bearer top-secret-2' },
      columns: { units: 'quantity' },
      http,
    });
    expect(service.requests).toEqual([]);
    const { panel } = await buildPanel(records);
    expect(panel.days).toBe(3);
    expect(panel.units[0]).toBe(1);
    expect(panel.units[2]).toBe(3);
    expect(service.requests[0]!.query.get('key')).toBe('top-secret-1');
    expect(service.requests[0]!.headers.authorization).toBe('Bearer top-secret-2');
  });

  it.each([
    [json({ key: 'top-secret-1', auth: 'Bearer top-secret-2' }, 403), 'unauthorized'],
    [json({}, 404), 'not-found'],
    [json({}, 500), 'unavailable'],
    [truncated('date,productId,units\n2024-01-01,a,1\n'), 'unavailable'],
    [text('<html></html>'), 'invalid-data'],
  ])('answers failures with typed errors without secrets', async (handler, code) => {
    service.answer(handler);
    const records = salesCsvFromUrl(`${service.url}/sales.csv?key=top-secret-1`, {
      headers: { Authorization: 'Bearer top-secret-2' },
      http,
    });
    const error = await buildPanel(records).catch((thrown) => thrown);
    expect(error.code).toBe(code);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/top-secret-\d/);
  });

  it('refuses an invalid URL', () => {
    expect(() => salesCsvFromUrl('sales.csv')).toThrow(expect.objectContaining({ code: 'invalid-option' }));
    expect(() => salesCsvFromUrl('file:///etc/passwd')).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    );
  });
});
