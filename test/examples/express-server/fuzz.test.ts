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

type Place = 'path' | 'query' | 'header' | 'body';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly names: readonly (readonly [place: Place, name: string])[];
}

/** A value of each parameter that is right, so that a wrong one is all that is wrong. */
const USUAL: Readonly<Record<string, unknown>> = {
  time_period: 'week',
  category: 'Toys',
  limit: '10',
  days: '30',
  id: '0123456789abcdef',
  after: '1700000000000-0123456789abcdef',
  ids: '0123456789abcdef',
  from: '2024-02-01',
  to: '2024-03-01',
  product_id: 'tea',
  location: 'Rome',
  removed: 'true',
  plan: [{ date: '2024-03-01', product_id: 'tea', promo: true }],
  stock: [{ product_id: 'tea', on_hand: 4 }],
  lead_time: 7,
  review_period: 7,
  service_level: 0.9,
  fill_rate: 0.9,
  holding_rate: 0.2,
  budget: 100,
  mode: 'add',
  date_order: 'DMY',
  decimal: ',',
  time_zone: 'Europe/Berlin',
  columns: '{"units":"units"}',
  answers: '{"decimal":"."}',
  history: '30',
  horizon: '30',
  level: 'category',
  confidence_level: 0.9,
  granularity: 'week',
  period_alignment: 'rolling',
  product_ids: ['tea'],
  quantiles: [0.1, 0.9],
  delivery: 'delivery-1',
  'Idempotency-Key': 'delivery-1',
  categories: ['Toys'],
  include_confidence: true,
  records: [{ date: '2024-02-29', product_id: 'tea', units: 1 }],
  tags: ['answers'],
  version: '1',
  share: '0.2',
  reason: 'a look at it',
  if_routing: '1',
  arms: [{ name: 'other', version: 1, share: 0.5 }],
  name: 'somebody',
  role: 'merchant',
  scope: { categories: ['Toys'] },
  tenant: 'acme',
  quotas: { rows: 1_000 },
  rows: 1_000,
  trainings_per_day: 3,
  requests_per_minute: 100,
  sales_days: 400,
  removals_days: 90,
  trainings_days: 90,
};

// biome-ignore lint/suspicious/noExplicitAny: a part of an OpenAPI document as it comes from the server.
type Part = any;

function parametersOf(document: Part): { operation: Operation; place: Place; name: string }[] {
  return Object.entries<Record<string, Part>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { parameters = [], requestBody }]) => {
      const schema = requestBody?.content['application/json'].schema ?? {};
      const { properties = {} } = schema.$ref
        ? document.components.schemas[schema.$ref.split('/').at(-1)]
        : schema;
      const names: (readonly [Place, string])[] = [
        ...parameters.map((parameter: { in: Place; name: string }) => [parameter.in, parameter.name]),
        ...Object.keys(properties).map((name) => ['body', name]),
      ];
      return names.map(([place, name]) => ({ operation: { method, path, names }, place, name }));
    }),
  );
}

async function askWith(operation: Operation, place: Place, odd: string, value: unknown): Promise<void> {
  const valuesAt = (wanted: Place) =>
    operation.names
      .filter(([at]) => at === wanted)
      .map(([at, name]) => [name, at === place && name === odd ? value : USUAL[name]] as const);
  const text = ([name, part]: readonly [string, unknown]) => [name, encode(String(part))];
  let path = operation.path;
  for (const [name, part] of valuesAt('path').map(text)) path = path.replace(`{${name}}`, part);
  const query = valuesAt('query').map((pair) => text(pair).join('='));
  const body = valuesAt('body');
  await expectDecent(`${path}?${query.join('&')}`, {
    method: operation.method.toUpperCase(),
    headers: {
      ...(Object.fromEntries(valuesAt('header')) as Record<string, string>),
      ...(body.length > 0 ? { 'content-type': 'application/json' } : {}),
    },
    ...(body.length > 0 ? { body: JSON.stringify(Object.fromEntries(body)) } : {}),
  });
}

describe('any answer', () => {
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

  it('each parameter of each operation alone may be anything', async () => {
    const parameters = parametersOf(await (await server.send('/openapi.json')).json());
    expect(new Set(parameters.map(({ name }) => name))).toEqual(new Set(Object.keys(USUAL)));
    const headerText = fc.string({
      unit: fc.constantFrom(...' !"#$%&\'()*+,-./09:;=?@AZ^_az{|}~'),
      maxLength: 60,
    });
    for (const { operation, place, name } of parameters) {
      const value = place === 'body' ? nastyValue : place === 'header' ? headerText : nasty;
      await fc.assert(
        fc.asyncProperty(value, (odd) => askWith(operation, place, name, odd)),
        { ...SETTINGS, numRuns: 40 },
      );
    }
  }, 120_000);

  it('a path gets an answer or a problem', async () => {
    const area = fc.constantFrom(
      '/api/v1/forecast/trends/',
      '/api/v1/model/trainings/',
      '/api/v1/model/versions/',
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
      '/api/v1/forecast/stock-plan',
      '/api/v1/forecast/table',
      '/api/v1/forecast/what-if',
      '/api/v1/plan',
      '/api/v1/sales',
      '/api/v1/cache/invalidate',
      '/api/v1/api-keys',
      '/api/v1/model/experiment',
    );
    const field = fc.constantFrom(
      'time_period',
      'categories',
      'include_confidence',
      'records',
      'plan',
      'tags',
      'arms',
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
