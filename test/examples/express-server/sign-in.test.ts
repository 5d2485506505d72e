import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SIGN_IN_SECONDS } from '../../../examples/express-server/security/pending-sign-ins.js';
import { SESSION_SECONDS } from '../../../examples/express-server/security/session-service.js';
import { createServerTables } from '../../../examples/express-server/storage/server-tables.js';
import { CLIENT, type IdentityProvider, startProvider } from './identity-provider.js';
import { post, startServer, type TestServer, trainSmallMerchant } from './server-fixture.js';
import { BEGIN, CALLBACK, DASHBOARD, pathBack, SignInBrowser } from './sign-in-browser.js';

const END = '/api/v1/sign-in/end';
const PRODUCTS = '/api/v1/forecast/top-products?time_period=week';
const MINUTE = 60_000;

/** Whole seconds, as the times of tokens. */
let clock = Math.floor(Date.now() / 1_000) * 1_000;
const now = () => new Date(clock);
let provider: IdentityProvider;
let server: TestServer;

/** Settings of a server whose dashboard people sign in to by the provider. */
const settings = (environment: Record<string, string> = {}) => ({
  OIDC_ISSUER: provider.issuer,
  OIDC_CLIENT_ID: CLIENT.id,
  OIDC_CLIENT_SECRET: CLIENT.secret,
  OIDC_CATEGORIES_CLAIM: 'categories',
  PUBLIC_URL: DASHBOARD,
  ...environment,
});

beforeAll(async () => {
  provider = await startProvider({ now });
  server = await startServer(settings(), now);
  await trainSmallMerchant(server);
});
afterAll(async () => {
  await server.close();
  await provider.close();
});
beforeEach(() => {
  provider.answerWith(undefined);
  provider.refuseWith(undefined);
  provider.authenticateBy(undefined);
  provider.signInAs({ categories: '*' });
});

const signedIn = (next = '/') => `${DASHBOARD}/sign-in?${new URLSearchParams({ from: 'provider', next })}`;
const failed = (problem: string, next = '/') =>
  `${DASHBOARD}/sign-in?${new URLSearchParams({ problem, next })}`;

async function statusOf(browser: SignInBrowser, path = '/api/v1/session'): Promise<number> {
  return (await browser.visit(path)).status;
}

