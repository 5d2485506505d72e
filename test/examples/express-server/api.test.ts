import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  categoriesResponseSchema,
  predictResponseSchema,
  topProductsResponseSchema,
  trendsResponseSchema,
} from '../../../examples/express-server/http/forecast-responses.js';
import { post, startServer, type TestServer, trainSmallMerchant } from './server-fixture.js';

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startServer();
  key = await server.key('admin');
});
afterAll(() => server.close());

async function json(path: string, init: RequestInit = {}) {
  const response = await server.send(path, { key, ...init });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

describe('before the first training', () => {
  it('is alive but not ready, and says what is missing', async () => {
    expect((await json('/health/live')).status).toBe(200);
    const ready = await json('/health/ready');
    expect(ready.status).toBe(503);
    expect(ready.body.checks).toMatchObject({ model: 'failing', database: 'ok', redis: 'not-used' });
    const answer = await json('/api/v1/forecast/categories?time_period=week');
    expect(answer.status).toBe(503);
    expect(answer.body.code).toBe('not-trained');
    expect(answer.headers.get('retry-after')).toBe('5');
  });

  it('refuses a training without sales', async () => {
    const answer = await json('/api/v1/model/train', { method: 'POST' });
    expect(answer.status).toBe(409);
    expect(answer.body.code).toBe('empty-data');
  });
});

describe('ingest', () => {
  const day = { date: '2024-03-01', product_id: 'tea', category: 'Drinks', units: 3, price: 2 };

  it('stores JSON whole or not at all', async () => {
    const wrong = await json('/api/v1/sales', post({ records: [day, { ...day, units: 'many' }] }));
    expect(wrong.status).toBe(400);
    expect(wrong.body.path).toEqual(['body', 'records', 1, 'units']);
    expect((await json('/api/v1/sales/summary')).body.rows).toBe(0);
    const right = await json('/api/v1/sales', post({ records: [day, { ...day, date: '2024-03-02' }] }));
    expect(right.body).toMatchObject({ rows: 2, accepted: 2, rejected: 0, written: 2 });
    expect((await json('/api/v1/sales/summary')).body).toEqual({
      rows: 2,
      products: 1,
      categories: ['Drinks'],
      first_day: '2024-03-01',
      last_day: '2024-03-02',
    });
  });

  it('reads CSV, plain and compressed, and reports wrong lines', async () => {
    const csv = 'date,product_id,category,units\n2024-03-01,cup,Kitchen,4\n2024-03-02,cup,Kitchen,none\n';
    const headers = { 'content-type': 'text/csv' };
    const plain = await json('/api/v1/sales', { method: 'POST', headers, body: csv });
    expect(plain.body).toMatchObject({ rows: 2, accepted: 1, rejected: 1 });
    expect(plain.body.findings).toMatchObject([{ code: 'invalid-units', examples: [['line', 3, 'units']] }]);
    const packed = await json('/api/v1/sales?mode=replace', {
      method: 'POST',
      headers: { ...headers, 'content-encoding': 'gzip' },
      body: gzipSync(csv),
    });
    expect(packed.body).toMatchObject({ accepted: 1, written: 1 });
  });

  it('reads the export of a shop system, asks what it leaves open, and takes the answer', async () => {
    const csv = 'Order Date;Item;Qty\n01/03/2024;Tea;2,0\n02/03/2024;Tea;3,5\n';
    const deliver = (query: string) =>
      json(`/api/v1/sales${query}`, { method: 'POST', headers: { 'content-type': 'text/csv' }, body: csv });
    expect(await deliver('')).toMatchObject({
      status: 400,
      body: { code: 'invalid-data', path: ['date-order'], hint: expect.stringContaining('DMY') },
    });
    expect((await deliver('?date_order=sideways')).status).toBe(400);
    expect(await deliver('?date_order=DMY')).toMatchObject({
      status: 200,
      body: { rows: 2, accepted: 2, rejected: 0, assumptions: [] },
    });
  });

  it('stores a repeated delivery once', async () => {
    const init = post({ records: [{ ...day, product_id: 'kettle' }] });
    const once = { ...init, headers: { ...init.headers, 'idempotency-key': 'delivery-7' } };
    expect((await json('/api/v1/sales', once)).body).toMatchObject({ written: 1, already_written: 0 });
    expect((await json('/api/v1/sales', once)).body).toMatchObject({ written: 0, already_written: 1 });
    const corrected = post({ records: [{ ...day, product_id: 'kettle', units: 4 }] });
    const refused = await json('/api/v1/sales', { ...corrected, headers: once.headers });
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'key-reused', title: 'Unprocessable Content' },
    });
    expect((await json('/api/v1/sales?mode=replace', once)).status).toBe(422);
  });

  it('stores nothing of a large body with one wrong record, and nothing of a CSV that breaks off', async () => {
    const before = (await json('/api/v1/sales/summary')).body.rows;
    const records = Array.from({ length: 45_000 }, (_, i) => ({ ...day, product_id: `p${i}` }));
    records[41_234] = { ...day, product_id: 'a\u0000b' };
    const refused = await json('/api/v1/sales', post({ records }));
    expect(refused).toMatchObject({
      status: 400,
      body: { path: ['body', 'records', 41_234, 'product_id'] },
    });
    const lines = records.map((_, i) => `2024-03-01,p${i},Kitchen,${i}`).join('\n');
    const packed = gzipSync(`date,product_id,category,units\n${lines}`);
    const cut = await json('/api/v1/sales', {
      method: 'POST',
      headers: { 'content-type': 'text/csv', 'content-encoding': 'gzip' },
      body: packed.subarray(0, packed.length - 2_000),
    });
    expect(cut.status).toBe(400);
    expect((await json('/api/v1/sales/summary')).body.rows).toBe(before);
  });

  it('takes a name of 400 characters wherever it may be asked for, and refuses a longer one', async () => {
    const ask = async (category: string) => {
      const query = `time_period=week&category=${encodeURIComponent(category)}`;
      return (await json(`/api/v1/forecast/top-products?${query}`)).body.code;
    };
    // There is no model yet: the question itself is taken.
    expect(await ask('茶'.repeat(400))).toBe('not-trained');
    expect(await ask('茶'.repeat(401))).toBe('invalid-parameter');
    const store = (category: string) => json('/api/v1/sales', post({ records: [{ ...day, category }] }));
    expect((await store('茶'.repeat(401))).status).toBe(400);
  });

  it.each([
    ['a body of another type', { method: 'POST', headers: { 'content-type': 'text/html' }, body: 'x' }, 415],
    ['broken JSON', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }, 400],
    ['no body', { method: 'POST' }, 415],
    ['an unknown query parameter', { ...post({ records: [day] }), path: '?moed=add' }, 400],
    ['a wrong idempotency key', { ...post({ records: [day] }), extra: { 'idempotency-key': 'a b' } }, 400],
    [
      'damaged gzip',
      {
        method: 'POST',
        headers: { 'content-type': 'text/csv', 'content-encoding': 'gzip' },
        body: 'no gzip',
      },
      400,
    ],
    [
      'a line without end',
      { method: 'POST', headers: { 'content-type': 'text/csv' }, body: 'date,'.repeat(20_000) },
      413,
    ],
    ['a NUL', post({ records: [{ ...day, product_id: 'a\u0000b' }] }), 400],
  ])('refuses %s', async (_, init, status) => {
    const { path = '', extra = {}, ...request } = init as RequestInit & { path?: string; extra?: object };
    const headers = { ...request.headers, ...extra } as Record<string, string>;
    expect((await json(`/api/v1/sales${path}`, { ...request, headers })).status).toBe(status);
  });

  it('stops a bomb of zeros at the limit', async () => {
    const small = await startServer({ UPLOAD_LIMIT_BYTES: '1048576', JSON_LIMIT_BYTES: '2048' });
    try {
      const own = await small.key('admin');
      const lines = `date,product_id,units\n${'2024-03-01,tea,0\n'.repeat(200_000)}`;
      const headers = { 'content-type': 'text/csv', 'content-encoding': 'gzip' };
      const bomb = await small.send('/api/v1/sales', {
        key: own,
        method: 'POST',
        headers,
        body: gzipSync(lines),
      });
      expect(bomb.status).toBe(413);
      const records = Array.from({ length: 100 }, () => day);
      const large = await small.send('/api/v1/sales', { key: own, ...post({ records }) });
      expect(large.status).toBe(413);
    } finally {
      await small.close();
    }
  });
});

