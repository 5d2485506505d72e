import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Endpoint } from '../../../examples/express-server/http/endpoint.js';
import { ROLES, type Role } from '../../../examples/express-server/security/roles.js';
import { post, startServer, type TestServer, trainSmallMerchant } from './server-fixture.js';

const DAY_MS = 86_400_000;
const SECRET = 'a secret for tests with 32 characters or more';
const METRICS_TOKEN = 'a-token-for-metrics';

/** Answer of what is for anybody. */
const STATUSES = { public: 200, 'leads on': 303 } as const;

/** What SYSTEM.md lets each role do, and what the server adds to it; written out, so that no route slips through. */
const ALLOWED: Readonly<Record<string, readonly Role[] | 'public' | 'leads on'>> = {
  'get /api/v1/forecast/top-products': ['admin', 'merchant'],
  'get /api/v1/forecast/categories': ['admin', 'merchant', 'analyst'],
  'get /api/v1/forecast/trends/{category}': ['admin', 'merchant', 'analyst'],
  'get /api/v1/forecast/trends': ['admin', 'merchant', 'analyst'],
  'post /api/v1/forecast/predict': ['admin', 'merchant', 'analyst'],
  'get /api/v1/forecast/daily': ['admin', 'merchant', 'analyst'],
  'get /api/v1/forecast/past': ['admin', 'merchant', 'analyst'],
  'post /api/v1/forecast/stock-plan': ['admin', 'merchant'],
  'post /api/v1/forecast/table': ['admin', 'merchant', 'analyst'],
  'get /api/v1/alerts': ['admin', 'merchant', 'analyst'],
  'post /api/v1/forecast/what-if': ['admin', 'merchant'],
  'get /api/v1/forecast/explain': ['admin', 'merchant', 'analyst'],
  'post /api/v1/plan': ['admin'],
  'get /api/v1/plan': ['admin', 'merchant'],
  'delete /api/v1/plan': ['admin'],
  'post /api/v1/sales': ['admin'],
  'delete /api/v1/sales': ['admin'],
  'get /api/v1/sales/deliveries': ['admin'],
  'get /api/v1/sales/removals': ['admin'],
  'get /api/v1/sales/summary': ['admin'],
  'get /api/v1/sales/totals': ['admin', 'merchant', 'analyst'],
  'get /api/v1/sales/totals/products': ['admin', 'merchant'],
  'post /api/v1/session': ['admin', 'merchant', 'analyst'],
  'get /api/v1/session': ['admin', 'merchant', 'analyst'],
  'delete /api/v1/session': ['admin', 'merchant', 'analyst'],
  'get /api/v1/model/trainings/{id}/events': ['admin'],
  'get /api/v1/model': ['admin', 'merchant', 'analyst'],
  'post /api/v1/model/train': ['admin'],
  'get /api/v1/model/trainings/{id}': ['admin'],
  'get /api/v1/model/versions': ['admin'],
  'post /api/v1/model/versions/{version}/promote': ['admin'],
  'post /api/v1/model/versions/{version}/canary': ['admin'],
  'post /api/v1/model/experiment': ['admin'],
  'post /api/v1/model/split/stop': ['admin'],
  'post /api/v1/model/rollback': ['admin'],
  'post /api/v1/cache/invalidate': ['admin'],
  'post /api/v1/api-keys': ['admin'],
  'get /api/v1/api-keys': ['admin'],
  'post /api/v1/api-keys/{id}/rotate': ['admin'],
  'post /api/v1/api-keys/self/rotate': ['admin', 'merchant', 'analyst'],
  'delete /api/v1/api-keys/{id}': ['admin'],
  'post /api/v1/auth/token': ['admin', 'merchant', 'analyst'],
  'post /api/v1/tenants': ['admin'],
  'get /api/v1/tenants': ['admin'],
  'post /api/v1/tenants/{tenant}/quotas': ['admin'],
  'post /api/v1/tenants/{tenant}/retention': ['admin'],
  'post /api/v1/tenants/{tenant}/api-keys': ['admin'],
  'get /api/v1/sign-in': 'public',
  'get /api/v1/sign-in/begin': 'leads on',
  'get /api/v1/sign-in/callback': 'leads on',
  'get /api/v1/sign-in/end': 'leads on',
  'get /health/live': 'public',
  'get /health/ready': 'public',
  'get /metrics': ['admin'],
};

let clock = Date.now();
let server: TestServer;
const keys = {} as Record<Role, string>;