describe('somebody who signs in by the identity provider', () => {
  it('is led there, back, and to the page that was wanted', async () => {
    const browser = new SignInBrowser(server);
    const offer = await (await server.send('/api/v1/sign-in')).json();
    expect(offer).toEqual({ provider: { label: '127.0.0.1', path: BEGIN, sign_out_path: END } });
    const address = await browser.begin('/products?period=week');
    expect(address.href.startsWith(`${provider.issuer}/authorize?`)).toBe(true);
    expect(Object.fromEntries(address.searchParams)).toEqual({
      client_id: CLIENT.id,
      response_type: 'code',
      redirect_uri: DASHBOARD + CALLBACK,
      scope: 'openid',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(browser.attributes.get('cf_sign_in')).toBe('Path=/; Max-Age=600; HttpOnly; SameSite=Lax');
    const end = await browser.comeBack(await pathBack(address));
    expect(end.href).toBe(signedIn('/products?period=week'));
    expect([...browser.cookies.keys()]).toEqual(['cf_session']);
    expect(browser.attributes.get('cf_session')).toBe('Path=/api/v1; Max-Age=300; HttpOnly; SameSite=Strict');
    const session = await (await browser.visit('/api/v1/session')).json();
    expect(session).toEqual({
      role: 'merchant',
      key_id: expect.stringMatching(/^sso-[0-9a-f]{16}$/),
      federated: true,
    });
    expect(await statusOf(browser, PRODUCTS)).toBe(200);
    expect(await statusOf(browser, '/api/v1/api-keys')).toBe(403);
  });

  it('gets a session for the token, not for the twelve hours of a key, and none that is longer', async () => {
    const browser = new SignInBrowser(server);
    await browser.signIn();
    clock += 5 * MINUTE - 1_000;
    expect(await statusOf(browser)).toBe(200);
    clock += 1_000;
    expect(await statusOf(browser)).toBe(401);

    provider.signInAs({ categories: '*', exp: Math.floor(clock / 1_000) + 3 * SESSION_SECONDS });
    await browser.signIn();
    expect(browser.attributes.get('cf_session')).toContain(`Max-Age=${SESSION_SECONDS};`);
    clock += SESSION_SECONDS * 1_000 - 1_000;
    expect(await statusOf(browser)).toBe(200);
    clock += 1_000;
    expect(await statusOf(browser)).toBe(401);
    provider.signInAs({ categories: '*', exp: 1e300 });
    await browser.signIn();
    expect(browser.attributes.get('cf_session')).toContain(`Max-Age=${SESSION_SECONDS};`);
  });

  it('has the rights of the claims, for the whole session', async () => {
    const { categories } = await (
      await server.send('/api/v1/sales/summary', { key: await server.key('admin') })
    ).json();
    const [mine, other] = categories as [string, string];
    provider.signInAs({ categories: [mine] });
    const browser = new SignInBrowser(server);
    await browser.signIn();
    provider.signInAs({ roles: 'admin' });
    const seen = await (await browser.visit(PRODUCTS)).text();
    expect(seen).toContain(mine);
    expect(seen).not.toContain(other);
    const beyond = await browser.visit(`${PRODUCTS}&category=${encodeURIComponent(other)}`);
    expect([beyond.status, (await beyond.json()).code]).toEqual([403, 'out-of-scope']);
    const session = await (await browser.visit('/api/v1/session')).json();
    expect(session.scope).toEqual({ categories: [mine], locations: null });
    const admin = new SignInBrowser(server);
    await admin.signIn();
    expect(await statusOf(admin, '/api/v1/api-keys')).toBe(200);
  });

  it('changes something only with the header that other sites cannot send', async () => {
    provider.signInAs({ roles: 'admin' });
    const browser = new SignInBrowser(server);
    await browser.signIn();
    const body = post({ name: 'till', role: 'analyst' });
    const forged = await browser.visit('/api/v1/api-keys', body);
    expect([forged.status, (await forged.json()).code]).toEqual([403, 'forgery-suspected']);
    const headers = { ...body.headers, 'x-csrf-protection': '1' };
    expect((await browser.visit('/api/v1/api-keys', { ...body, headers })).status).toBe(201);
  });

  it('gets no other session, token or key for it', async () => {
    provider.signInAs({ roles: 'admin' });
    const browser = new SignInBrowser(server);
    await browser.signIn();
    const init = { method: 'POST', headers: { 'x-csrf-protection': '1' } };
    for (const path of ['/api/v1/session', '/api/v1/api-keys/self/rotate']) {
      expect((await browser.visit(path, init)).status, path).toBe(403);
    }
  });

  it('can end the session', async () => {
    const browser = new SignInBrowser(server);
    await browser.signIn();
    const session = browser.cookies.get('cf_session') ?? '';
    const init = { method: 'DELETE', headers: { 'x-csrf-protection': '1' } };
    expect((await browser.visit('/api/v1/session', init)).status).toBe(204);
    expect(browser.cookies.size).toBe(0);
    browser.cookies.set('cf_session', session);
    expect(await statusOf(browser)).toBe(401);
  });

  it('can sign out of the provider, too, which sends the browser back', async () => {
    const response = await new SignInBrowser(server).visit(END);
    const address = new URL(response.headers.get('location') ?? '');
    expect(address.origin + address.pathname).toBe(`${provider.issuer}/logout`);
    const { headers } = await fetch(address, { redirect: 'manual' });
    expect(headers.get('location')).toBe(`${DASHBOARD}/sign-in`);
  });

  it('leaves no name, code, state or secret in the log or the database', async () => {
    const browser = new SignInBrowser(server);
    const address = await browser.begin('/plan');
    const path = await pathBack(address);
    const pending = browser.cookies.get('cf_sign_in') ?? '';
    await browser.comeBack(path);
    await browser.comeBack(path);
    const session = browser.cookies.get('cf_session') ?? '';
    const secrets = [
      'ada@shop.example',
      CLIENT.secret,
      address.searchParams.get('state')!,
      address.searchParams.get('nonce')!,
      new URL(path, DASHBOARD).searchParams.get('code')!,
      ...[pending, session].map((text) => text.slice('cs_0123456789abcdef_'.length)),
    ];
    await expect.poll(() => server.log()).toContain(CALLBACK);
    const { rows } = await server.composed.database.query('SELECT * FROM sessions');
    const { rows: left } = await server.composed.database.query('SELECT * FROM sign_ins');
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(10);
      expect(server.log()).not.toContain(secret);
      expect(JSON.stringify([rows, left])).not.toContain(secret);
    }
  });
});

describe('a sign-in', () => {
  it('is for the browser that began it', async () => {
    const [browser, other] = [new SignInBrowser(server), new SignInBrowser(server)];
    const path = await pathBack(await browser.begin('/plan'));
    expect((await other.comeBack(path)).href).toBe(failed('expired'));
    // Nor with one of its own: the code of an attacker must sign nobody in.
    await other.begin();
    expect((await other.comeBack(path)).href).toBe(failed('expired'));
    expect(other.cookies.has('cf_session')).toBe(false);
    expect((await browser.comeBack(path)).href).toBe(signedIn('/plan'));
  });

  it('is not ended by a wrong state, which any site can make a browser come with', async () => {
    const browser = new SignInBrowser(server);
    const path = await pathBack(await browser.begin());
    const wrong = path.replace(/state=[^&]+/, `state=${'A'.repeat(43)}`);
    const before = provider.exchanges;
    for (const other of [
      wrong,
      CALLBACK,
      `${CALLBACK}?error=access_denied`,
      `${CALLBACK}?state=%00&code=x`,
    ]) {
      expect((await browser.comeBack(other)).href).toBe(failed('expired'));
    }
    expect(provider.exchanges).toBe(before);
    expect((await browser.comeBack(path)).href).toBe(signedIn());
  });

  it('is taken once, and its code is', async () => {
    const browser = new SignInBrowser(server);
    const address = await browser.begin();
    const pending = browser.cookies.get('cf_sign_in') ?? '';
    const path = await pathBack(address);
    await browser.comeBack(path);
    const replay = new SignInBrowser(server);
    replay.cookies.set('cf_sign_in', pending);
    const before = provider.exchanges;
    expect((await replay.comeBack(path)).href).toBe(failed('expired'));
    expect(provider.exchanges).toBe(before);
    const twice = await pathBack(await browser.begin());
    const ends = await Promise.all(
      [1, 2].map(async () => (await browser.visit(twice)).headers.get('location')),
    );
    expect(ends.sort()).toEqual([signedIn(), failed('expired')]);
    // The code within another sign-in: the provider has exchanged it already, and for another verifier.
    const code = new URL(path, DASHBOARD).searchParams.get('code')!;
    const second = (await pathBack(await replay.begin())).replace(/code=[^&]+/, `code=${code}`);
    expect((await replay.comeBack(second)).href).toBe(failed('refused'));
    expect(replay.cookies.size).toBe(0);
  });

  it('goes on with a code of its own only', async () => {
    const [victim, attacker] = [new SignInBrowser(server), new SignInBrowser(server)];
    const stolen = new URL(await pathBack(await victim.begin()), DASHBOARD).searchParams.get('code')!;
    const path = (await pathBack(await attacker.begin())).replace(/code=[^&]+/, `code=${stolen}`);
    expect((await attacker.comeBack(path)).href).toBe(failed('refused'));
    expect(attacker.cookies.has('cf_session')).toBe(false);
  });

  it('is over after ten minutes', async () => {
    const browser = new SignInBrowser(server);
    const path = await pathBack(await browser.begin());
    clock += SIGN_IN_SECONDS * 1_000;
    expect((await browser.comeBack(path)).href).toBe(failed('expired'));
    await server.composed.maintenance.run();
    const { rows } = await server.composed.database.query('SELECT * FROM sign_ins');
    expect(rows).toEqual([]);
  });

  it('fails unless everything about the ID token is right, and says so on the page', async () => {
    const other = await startProvider();
    await other.addKey('stolen');
    await provider.addKey('stolen');
    provider.withdraw('stolen');
    const seconds = Math.floor(clock / 1_000);
    const refused: Record<string, Parameters<IdentityProvider['signInAs']>> = {
      'another nonce': [{ nonce: 'another' }],
      'no nonce': [{ nonce: undefined }],
      'another audience': [{ aud: 'payroll' }],
      'the audience of bearer tokens': [{ aud: 'forecasts' }],
      'several audiences, for another party': [{ aud: [CLIENT.id, 'payroll'], azp: 'payroll' }],
      'another issuer': [{ iss: 'http://127.0.0.1:1' }],
      'no subject': [{ sub: undefined }],
      'no end': [{ exp: undefined }],
      'over for long': [{ exp: seconds - 3_600 }],
      'over just now, within the tolerance': [{ exp: seconds - 5 }],
      'not yet': [{ nbf: seconds + 3_600 }],
      'a key that is not published': [{}, { kid: 'stolen', namedKid: 'first' }],
    };
    for (const [what, [claims, options]] of Object.entries(refused)) {
      provider.signInAs({ categories: '*', ...claims }, options);
      const browser = new SignInBrowser(server);
      expect((await browser.signIn('/plan')).href, what).toBe(failed('refused', '/plan'));
      expect(browser.cookies.size, what).toBe(0);
    }
    await other.close();
  });

  it('of somebody without a right here fails with that sentence', async () => {
    for (const claims of [{ roles: [], categories: '*' }, { roles: 'staff', categories: '*' }, {}]) {
      provider.signInAs(claims);
      const browser = new SignInBrowser(server);
      expect((await browser.signIn()).href).toBe(failed('no-right'));
      expect(browser.cookies.size).toBe(0);
    }
    await expect.poll(() => server.log()).toContain('sets this in the claim');
  });

  it('that the provider refuses is told as that', async () => {
    for (const [error, failure] of [
      ['access_denied', 'denied'],
      ['login_required', 'refused'],
      ['invalid_scope', 'refused'],
      ['<script>alert(1)</script>', 'refused'],
      ['temporarily_unavailable', 'unavailable'],
      ['server_error', 'unavailable'],
    ] as const) {
      provider.refuseWith(error);
      const browser = new SignInBrowser(server);
      expect((await browser.signIn('/stock')).href).toBe(failed(failure, '/stock'));
      expect(browser.cookies.size).toBe(0);
    }
  });

  it('is mixed up with no other provider', async () => {
    const browser = new SignInBrowser(server);
    const path = await pathBack(await browser.begin());
    const other = path.replace(/iss=[^&]+/, `iss=${encodeURIComponent('https://evil.example')}`);
    const before = provider.exchanges;
    expect((await browser.comeBack(other)).href).toBe(failed('refused'));
    expect((await new SignInBrowser(server).comeBack(path.replace(/iss=[^&]+&?/, ''))).href).toBe(
      failed('expired'),
    );
    expect(provider.exchanges).toBe(before);
  });

  it('leads to a path of the dashboard, whatever it was asked for', async () => {
    for (const next of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '\\\\evil.example',
      '/\t/evil.example',
      '/a\r\nSet-Cookie: cf_session=x',
      'javascript:alert(1)',
      'evil',
      '',
      '/\u0000',
      `/${'a'.repeat(1_001)}`,
    ]) {
      expect((await new SignInBrowser(server).signIn(next)).href, JSON.stringify(next)).toBe(signedIn('/'));
    }
    for (const next of [
      '/',
      '/products/a%2Fb?period=week',
      '/categories/Spiel & Spaß',
      '/?next=//evil.example',
    ]) {
      expect((await new SignInBrowser(server).signIn(next)).href).toBe(signedIn(next));
    }
  });

  it('takes no parameter that is longer than there are, or there twice', async () => {
    for (const query of [`code=${'a'.repeat(4_001)}`, `state=${'a'.repeat(201)}`, 'state=a&state=b']) {
      const answer = await server.send(`${CALLBACK}?${query}`, { redirect: 'manual' });
      expect([answer.status, (await answer.json()).code]).toEqual([400, 'invalid-parameter']);
    }
  });

  it('replaces the session that there was', async () => {
    const browser = new SignInBrowser(server);
    browser.cookies.set('cf_session', `cs_0123456789abcdef_${'A'.repeat(43)}`);
    await browser.signIn();
    const first = browser.cookies.get('cf_session');
    expect(first).not.toContain('0123456789abcdef');
    await browser.signIn();
    expect(browser.cookies.get('cf_session')).not.toBe(first);
  });
});

