import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  FUZZ_REQUESTS,
  type FuzzRequest,
  parametersOf,
  requestsWith,
  USUAL,
  wrongWith,
} from '../../../benchmarks/fuzz/requests.js';
import { startServer, type TestServer, trainSmallMerchant } from './server-fixture.js';

let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startServer({
    // Nobody is there: whoever signs in is told so.
    OIDC_ISSUER: 'http://127.0.0.1:9',
    OIDC_CLIENT_ID: 'dashboard',
    PUBLIC_URL: 'http://127.0.0.1:3000',
  });
  await trainSmallMerchant(server);
  key = await server.key('admin');
});
afterAll(() => server.close());

const SETTINGS = { seed: 20_240_301, numRuns: 120 } as const;

async function expectDecent({ path, ...init }: FuzzRequest): Promise<void> {
  const response = await server.send(path, { key, redirect: 'manual', ...init });
  const text = await response.text();
  expect(wrongWith(response, text), `${init.method} ${path} ${init.body}: ${text}`).toBeUndefined();
}

const check = (requests: fc.Arbitrary<FuzzRequest>, numRuns: number = SETTINGS.numRuns) =>
  fc.assert(fc.asyncProperty(requests, expectDecent), { ...SETTINGS, numRuns });

describe('any answer', () => {
  it.each(Object.entries(FUZZ_REQUESTS))('to odd %s is an answer or a problem', (_, requests) =>
    check(requests),
  );

  it('is one whatever one parameter of any operation is', async () => {
    const parameters = parametersOf(await (await server.send('/openapi.json')).json());
    expect(new Set(parameters.map(({ name }) => name))).toEqual(new Set(Object.keys(USUAL)));
    for (const parameter of parameters) await check(requestsWith(parameter), 40);
  });
});

describe('what is looked for', () => {
  const problem = { 'content-type': 'application/problem+json' };
  it.each([
    [200, {}, '{}', undefined],
    [500, problem, '{"status":500,"code":"internal"}', 'status 500'],
    [503, problem, '{"status":503,"code":"unavailable"}', 'status 503'],
    [200, {}, 'at Object.<anonymous> (/srv/node_modules/x.js)', 'tells of the inside of the server'],
    [
      400,
      problem,
      '{"status":400,"code":"x","detail":"relation \\"sales\\""}',
      'tells of the inside of the server',
    ],
    [
      400,
      problem,
      JSON.stringify({ status: 400, code: 'x', detail: new Error('here').stack }),
      'tells of the inside of the server',
    ],
    [404, {}, '{"status":404,"code":"x"}', 'is no problem document'],
    [404, problem, '{"status":400,"code":"x"}', 'is an incomplete problem document'],
    [404, problem, '<html>', 'is no JSON'],
    [404, problem, '{"status":404,"code":"not-found"}', undefined],
  ])('would be noticed: %i %j %s', (status, headers, text, wrong) => {
    expect(wrongWith({ status, headers: new Headers(headers) }, text)).toBe(wrong);
  });
});