beforeAll(async () => {
  const signIn = {
    // Nobody is there: whoever signs in is told so.
    OIDC_ISSUER: 'http://127.0.0.1:9',
    OIDC_CLIENT_ID: 'dashboard',
    PUBLIC_URL: 'http://127.0.0.1:3000',
  };
  server = await startServer({ JWT_SECRET: SECRET, METRICS_TOKEN, ...signIn }, () => new Date(clock));
  await trainSmallMerchant(server);
  for (const role of ROLES) keys[role] = await server.key(role);
});
afterAll(() => server.close());

const nameOf = ({ method, path }: Endpoint) => `${method} ${path}`;

function call({ method, path }: Endpoint, key: string | undefined): Promise<Response> {
  const target = path
    .replace('{category}', 'Toys')
    .replace('{id}', '0123456789abcdef')
    .replace('{version}', '1')
    .replace('{tenant}', 'acme');
  return server.send(target, { key, method: method.toUpperCase(), redirect: 'manual' });
}

async function expectProblem(response: Response, status: number): Promise<void> {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(await response.json()).toMatchObject({ status });
}

async function refusedKeys(role: Role): Promise<Record<string, string | undefined>> {
  const { apiKeys } = server.composed.dependencies.access;
  const revoked = await apiKeys.issue('revoked', role);
  await apiKeys.revoke(revoked.key.id);
  clock -= 91 * DAY_MS;
  const expired = await server.key(role);
  clock += 91 * DAY_MS;
  const [, id] = keys[role].split('_');
  const others = (await server.key(role)).split('_').slice(2).join('_');
  return {
    none: undefined,
    bad: 'cf_nonsense',
    unknown: `cf_0000000000000000_${'A'.repeat(43)}`,
    expired,
    revoked: revoked.text,
    "the secret of another's": `cf_${id}_${others}`,
  };
}

describe('access', () => {
  it('is written down here for every endpoint', () => {
    expect(server.endpoints.map(nameOf).sort()).toEqual(Object.keys(ALLOWED).sort());
  });

  it.each(Object.keys(ALLOWED))(
    '%s: refuses every key that is not valid, whatever its role',
    async (name) => {
      const item = server.endpoints.find((candidate) => nameOf(candidate) === name)!;
      for (const role of ROLES) {
        for (const [state, key] of Object.entries(await refusedKeys(role))) {
          const response = await call(item, key);
          const allowed = ALLOWED[name]!;
          if (typeof allowed === 'string') expect(response.status, state).toBe(STATUSES[allowed]);
          // The same address may try 60 wrong keys a minute; then it is told to wait.
          else expect([401, 429], `${state} ${role}`).toContain(response.status);
          await response.arrayBuffer();
        }
      }
    },
  );

  it.each(Object.keys(ALLOWED))('%s: lets in the roles that may, and no other', async (name) => {
    const item = server.endpoints.find((candidate) => nameOf(candidate) === name)!;
    const allowed = ALLOWED[name];
    for (const role of ROLES) {
      const response = await call(item, keys[role]);
      if (typeof allowed === 'string' || allowed.includes(role))
        expect([401, 403]).not.toContain(response.status);
      else await expectProblem(response, 403);
    }
    await server.composed.dependencies.trainings.settled();
  });

  it('says 401 with a challenge and without a hint at what is wrong with an unknown key', async () => {
    const own = await startServer();
    try {
      const answers = await Promise.all(
        [`cf_0000000000000000_${'A'.repeat(43)}`, 'nonsense'].map((key) =>
          own.send('/api/v1/model', { key }),
        ),
      );
      for (const answer of answers) {
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
        expect(await answer.json()).toMatchObject({ status: 401, detail: 'The API key is not valid.' });
      }
      const missing = await own.send('/api/v1/model');
      expect(await missing.json()).toMatchObject({ status: 401, detail: 'The request carries no API key.' });
    } finally {
      await own.close();
    }
  });

  it('shows an analyst the aggregates without the products', async () => {
    const path = '/api/v1/forecast/categories?time_period=week';
    const seen = async (role: Role) => (await server.send(path, { key: keys[role] })).json();
    const [merchant, analyst] = [await seen('merchant'), await seen('analyst')];
    expect(merchant.predictions[0].top_products.length).toBeGreaterThan(0);
    const productIds = server.composed.dependencies.models.production()!.model.snapshot.productIds;
    expect(productIds.filter((id) => JSON.stringify(analyst).includes(`"${id}"`))).toEqual([]);
    expect(analyst.predictions[0].predicted_sales).toBe(merchant.predictions[0].predicted_sales);
    const predict = await server.send('/api/v1/forecast/predict', {
      key: keys.analyst,
      ...post({ time_period: 'week' }),
    });
    expect((await predict.json()).predictions[0].top_products).toEqual([]);
  });
});

