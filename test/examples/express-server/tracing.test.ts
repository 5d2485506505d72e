import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { summaryOf } from '../../../examples/express-server/monitoring/tracing.js';
import { DATABASE_URL, describeWithPostgres, dropSchemas, eventually } from '../../integration/services.js';
import { type RecordedSpan, recordSpans } from './recorded-spans.js';
import { post, startServer, type TestServer, trainSmallMerchant } from './server-fixture.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const SECRET = 'marmalade-of-the-duchess';

const { spans, stop } = recordSpans();
afterAll(stop);
beforeEach(() => void spans.splice(0));

const requestSpan = (route: string) =>
  eventually(() => {
    const found = spans.find(({ kind, name }) => kind === SpanKind.SERVER && name.endsWith(route));
    expect(found).toBeDefined();
    return found!;
  });
const within = ({ spanId, traceId }: RecordedSpan) =>
  spans.filter((span) => span.parentId === spanId && span.traceId === traceId);

function tests(environment: () => Record<string, string>) {
  let server: TestServer;
  let key: string;
  beforeAll(async () => {
    server = await startServer({ TRACING: 'true', ...environment() });
    await trainSmallMerchant(server);
    key = await server.key('admin');
  });
  afterAll(() => server.close());

  it('a request has a span with its route and status, within the trace that it came with', async () => {
    const headers = { traceparent: `00-${TRACE}-${PARENT}-01` };
    const response = await server.send('/api/v1/sales/summary?', { key, headers });
    await response.arrayBuffer();
    const span = await requestSpan('/api/v1/sales/summary');
    expect(span).toMatchObject({
      name: 'GET /api/v1/sales/summary',
      traceId: TRACE,
      parentId: PARENT,
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/api/v1/sales/summary',
        'http.response.status_code': 200,
        'request.id': response.headers.get('x-request-id'),
        'key.id': key.split('_')[1],
      },
    });
    const queries = within(span);
    expect(queries.length).toBeGreaterThan(0);
    for (const query of queries) {
      expect(query.kind).toBe(SpanKind.CLIENT);
      expect(query.attributes['db.system.name']).toBe('postgresql');
    }
    expect(queries.map(({ name }) => name)).toContain('SELECT sales');
  });

  it('requests at the same time have each its own queries', async () => {
    const ids = await Promise.all(
      Array.from({ length: 12 }, async (_, i) => {
        const traceId = i.toString(16).padStart(32, 'a');
        const response = await server.send('/api/v1/sales/summary', {
          key,
          headers: { traceparent: `00-${traceId}-${PARENT}-01` },
        });
        await response.arrayBuffer();
        return traceId;
      }),
    );
    await eventually(() => expect(spans.filter(({ kind }) => kind === SpanKind.SERVER)).toHaveLength(12));
    const counts = ids.map(
      (id) => spans.filter(({ traceId, name }) => traceId === id && name === 'SELECT sales').length,
    );
    expect(new Set(counts).size).toBe(1);
    expect(counts[0]).toBeGreaterThan(0);
  });

  it('say nothing of what was asked and answered', async () => {
    const records = [{ date: '2024-03-01', product_id: SECRET, category: SECRET, units: 3 }];
    expect((await server.send('/api/v1/sales', { key, ...post({ records }) })).status).toBe(200);
    await server.send(`/api/v1/sales/totals?from=2024-03-01&category=${SECRET}`, { key });
    await server.send(`/api/v1/model?key=${key}`);
    await server.send('/api/v1/model/train', { key: `${key.slice(0, -4)}AAAA`, method: 'POST' });
    await requestSpan('/api/v1/model/train');
    const text = JSON.stringify(spans);
    expect(text).toContain('INSERT sales');
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(key.split('_').slice(2).join('_').slice(0, -4));
    expect(text).not.toContain('VALUES');
  });

  it('an answer from the cache has one span, and a refused request one that is no error', async () => {
    const path = '/api/v1/forecast/categories?time_period=week';
    await (await server.send(path, { key })).arrayBuffer();
    await requestSpan('/forecast/categories');
    spans.splice(0);
    await (await server.send(path, { key })).arrayBuffer();
    const { traceId } = await requestSpan('/forecast/categories');
    // Totals of the delivery before may still be refreshed, in a trace of their own. On a shared
    // database without Redis each key is looked up.
    const names = spans.filter((span) => span.traceId === traceId).map(({ name }) => name);
    expect(names.filter((name) => name !== 'SELECT api_keys')).toEqual(['GET /api/v1/forecast/categories']);
    await server.send('/api/v1/model');
    const refused = await requestSpan('/api/v1/model');
    expect(refused.attributes['http.response.status_code']).toBe(401);
    expect(refused.attributes).not.toHaveProperty('key.id');
    expect(refused.status.code).toBe(SpanStatusCode.UNSET);
  });

  it('a training has a trace of its own, with its parts and their queries', async () => {
    const asked = await server.send('/api/v1/model/train', { key, method: 'POST' });
    const { id } = await asked.json();
    await server.composed.dependencies.trainings.settled();
    const training = await eventually(() => {
      const found = spans.find(({ name }) => name === 'training');
      expect(found).toBeDefined();
      return found!;
    });
    expect(training).toMatchObject({ parentId: undefined, attributes: { 'training.id': id } });
    const parts = within(training).map(({ name }) => name);
    expect(parts).toEqual(expect.arrayContaining(['training fit', 'training deploy']));
    const fit = spans.find(({ name }) => name === 'training fit')!;
    expect(within(fit).length).toBeGreaterThan(0);
    const request = await requestSpan('/api/v1/model/train');
    expect(request.traceId).not.toBe(training.traceId);
  });

  it('a training that fails has a span that does', async () => {
    const { trainings, forecaster } = server.composed.dependencies;
    await forecaster.storage.delete({ from: 0, to: 40_000 });
    await expect(
      trainings.work({ data: {}, checkpoint: undefined, saveCheckpoint: async () => {} } as never),
    ).rejects.toThrow();
    const failed = spans.find(({ name }) => name === 'training');
    expect(failed?.status.code).toBe(SpanStatusCode.ERROR);
    expect(failed?.attributes['error.type']).toEqual(expect.stringMatching(/^[a-z-]+$/));
  });
}