describe('a provider that is away', () => {
  const away: RequestListener = (request) => request.socket.destroy();

  it('keeps nobody from signing in with a key, and is said to be away', async () => {
    const own = await startServer(settings(), now);
    try {
      provider.answerWith(away);
      const response = await new SignInBrowser(own).visit(`${BEGIN}?next=/plan`);
      expect(response.headers.get('location')).toBe(failed('unavailable', '/plan'));
      expect(response.headers.getSetCookie()[0]).toMatch(/^cf_sign_in=; .*Max-Age=0/);
      const end = await new SignInBrowser(own).visit(END);
      expect(end.headers.get('location')).toBe(failed('unavailable'));
      const session = await own.send('/api/v1/session', { key: await own.key('merchant'), method: 'POST' });
      expect(session.status).toBe(201);
    } finally {
      await own.close();
    }
  });

  it.each<[what: string, address: unknown]>([
    ['none', undefined],
    ['one without TLS or a host', 'javascript:alert(1)'],
    ['no text', { href: 'https://evil.example' }],
  ])('or names no address to sign in at leads nowhere: %s', async (_, authorization_endpoint) => {
    const own = await startServer(settings(), now);
    try {
      provider.answerWith((request, response) => {
        const { issuer } = provider;
        const discovery = { issuer, jwks_uri: `${issuer}/jwks`, authorization_endpoint };
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(request.url === '/jwks' ? { keys: [] } : discovery));
      });
      const browser = new SignInBrowser(own);
      expect((await browser.begin('/plan')).href).toBe(failed('refused', '/plan'));
      expect(browser.cookies.size).toBe(0);
      // It has no session of its own that could be ended, either.
      expect((await (await own.send('/api/v1/sign-in')).json()).provider.sign_out_path).toBeNull();
      expect((await browser.visit(END)).headers.get('location')).toBe(`${DASHBOARD}/sign-in`);
    } finally {
      await own.close();
    }
  });

  it.each<[what: string, answer: RequestListener, failure: string]>([
    ['does not answer', away, 'unavailable'],
    ['fails', (_, response) => response.writeHead(500).end('{}'), 'unavailable'],
    ['answers with a page', (_, response) => response.writeHead(200).end('<html>'), 'refused'],
    [
      'leads elsewhere',
      (_, response) => response.writeHead(307, { location: provider.issuer }).end(),
      'unavailable',
    ],
    [
      'has no ID token',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ access_token: 'a', token_type: 'Bearer' }));
      },
      'refused',
    ],
    [
      'never ends',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(`{"padding":"${'x'.repeat(600_000)}"}`);
      },
      'unavailable',
    ],
  ])('when the code is exchanged: %s', async (_, answer, failure) => {
    const browser = new SignInBrowser(server);
    const path = await pathBack(await browser.begin());
    provider.answerWith(answer);
    expect((await browser.comeBack(path)).href).toBe(failed(failure));
    expect(browser.cookies.size).toBe(0);
  });
});