describe('API keys', () => {
  it('are shown once, and stored as a hash', async () => {
    const issued = await server.send('/api/v1/api-keys', {
      key: keys.admin,
      ...post({ name: 'shop', role: 'merchant' }),
    });
    expect(issued.status).toBe(201);
    const { key, id, expires_at } = await issued.json();
    const secret = key.split('_').slice(2).join('_');
    expect(Date.parse(expires_at) - clock).toBe(90 * DAY_MS);
    const list = await (await server.send('/api/v1/api-keys?limit=1000', { key: keys.admin })).text();
    expect(list).toContain(id);
    expect(list).not.toContain(secret);
    expect(server.log()).not.toContain(secret);
  });

  it('end after 90 days', async () => {
    const key = await server.key('merchant');
    clock += 90 * DAY_MS - 1_000;
    expect((await server.send('/api/v1/model', { key })).status).toBe(200);
    clock += 1_000;
    const late = await server.send('/api/v1/model', { key });
    clock -= 90 * DAY_MS;
    expect(late.status).toBe(401);
  });

  it('overlap when rotated, and are rotated until the new one is used', async () => {
    const { key, id } = await (
      await server.send('/api/v1/api-keys', { key: keys.admin, ...post({ name: 'shop', role: 'merchant' }) })
    ).json();
    const rotate = () => server.send(`/api/v1/api-keys/${id}/rotate`, { key: keys.admin, method: 'POST' });
    const answers = await Promise.all([rotate(), rotate()]);
    expect(answers.map(({ status }) => status)).toContain(201);
    // The first answer may have been lost on its way.
    const [first] = answers.filter(({ status }) => status === 201);
    const lost = (await first.json()).key;
    const rotated = await (await rotate()).json();
    expect((await server.send('/api/v1/model', { key: lost })).status).toBe(401);
    expect(Date.parse(rotated.old_key_expires_at) - clock).toBe(DAY_MS);
    for (const usable of [key, rotated.key]) {
      expect((await server.send('/api/v1/model', { key: usable })).status).toBe(200);
    }
    expect((await rotate()).status).toBe(404);
    clock += DAY_MS;
    const old = await server.send('/api/v1/model', { key });
    const successor = await server.send('/api/v1/model', { key: rotated.key });
    clock -= DAY_MS;
    expect(old.status).toBe(401);
    expect(successor.status).toBe(200);
  });

  it('rotate themselves, whatever their role, but not by a token or a session', async () => {
    for (const role of ['admin', 'merchant', 'analyst'] as const) {
      const key = await server.key(role);
      const own = '/api/v1/api-keys/self/rotate';
      const answer = await server.send(own, { key, method: 'POST' });
      expect(answer.status).toBe(201);
      const rotated = await answer.json();
      expect(rotated.role).toBe(role);
      expect((await server.send('/api/v1/model', { key: rotated.key })).status).toBe(200);
      const { access_token } = await (
        await server.send('/api/v1/auth/token', { key: rotated.key, method: 'POST' })
      ).json();
      expect((await server.send(own, { key: access_token, method: 'POST' })).status).toBe(403);
    }
  });

  it('are listed page by page, and not for ever once they have expired', async () => {
    const ids: string[] = [];
    let after = '';
    do {
      const page = await (await server.send(`/api/v1/api-keys?limit=3${after}`, { key: keys.admin })).json();
      expect(page.keys.length).toBeLessThanOrEqual(3);
      ids.push(...page.keys.map(({ id }: { id: string }) => id));
      after = page.next ? `&after=${page.next}` : '';
    } while (after);
    const { keys: all } = await (
      await server.send('/api/v1/api-keys?limit=1000', { key: keys.admin })
    ).json();
    expect(ids).toEqual(all.map(({ id }: { id: string }) => id));
    expect(new Set(ids).size).toBe(ids.length);

    clock -= 121 * DAY_MS;
    const gone = await server.composed.dependencies.access.apiKeys.issue('old', 'analyst');
    clock += 121 * DAY_MS;
    await server.composed.maintenance.run();
    const { keys: left } = await (
      await server.send('/api/v1/api-keys?limit=1000', { key: keys.admin })
    ).json();
    expect(left.map(({ id }: { id: string }) => id)).not.toContain(gone.key.id);
  });

  it('are refused from the moment of their revocation', async () => {
    const key = await server.key('merchant');
    expect((await server.send('/api/v1/model', { key })).status).toBe(200);
    const id = key.split('_')[1];
    expect((await server.send(`/api/v1/api-keys/${id}`, { key: keys.admin, method: 'DELETE' })).status).toBe(
      204,
    );
    expect((await server.send('/api/v1/model', { key })).status).toBe(401);
  });
});

