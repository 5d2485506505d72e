import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { exportSPKI, importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { composeFederation } from '../../../examples/express-server/compose-access.js';
import { readConfig } from '../../../examples/express-server/config.js';
import { openApiDocument } from '../../../examples/express-server/http/openapi.js';
import { HttpProblem } from '../../../examples/express-server/http/problem.js';
import { createLogger } from '../../../examples/express-server/logger.js';
import { TokenService } from '../../../examples/express-server/security/tokens.js';
import { AUDIENCE, type IdentityProvider, startProvider } from './identity-provider.js';
import { startServer, type TestServer, trainSmallMerchant } from './server-fixture.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const YEAR = 365 * 24 * HOUR;
const SECRET = 'a secret for tests with 32 characters or more';
const PRODUCTS = '/api/v1/forecast/top-products?time_period=week';

let clock = Date.now();
let provider: IdentityProvider;
let server: TestServer;

/** Settings of a server for the provider; a merchant has to name categories. */
const settings = (environment: Record<string, string> = {}) => ({
  OIDC_ISSUER: provider.issuer,
  OIDC_AUDIENCE: AUDIENCE,
  ...environment,
});

/** Checks tokens as a server of its own would, with the status that it would answer. */
function checker(environment: Record<string, string> = {}) {
  let log = '';
  const logger = createLogger('debug', { write: (line: string) => void (log += line) });
  const tokens = composeFederation(readConfig(settings(environment)), logger, () => new Date(clock))!;
  return {
    log: () => log,
    check: async (token: string) => {
      try {
        const verdict = await tokens.verify(token);
        return 'principal' in verdict
          ? { status: 200, principal: verdict.principal }
          : { status: 401, refusal: verdict.refusal };
      } catch (error) {
        if (!(error instanceof HttpProblem)) throw error;
        const { status, code, options } = error;
        return { status, code, hint: options.hint, headers: options.headers };
      }
    },
  };
}

async function ask(key: string, path = '/api/v1/session') {
  const response = await server.send(path, { key });
  const json = await response.json();
  return { status: response.status, json, headers: response.headers };
}

const sign: IdentityProvider['sign'] = (claims, options) =>
  provider.sign({ categories: '*', ...claims }, { now: new Date(clock), ...options });

beforeAll(async () => {
  provider = await startProvider();
  server = await startServer(
    settings({ JWT_SECRET: SECRET, OIDC_CATEGORIES_CLAIM: 'categories' }),
    () => new Date(clock),
  );
  await trainSmallMerchant(server);
});
afterAll(async () => {
  await server.close();
  await provider.close();
});
beforeEach(() => provider.answerWith(undefined));

describe('a token of the identity provider', () => {
  it('has the rights of its role', async () => {
    for (const [roles, role, status] of [
      [['merchant'], 'merchant', 200],
      ['analyst', 'analyst', 403],
      [['staff', 'analyst', 'admin', 'merchant'], 'admin', 200],
    ] as const) {
      const token = await sign({ roles });
      const session = await ask(token);
      expect(session).toMatchObject({ status: 200, json: { role } });
      expect((await ask(token, PRODUCTS)).status).toBe(status);
      expect((await ask(token, '/api/v1/api-keys')).status).toBe(role === 'admin' ? 200 : 403);
    }
  });

  it('stands for one person under one id that does not say who it is', async () => {
    const [one, again, other] = [await sign(), await sign({ roles: 'admin' }), await sign({ sub: 'bob' })];
    const ids = await Promise.all([one, again, other].map(async (token) => (await ask(token)).json.key_id));
    expect(ids[0]).toMatch(/^sso-[0-9a-f]{16}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
    await expect.poll(() => server.log()).toContain(ids[0]);
    expect(server.log()).not.toContain('ada@shop.example');
    expect(server.log()).not.toContain(one.split('.')[2]);
  });

  it('is counted by the person, whatever the token', async () => {
    const remaining: number[] = [];
    for (let i = 0; i < 3; i++) {
      const { headers } = await ask(await sign({ sub: 'counted', jti: `${i}` }));
      remaining.push(Number(headers.get('ratelimit-remaining')));
    }
    expect(remaining.map((left) => left - remaining[0]!)).toEqual([0, -1, -2]);
  });

  it('gets no key, token or session of its own to outlive it', async () => {
    const token = await sign({ roles: 'admin' });
    for (const path of ['/api/v1/session', '/api/v1/auth/token', '/api/v1/api-keys/self/rotate']) {
      const response = await server.send(path, { key: token, method: 'POST' });
      expect(response.status, path).toBe(403);
    }
  });

  it('is refused unless everything about it is right', async () => {
    const seconds = Math.floor(clock / 1_000);
    const other = await startProvider();
    await provider.addKey('stolen');
    const jwk = provider.publicKey('first');
    const spki = await exportSPKI((await importJWK(jwk, 'RS256')) as CryptoKey);
    const hmac = (header: object, secret: string | Buffer) => {
      const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
      const claims = { iss: provider.issuer, aud: AUDIENCE, sub: 'eve', exp: seconds + 300, roles: 'admin' };
      const signed = `${encode(header)}.${encode(claims)}`;
      return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
    };
    const good = await sign();
    const [head, body, signature] = good.split('.');
    const withAdmin = Buffer.from(
      Buffer.from(body!, 'base64url').toString().replace('merchant', 'admin'),
    ).toString('base64url');
    const refused: Record<string, string> = {
      'another issuer': await sign({ iss: 'http://127.0.0.1:1' }),
      'the issuer with a slash': await sign({ iss: `${provider.issuer}/` }),
      'no issuer': await sign({ iss: undefined }),
      'another audience': await sign({ aud: 'payroll' }),
      'no audience': await sign({ aud: undefined }),
      'no subject': await sign({ sub: undefined }),
      'an empty subject': await sign({ sub: '' }),
      'a subject that is no text': await sign({ sub: {} }),
      'no end': await sign({ exp: undefined }),
      'not yet': await sign({ nbf: seconds + 60 }),
      'a key of another provider': await other.sign({ iss: provider.issuer }, { now: new Date(clock) }),
      'another key of the same id': await sign({}, { kid: 'stolen', namedKid: 'first' }),
      'no signature': `${head}.${body}.`,
      'another signature': `${head}.${body}.${signature!.slice(0, -4)}AAAA`,
      'changed claims': `${head}.${withAdmin}.${signature}`,
      'alg none': `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`,
      'alg None': `${Buffer.from('{"alg":"None","kid":"first"}').toString('base64url')}.${body}.`,
      'the public key as a secret': hmac({ alg: 'HS256', kid: 'first' }, spki),
      'the public numbers as a secret': hmac(
        { alg: 'HS256', kid: 'first' },
        Buffer.from(jwk.n!, 'base64url'),
      ),
      'the secret of own tokens': hmac({ alg: 'HS256', kid: 'first' }, SECRET),
      'another algorithm of the key': await new SignJWT({ iss: provider.issuer, aud: AUDIENCE, sub: 'eve' })
        .setProtectedHeader({ alg: 'HS256', kid: 'first', jwk: { kty: 'oct', k: 'AAAA' } } as never)
        .setExpirationTime(seconds + 300)
        .sign(new Uint8Array(32)),
      'three dots': 'a.b.c',
      nothing: '..',
    };
    await other.close();
    provider.withdraw('stolen');
    for (const [what, token] of Object.entries(refused)) {
      const { status, json, headers } = await ask(token);
      expect(status, what).toBe(401);
      expect(json.code).toBe('unauthorized');
      expect(headers.get('www-authenticate')).toContain('Bearer');
    }
    expect((await ask(good)).status).toBe(200);
  });

  it('ends in time, but for the difference of two clocks', async () => {
    const seconds = Math.floor(clock / 1_000);
    expect((await ask(await sign({ exp: seconds - 20 }))).status).toBe(200);
    expect((await ask(await sign({ nbf: seconds + 20 }))).status).toBe(200);
    const late = await ask(await sign({ exp: seconds - 40 }));
    expect(late).toMatchObject({
      status: 401,
      json: { detail: 'The token of the identity provider has expired.' },
    });
    const exact = checker({ OIDC_CLOCK_TOLERANCE_SECONDS: '0' });
    expect(await exact.check(await sign({ exp: seconds - 1 }))).toEqual({
      status: 401,
      refusal: 'token-expired',
    });
  });

  it('is taken beside keys and own tokens', async () => {
    const key = await server.key('merchant');
    const own = await (await server.send('/api/v1/auth/token', { key, method: 'POST' })).json();
    for (const credential of [key, own.access_token, await sign()]) {
      expect((await ask(credential, PRODUCTS)).status).toBe(200);
    }
  });

  it('may be signed with any of the asymmetric algorithms', async () => {
    const algorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'];
    for (const algorithm of algorithms) await provider.addKey(algorithm, algorithm);
    const { check } = checker();
    for (const kid of algorithms) expect((await check(await sign({}, { kid }))).status, kid).toBe(200);
  });
});

describe('the claims', () => {
  it('are named by the settings, and their values mapped to roles', async () => {
    const { check } = checker({
      OIDC_ROLE_CLAIM: 'realm_access.groups',
      OIDC_ROLES: 'urn:shop:owners:admin,buyers:merchant',
    });
    const groups = (...values: unknown[]) => sign({ realm_access: { groups: values } });
    expect((await check(await groups('buyers'))).principal?.role).toBe('merchant');
    expect((await check(await groups('buyers', 'urn:shop:owners'))).principal?.role).toBe('admin');
    for (const values of [[], ['admin'], ['__proto__'], ['constructor'], [{ admin: true }], [['buyers']]]) {
      const hint = expect.stringContaining('realm_access.groups');
      expect(await check(await groups(...values))).toMatchObject({ status: 403, code: 'no-right', hint });
    }
    for (const realm_access of [undefined, null, 'groups', []]) {
      expect((await check(await sign({ realm_access }))).status).toBe(403);
    }
    const byAddress = await sign({ 'realm_access.groups': 'buyers' });
    expect((await check(byAddress)).principal?.role).toBe('merchant');
  });

  it('limit a merchant as a limited key is', async () => {
    const { categories } = await (
      await server.send('/api/v1/sales/summary', { key: await server.key('admin') })
    ).json();
    const [mine, other] = categories as [string, string];
    const limited = await sign({ categories: [mine] });
    const products = await server.send(PRODUCTS, { key: limited });
    expect(products.status).toBe(200);
    const text = await products.text();
    expect(text).toContain(mine);
    for (const name of categories) if (name !== mine) expect(text).not.toContain(name);
    const beyond = await ask(limited, `${PRODUCTS}&category=${encodeURIComponent(other)}`);
    expect(beyond).toMatchObject({ status: 403, json: { code: 'out-of-scope' } });
    expect(await (await server.send(PRODUCTS, { key: await sign() })).text()).toContain(other);
  });

  it('open nothing by being left out', async () => {
    const { check } = checker({ OIDC_CATEGORIES_CLAIM: 'categories', OIDC_LOCATIONS_CLAIM: 'places' });
    const scopeOf = async (claims: Record<string, unknown>) =>
      (await check(await provider.sign(claims, { now: new Date(clock) }))).principal?.scope;
    expect(await scopeOf({ categories: '*', places: '*' })).toBeUndefined();
    expect(await scopeOf({ categories: ['Toys'], places: '*' })).toEqual({ categories: ['Toys'] });
    expect(await scopeOf({ categories: '*', places: 'Rome' })).toEqual({ locations: ['Rome'] });
    // One object for each limit: others keep by it what they know.
    expect(await scopeOf({ categories: ['a', 'b'], places: '*' })).toBe(
      await scopeOf({ categories: ['a', 'b'], places: '*' }),
    );
    const refused = [
      {},
      { categories: '*' },
      { categories: [], places: '*' },
      { categories: '', places: '*' },
      { categories: null, places: '*' },
      { categories: [3], places: '*' },
      { categories: Array.from({ length: 21 }, (_, i) => `c${i}`), places: '*' },
      { roles: 'admin', categories: ['Toys'] },
      { roles: 'analyst', places: ['Rome'] },
    ];
    for (const claims of refused) {
      const answer = await check(await provider.sign(claims, { now: new Date(clock) }));
      expect(answer, JSON.stringify(claims)).toMatchObject({ status: 403, code: 'no-right' });
    }
    const admin = await check(await provider.sign({ roles: 'admin' }, { now: new Date(clock) }));
    expect(admin.principal).toMatchObject({ role: 'admin', isFederated: true });
  });

  it('name the tenant, or the installation in so many words', async () => {
    const { check } = checker({ OIDC_TENANT_CLAIM: 'shop' });
    const of = async (shop: unknown) => check(await sign({ roles: 'admin', shop }));
    expect((await of('acme')).principal).toMatchObject({ role: 'admin', tenant: 'acme' });
    const { principal } = await of('@installation');
    expect(principal?.role).toBe('admin');
    expect(principal).not.toHaveProperty('tenant');
    for (const shop of [undefined, '', null, '*', 'Acme', '../x', ['acme'], 7]) {
      expect(await of(shop), String(shop)).toMatchObject({ status: 403, code: 'no-right' });
    }
    // Without the setting the claim counts for nothing.
    const plain = await checker().check(await sign({ shop: 'acme' }));
    expect(plain.principal).not.toHaveProperty('tenant');
  });
});

describe('the keys of the provider', () => {
  it('are read once, and again for a key id that is not known, at most every half minute', async () => {
    const own = checker();
    const before = provider.questions;
    await Promise.all(Array.from({ length: 20 }, async () => own.check(await sign())));
    expect(provider.questions - before).toBe(1);
    clock += MINUTE;
    const unknown = await sign({}, { namedKid: 'nobody knows' });
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => (await own.check(unknown)).status),
    );
    expect(new Set(statuses)).toEqual(new Set([401]));
    for (let i = 0; i < 20; i++) await own.check(await sign({}, { namedKid: `made up ${i}` }));
    expect(provider.questions - before).toBe(2);
    // A rotation within that time is seen after it.
    await provider.addKey('second');
    expect((await own.check(await sign({}, { kid: 'second' }))).status).toBe(401);
    clock += MINUTE;
    expect((await own.check(await sign({}, { kid: 'second' }))).status).toBe(200);
    expect((await own.check(await sign())).status).toBe(200);
    expect(provider.questions - before).toBe(3);
  });

  it('that are withdrawn are refused ten minutes later', async () => {
    const own = checker();
    await provider.addKey('lost');
    expect((await own.check(await sign({}, { kid: 'lost' }))).status).toBe(200);
    provider.withdraw('lost');
    expect((await own.check(await sign({}, { kid: 'lost' }))).status).toBe(200);
    clock += 11 * MINUTE;
    expect((await own.check(await sign({}, { kid: 'lost' }))).status).toBe(401);
    expect((await own.check(await sign())).status).toBe(200);
  });

  it('that are withdrawn are refused after a clock that was a year ahead has been set right, too', async () => {
    clock += YEAR;
    const own = checker();
    await provider.addKey('lost early');
    expect((await own.check(await sign({}, { kid: 'lost early' }))).status).toBe(200);
    provider.withdraw('lost early');
    clock -= YEAR;
    expect((await own.check(await sign({}, { kid: 'lost early' }))).status).toBe(401);
    expect((await own.check(await sign())).status).toBe(200);
  });

  it('that are known are used at once while the provider takes questions and does not answer', async () => {
    const own = checker();
    expect((await own.check(await sign())).status).toBe(200);
    provider.answerWith((request) => request.socket.destroy());
    clock += 11 * MINUTE;
    expect((await own.check(await sign())).status).toBe(200);
    const held: ServerResponse[] = [];
    provider.answerWith((_, response) => void held.push(response));
    clock += MINUTE;
    expect((await own.check(await sign())).status).toBe(200);
    await expect.poll(() => held.length).toBe(1);
    expect(held[0]?.destroyed).toBe(false);
    // Once it answers again, they are read again.
    provider.answerWith(undefined);
    held[0]?.destroy();
    await expect.poll(() => own.log().split('could not be read').length).toBe(3);
    clock += 11 * MINUTE;
    const before = provider.questions;
    expect((await own.check(await sign())).status).toBe(200);
    expect(provider.questions - before).toBe(1);
  });

  it('are used for a day while the provider is away; what needs others gets 503', async () => {
    const own = checker();
    expect((await own.check(await sign())).status).toBe(200);
    const before = provider.questions;
    await provider.addKey('during the outage');
    provider.answerWith((request) => request.socket.destroy());
    for (const later of [11 * MINUTE, HOUR, 20 * HOUR]) {
      clock += later;
      expect((await own.check(await sign())).status).toBe(200);
      const unknown = await own.check(await sign({}, { kid: 'during the outage' }));
      expect(unknown).toMatchObject({ status: 503, code: 'identity-provider-unavailable' });
      expect(unknown.headers).toEqual({ 'retry-after': '30' });
    }
    // Forged ones are recognised all the same.
    const forged = `${(await sign()).split('.').slice(0, 2).join('.')}.AAAA`;
    expect((await own.check(forged)).status).toBe(401);
    clock += 4 * HOUR;
    expect((await own.check(await sign())).status).toBe(503);
    expect(own.log()).toContain('the keys of the identity provider could not be read');
    provider.answerWith(undefined);
    clock += MINUTE;
    expect((await own.check(await sign({}, { kid: 'during the outage' }))).status).toBe(200);
    expect(provider.questions - before).toBeGreaterThan(0);
  });

  it('are not believed from documents that are wrong', async () => {
    const json =
      (documents: Record<string, unknown>) => (request: { url?: string }, response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(documents[request.url ?? '']));
      };
    const { issuer } = provider;
    const discovery = { issuer, jwks_uri: `${issuer}/jwks` };
    const path = '/.well-known/openid-configuration';
    const right = { keys: [provider.publicKey('first')] };
    const wrong = [
      json({ [path]: { ...discovery, issuer: 'https://other.example' }, '/jwks': right }),
      json({ [path]: { ...discovery, jwks_uri: 'file:///etc/passwd' }, '/jwks': right }),
      json({ [path]: { issuer }, '/jwks': right }),
      json({ [path]: discovery, '/jwks': { keys: 'none' } }),
      json({ [path]: discovery, '/jwks': [] }),
      json({ [path]: discovery, '/jwks': { ...right, padding: 'x'.repeat(600_000) } }),
      (_: unknown, response: ServerResponse) => response.writeHead(500).end('{}'),
      (_: unknown, response: ServerResponse) => response.writeHead(200).end('<html>'),
      (_: unknown, response: ServerResponse) => response.writeHead(302, { location: `${issuer}/jwks` }).end(),
    ];
    for (const answer of wrong) {
      const own = checker();
      provider.answerWith(answer as Parameters<IdentityProvider['answerWith']>[0]);
      const refused = await own.check(await sign());
      expect(refused).toMatchObject({ status: 503, code: 'identity-provider-unavailable' });
      // Not asked again by the next request.
      const { questions } = provider;
      expect((await own.check(await sign())).status).toBe(503);
      expect(provider.questions).toBe(questions);
    }
  });
});