describe('the limits', () => {
  it('hold for sign-ins that begin, and for those that are refused, before they cost anything', async () => {
    const own = await startServer(settings({ REFUSED_KEYS_PER_MINUTE: '3' }), now);
    try {
      const headers = { cookie: 'cf_sign_in=unknown' };
      const statuses = async (path: string, times: number, init?: RequestInit) => {
        const seen: number[] = [];
        for (let i = 0; i < times; i++) seen.push((await new SignInBrowser(own).visit(path, init)).status);
        return seen;
      };
      expect(await statuses(BEGIN, 5)).toEqual([303, 303, 303, 429, 429]);
      const { rows } = await own.composed.database.query('SELECT * FROM sign_ins');
      expect(rows).toHaveLength(3);
      // Pages that make browsers visit this place without having begun use up nothing of their office.
      expect(new Set(await statuses(CALLBACK, 10))).toEqual(new Set([303]));
      expect(await statuses(CALLBACK, 4, { headers })).toEqual([303, 303, 303, 429]);
      expect(await statuses(CALLBACK, 1)).toEqual([303]);
      const late = await new SignInBrowser(own).visit(CALLBACK, { headers });
      expect(late.status).toBe(429);
      expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
    } finally {
      await own.close();
    }
  });
});

it('begins without reading all sign-ins that others have begun', async () => {
  const { database } = server.composed;
  await database.query('SET enable_seqscan = off');
  try {
    const { rows } = await database.query(`EXPLAIN DELETE FROM sign_ins WHERE expires_at <= now()`);
    expect(JSON.stringify(rows)).toContain('sign_ins_expires_at');
  } finally {
    await database.query('RESET enable_seqscan');
  }
});

