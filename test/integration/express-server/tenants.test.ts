import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDay } from 'commerce-forecast';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../../../examples/express-server/config.js';
import { startSchedule } from '../../../examples/express-server/jobs/schedule.js';
import { tenantSchema, withRole } from '../../../examples/express-server/tenants/tenant-schema.js';
import {
  AUDIENCE,
  CLIENT,
  type IdentityProvider,
  startProvider,
} from '../../examples/express-server/identity-provider.js';
import { post, startServer, type TestServer } from '../../examples/express-server/server-fixture.js';
import { DASHBOARD, SignInBrowser } from '../../examples/express-server/sign-in-browser.js';
import { DATABASE_URL, describeWithPostgres, describeWithRedis, eventually, REDIS_URL } from '../services.js';

const SCHEMA = `test_tenants_${randomUUID().slice(0, 8)}`;
const PREFIX = `test-tenants-${randomUUID()}`;
const TODAY = Math.floor(Date.now() / 86_400_000);
const DAYS = 100;
const TENANTS = ['acme', 'globex', 'initech'];

const directory = mkdtempSync(join(tmpdir(), 'tenants-'));
let server: TestServer;
let provider: IdentityProvider;
/** Key of an administrator of each tenant; that of the installation is `default`. */
const keys: Record<string, string> = {};

const environment = {
  DATABASE_URL,
  DATABASE_SCHEMA: SCHEMA,
  REDIS_URL,
  REDIS_PREFIX: PREFIX,
  SALES_DIR: join(directory, 'sales'),
  JWT_SECRET: 'a secret for tests with 32 characters or more',
  METRICS_TOKEN: 'a-token-for-metrics',
};

const databaseOf = (url: string) => new URL(url).pathname.slice(1);
const schemaOf = (id: string) => tenantSchema(databaseOf(DATABASE_URL), SCHEMA, id);

/** Sales of an owner: names and figures that nobody else has. */
function recordsOf(owner: string, factor: number) {
  return Array.from({ length: 4 }, (_, p) => p).flatMap((p) =>
    Array.from({ length: DAYS }, (_, i) => ({
      date: formatDay(TODAY - DAYS + i),
      product_id: `${owner}-secret-${p}`,
      category: `${owner} things`,
      units: factor * 1_000 + p * 10 + (i % 7),
      price: 2,
    })),
  );
}

async function ask(owner: string, path: string, init: RequestInit = {}) {
  const response = await server.send(path, { key: keys[owner], ...init });
  const text = await response.text();
  return {
    status: response.status,
    text,
    headers: response.headers,
    json: text.startsWith('{') ? JSON.parse(text) : undefined,
  };
}

async function trained(owner: string): Promise<string> {
  expect((await ask(owner, '/api/v1/model/train', { method: 'POST' })).status).toBe(202);
  return eventually(async () => {
    const { json } = await ask(owner, '/api/v1/model/trainings/latest');
    expect(json.status).toBe('succeeded');
    return json.id as string;
  });
}

/** What an owner has, as its own administrator sees it. */
async function stateOf(owner: string): Promise<Record<string, unknown>> {
  const paths = [
    '/api/v1/sales/summary',
    '/api/v1/sales/deliveries',
    '/api/v1/sales/removals',
    '/api/v1/plan?removed=true',
    '/api/v1/api-keys?limit=1000',
    '/api/v1/model/versions',
    '/api/v1/model/trainings/latest',
    '/api/v1/forecast/categories?time_period=week',
  ];
  const parts = await Promise.all(
    paths.map(async (path) => {
      const { status, json } = await ask(owner, path);
      expect(status, `${owner} ${path}`).toBe(200);
      // Observed anew from time to time.
      const { generated_at: _, ...rest } = json;
      for (const version of rest.versions ?? []) delete version.live;
      return [path, rest] as const;
    }),
  );
  return Object.fromEntries(parts);
}

