import fc from 'fast-check';

/** Texts that have broken programs before. */
export const nasty = fc.oneof(
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

/** Traces of stacks, SQL, drivers and paths, also within JSON: nothing of them may leave the server. */
const LEAKS =
  /(?:\n|\\n)\s+at |node_modules|\.ts:\d|SQLSTATE|SELECT |INSERT |syntax error|relation \\?"|pglite|ECONN|\/src\//i;

/** A request of any kind, as `fetch` takes it. */
export interface FuzzRequest {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What is wrong with an answer; undefined for one that says what it should, and no more. */
export function wrongWith(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  text: string,
): string | undefined {
  if (status >= 500) return `status ${status}`;
  if (LEAKS.test(text)) return 'tells of the inside of the server';
  if (status < 400) return undefined;
  if (headers.get('content-type') !== 'application/problem+json') return 'is no problem document';
  try {
    const { status: named, code } = JSON.parse(text);
    return named === status && typeof code === 'string' ? undefined : 'is an incomplete problem document';
  } catch {
    return 'is no JSON';
  }
}

export const encode = (text: string) => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '?'));

const JSON_TYPE = { 'content-type': 'application/json' };

type Place = 'path' | 'query' | 'header' | 'body';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly names: readonly (readonly [place: Place, name: string])[];
}

/** One parameter of an operation. */
export interface Parameter {
  readonly operation: Operation;
  readonly place: Place;
  readonly name: string;
}

/** A value of each parameter that is right, so that a wrong one is all that is wrong. */
export const USUAL: Readonly<Record<string, unknown>> = {
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
  next: '/products',
  state: 'A'.repeat(43),
  code: 'a code',
  iss: 'http://127.0.0.1:9',
  error: 'access_denied',
};

// biome-ignore lint/suspicious/noExplicitAny: a part of an OpenAPI document as it comes from the server.
type Part = any;

/** All parameters of all operations that an OpenAPI document describes. */
export function parametersOf(document: Part): Parameter[] {
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

/** Requests of an operation in which one parameter may be anything, and all others are right. */
export function requestsWith({ operation, place, name }: Parameter): fc.Arbitrary<FuzzRequest> {
  const values = place === 'body' ? nastyValue : place === 'header' ? headerText : nasty;
  return values.map((odd: unknown) => requestOf(operation, place, name, odd));
}

function requestOf(operation: Operation, place: Place, odd: string, value: unknown): FuzzRequest {
  const valuesAt = (wanted: Place) =>
    operation.names
      .filter(([at]) => at === wanted)
      .map(([at, name]) => [name, at === place && name === odd ? value : USUAL[name]] as const);
  const text = ([name, part]: readonly [string, unknown]) => [name, encode(String(part))] as const;
  let path = operation.path;
  for (const [name, part] of valuesAt('path').map(text)) path = path.replace(`{${name}}`, part);
  const query = valuesAt('query').map((pair) => text(pair).join('='));
  const body = valuesAt('body');
  const hasBody = body.length > 0;
  return {
    path: `${path}?${query.join('&')}`,
    method: operation.method.toUpperCase(),
    headers: {
      ...(Object.fromEntries(valuesAt('header')) as Record<string, string>),
      ...(hasBody && JSON_TYPE),
    },
    ...(hasBody && { body: JSON.stringify(Object.fromEntries(body)) }),
  };
}

const headerText = fc.string({
  unit: fc.constantFrom(...' !"#$%&\'()*+,-./09:;=?@AZ^_az{|}~'),
  maxLength: 60,
});

const get = (path: string, method = 'GET'): FuzzRequest => ({ path, method, headers: {} });
const post = (path: string, body: string, headers: Record<string, string> = JSON_TYPE): FuzzRequest => ({
  path,
  method: 'POST',
  headers,
  body,
});

/** Queries of questions about forecasts. */
const queries = fc
  .tuple(
    fc.constantFrom('top-products', 'categories', 'trends/Toys'),
    fc.array(
      fc.tuple(fc.oneof(fc.constantFrom('time_period', 'category', 'limit', 'days', 'mode'), nasty), nasty),
      { maxLength: 4 },
    ),
  )
  .map(([question, parameters]) => {
    const query = parameters.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
    return get(`/api/v1/forecast/${question}?${query}`);
  });

const paths = fc
  .tuple(
    fc.constantFrom(
      '/api/v1/forecast/trends/',
      '/api/v1/model/trainings/',
      '/api/v1/model/versions/',
      '/api/v1/api-keys/',
      '/',
    ),
    nasty,
    fc.constantFrom('GET', 'DELETE', 'PUT'),
  )
  .map(([start, part, method]) => get(start + encode(part), method));

const bodies = fc
  .tuple(
    fc.constantFrom(
      '/api/v1/forecast/predict',
      '/api/v1/forecast/stock-plan',
      '/api/v1/forecast/table',
      '/api/v1/forecast/what-if',
      '/api/v1/plan',
      '/api/v1/sales',
      '/api/v1/cache/invalidate',
      '/api/v1/api-keys',
      '/api/v1/model/experiment',
    ),
    fc.oneof(
      fc.dictionary(
        fc.constantFrom(
          'time_period',
          'categories',
          'include_confidence',
          'records',
          'plan',
          'tags',
          'arms',
          'name',
          'role',
        ),
        nastyValue,
      ),
      nastyValue,
    ),
  )
  .map(([path, value]) => post(path, JSON.stringify(value) ?? ''));

const records = fc
  .array(
    fc.record(
      {
        date: fc.oneof(fc.constant('2024-02-29'), nasty),
        product_id: nasty,
        category: fc.oneof(nasty, fc.constant(null)),
        units: fc.oneof(fc.integer({ min: -5, max: 9 }), nastyValue),
        price: nastyValue,
        location: nasty,
      },
      { requiredKeys: ['date', 'product_id', 'units'] },
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((list) => post('/api/v1/sales', JSON.stringify({ records: list })));

const line = fc.array(fc.oneof(nasty, fc.constantFrom('2024-01-05', 'tea', '3', '"')), { maxLength: 5 });
const csv = fc.tuple(fc.boolean(), fc.array(line, { maxLength: 6 })).map(([hasHeader, lines]) => {
  const header = hasHeader ? 'date,product_id,units\n' : '';
  const body = header + lines.map((fields) => fields.join(',')).join('\n');
  return post('/api/v1/sales', body, { 'content-type': 'text/csv' });
});

const headers = fc
  .tuple(
    fc.constantFrom('authorization', 'x-api-key', 'x-request-id', 'accept-encoding', 'if-none-match'),
    fc.string({ unit: fc.constantFrom(...' !"#$%&\'()*+,-./09:;<=>?@AZ[]^_az{|}~'), maxLength: 80 }),
  )
  .map(
    ([name, value]): FuzzRequest => ({
      ...get('/api/v1/forecast/categories?time_period=week'),
      headers: { [name]: value },
    }),
  );

/** Requests by their kind, besides those with one odd parameter. */
export const FUZZ_REQUESTS = { queries, paths, bodies, records, csv, headers };