describe('an outage of the provider', () => {
  it('is told to whom it concerns, and keys work on', async () => {
    provider.answerWith((request) => request.socket.destroy());
    clock += 25 * HOUR;
    const refused = await ask(await sign());
    expect(refused).toMatchObject({ status: 503, json: { code: 'identity-provider-unavailable' } });
    expect(refused.headers.get('retry-after')).toBe('30');
    expect((await ask(await server.key('merchant'))).status).toBe(200);
    provider.answerWith(undefined);
    clock += MINUTE;
    expect((await ask(await sign())).status).toBe(200);
  });
});

describe('own tokens', () => {
  it('work on while their secret is changed, and not after', async () => {
    const before = 'the secret before, with 32 characters or more';
    const now = () => new Date(clock);
    const claimed = { keyId: '0123456789abcdef', role: 'merchant' as const };
    const token = await new TokenService(before, now).issue(claimed);
    const during = new TokenService(SECRET, now, before);
    expect(await during.verify(token)).toEqual(claimed);
    const renewed = await during.issue(claimed);
    const after = new TokenService(SECRET, now);
    expect(await after.verify(token)).toBeUndefined();
    expect(await after.verify(renewed)).toEqual(claimed);
  });
});

it('the documentation says where tokens come from', async () => {
  const document = await (await server.send('/openapi.json')).json();
  expect(document.components.securitySchemes.openIdConnect).toEqual({
    type: 'openIdConnect',
    openIdConnectUrl: `${provider.issuer}/.well-known/openid-configuration`,
  });
  expect(document.paths['/api/v1/model'].get.security).toContainEqual({ openIdConnect: [] });
  const without = openApiDocument(server.endpoints, '1.0.0');
  expect(JSON.stringify(without)).not.toContain('openIdConnect');
});
