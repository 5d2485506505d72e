import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { matchesEtag } from '../../../examples/express-server/http/send.js';
import { post, startServer, type TestServer, trainSmallMerchant } from './server-fixture.js';

const MODEL = '/api/v1/model';
const CSV = { 'content-type': 'text/csv' };

describe('before a key is known', () => {
  let server: TestServer;
  let key: string;
  beforeAll(async () => {
    server = await startServer({ REFUSED_KEYS_PER_MINUTE: '3', DOCUMENTS_PER_MINUTE: '2' });
    key = await server.key('admin');
  });
  afterAll(() => server.close());

  it('an address that has tried too often asks the database nothing', async () => {
    expect((await server.send('/api/v1/sales/summary', { key })).status).toBe(200);
    const wrong = `cf_0000000000000000_${'A'.repeat(43)}`;
    for (let i = 0; i < 3; i++) expect((await server.send(MODEL, { key: wrong })).status).toBe(401);
    // A few more are looked up: a colleague behind the same address may come with a key that is not in memory.
    for (let i = 0; i < 3; i++) expect((await server.send(MODEL, { key: wrong })).status).toBe(429);
    const { apiKeys } = server.composed.dependencies.access;
    const verify = vi.spyOn(apiKeys, 'verify');
    const refused = await server.send(MODEL, { key: wrong });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(verify).not.toHaveBeenCalled();
    // A colleague behind the same address works on.
    expect((await server.send('/api/v1/sales/summary', { key })).status).toBe(200);
    verify.mockRestore();
  });

  it('the documentation is limited, too', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 3; i++) statuses.push((await server.send('/openapi.json')).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await server.send('/docs/')).status).toBe(429);
  });
});