describe('with a model', () => {
  beforeAll(() => trainSmallMerchant(server));

  it('answers the documented questions with the documented fields', async () => {
    const top = await json('/api/v1/forecast/top-products?time_period=week');
    expect(topProductsResponseSchema.strict().parse(top.body).products).toHaveLength(10);
    const categories = await json('/api/v1/forecast/categories?time_period=month');
    categoriesResponseSchema.strict().parse(categories.body);
    const { category } = categories.body.predictions[0];
    const trends = await json(`/api/v1/forecast/trends/${encodeURIComponent(category)}`);
    expect(trendsResponseSchema.strict().parse(trends.body).historical_data).toHaveLength(90);
    const predict = await json(
      '/api/v1/forecast/predict',
      post({ time_period: 'year', categories: [category], include_confidence: false }),
    );
    const [only, ...others] = predictResponseSchema.strict().parse(predict.body).predictions;
    expect(only.category).toBe(category);
    expect(only.confidence_lower).toBeUndefined();
    expect(others).toEqual([]);
    const limited = await json(
      `/api/v1/forecast/top-products?time_period=week&limit=2&category=${encodeURIComponent(category)}`,
    );
    expect(limited.body.products.map((product: { category: string }) => product.category)).toEqual([
      category,
      category,
    ]);
  });

  it('answers at any level, with quantiles of products and categories', async () => {
    const usual = await json('/api/v1/forecast/top-products?time_period=month&limit=3');
    const wide = await json(
      '/api/v1/forecast/top-products?time_period=month&limit=3&confidence_level=0.95&quantiles=0.1,0.5,0.9',
    );
    expect(wide.body).toMatchObject({ confidence_level: 0.95, probabilities: [0.1, 0.5, 0.9] });
    expect(usual.body.probabilities).toBeUndefined();
    wide.body.products.forEach((product: (typeof usual)['body'], i: number) => {
      const { quantiles, confidence_lower, confidence_upper, predicted_sales } = product;
      expect(predicted_sales).toBeCloseTo(usual.body.products[i].predicted_sales, -1);
      expect(confidence_lower).toBeLessThan(usual.body.products[i].confidence_lower);
      expect(confidence_upper).toBeGreaterThan(usual.body.products[i].confidence_upper);
      expect(quantiles).toEqual([...quantiles].sort((a: number, b: number) => a - b));
      expect(quantiles).toHaveLength(3);
    });
    const question = { time_period: 'month', confidence_level: 0.5, quantiles: [0.5] };
    const predict = await json('/api/v1/forecast/predict', post(question));
    expect(predictResponseSchema.strict().parse(predict.body).predictions[0].quantiles).toHaveLength(1);
    const categories = await json('/api/v1/forecast/categories?time_period=week&quantiles=0.5');
    expect(categoriesResponseSchema.strict().parse(categories.body).probabilities).toEqual([0.5]);
    for (const wrong of ['confidence_level=1', 'quantiles=0.5,x', 'quantiles=', 'confidence_level=0.99999']) {
      const answer = await json(`/api/v1/forecast/top-products?time_period=week&${wrong}`);
      expect([wrong, answer.status]).toEqual([wrong, 400]);
    }
  });

  it('gives the same bytes compressed, and no body for a known ETag', async () => {
    const path = '/api/v1/forecast/categories?time_period=week';
    const plain = await server.send(path, { key, headers: { 'accept-encoding': 'identity' } });
    const text = await plain.text();
    const packed = await rawBody(path, 'gzip');
    expect(gunzipSync(packed.body).toString()).toBe(text);
    expect(packed.body.length).toBeLessThan(0.3 * text.length);
    const etag = plain.headers.get('etag')!;
    const again = await server.send(path, { key, headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });

  it('reports the model, its accuracy and its training', async () => {
    const { body } = await json('/api/v1/model');
    expect(body.products).toBeGreaterThanOrEqual(12);
    expect(body.validation.categories.accuracy).toBeGreaterThan(0);
    const training = await json('/api/v1/model/trainings/latest');
    expect(training.body).toMatchObject({ status: 'succeeded', model_version: body.model_version });
    const byId = await json(`/api/v1/model/trainings/${training.body.id}`);
    expect(byId.body).toEqual(training.body);
    expect((await json('/api/v1/model/trainings/00000000-0000-4000-8000-000000000000')).status).toBe(404);
  });

  it('answers while a training runs, and refuses a second one', async () => {
    const started = await json('/api/v1/model/train', { method: 'POST' });
    expect(started.status).toBe(202);
    const second = await json('/api/v1/model/train', { method: 'POST' });
    expect(second.status).toBe(409);
    expect((await json('/api/v1/forecast/categories?time_period=week')).status).toBe(200);
    await server.composed.dependencies.trainings.settled();
    expect((await json(started.headers.get('location')!)).body.status).toBe('succeeded');
  });

  it('drops cached answers on request', async () => {
    const path = '/api/v1/forecast/top-products?time_period=week';
    const before = (await json(path)).body.generated_at;
    expect((await json(path)).body.generated_at).toBe(before);
    const init = post({});
    expect((await server.send('/api/v1/cache/invalidate', { key, ...init })).status).toBe(204);
    expect((await json(path)).body.generated_at).not.toBe(before);
  });

  it.each([
    ['/api/v1/forecast/top-products', ['query', 'time_period']],
    ['/api/v1/forecast/top-products?time_period=week&limit=0', ['query', 'limit']],
    ['/api/v1/forecast/top-products?time_period=week&limit=ten', ['query', 'limit']],
    ['/api/v1/forecast/top-products?time_period=week&time_period=month', ['query', 'time_period']],
    ['/api/v1/forecast/categories?time_period=week&x=1', ['query']],
    ['/api/v1/forecast/trends/Toys?days=0', ['query', 'days']],
  ])('refuses %s and says where it is wrong', async (path, culprit) => {
    const { status, body, headers } = await json(path);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject({
      code: 'invalid-parameter',
      path: culprit,
      status: 400,
      title: 'Bad Request',
    });
  });

  it('knows no other category, path or method', async () => {
    const category = await json('/api/v1/forecast/trends/Nothing');
    expect(category.body).toMatchObject({ status: 404, code: 'not-found' });
    expect((await json('/api/v2/forecast')).body).toMatchObject({ status: 404, code: 'not-found' });
    const method = await json('/api/v1/forecast/categories', { method: 'DELETE' });
    expect(method.status).toBe(405);
    expect(method.headers.get('allow')).toBe('GET');
    expect((await json('/api/v1/forecast/trends/%E0%A4%A')).status).toBe(400);
  });

  it('shows every metric of the documented list', async () => {
    const response = await server.send('/metrics', { key });
    const text = await response.text();
    const names = [
      'http_requests_total{',
      'http_request_duration_seconds_bucket{',
      'forecast_cache_hits_total ',
      'forecast_cache_misses_total ',
      'forecast_cache_hit_ratio ',
      'forecast_prediction_duration_seconds_bucket{',
      'forecast_predictions_total{',
      'host_cpu_usage_ratio',
      'host_memory_usage_ratio ',
      'host_disk_usage_ratio ',
      'nodejs_eventloop_lag_seconds ',
      'process_resident_memory_bytes ',
      'model_validation_accuracy_ratio{',
      'api_active_keys ',
      'forecast_questions_total{',
      'sales_ingested_rows_total{',
    ];
    expect(names.filter((name) => !text.includes(`\n${name}`))).toEqual([]);
  });

  it('logs one line of JSON for a request, with its id and without its key', async () => {
    await json('/api/v1/forecast/categories?time_period=year', {
      headers: { 'x-request-id': 'my-request-1' },
    });
    await expect.poll(() => server.log()).toContain('my-request-1');
    const line = server
      .log()
      .split('\n')
      .find((text) => text.includes('my-request-1'))!;
    expect(JSON.parse(line)).toMatchObject({
      level: 'info',
      status: 200,
      route: '/api/v1/forecast/categories',
      method: 'GET',
      key_id: key.split('_')[1],
    });
    expect(server.log()).not.toContain(key.split('_').slice(2).join('_'));
  });
});

describe('documentation', () => {
  it('describes in OpenAPI 3.1 what is mounted', async () => {
    const { body } = await json('/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    const described = Object.entries(body.paths).flatMap(([path, item]) =>
      Object.keys(item as object).map((method) => `${method} ${path}`),
    );
    expect(described.sort()).toEqual(server.endpoints.map(({ method, path }) => `${method} ${path}`).sort());
    const { parameters } = body.paths['/api/v1/forecast/top-products'].get;
    expect(parameters).toMatchObject([
      { name: 'time_period', required: true, schema: { enum: ['week', 'month', 'year'] } },
      { name: 'category', required: false },
      { name: 'limit', required: false, schema: { type: 'integer', default: 10, minimum: 1 } },
      { name: 'confidence_level', required: false, schema: { exclusiveMinimum: 0, exclusiveMaximum: 1 } },
      { name: 'quantiles', required: false, schema: { type: 'string' } },
    ]);
  });

  it('refers only to schemas that are there', async () => {
    const { body } = await json('/openapi.json');
    const references = [...JSON.stringify(body).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(5);
    const known = Object.keys(body.components.schemas);
    expect(references.map(([, name]) => name).filter((name) => !known.includes(name))).toEqual([]);
    for (const [name, schema] of Object.entries<object>(body.components.schemas)) {
      expect(Object.keys(schema), name).not.toContain('$ref');
    }
    expect(body.components.schemas.PredictRequest.properties).toHaveProperty('include_confidence');
    expect(body.components.schemas.Problem.properties).toHaveProperty('request_id');
  });

  it('is shown by Swagger UI from this server alone', async () => {
    const page = await server.send('/docs/');
    const html = await page.text();
    expect(page.status).toBe(200);
    expect(html).toContain('swagger-ui-bundle.js');
    expect(html).not.toMatch(/(src|href)="https?:/);
    expect((await server.send('/docs/swagger-ui-bundle.js')).status).toBe(200);
  });
});

/** `fetch` decompresses; this does not. */
async function rawBody(path: string, encoding: string): Promise<{ body: Buffer }> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, 'accept-encoding': encoding };
    request(server.url + path, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ body: Buffer.concat(chunks) }));
    })
      .on('error', reject)
      .end();
  });
}