describe('the settings', () => {
  it('say where the server is reached, and how the provider is called', async () => {
    const own = await startServer(
      settings({
        PUBLIC_URL: 'https://forecasts.shop.example',
        DASHBOARD_URL: 'https://dashboard.shop.example',
        OIDC_LABEL: 'Shop account',
        OIDC_SCOPES: 'openid forecasts',
      }),
      now,
    );
    try {
      expect((await (await own.send('/api/v1/sign-in')).json()).provider.label).toBe('Shop account');
      const browser = new SignInBrowser(own);
      const address = await browser.begin();
      expect(address.searchParams.get('redirect_uri')).toBe(`https://forecasts.shop.example${CALLBACK}`);
      expect(address.searchParams.get('scope')).toBe('openid forecasts');
      expect(browser.attributes.get('__Host-cf_sign_in')).toBe(
        'Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure',
      );
      const response = await fetch(address, { redirect: 'manual' });
      const { pathname, search } = new URL(response.headers.get('location') ?? '');
      const end = await browser.comeBack(pathname + search);
      expect(end.href).toBe('https://dashboard.shop.example/sign-in?from=provider&next=%2F');
      expect(browser.attributes.get('cf_session')).toMatch(/; Secure$/);
    } finally {
      await own.close();
    }
  });

  it.each([
    ['client_secret_basic', CLIENT.secret],
    ['client_secret_post', CLIENT.secret],
    ['none', ''],
  ] as const)(
    'hold the secret of the client, or none, for a provider that takes %s',
    async (method, secret) => {
      provider.authenticateBy(method);
      const own = await startServer(settings({ OIDC_CLIENT_SECRET: secret }), now);
      const wrong = await startServer(settings({ OIDC_CLIENT_SECRET: 'another' }), now);
      try {
        expect((await new SignInBrowser(own).signIn()).href).toBe(signedIn());
        expect((await new SignInBrowser(wrong).signIn()).href).toBe(failed('refused'));
        await expect.poll(() => wrong.log()).toContain('did not sign somebody in');
        expect(wrong.log()).not.toContain('another');
      } finally {
        await own.close();
        await wrong.close();
      }
    },
  );

  it('leave signing in to keys where they name no client, and take no bearer tokens where they name no audience', async () => {
    const plain = await startServer({ OIDC_ISSUER: provider.issuer, OIDC_AUDIENCE: 'forecasts' }, now);
    try {
      expect(await (await plain.send('/api/v1/sign-in')).json()).toEqual({ provider: null });
      for (const path of [BEGIN, CALLBACK]) expect((await plain.send(path)).status).toBe(404);
    } finally {
      await plain.close();
    }
    for (const aud of ['forecasts', CLIENT.id]) {
      const key = await provider.sign({ aud, categories: '*' }, { now: now() });
      expect((await server.send('/api/v1/session', { key })).status).toBe(401);
    }
    expect(JSON.stringify(await (await server.send('/openapi.json')).json())).not.toContain('openIdConnect');
  });
});