describe('tokens', () => {
  async function token(key: string): Promise<string> {
    const response = await server.send('/api/v1/auth/token', { key, method: 'POST' });
    const { access_token, expires_in } = await response.json();
    expect(expires_in).toBe(3_600);
    return access_token;
  }

  it('stand for their key for one hour, with its role', async () => {
    const analyst = await token(keys.analyst);
    expect((await server.send('/api/v1/model', { key: analyst })).status).toBe(200);
    const forbidden = await server.send('/api/v1/forecast/top-products?time_period=week', { key: analyst });
    expect(forbidden.status).toBe(403);
    clock += 3_601_000;
    const late = await server.send('/api/v1/model', { key: analyst });
    clock -= 3_601_000;
    expect(late.status).toBe(401);
  });

  it('fall with their key', async () => {
    const key = await server.key('merchant');
    const own = await token(key);
    await server.composed.dependencies.access.apiKeys.revoke(key.split('_')[1]);
    expect((await server.send('/api/v1/model', { key: own })).status).toBe(401);
  });

  it('do not renew themselves', async () => {
    const own = await token(keys.merchant);
    expect((await server.send('/api/v1/auth/token', { key: own, method: 'POST' })).status).toBe(403);
  });

  it('are refused when forged, longer than an hour, or for somebody else', async () => {
    const subject = keys.admin.split('_')[1];
    const make = (
      secret: string,
      changes: { audience?: string; hours?: number; algorithm?: string } = {},
    ) => {
      const issuedAt = Math.floor(clock / 1_000) - (changes.hours ?? 0) * 3_600;
      return new SignJWT({ role: 'admin' })
        .setProtectedHeader({ alg: changes.algorithm ?? 'HS256' })
        .setIssuer('commerce-forecast')
        .setAudience(changes.audience ?? 'commerce-forecast')
        .setSubject(subject)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + 365 * 86_400)
        .sign(new TextEncoder().encode(secret));
    };
    const { tokens } = server.composed.dependencies.access;
    expect(await tokens!.verify(await make(SECRET))).toBeDefined();
    const refused = [
      await make('another secret with 32 characters or more'),
      await make(SECRET, { audience: 'another' }),
      await make(SECRET, { hours: 2 }),
      await make(SECRET, { algorithm: 'HS512' }),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await make(SECRET)).split('.')[1]}.`,
    ];
    for (const forged of refused) expect(await tokens!.verify(forged)).toBeUndefined();
  });
});

describe('limits', () => {
  it('count the requests of each key, say what is left, and when to come back', async () => {
    const own = await startServer({ RATE_LIMIT_PER_MINUTE: '5' });
    try {
      const [key, other] = [await own.key('merchant'), await own.key('merchant')];
      const statuses: number[] = [];
      const remaining: (string | null)[] = [];
      for (let i = 0; i < 7; i++) {
        const response = await own.send('/api/v1/model', { key });
        statuses.push(response.status);
        remaining.push(response.headers.get('ratelimit-remaining'));
        if (response.status === 429) {
          const seconds = Number(response.headers.get('retry-after'));
          expect(seconds).toBeGreaterThan(0);
          expect(seconds).toBeLessThanOrEqual(60);
        }
      }
      expect(statuses).toEqual([503, 503, 503, 503, 503, 429, 429]);
      expect(remaining).toEqual(['4', '3', '2', '1', '0', '0', '0']);
      expect((await own.send('/api/v1/model', { key: other })).status).toBe(503);
    } finally {
      await own.close();
    }
  });

  it('count refused keys by address, and leave valid ones alone', async () => {
    const own = await startServer({ REFUSED_KEYS_PER_MINUTE: '3' });
    try {
      const statuses: number[] = [];
      for (let i = 0; i < 5; i++) statuses.push((await own.send('/api/v1/model', { key: 'wrong' })).status);
      expect(statuses).toEqual([401, 401, 401, 429, 429]);
      expect((await own.send('/api/v1/model', { key: await own.key('merchant') })).status).toBe(503);
    } finally {
      await own.close();
    }
  });

  it('take part of the requests in blocks without ever letting more through', async () => {
    const own = await startServer({ RATE_LIMIT_PER_MINUTE: '130' });
    try {
      const key = await own.key('merchant');
      const all = await Promise.all(Array.from({ length: 200 }, () => own.send('/api/v1/model', { key })));
      expect(all.filter(({ status }) => status !== 429)).toHaveLength(130);
    } finally {
      await own.close();
    }
  });
});

describe('metrics', () => {
  it('are for those who collect them, and for admins', async () => {
    expect((await server.send('/metrics', { key: METRICS_TOKEN })).status).toBe(200);
    expect((await server.send('/metrics', { key: `${METRICS_TOKEN}x` })).status).toBe(401);
    expect((await server.send('/api/v1/model', { key: METRICS_TOKEN })).status).not.toBe(200);
  });
});
