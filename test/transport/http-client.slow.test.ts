import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ForecastError } from '../../src/errors.js';
import { createRandom } from '../../src/random.js';
import { HttpClient } from '../../src/transport/http-client.js';
import type { HttpAttempt, HttpClientOptions } from '../../src/transport/http-client-options.js';
import { httpStatusOf, redact } from '../../src/transport/http-failure.js';
import { dropped, type FakeService, fakeService, hang, json, text, truncated } from './fake-service.js';

const SECRET = 'k3y/with+odd=chars';

describe('HttpClient', () => {
  let service: FakeService;
  let pauses: number[];
  let attempts: HttpAttempt[];
  let clock: { time: number };

  beforeEach(async () => {
    service = await fakeService();
    pauses = [];
    attempts = [];
    clock = { time: Date.parse('2024-05-01T00:00:00Z') };
  });
  afterEach(() => service.close());

  function client(options: Partial<HttpClientOptions> = {}): HttpClient {
    return new HttpClient({
      baseUrl: service.url,
      timeoutMs: 2_000,
      maxRetries: 3,
      baseDelayMs: 100,
      random: createRandom(1).uniform,
      now: () => clock.time,
      sleep: async (ms) => {
        pauses.push(ms);
        clock.time += ms;
      },
      secrets: [SECRET],
      onAttempt: (attempt) => attempts.push(attempt),
      ...options,
    });
  }

  const failure = async (call: Promise<unknown>): Promise<ForecastError> => {
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!ForecastError.is(error)) throw new Error(`expected a ForecastError, got ${inspect(error)}`);
    return error;
  };

  it('sends query, headers and body, and parses JSON', async () => {
    service.answer(json({ answer: '✓' }));
    const answer = await client({ headers: { 'X-One': '1' } }).json({
      method: 'POST',
      path: '/a',
      query: { q: "it's 1 & 2", none: undefined, n: 5 },
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'a=1',
    });
    expect(answer).toEqual({ answer: '✓' });
    const [request] = service.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/a', body: 'a=1' });
    expect(Object.fromEntries(request!.query)).toEqual({ q: "it's 1 & 2", n: '5' });
    expect(request!.headers['x-one']).toBe('1');
    expect(request!.headers['user-agent']).toBe('commerce-forecast');
    await client({ userAgent: 'shop/1.0' }).json({ path: '/a' });
    expect(service.requests[1]!.headers['user-agent']).toBe('shop/1.0');
    expect(request!.headers['content-type']).toBe('application/x-www-form-urlencoded');
  });

  it.each([
    [400, 'invalid-option'],
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [404, 'not-found'],
    [422, 'invalid-option'],
  ])('answers %i with the code %s, at once', async (status, code) => {
    service.answer(json({ message: 'no such series' }, status));
    const error = await failure(client().json({ path: '/x' }));
    expect(error.code).toBe(code);
    expect(error.message).toContain('no such series');
    expect(httpStatusOf(error)).toBe(status);
    expect(service.requests.length).toBe(1);
  });

  it.each([
    [408, 'timeout'],
    [429, 'limit-exceeded'],
    [500, 'unavailable'],
    [502, 'unavailable'],
    [503, 'unavailable'],
  ])('repeats after %i, and gives up with the code %s', async (status, code) => {
    service.answer(json({}, status));
    expect((await failure(client().json({ path: '/x' }))).code).toBe(code);
    expect(service.requests.length).toBe(4);
    service.answer(json({}, status), json({ ok: true }));
    expect(await client().json({ path: '/x' })).toEqual({ ok: true });
  });

  it('pauses ever longer, by a random part that the seed decides', async () => {
    service.answer(json({}, 500));
    await failure(client().json({ path: '/x' }));
    const first = pauses;
    expect(first.length).toBe(3);
    for (const [i, pause] of first.entries()) {
      expect(pause).toBeGreaterThanOrEqual(0);
      expect(pause).toBeLessThan(100 * 2 ** i);
    }
    pauses = [];
    await failure(client().json({ path: '/x' }));
    expect(pauses).toEqual(first);
    pauses = [];
    await failure(client({ random: createRandom(2).uniform }).json({ path: '/x' }));
    expect(pauses).not.toEqual(first);
  });

  it.each([
    ['7', 7_000],
    ['Wed, 01 May 2024 00:00:09 GMT', 9_000],
  ])('waits as long as Retry-After: %s asks for', async (header, ms) => {
    service.answer(json({}, 429, { 'retry-after': header }), json({ ok: true }));
    expect(await client().json({ path: '/x' })).toEqual({ ok: true });
    expect(pauses).toEqual([ms]);
  });

  it('does not wait for a service that asks for an hour', async () => {
    service.answer(json({}, 503, { 'retry-after': '3600' }));
    expect((await failure(client().json({ path: '/x' }))).code).toBe('unavailable');
    expect(pauses).toEqual([]);
  });

  it('does not retry non-idempotent requests, unless asked to', async () => {
    service.answer(json({}, 500));
    await failure(client().json({ method: 'POST', path: '/x' }));
    expect(service.requests.length).toBe(1);
    await failure(client().json({ method: 'POST', path: '/x', repeatable: true }));
    expect(service.requests.length).toBe(5);
  });

  it.each([
    ['hangs before the answer', hang, 'timeout'],
    ['drops the connection', dropped, 'unavailable'],
    ['breaks off in the middle', truncated('{"a":'), 'unavailable'],
    ['answers with HTML', text('<html>Maintenance</html>'), 'invalid-data'],
    ['answers with cut JSON', text('{"observations":[{"date":"2024-01'), 'invalid-data'],
    ['answers with nothing', text(''), 'invalid-data'],
  ] as const)('repeats when the service %s', async (_, handler, code) => {
    service.answer(handler, json({ ok: true }));
    expect(await client().json({ path: '/x' })).toEqual({ ok: true });
    service.answer(handler);
    expect((await failure(client({ maxRetries: 0 }).json({ path: '/x' }))).code).toBe(code);
  });

  it('limits the time of a whole answer that trickles', async () => {
    service.answer((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 50);
      response.once('close', () => clearInterval(timer));
    });
    expect((await failure(client({ maxRetries: 0 }).json({ path: '/x' }))).code).toBe('timeout');
  });

  it('reports a service that is not there', async () => {
    const error = await failure(
      client({ baseUrl: 'http://127.0.0.1:1', maxRetries: 1 }).json({ path: '/x' }),
    );
    expect(error.code).toBe('unavailable');
    expect(attempts.length).toBe(2);
  });

  it('limits the size of an answer, after decompression too', async () => {
    const large = JSON.stringify('x'.repeat(100_000));
    service.answer(text(large));
    const limited = client({ maxResponseBytes: 10_000 });
    expect((await failure(limited.json({ path: '/x' }))).code).toBe('limit-exceeded');
    expect(service.requests.length).toBe(1);
    const bomb = gzipSync(large);
    expect(bomb.length).toBeLessThan(10_000);
    service.answer((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    expect((await failure(limited.json({ path: '/x' }))).code).toBe('limit-exceeded');
    expect(await client().json({ path: '/x' })).toBe(JSON.parse(large));
  });

  it('streams a body of any length piece by piece, and rejects when it breaks off', async () => {
    const piece = 'x'.repeat(65_536);
    service.answer((_, response) => {
      response.writeHead(200);
      for (let i = 0; i < 50; i++) response.write(piece);
      response.end();
    });
    let size = 0;
    for await (const bytes of await client({ maxResponseBytes: 1_000 }).stream({ path: '/x' }))
      size += bytes.length;
    expect(size).toBe(50 * 65_536);

    service.answer(json({}, 503), truncated('part'));
    const pieces = await client().stream({ path: '/x' });
    const read = async () => {
      for await (const bytes of pieces) size += bytes.length;
    };
    expect((await failure(read())).code).toBe('unavailable');
  });

  it.each(['request', 'pause', 'body'])(
    'stops at an abort during the %s, long before anything else would end the call',
    async (when) => {
      const controller = new AbortController();
      const { signal } = controller;
      if (when === 'request') service.answer(hang);
      if (when === 'pause') service.answer(json({}, 500));
      if (when === 'body') service.answer((_, response) => response.writeHead(200).write('{'));
      const options = { timeoutMs: 600_000, baseDelayMs: 600_000, maxDelayMs: 600_000, random: () => 1 };
      const call = client({ ...options, sleep: undefined }).json({ path: '/x', signal });
      setTimeout(() => controller.abort(), 150);
      expect((await failure(call)).code).toBe('aborted');
    },
  );

  it('leaves a failing service alone, then tries it with one request', async () => {
    const failing = client({ maxRetries: 0, failureThreshold: 3, coolDownMs: 1_000 });
    service.answer(json({}, 500));
    for (let i = 0; i < 3; i++) await failure(failing.json({ path: '/x' }));
    const refused = await failure(failing.json({ path: '/x' }));
    expect(refused.code).toBe('unavailable');
    expect(refused.message).toContain('1 s');
    expect(service.requests.length).toBe(3);
    clock.time += 1_000;
    service.answer(json({ ok: true }));
    expect(await failing.json({ path: '/x' })).toEqual({ ok: true });
    expect(await failing.json({ path: '/x' })).toEqual({ ok: true });
  });

  it('does not count refusals of single requests as failures of the service', async () => {
    service.answer(json({}, 404));
    const refusing = client({ failureThreshold: 2 });
    for (let i = 0; i < 5; i++) expect((await failure(refusing.json({ path: '/x' }))).code).toBe('not-found');
  });

  it('keeps within the limits of concurrency and pace', async () => {
    service.answer((_, response) => setTimeout(() => response.end('1'), 20));
    const limited = client({ maxConcurrent: 3, minIntervalMs: 120 });
    await Promise.all(Array.from({ length: 12 }, () => limited.json({ path: '/x' })));
    expect(service.requests.length).toBe(12);
    expect(service.maxConcurrent()).toBeLessThanOrEqual(3);
    const waited = pauses.reduce((sum, ms) => sum + ms, 0);
    expect(waited).toBeGreaterThanOrEqual(11 * 120);
  });

  it('gives a waiting request its turn back when it is aborted', async () => {
    service.answer((_, response) => setTimeout(() => response.end('1'), 100));
    const limited = client({ maxConcurrent: 1 });
    const controller = new AbortController();
    const [first, second, third] = [
      limited.json({ path: '/1' }),
      limited.json({ path: '/2', signal: controller.signal }),
      limited.json({ path: '/3' }),
    ];
    controller.abort();
    expect((await failure(second)).code).toBe('aborted');
    expect(await Promise.all([first, third])).toEqual([1, 1]);
    expect(service.requests.map((request) => request.path)).toEqual(['/1', '/3']);
  });

  it('keeps secrets out of errors and events, however the service repeats them', async () => {
    const forms = [SECRET, encodeURIComponent(SECRET), Buffer.from(SECRET).toString('base64')];
    const everything: unknown[] = [];
    for (const handler of [
      json({ error: forms }, 401),
      json({ error: forms }, 500),
      text(forms.join()),
      dropped,
      hang,
    ]) {
      service.answer(handler);
      const call = client({ maxRetries: 1, headers: { Authorization: `Basic ${forms[2]}` } }).json({
        path: '/x',
        query: { api_key: SECRET },
        headers: { 'X-Token': 'second-secret' },
        secrets: ['second-secret'],
      });
      const error = await failure(call);
      everything.push(error, error.stack, JSON.stringify(error), error.cause);
    }
    everything.push(...attempts);
    expect(service.requests[0]!.query.get('api_key')).toBe(SECRET);
    const shown = everything.map((value) => inspect(value, { depth: 20, showHidden: true })).join('\n');
    for (const secret of [...forms, 'second-secret', 'Basic ']) expect(shown).not.toContain(secret);
  });

  it('redacts a secret at the point where the message is cut', async () => {
    service.answer(text('x'.repeat(295) + SECRET, 400));
    const error = await failure(client().json({ path: '/x' }));
    expect(error.message).not.toContain(SECRET.slice(0, 4));
    expect(redact(`a ${SECRET} b`, [SECRET, ''])).toBe('a *** b');
  });

  it.each([
    [{ baseUrl: 'ftp://x' }, 'baseUrl'],
    [{ baseUrl: 'nonsense' }, 'baseUrl'],
    [{ timeoutMs: 0 }, 'timeoutMs'],
    [{ maxRetries: -1 }, 'maxRetries'],
    [{ maxConcurrent: Number.NaN }, 'maxConcurrent'],
  ])('refuses the options %o', (options, path) => {
    expect(() => client(options)).toThrow(expect.objectContaining({ code: 'invalid-option', path: [path] }));
  });
});