describe('traces on an embedded database', () => {
  tests(() => ({}));

  it('are none unless they are asked for', async () => {
    const plain = await startServer();
    await plain.send('/health/live');
    await plain.send('/api/v1/sales/summary', { key: await plain.key('admin') });
    await plain.close();
    expect(spans).toEqual([]);
  });
});

describeWithPostgres('traces on PostgreSQL', () => {
  const schema = `test_tracing_${process.pid}`;
  afterAll(() => dropSchemas(schema));
  tests(() => ({ DATABASE_URL, DATABASE_SCHEMA: schema, DATABASE_POOL_MAX: '3' }));
});

describe('the summary of a statement', () => {
  it.each([
    ['SELECT * FROM "shop".api_keys WHERE id = $1', 'SELECT', 'api_keys'],
    ['  select day from sales as s', 'SELECT', 'sales'],
    ['INSERT INTO "a"."b" AS t (id) VALUES ($1)', 'INSERT', 'b'],
    ['UPDATE "shop".training_runs SET status = $2', 'UPDATE', 'training_runs'],
    ['DELETE FROM ONLY sales', 'DELETE', 'sales'],
    ['REFRESH MATERIALIZED VIEW CONCURRENTLY x', 'REFRESH', 'x'],
    ['begin', 'BEGIN', undefined],
    ['', 'QUERY', undefined],
  ])('%s', (statement, command, table) => {
    expect(summaryOf(statement)).toEqual({ command, table });
  });
});
