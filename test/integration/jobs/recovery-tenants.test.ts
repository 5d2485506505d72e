import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDay } from 'commerce-forecast';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withRole } from '../../../examples/express-server/tenants/tenant-schema.js';
import { backUp } from '../../../examples/worker/recovery/back-up.js';
import { restore } from '../../../examples/worker/recovery/restore.js';
import { restoreTenants } from '../../../examples/worker/recovery/tenants.js';
import { post, startServer, type TestServer } from '../../examples/express-server/server-fixture.js';
import { DATABASE_URL, describeWithPostgres, eventually } from '../services.js';

const TODAY = Math.floor(Date.now() / 86_400_000);
const TENANTS = ['acme', 'globex'];

describeWithPostgres('the recovery drill with tenants', () => {
  const admin = new pg.Pool({ connectionString: DATABASE_URL, max: 1 });
  const databases: string[] = [];
  let open: TestServer | undefined;
  const schemas: Record<string, string> = {};
  const keys: Record<string, string> = {};
  let root: string;
  let original: string;
  let backup: string;

  async function emptyDatabase(): Promise<string> {
    const name = `test_recovery_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
    databases.push(name);
    await admin.query(`CREATE DATABASE ${name}`);
    const url = new URL(DATABASE_URL);
    url.pathname = `/${name}`;
    return url.href;
  }

  async function query(url: string, sql: string, values: unknown[] = []) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql, values)).rows;
    } finally {
      await client.end();
    }
  }

  async function start(url: string, artifacts: string): Promise<TestServer> {
    const server = await startServer({ DATABASE_URL: url, DATABASE_SCHEMA: 'shop', ARTIFACT_DIR: artifacts });
    await server.composed.dependencies.models.refresh();
    return server;
  }

  /** What an owner sees of sales, versions and forecasts. */
  async function behaviour(server: TestServer, owner: string) {
    const paths = [
      '/api/v1/sales/summary',
      '/api/v1/sales/deliveries',
      '/api/v1/plan',
      '/api/v1/forecast/top-products?time_period=week',
    ];
    const answers = await Promise.all(
      paths.map(async (path) => {
        const response = await server.send(path, { key: keys[owner] });
        expect(response.status, `${owner} ${path}`).toBe(200);
        const { generated_at: _, ...rest } = await response.json();
        return [path, rest];
      }),
    );
    return Object.fromEntries(answers);
  }

  const allBehaviour = async (server: TestServer) =>
    Object.fromEntries(
      await Promise.all(
        [...TENANTS, 'default'].map(async (owner) => [owner, await behaviour(server, owner)]),
      ),
    );

  /** Owners of everything in the schema of a tenant. */
  const owners = async (url: string, schema: string) =>
    query(
      url,
      `SELECT relname AS name, relowner::regrole::text AS owner FROM pg_class
         WHERE relnamespace = to_regnamespace($1)
       UNION ALL SELECT proname, proowner::regrole::text FROM pg_proc WHERE pronamespace = to_regnamespace($1)
       UNION ALL SELECT nspname, nspowner::regrole::text FROM pg_namespace WHERE nspname = $1 ORDER BY 1`,
      [schema],
    );

  let expected: unknown;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'recovery-tenants-'));
    original = await emptyDatabase();
    const artifacts = join(root, 'artifacts');
    const server = await start(original, artifacts);
    keys['default'] = await server.key('admin');
    for (const id of TENANTS) {
      const created = await server.send('/api/v1/tenants', { key: keys['default'], ...post({ id }) });
      keys[id] = (await created.json()).key.key;
    }
    for (const [i, owner] of [...TENANTS, 'default'].entries()) {
      const records = Array.from({ length: 80 }, (_, day) => ({
        date: formatDay(TODAY - 80 + day),
        product_id: `${owner}-product`,
        category: `${owner} things`,
        units: 10 * (i + 1) + (day % 7),
      }));
      const send = (path: string, body: unknown) => server.send(path, { key: keys[owner], ...post(body) });
      expect((await send('/api/v1/sales', { records })).status).toBe(200);
      const plan = { date: formatDay(TODAY + 2), product_id: `${owner}-product`, promo: true };
      expect((await send('/api/v1/plan', { records: [plan] })).status).toBeLessThan(300);
      await server.send('/api/v1/model/train', { key: keys[owner], method: 'POST' });
      await eventually(async () => {
        const latest = await server.send('/api/v1/model/trainings/latest', { key: keys[owner] });
        expect((await latest.json()).status).toBe('succeeded');
      });
    }
    for (const { id, schema_name } of await query(original, 'SELECT id, schema_name FROM shop.tenants')) {
      schemas[id] = schema_name;
    }
    backup = join(root, 'backup');
    await backUp({ database: { url: original }, artifacts }, backup);
    expected = await allBehaviour(server);
    await server.close();
  });

  afterAll(async () => {
    await open?.close();
    for (const name of databases) await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    for (const schema of Object.values(schemas)) await admin.query(`DROP ROLE IF EXISTS "${schema}"`);
    await admin.end();
    await rm(root, { recursive: true, force: true });
  });

  it('gives each tenant its role, its tables and its forecasts back, in a database of another name', async () => {
    const before = await Promise.all(TENANTS.map((id) => owners(original, schemas[id]!)));
    // The machine is lost, and with it the roles, which are in no dump of a database.
    await admin.query(`DROP DATABASE ${databases[0]} WITH (FORCE)`);
    for (const id of TENANTS) await admin.query(`DROP ROLE "${schemas[id]}"`);

    const url = await emptyDatabase();
    const artifacts = join(root, 'restored');
    await restore(backup, { database: { url }, artifacts });
    for (const [i, id] of TENANTS.entries()) {
      const after = await owners(url, schemas[id]!);
      expect(after).toEqual(before[i]);
      expect(after.length).toBeGreaterThan(20);
      expect(new Set(after.map(({ owner }) => owner))).toEqual(new Set([schemas[id]]));
    }
    const [role] = await query(url, 'SELECT * FROM pg_roles WHERE rolname = $1', [schemas['acme']]);
    expect(role).toMatchObject({
      rolcanlogin: false,
      rolsuper: false,
      rolcreaterole: false,
      rolcreatedb: false,
    });

    const server = await start(url, artifacts);
    open = server;
    expect(await allBehaviour(server)).toEqual(expected);

    // The fence stands.
    const ofAcme = withRole(url, schemas['acme']!);
    expect(await query(ofAcme, `SELECT 1 FROM "${schemas['acme']}".sales LIMIT 1`)).toHaveLength(1);
    for (const table of [`"${schemas['globex']}".sales`, 'shop.sales', 'shop.api_keys', 'shop.tenants']) {
      await expect(query(ofAcme, `SELECT * FROM ${table}`), table).rejects.toMatchObject({ code: '42501' });
    }
    // A tenant can go on: partitions of its own, upserts through the trigger, new tenants beside it.
    const more = {
      date: formatDay(TODAY - 1),
      product_id: 'acme-product',
      category: 'acme things',
      units: 99,
    };
    const replaced = await server.send('/api/v1/sales?mode=replace', {
      key: keys['acme'],
      ...post({ records: [more, { ...more, date: formatDay(TODAY - 400) }] }),
    });
    expect(replaced.status).toBe(200);
    const created = await server.send('/api/v1/tenants', { key: keys['default'], ...post({ id: 'hooli' }) });
    expect(created.status).toBe(201);
    schemas['hooli'] = (
      await query(url, `SELECT schema_name FROM shop.tenants WHERE id = 'hooli'`)
    )[0].schema_name;

    // Once more changes nothing.
    expect(await restoreTenants(url)).toBe(TENANTS.length + 1);
  });

  it('refuses a database in which the schema of a tenant is missing, or is not known', async () => {
    const url = await emptyDatabase();
    await restore(backup, { database: { url }, artifacts: join(root, 'again') });
    await query(url, `DROP SCHEMA "${schemas['globex']}" CASCADE`);
    await expect(restoreTenants(url)).rejects.toThrow(
      `${schemas['globex']} of a tenant is not in the database`,
    );
    await query(url, `UPDATE shop.tenants SET schema_name = NULL`);
    await expect(restoreTenants(url)).rejects.toThrow('noted without their schemas');
  });

  it('does nothing where there are no tenants', async () => {
    const url = await emptyDatabase();
    expect(await restoreTenants(url)).toBe(0);
  });
});