describeWithPostgres('tenants', () => {
  describeWithRedis('of an installation', () => {
    /** Ids of what belongs to acme. */
    const ids = { key: '', training: '', plan: '', delivery: 'acme-delivery-1', session: '' };

    beforeAll(async () => {
      provider = await startProvider();
      server = await startServer({
        ...environment,
        OIDC_ISSUER: provider.issuer,
        OIDC_AUDIENCE: AUDIENCE,
        OIDC_TENANT_CLAIM: 'shop',
      });
      keys['default'] = await server.key('admin');
      for (const [i, id] of TENANTS.entries()) {
        const created = await ask('default', '/api/v1/tenants', post({ id }));
        expect(created.status, created.text).toBe(201);
        keys[id] = created.json.key.key;
        if (id === 'initech') continue;
        const stored = await ask(id, '/api/v1/sales', {
          ...post({ records: recordsOf(id, 1 + 30 * i) }),
          headers: { 'content-type': 'application/json', 'idempotency-key': `${id}-delivery-1` },
        });
        expect(stored.status, stored.text).toBe(200);
        const plan = {
          date: formatDay(TODAY + 3),
          product_id: `${id}-secret-1`,
          promo: true,
          note: `${id}-note`,
        };
        ids.plan = (await ask(id, '/api/v1/plan', post({ records: [plan] }))).json.ids[0];
        if (id === 'acme') ids.training = await trained(id);
        else await trained(id);
      }
      const acme = await ask('acme', '/api/v1/plan');
      ids.plan = acme.json.plans[0].id;
      const issued = await ask('acme', '/api/v1/api-keys', post({ name: 'acme-shop', role: 'merchant' }));
      ids.key = issued.json.id;
      const own = recordsOf('default', 77);
      expect((await ask('default', '/api/v1/sales', post({ records: own }))).status).toBe(200);
      await trained('default');
    });

    afterAll(async () => {
      await server.close();
      await provider.close();
      rmSync(directory, { recursive: true, force: true });
      const client = new pg.Client({ connectionString: DATABASE_URL });
      await client.connect();
      for (const schema of [SCHEMA, ...[...TENANTS, 'hooli'].map(schemaOf)]) {
        await client.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
        if (schema !== SCHEMA) {
          await client.query(`DROP OWNED BY "${schema}"`).catch(() => undefined);
          await client.query(`DROP ROLE IF EXISTS "${schema}"`);
        }
      }
      await client.end();
      const redis = new Redis(REDIS_URL);
      for (const key of await redis.keys(`${PREFIX}*`)) await redis.del(key);
      redis.disconnect();
    });

    /** Names of acme that no question holds, and totals of its category for a day, as numbers of JSON. */
    const OF_ACME = /acme-secret-[123]|acme-note|acme-shop|[:,[]40[678]\d[,.}\]]/;

    /** A value of each parameter that is acme's; ids are tried as each of them. */
    const valuesOf = (): Readonly<Record<string, readonly unknown[]>> => ({
      time_period: ['week'],
      category: ['acme things'],
      categories: [['acme things'], undefined],
      limit: [10],
      days: [28],
      id: [ids.key, ids.training, 'acme'],
      tenant: ['acme'],
      after: ['1-0123456789abcdef', undefined],
      ids: [ids.plan],
      from: [formatDay(TODAY - 60)],
      to: [formatDay(TODAY - 1), undefined],
      product_id: ['acme-secret-0'],
      product_ids: [['acme-secret-0'], undefined],
      location: [undefined],
      removed: ['true'],
      plan: [[{ date: formatDay(TODAY + 2), product_id: 'acme-secret-0', promo: true }], []],
      stock: [[{ product_id: 'acme-secret-0', on_hand: 1 }], []],
      mode: ['add'],
      history: [200],
      horizon: [10, undefined],
      level: ['category', 'product', 'total'],
      granularity: ['total'],
      delivery: [ids.delivery, undefined],
      'Idempotency-Key': [ids.delivery],
      records: [[{ date: formatDay(TODAY - 1), product_id: 'other-1', category: 'other', units: 1 }]],
      tags: [undefined],
      version: [1, 2],
      share: [0.5],
      if_routing: [undefined],
      arms: [[{ name: 'one', version: 1, share: 0.5 }]],
      name: ['somebody'],
      role: ['analyst'],
      reason: ['a look'],
      quotas: [{}, undefined],
    });
    /** Those that say how something is to be read or weighed, and name nothing. */
    const LEFT_OUT = [
      'confidence_level',
      'quantiles',
      'include_confidence',
      'period_alignment',
      'lead_time',
      'review_period',
      'service_level',
      'fill_rate',
      'holding_rate',
      'budget',
      'date_order',
      'decimal',
      'time_zone',
      'columns',
      'answers',
      'scope',
      'rows',
      'trainings_per_day',
      'requests_per_minute',
      'sales_days',
      'removals_days',
      'trainings_days',
    ];

    // biome-ignore lint/suspicious/noExplicitAny: a part of an OpenAPI document as it comes from the server.
    type Part = any;

    interface Operation {
      readonly method: string;
      readonly path: string;
      readonly names: readonly {
        readonly place: string;
        readonly name: string;
        readonly isRequired: boolean;
      }[];
    }

    async function operations(): Promise<Operation[]> {
      const document: Part = (await ask('default', '/openapi.json')).json;
      return Object.entries<Record<string, Part>>(document.paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, { parameters = [], requestBody }]) => {
          const schema = requestBody?.content['application/json'].schema ?? {};
          const { properties = {}, required = [] } = schema.$ref
            ? document.components.schemas[schema.$ref.split('/').at(-1)]
            : schema;
          const names = [
            ...(parameters as Part[]).map(({ in: place, name, required: isRequired = false }) => ({
              place,
              name,
              isRequired,
            })),
            ...Object.keys(properties).map((name) => ({
              place: 'body',
              name,
              isRequired: required.includes(name),
            })),
          ];
          return { method: method.toUpperCase(), path, names };
        }),
      );
    }

    /** Requests of an operation with acme's values: with all parameters, with those that are needed, and one more at a time. */
    function* requestsOf({ method, path, names }: Operation, values: Record<string, readonly unknown[]>) {
      const optional = names.filter(({ isRequired }) => !isRequired).map(({ name }) => name);
      for (const chosen of [optional, [], ...optional.map((name) => [name])]) {
        const used = names.filter(({ name, isRequired }) => isRequired || chosen.includes(name));
        const most = Math.max(1, ...used.map(({ name }) => values[name]?.length ?? 1));
        for (let i = 0; i < most; i++) {
          const given = used
            .map(({ place, name }) => ({ place, name, value: values[name]?.[i % values[name].length] }))
            .filter(({ value }) => value !== undefined);
          const at = (place: string) => given.filter((one) => one.place === place);
          let target = path;
          for (const { name, value } of at('path'))
            target = target.replace(`{${name}}`, encodeURIComponent(String(value)));
          const query = new URLSearchParams(at('query').map(({ name, value }) => [name, String(value)]));
          const hasBody = names.some(({ place }) => place === 'body');
          const body = JSON.stringify(Object.fromEntries(at('body').map(({ name, value }) => [name, value])));
          const headers = Object.fromEntries(at('header').map(({ name, value }) => [name, String(value)]));
          yield {
            target: `${target}?${query}`,
            init: {
              method,
              headers: { ...headers, ...(hasBody && { 'content-type': 'application/json' }) },
              ...(hasBody && { body }),
            },
          };
        }
      }
    }

    it('answer the same question each from its own, from the cache too', async () => {
      for (let round = 0; round < 2; round++) {
        for (const owner of ['acme', 'default']) {
          for (const path of ['categories?time_period=week', 'top-products?time_period=week']) {
            const { status, text } = await ask(owner, `/api/v1/forecast/${path}`);
            expect(status).toBe(200);
            expect(text).toContain(`${owner} things`);
            for (const other of ['acme', 'globex', 'default'].filter((name) => name !== owner)) {
              expect(text).not.toContain(other);
            }
          }
        }
      }
      const acme = await ask('acme', '/api/v1/forecast/categories?time_period=week');
      const other = await server.send('/api/v1/forecast/categories?time_period=week', {
        key: keys['default'],
        headers: { 'if-none-match': String(acme.headers.get('etag')) },
      });
      expect(other.status).toBe(200);
      const redis = new Redis(REDIS_URL);
      const own = await redis.keys(`${PREFIX}:tenants:acme:cache*`);
      expect(own.length).toBeGreaterThan(0);
      redis.disconnect();
      expect(existsSync(join(server.directory, 'artifacts', 'tenants', 'acme'))).toBe(true);
    });

    it('are fenced by PostgreSQL: the role of one is refused what belongs to others', async () => {
      const client = new pg.Client({ connectionString: withRole(DATABASE_URL, schemaOf('acme')) });
      await client.connect();
      try {
        expect((await client.query('SELECT current_user AS role')).rows[0].role).toBe(schemaOf('acme'));
        const own = await client.query(`SELECT count(*) AS rows FROM "${schemaOf('acme')}".sales`);
        expect(Number(own.rows[0].rows)).toBe(4 * DAYS);
        for (const table of [
          ...['sales', 'training_runs', 'documents'].map((name) => `"${schemaOf('globex')}".${name}`),
          ...['sales', 'api_keys', 'sessions', 'sign_ins', 'tenants'].map((name) => `"${SCHEMA}".${name}`),
        ]) {
          await expect(client.query(`SELECT * FROM ${table}`), table).rejects.toMatchObject({
            code: '42501',
          });
          await expect(client.query(`DELETE FROM ${table}`), table).rejects.toMatchObject({ code: '42501' });
        }
      } finally {
        await client.end();
      }
    });

    it('are named by the tokens of an identity provider', async () => {
      const of = async (shop: string, path: string, init: RequestInit = {}) =>
        server.send(path, { key: await provider.sign({ roles: 'admin', shop }), ...init });
      const path = '/api/v1/forecast/top-products?time_period=week';
      const text = await (await of('acme', path)).text();
      expect(text).toContain('acme-secret-0');
      expect(text).not.toContain('default-secret');
      expect(await (await of('@installation', path)).text()).toContain('default-secret-0');
      expect((await of('acme', '/api/v1/tenants')).status).toBe(403);
      expect((await of('@installation', '/api/v1/tenants')).status).toBe(200);
      expect(await (await of('nobody', path)).json()).toMatchObject({ status: 403, code: 'no-tenant' });
    });

    it('are named by the provider when somebody signs in, for the whole session', async () => {
      const own = await startServer({
        ...environment,
        DATA_DIR: server.directory,
        OIDC_ISSUER: provider.issuer,
        OIDC_CLIENT_ID: CLIENT.id,
        OIDC_CLIENT_SECRET: CLIENT.secret,
        OIDC_TENANT_CLAIM: 'shop',
        PUBLIC_URL: DASHBOARD,
      });
      try {
        const of = async (shop: string) => {
          provider.signInAs({ roles: 'admin', shop });
          const browser = new SignInBrowser(own);
          await browser.signIn();
          return browser;
        };
        const path = '/api/v1/forecast/top-products?time_period=week';
        const acme = await of('acme');
        const text = await (await acme.visit(path)).text();
        expect(text).toContain('acme-secret-0');
        expect(text).not.toContain('default-secret');
        const globex = await of('globex');
        for (const refused of [
          `/api/v1/model/trainings/${ids.training}`,
          '/api/v1/forecast/explain?time_period=week&product_id=acme-secret-0',
        ]) {
          expect((await acme.visit(refused)).status, refused).toBe(200);
          expect((await globex.visit(refused)).status, refused).toBe(404);
        }
        const headers = { 'x-csrf-protection': '1' };
        const revoked = await globex.visit(`/api/v1/api-keys/${ids.key}`, { method: 'DELETE', headers });
        expect(revoked.status).toBe(404);
        expect((await globex.visit('/api/v1/tenants')).status).toBe(403);
        expect((await (await of('@installation')).visit('/api/v1/tenants')).status).toBe(200);
        const nobody = await (await of('nobody')).visit('/api/v1/session');
        expect(await nobody.json()).toMatchObject({ status: 403, code: 'no-tenant' });
        // A session whose tenant was lost is nobody's, least of all the installation's.
        await own.composed.database.query(
          `UPDATE "${SCHEMA}".sessions SET tenant = NULL WHERE tenant = 'acme'`,
        );
        expect((await acme.visit(path)).status).toBe(403);
      } finally {
        await own.close();
      }
    });

    it('keep tokens, sessions and rotated keys of their own', async () => {
      const { access_token } = (await ask('acme', '/api/v1/auth/token', { method: 'POST' })).json;
      const opened = await ask('acme', '/api/v1/session', { method: 'POST' });
      const cookie = String(opened.headers.get('set-cookie')).split(';')[0]!;
      const path = '/api/v1/forecast/top-products?time_period=week';
      for (const answer of [
        await server.send(path, { key: access_token }),
        await server.send(path, { headers: { cookie } }),
      ]) {
        expect(answer.status).toBe(200);
        const text = await answer.text();
        expect(text).toContain('acme-secret-0');
        expect(text).not.toContain('default-secret');
      }
      const merchant = (await ask('acme', '/api/v1/api-keys', post({ name: 'one', role: 'merchant' }))).json;
      const rotated = await (
        await server.send('/api/v1/api-keys/self/rotate', { key: merchant.key, method: 'POST' })
      ).json();
      const own = await (await server.send('/api/v1/model', { key: rotated.key })).json();
      expect(own.categories).toEqual(['acme things']);
      // A limited key of a tenant is both.
      const scope = { categories: ['acme things'] };
      const limited = (await ask('acme', '/api/v1/api-keys', post({ name: 'few', role: 'merchant', scope })))
        .json;
      expect((await server.send(path, { key: limited.key })).status).toBe(200);
      expect((await server.send('/api/v1/forecast/trends/other', { key: limited.key })).status).toBe(403);
    });

    it('are administered by the installation alone, which older servers take no key of theirs for', async () => {
      const attempts = [
        ['/api/v1/tenants', post({ id: 'hooli' })],
        ['/api/v1/tenants', {}],
        ['/api/v1/tenants/globex/quotas', post({ rows: 0 })],
        ['/api/v1/tenants/globex/api-keys', post({ name: 'mine' })],
        ['/api/v1/tenants/acme/api-keys', post({ name: 'mine' })],
      ] as const;
      for (const [path, init] of attempts) expect((await ask('acme', path, init)).status, path).toBe(403);
      const { tenants } = (await ask('default', '/api/v1/tenants')).json;
      expect(tenants.map(({ id }: { id: string }) => id)).toEqual(TENANTS);
      expect((await ask('default', '/api/v1/tenants', post({ id: 'acme' }))).status).toBe(409);
      for (const id of ['', 'A', '../x', 'a/b', 'a:b', 'a"b', 'a-b', 'x'.repeat(40)]) {
        expect((await ask('default', '/api/v1/tenants', post({ id }))).status, id).toBe(400);
      }
      expect((await ask('default', '/api/v1/tenants/nobody/api-keys', post({ name: 'x' }))).status).toBe(404);
      const issued = await ask('default', '/api/v1/tenants/acme/api-keys', post({ name: 'again' }));
      expect(issued.status).toBe(201);
      const model = await server.send('/api/v1/model', { key: issued.json.key });
      expect((await model.json()).categories).toEqual(['acme things']);

      const { database } = server.composed;
      const { rows } = await database.query<{ id: string; role: string }>(
        `SELECT id, role FROM "${SCHEMA}".api_keys WHERE tenant IS NOT NULL`,
      );
      for (const { role } of rows) expect(['admin', 'merchant', 'analyst']).not.toContain(role);
      // A key whose tenant was lost is nobody's, least of all the installation's.
      await database.query(`UPDATE "${SCHEMA}".api_keys SET tenant = NULL WHERE id = $1`, [issued.json.id]);
      server.composed.dependencies.access.apiKeys.revoke('0123456789abcdef');
      const other = await startServer(environment);
      try {
        expect((await other.send('/api/v1/model', { key: issued.json.key })).status).toBe(403);
        expect((await other.send('/api/v1/sales/summary', { key: issued.json.key })).status).toBe(403);
        // Another instance answers tenants just the same.
        const own = await other.send('/api/v1/sales/summary', { key: keys['acme'] });
        expect((await own.json()).categories).toEqual(['acme things']);
      } finally {
        await other.close();
      }
    });

    it('keep their tables with the rights of their roles: totals, partitions and retention', async () => {
      const range = `from=${formatDay(TODAY - 10)}&to=${formatDay(TODAY - 1)}`;
      await eventually(async () => {
        const { json } = await ask('acme', `/api/v1/sales/totals?${range}`);
        expect(json.categories).toMatchObject([{ category: 'acme things', days: 10 }]);
      });
      const own = await startServer({ ...environment, RETENTION_DAYS: '60' });
      try {
        const before = (await ask('globex', '/api/v1/sales/summary')).json.first_day;
        const task = { data: null, checkpoint: undefined, saveCheckpoint: async () => undefined };
        const signal = new AbortController().signal;
        await own.composed.dependencies.tenants!.use('globex', (tenant) =>
          tenant.work({ kind: 'chores', day: formatDay(TODAY - 1), ...task, signal }),
        );
        const after = (await ask('globex', '/api/v1/sales/summary')).json.first_day;
        expect(after > before).toBe(true);
        expect((await ask('acme', '/api/v1/sales/summary')).json.first_day).toBe(before);
        for (const log of [own.log(), server.log()]) {
          expect(log).not.toMatch(/the daily maintenance failed|the daily totals could not be refreshed/);
        }
      } finally {
        await own.close();
      }
    });

    it('have metrics and log lines that say whose they are', async () => {
      const metrics = async (key: string | undefined) => (await server.send('/metrics', { key })).text();
      const acme = await metrics(keys['acme']);
      expect(acme).toMatch(/forecast_questions_total\{.*tenant="acme"/);
      expect(acme).not.toMatch(/globex|initech|process_cpu|http_requests_total\{/);
      const whole = await metrics(environment.METRICS_TOKEN);
      expect(whole).toMatch(/model_info\{.*tenant="acme"/);
      expect(whole).toMatch(/model_info\{.*tenant="globex"/);
      expect(whole.match(/^# TYPE model_info /gm)).toHaveLength(1);
      const lines = server
        .log()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      const answered = lines.filter(({ msg, key_id }) => msg === 'request answered' && key_id !== undefined);
      for (const { key_id, tenant } of answered) {
        const owner = TENANTS.find((id) => keys[id]!.split('_')[1] === key_id);
        if (owner !== undefined) expect(tenant).toBe(owner);
        if (key_id === keys['default']!.split('_')[1]) expect(tenant).toBeUndefined();
      }
      expect(lines.filter(({ tenant }) => tenant === 'acme').length).toBeGreaterThan(10);
    });

    it('have quotas of rows, trainings and requests', async () => {
      const own = await startServer({ ...environment, TENANTS_OPEN: '1' });
      const of = (path: string, init?: RequestInit) => own.send(path, { key: keys['initech'], ...init });
      const limit = async (quotas: object) => {
        const set = await ask('default', '/api/v1/tenants/initech/quotas', post(quotas));
        expect(set.status).toBe(200);
        // Open tenants are let go of where only one may stay open.
        await own.send('/api/v1/sales/summary', { key: keys['acme'] });
      };
      try {
        const records = recordsOf('initech', 3);
        const send = (some: object[], headers = {}) =>
          of('/api/v1/sales', {
            ...post({ records: some }),
            headers: { 'content-type': 'application/json', ...headers },
          });
        const { rows: before } = await (await of('/api/v1/sales/summary')).json();
        await limit({ rows: before + 200 });
        const tooMany = await send(records);
        expect(tooMany.status).toBe(403);
        expect(await tooMany.json()).toMatchObject({ code: 'quota-exceeded' });
        const csv = [
          'date,product,category,units',
          ...records.map((r) => `${r.date},${r.product_id},x,1`),
        ].join('\n');
        const file = await of('/api/v1/sales', {
          method: 'POST',
          headers: { 'content-type': 'text/csv' },
          body: csv,
        });
        expect(file.status).toBe(403);
        expect((await (await of('/api/v1/sales/summary')).json()).rows).toBe(before);
        expect((await send(records.slice(0, 200))).status).toBe(200);
        expect((await send(records.slice(200, 201))).status).toBe(403);

        await limit({ trainings_per_day: 0 });
        const training = await of('/api/v1/model/train', { method: 'POST' });
        expect(training.status).toBe(429);
        expect(Number(training.headers.get('retry-after'))).toBeGreaterThan(0);

        await limit({ requests_per_minute: 5 });
        const statuses: number[] = [];
        for (let i = 0; i < 8; i++) statuses.push((await of('/api/v1/session')).status);
        expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
        // Others are not concerned.
        expect((await own.send('/api/v1/session', { key: keys['acme'] })).status).toBe(200);
        await limit({});
        expect((await of('/api/v1/session')).status).toBe(200);
      } finally {
        await own.close();
      }
    });

    it('are kept for as long as the installation says, each', async () => {
      const set = (id: string, body: object) => ask('default', `/api/v1/tenants/${id}/retention`, post(body));
      const shown = async (id: string) =>
        (await ask('default', '/api/v1/tenants')).json.tenants.find((one: { id: string }) => one.id === id)
          .retention;
      const nothing = { sales_days: null, removals_days: null, trainings_days: null };
      expect(await shown('globex')).toEqual(nothing);
      for (const wrong of [{ sales_days: 59 }, { sales_days: 3_661 }, { removals_days: 1.5 }, { days: 90 }]) {
        expect((await set('globex', wrong)).status, JSON.stringify(wrong)).toBe(400);
      }
      expect((await set('nobody', {})).status).toBe(404);
      const ofTenant = await ask('globex', '/api/v1/tenants/globex/retention', post({ sales_days: 60 }));
      expect(ofTenant.status).toBe(403);

      const schema = schemaOf('globex');
      const client = new pg.Client({ connectionString: DATABASE_URL });
      await client.connect();
      const count = async (table: string) =>
        Number((await client.query(`SELECT count(*) AS n FROM "${schema}".${table}`)).rows[0].n);
      const own = await startServer(environment);
      const chores = () =>
        own.composed.dependencies.tenants!.use('globex', (open) =>
          open.work({
            kind: 'chores',
            day: formatDay(TODAY - 1),
            data: null,
            checkpoint: undefined,
            saveCheckpoint: async () => undefined,
            signal: new AbortController().signal,
          }),
        );
      const old = Array.from({ length: 10 }, (_, i) => ({
        date: formatDay(TODAY - 90 + i),
        product_id: 'globex-old',
        category: 'globex things',
        units: 1,
      }));
      expect((await ask('globex', '/api/v1/sales', post({ records: old }))).json.accepted).toBe(10);
      const [rows, others] = [await count('sales'), (await ask('acme', '/api/v1/sales/summary')).json.rows];
      try {
        await client.query(
          `INSERT INTO "${schema}".sales_removals (at, rows, reason)
           SELECT now() - days * interval '1 day', 1, 'test' FROM unnest(ARRAY[10, 50]) AS days`,
        );
        await client.query(
          `INSERT INTO "${schema}".training_runs (id, status, started_at, alive_until, finished_at)
           SELECT 'test-' || days, 'failed', now() - days * interval '1 day', now(), now() - days * interval '1 day'
           FROM unnest(ARRAY[10, 50]) AS days`,
        );
        const [removals, runs] = [await count('sales_removals'), await count('training_runs')];
        await chores();
        expect([await count('sales'), await count('sales_removals'), await count('training_runs')]).toEqual([
          rows,
          removals,
          runs,
        ]);
        const kept = { sales_days: 60, removals_days: 40, trainings_days: 40 };
        expect((await set('globex', kept)).json.retention).toEqual(kept);
        expect(await shown('globex')).toEqual(kept);
        expect(await shown('acme')).toEqual(nothing);
        await chores();
        // Other sales older than that have gone before, or go now.
        const { rows: left } = await client.query(
          `SELECT count(*) FILTER (WHERE product_id = 'globex-old') AS old, min(day) = current_date - 60 AS exact
           FROM "${schema}".sales`,
        );
        expect(left).toEqual([{ old: '0', exact: true }]);
        expect(await count('sales_removals')).toBe(removals - 1);
        expect(await count('training_runs')).toBe(runs - 1);
        expect((await ask('acme', '/api/v1/sales/summary')).json.rows).toBe(others);
        expect((await set('globex', {})).json.retention).toEqual(nothing);
      } finally {
        await own.close();
        await client.end();
      }
    });

    it('are answered alike where fewer may stay open than are asked', async () => {
      const own = await startServer({ ...environment, TENANTS_OPEN: '1' });
      try {
        const rounds = Array.from({ length: 24 }, (_, i) => ['acme', 'globex', 'initech'][i % 3]!);
        const answers = await Promise.all(
          rounds.map(async (id) => {
            const response = await own.send('/api/v1/sales/summary', { key: keys[id] });
            return { id, status: response.status, text: await response.text() };
          }),
        );
        for (const { id, status, text } of answers) {
          expect(status).toBe(200);
          for (const other of TENANTS.filter((name) => name !== id)) expect(text).not.toContain(other);
        }
      } finally {
        await own.close();
      }
    });

    it('have their scheduled jobs done, each from its own folder', async () => {
      const folder = join(environment.SALES_DIR, 'globex');
      mkdirSync(folder, { recursive: true });
      for (const day of [TODAY - 1, TODAY]) {
        const csv = `date,productId,category,units\n${formatDay(TODAY - 1)},globex-night,globex things,9\n`;
        writeFileSync(join(folder, `${formatDay(day)}.csv`), csv);
      }
      const versionsOf = async (id: string) => (await ask(id, '/api/v1/model/versions')).json.versions.length;
      const [acme, globex] = [await versionsOf('acme'), await versionsOf('globex')];
      const own = await startServer(environment);
      try {
        const every = { COLLECTION_CRON: '*/2 * * * * *', TRAINING_CRON: '*/3 * * * * *' };
        const config = readConfig({ ...environment, ...every });
        await startSchedule(config, own.composed, { sales: () => [] });
        await eventually(async () => {
          const { json } = await ask('globex', '/api/v1/sales/summary');
          expect(json.products).toBeGreaterThan(4);
        });
        await eventually(async () => expect(await versionsOf('acme')).toBeGreaterThan(acme));
        await eventually(async () => expect(await versionsOf('globex')).toBeGreaterThan(globex));
        expect((await ask('acme', '/api/v1/sales/summary')).json.products).toBe(4);
        expect((await ask('default', '/api/v1/sales/summary')).text).not.toContain('night');
      } finally {
        await own.close();
      }
    }, 120_000);

    it('are trained through the queue, when they ask and when it is time', async () => {
      const queue = {
        ...environment,
        QUEUE_URL: REDIS_URL,
        QUEUE_PREFIX: `test_${randomUUID().slice(0, 8)}`,
      };
      const own = await startServer(queue);
      const scheduler = await startServer({ ...queue, ARTIFACT_DIR: join(own.directory, 'artifacts') });
      const of = async (path: string, init?: RequestInit) =>
        (await own.send(path, { key: keys['initech'], ...init })).json();
      try {
        expect((await of('/api/v1/sales', post({ records: recordsOf('initech', 5) }))).accepted).toBe(
          4 * DAYS,
        );
        const asked = await of('/api/v1/model/train', { method: 'POST' });
        expect(asked.status).toBe('queued');
        const every = { COLLECTION_CRON: '0 0 1 1 *', TRAINING_CRON: '*/3 * * * * *' };
        await startSchedule(readConfig({ ...queue, ...every }), scheduler.composed, { sales: () => [] });
        await eventually(async () => {
          expect(await of(`/api/v1/model/trainings/${asked.id}`)).toMatchObject({ status: 'succeeded' });
        });
        // And then those of the schedule.
        await eventually(async () =>
          expect((await of('/api/v1/model/versions')).versions.length).toBeGreaterThan(1),
        );
        // Both may have run at the same time, and the one that was asked for may have ended last.
        await eventually(async () =>
          expect((await of('/api/v1/model/trainings/latest')).id).not.toBe(asked.id),
        );
      } finally {
        await own.close();
        await scheduler.close();
        const redis = new Redis(REDIS_URL);
        for (const key of await redis.keys(`${queue.QUEUE_PREFIX}*`)) await redis.del(key);
        redis.disconnect();
      }
    }, 120_000);

    // Last, as the attackers lose what is theirs.
    it('are isolated: no endpoint gives or changes anything of another, whatever ids it is asked with', async () => {
      const all = await operations();
      const values = valuesOf();
      const names = new Set(all.flatMap((one) => one.names.map(({ name }) => name)));
      expect([...names].filter((name) => !(name in values) && !LEFT_OUT.includes(name))).toEqual([]);
      // What is looked for is what acme itself is told by many of them.
      const telling = new Set<string>();
      for (const operation of all) {
        const { method, path } = operation;
        if (method !== 'GET' && !path.startsWith('/api/v1/forecast/')) continue;
        for (const { target, init } of requestsOf(operation, values)) {
          if (OF_ACME.test((await ask('acme', target, init)).text)) telling.add(`${method} ${path}`);
        }
      }
      expect([...telling]).toEqual(
        expect.arrayContaining([
          'GET /api/v1/forecast/top-products',
          'GET /api/v1/forecast/categories',
          'GET /api/v1/forecast/trends/{category}',
          'GET /api/v1/forecast/trends',
          'POST /api/v1/forecast/predict',
          'GET /api/v1/forecast/daily',
          'POST /api/v1/forecast/stock-plan',
          'POST /api/v1/forecast/table',
          'GET /api/v1/plan',
          'GET /api/v1/sales/totals/products',
          'GET /api/v1/api-keys',
        ]),
      );
      const before = await stateOf('acme');
      const asked = new Set<string>();
      for (const attacker of ['globex', 'initech', 'default']) {
        for (const operation of all) {
          const { method, path } = operation;
          // The attacker keeps its key.
          if (path.endsWith('/self/rotate')) continue;
          // The administrator of the installation may administer tenants: that is tried below.
          if (attacker === 'default' && path.startsWith('/api/v1/tenants')) continue;
          for (const { target, init } of requestsOf(operation, values)) {
            const answer = await ask(attacker, target, init);
            const what = `${attacker} ${method} ${target} ${init.body}: ${answer.text}`;
            // Initech has no model.
            if (answer.status !== 503) expect(answer.status, what).toBeLessThan(500);
            // Products that were named come back in problems; those that were not can only come from acme.
            expect(answer.text, what).not.toMatch(OF_ACME);
            if (path.includes('{id}')) expect(answer.status, what).toBeGreaterThanOrEqual(400);
          }
          asked.add(`${method} ${path}`);
        }
      }
      expect(asked.size).toBe(all.length - 1);
      expect(await stateOf('acme')).toEqual(before);
    }, 240_000);
  });
});