describe('the table of sessions', () => {
  it('serves the version before, which refuses sessions of the provider, and goes on with its own', async () => {
    const { database } = server.composed;
    const old = 'before_sign_in';
    await database.query(`CREATE SCHEMA ${old}`);
    await database.query(`CREATE TABLE ${old}.sessions (
      id text PRIMARY KEY, secret_hash bytea NOT NULL, key_id text NOT NULL, expires_at timestamptz NOT NULL)`);
    const insert = `INSERT INTO ${old}.sessions (id, secret_hash, key_id, expires_at) VALUES ($1, $2, $3, $4)`;
    const row = (id: string) => [id, new Uint8Array(32), 'a key', new Date(clock + MINUTE)];
    await database.query(insert, row('before'));
    await createServerTables(database, old);
    await createServerTables(database, old);
    // What the version before writes and reads.
    await database.query(insert, row('after'));
    const { rows } = await database.query(`SELECT secret_hash, key_id FROM ${old}.sessions ORDER BY id`);
    expect(rows).toHaveLength(2);
    const { rows: kept } = await database.query(`SELECT DISTINCT issuer FROM ${old}.sessions`);
    expect(kept).toEqual([{ issuer: null }]);
    const browser = new SignInBrowser(server);
    await browser.signIn();
    expect(await statusOf(browser)).toBe(200);
    const { key_id } = await (await browser.visit('/api/v1/session')).json();
    const { apiKeys } = server.composed.dependencies.access;
    expect(await apiKeys.verifyId(key_id)).toEqual({ refusal: 'unknown' });
  });

  it('holds sessions of the provider that is configured, and of no other', async () => {
    const browser = new SignInBrowser(server);
    await browser.signIn();
    expect(await statusOf(browser)).toBe(200);
    const { database } = server.composed;
    await database.query(`UPDATE sessions SET issuer = 'https://before.example' WHERE issuer IS NOT NULL`);
    expect(await statusOf(browser)).toBe(401);
    for (const role of ["'owner'", 'NULL']) {
      await browser.signIn();
      expect(await statusOf(browser)).toBe(200);
      await database.query(`UPDATE sessions SET role = ${role} WHERE issuer IS NOT NULL`);
      expect(await statusOf(browser)).toBe(401);
    }
  });
});
