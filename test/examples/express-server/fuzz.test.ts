import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer, trainSmallMerchant } from './server-fixture.js';

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startServer();
  await trainSmallMerchant(server);
  key = await server.key('admin');
});
afterAll(() => server.close());

const SETTINGS = { seed: 20_240_301, numRuns: 120 } as const;
/** Traces of stacks, SQL, drivers and paths: nothing of them may leave the server. */
const LEAKS =
  /\n\s+at |node_modules|\.ts:\d|SQLSTATE|SELECT |INSERT |syntax error|relation "|pglite|ECONN|\/src\//i;

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    "'; DROP TABLE sales; --",
    '" OR 1=1',
    '\u0000',
    '../../etc/passwd',
    '%00',
    '__proto__',
    'constructor',
    '1e309',
    '-1',
    'NaN',
    '9'.repeat(400),
    '<script>',
    '\ud800',
    'week',
    '10',
    'Toys',
  ),
);
const nastyValue = fc.oneof(nasty, fc.jsonValue({ maxDepth: 3 }), fc.double(), fc.integer());

async function expectDecent(path: string, init: RequestInit = {}): Promise<void> {
  const response = await server.send(path, { key, ...init });
  const text = await response.text();
  expect(response.status, `${path} ${text}`).toBeLessThan(500);
  expect(text).not.toMatch(LEAKS);
  if (response.status >= 400) {
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(JSON.parse(text)).toMatchObject({ status: response.status, code: expect.any(String) });
  }
}

const encode = (text: string) => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '?'));

describe('whatever is asked', () => {
  it('a query gets an answer or a problem', async () => {
    const parameter = fc.tuple(
      fc.oneof(fc.constantFrom('time_period', 'category', 'limit', 'days', 'mode'), nasty),
      nasty,
    );
    const path = fc.constantFrom('top-products', 'categories', 'trends/Toys');
    await fc.assert(
      fc.asyncProperty(path, fc.array(parameter, { maxLength: 4 }), async (question, parameters) => {
        const query = parameters.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
        await expectDecent(`/api/v1/forecast/${question}?${query}`);
      }),
      SETTINGS,
    );
  });

  it('each documented parameter alone may be anything', async () => {
    const base = { time_period: 'week', category: 'Toys', limit: '10' };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('time_period', 'category', 'limit'), nasty, async (name, value) => {
        const query = Object.entries({ ...base, [name]: value }).map(([k, v]) => `${k}=${encode(v)}`);
        await expectDecent(`/api/v1/forecast/top-products?${query.join('&')}`);
      }),
      SETTINGS,
    );
  });

  it('a path gets an answer or a problem', async () => {
    const area = fc.constantFrom(
      '/api/v1/forecast/trends/',
      '/api/v1/model/trainings/',
      '/api/v1/api-keys/',
      '/',
    );
    await fc.assert(
      fc.asyncProperty(area, nasty, fc.constantFrom('GET', 'DELETE', 'PUT'), async (start, part, method) => {
        await expectDecent(start + encode(part), { method });
      }),
      SETTINGS,
    );
  });

  it('a JSON body gets an answer or a problem', async () => {
    const path = fc.constantFrom(
      '/api/v1/forecast/predict',
      '/api/v1/sales',
      '/api/v1/cache/invalidate',
      '/api/v1/api-keys',
    );
    const field = fc.constantFrom(
      'time_period',
      'categories',
      'include_confidence',
      'records',
      'tags',
      'name',
      'role',
    );
    const body = fc.oneof(fc.dictionary(field, nastyValue), nastyValue);
    await fc.assert(
      fc.asyncProperty(path, body, async (target, value) => {
        const headers = { 'content-type': 'application/json' };
        await expectDecent(target, { method: 'POST', headers, body: JSON.stringify(value) ?? '' });
      }),
      SETTINGS,
    );
  });

  it('sales records may hold anything', async () => {
    const record = fc.record(
      {
        date: fc.oneof(fc.constant('2024-02-29'), nasty),
        product_id: nasty,
        category: fc.oneof(nasty, fc.constant(null)),
        units: fc.oneof(fc.integer({ min: -5, max: 9 }), nastyValue),
        price: nastyValue,
        location: nasty,
      },
      { requiredKeys: ['date', 'product_id', 'units'] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 5 }), async (records) => {
        const headers = { 'content-type': 'application/json' };
        await expectDecent('/api/v1/sales', { method: 'POST', headers, body: JSON.stringify({ records }) });
      }),
      SETTINGS,
    );
  });

  it('CSV may hold anything', async () => {
    const line = fc.array(fc.oneof(nasty, fc.constantFrom('2024-01-05', 'tea', '3', '"')), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(line, { maxLength: 6 }), async (hasHeader, lines) => {
        const header = hasHeader ? 'date,product_id,units\n' : '';
        const body = header + lines.map((fields) => fields.join(',')).join('\n');
        await expectDecent('/api/v1/sales', {
          method: 'POST',
          headers: { 'content-type': 'text/csv' },
          body,
        });
      }),
      SETTINGS,
    );
  });

  it('headers may hold anything that HTTP lets through', async () => {
    const text = fc.string({
      unit: fc.constantFrom(...' !"#$%&\'()*+,-./09:;<=>?@AZ[]^_az{|}~'),
      maxLength: 80,
    });
    const name = fc.constantFrom(
      'authorization',
      'x-api-key',
      'x-request-id',
      'accept-encoding',
      'if-none-match',
    );
    await fc.assert(
      fc.asyncProperty(name, text, async (header, value) => {
        await expectDecent('/api/v1/forecast/categories?time_period=week', { headers: { [header]: value } });
      }),
      SETTINGS,
    );
  });
});