describe('bodies that are meant badly', () => {
  let server: TestServer;
  let key: string;
  beforeAll(async () => {
    server = await startServer({
      REJECTED_LINES_LIMIT: '10',
      JSON_SECONDS: '1',
      DOCUMENTATION: 'without-administration',
    });
    key = await server.key('admin');
  });
  afterAll(() => server.close());

  it('end after so many wrong lines, and nothing of them is stored', async () => {
    const lines = (wrong: number) => [
      'date,product_id,units',
      ...Array(60).fill('2024-03-01,tea,1'),
      ...Array(wrong).fill('2024-03-01,tea,x'),
    ];
    const send = (wrong: number) =>
      server.send('/api/v1/sales', { key, method: 'POST', headers: CSV, body: lines(wrong).join('\n') });
    const refused = await send(11);
    expect(refused.status).toBe(400);
    expect((await refused.json()).detail).toBe('More than 10 records are wrong');
    expect((await (await server.send('/api/v1/sales/summary', { key })).json()).rows).toBe(0);
    expect(await (await send(10)).json()).toMatchObject({ accepted: 60, rejected: 10 });
  });

  it('are refused when they are nested too deeply', async () => {
    const body = `{"records":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const refused = await server.send('/api/v1/sales', { key, ...post(0), body });
    expect(refused.status).toBe(400);
    expect((await refused.json()).code).toBe('json-too-deep');
    const brackets = { records: [{ date: '2024-03-02', product_id: '['.repeat(100), units: 1 }] };
    expect((await server.send('/api/v1/sales', { key, ...post(brackets) })).status).toBe(200);
  });

  it('are refused when they are not in UTF-8, or read in the encoding that they name', async () => {
    const latin = (text: string) => Buffer.from(text, 'latin1');
    const json = latin('{"records":[{"date":"2024-03-02","product_id":"Käse","units":1}]}');
    const refused = await server.send('/api/v1/sales', { key, ...post(0), body: json });
    expect(refused.status).toBe(400);
    expect((await refused.json()).code).toBe('not-utf-8');
    const csv = latin('date,product_id,category,units\n2024-03-02,brie,Käse,1\n');
    const send = (charset: string) =>
      server.send('/api/v1/sales', {
        key,
        method: 'POST',
        headers: { 'content-type': `text/csv; charset=${charset}` },
        body: csv,
      });
    expect((await send('klingon')).status).toBe(415);
    const report = await (await send('iso-8859-1')).json();
    expect(report).toMatchObject({ accepted: 1, assumptions: [] });
    const { categories } = await (await server.send('/api/v1/sales/summary', { key })).json();
    expect(categories).toContain('Käse');
  });

  it('end when they do not arrive', async () => {
    const slow = request(`${server.url}/api/v1/sales`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'content-length': '100',
      },
    });
    slow.write('{');
    const [response] = await once(slow, 'response');
    expect(response.statusCode).toBe(408);
    response.resume();
    slow.destroy();
  });

  it('are not described to the public where administration is hidden', async () => {
    const { paths } = await (await server.send('/openapi.json')).json();
    expect(Object.keys(paths)).toContain('/api/v1/forecast/top-products');
    expect(Object.keys(paths)).not.toContain('/api/v1/api-keys');
    expect(Object.keys(paths['/api/v1/plan'])).toEqual(['get']);
  });
});

describe('a key in an address', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
    await trainSmallMerchant(server);
  });
  afterAll(() => server.close());

  it('is refused and in no log and no answer', async () => {
    const key = await server.key('admin');
    const secret = key.split('_').slice(2).join('_');
    await server.send(MODEL, { key });
    for (const path of [
      `${MODEL}?key=${key}`,
      `/api/v1/api-keys/${key}/rotate`,
      `/api/v1/forecast/top-products?time_period=week&category=${key}`,
      `/${key.replaceAll('_', '%5F')}`,
    ]) {
      const refused = await server.send(path, { key });
      const text = await refused.text();
      expect(refused.status, path).toBe(400);
      expect(text).toContain('key-in-url');
      expect(text).not.toContain(secret);
    }
    await expect.poll(() => server.log()).toContain('[redacted]');
    expect(server.log()).not.toContain(secret);
  });

  it('leaves names that only look like one alone', async () => {
    const key = await server.key('admin');
    const answer = await server.send('/api/v1/forecast/trends/cf_toys', { key });
    expect(answer.status).toBe(404);
  });
});

describe('answers', () => {
  let server: TestServer;
  let key: string;
  const dashboard = mkdtempSync(join(tmpdir(), 'dashboard-'));
  beforeAll(async () => {
    writeFileSync(join(dashboard, 'index.html'), '<title>Dashboard</title>');
    server = await startServer({ DASHBOARD_DIR: dashboard });
    key = await server.key('admin');
    const { forecaster, trainings } = server.composed.dependencies;
    const records = ['.', '..', 'a/b'].flatMap((category) =>
      Array.from({ length: 60 }, (_, day) => ({
        date: new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10),
        productId: `product of ${category}`,
        category,
        units: 3 + (day % 7),
      })),
    );
    await forecaster.ingest(records);
    await trainings.start();
    await trainings.settled();
  });
  afterAll(async () => {
    await server.close();
    rmSync(dashboard, { recursive: true });
  });

  it('are there for categories that no path can hold', async () => {
    for (const category of ['.', '..', 'a/b']) {
      const path = `/api/v1/forecast/trends?category=${encodeURIComponent(category)}&days=7`;
      const answer = await server.send(path, { key });
      expect(answer.status).toBe(200);
      expect((await answer.json()).category).toBe(category);
    }
    expect((await server.send('/api/v1/forecast/trends', { key })).status).toBe(400);
  });

  it('are not sent again to whom has them, whatever the form of the tag', async () => {
    const path = '/api/v1/forecast/categories?time_period=week';
    const etag = (await server.send(path, { key })).headers.get('etag')!;
    const ask = async (tags: string) =>
      (await server.send(path, { key, headers: { 'if-none-match': tags } })).status;
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, `"a,b" , W/${etag}`, '*']) {
      expect(await ask(tags), tags).toBe(304);
    }
    for (const tags of ['"other"', `"${etag}"`, '', 'W/"other"']) expect(await ask(tags), tags).toBe(200);
    expect(matchesEtag(undefined, etag)).toBe(false);
  });

  it('to the address alone are the dashboard', async () => {
    const answer = await server.send('/', { headers: { accept: '*/*' } });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('Dashboard');
    expect((await server.send('/no/such/page', { headers: { accept: '*/*' } })).status).toBe(404);
  });
});

describe('without Redis', () => {
  it('keys are rotated and revoked all the same', async () => {
    // Nobody listens there.
    const server = await startServer({ REDIS_URL: 'redis://127.0.0.1:1' });
    const admin = await server.key('admin');
    const [, id] = (await server.key('merchant')).split('_');
    const rotated = await server.send(`/api/v1/api-keys/${id}/rotate`, { key: admin, method: 'POST' });
    expect(rotated.status).toBe(201);
    const { id: next, key } = await rotated.json();
    expect((await server.send('/api/v1/session', { key })).status).toBe(200);
    const revoked = await server.send(`/api/v1/api-keys/${next}`, { key: admin, method: 'DELETE' });
    expect(revoked.status).toBe(204);
    expect((await server.send('/api/v1/session', { key })).status).toBe(401);
    const cleared = await server.send('/api/v1/cache/invalidate', { key: admin, ...post({}) });
    expect(cleared.status).toBe(204);
    await server.close();
  });
});
