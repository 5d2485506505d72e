import { randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { PGlite } from '@electric-sql/pglite';
import {
  createForecaster,
  type DocumentStore,
  type ForecastSnapshot,
  type SalesStorage,
  snapshotFromJson,
  snapshotToJson,
  weekdayMean,
} from 'commerce-forecast';
import { FileSystemArtifactStore } from 'commerce-forecast/filesystem';
import { PostgresDocumentStore, PostgresStorage } from 'commerce-forecast/postgres';
import { createModelRegistry } from 'commerce-forecast/registry';
import { generateSales } from 'commerce-forecast/testing';
import pg from 'pg';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { backUp } from '../../../examples/worker/recovery/back-up.js';
import { runPostgresTool } from '../../../examples/worker/recovery/installation.js';
import { restore } from '../../../examples/worker/recovery/restore.js';
import { DATABASE_URL, describeWithPostgres } from '../services.js';

const root = await mkdtemp(join(tmpdir(), 'recovery-'));
afterAll(() => rm(root, { recursive: true, force: true }));

const records = generateSales({ products: 12, days: 150, seed: 31 }).records;
const now = () => new Date('2024-06-02T03:00:00Z');

interface Kept {
  readonly storage: SalesStorage;
  readonly state: DocumentStore;
}

function registryOf(state: DocumentStore, artifacts: string) {
  return createModelRegistry<ForecastSnapshot>({
    name: 'retail',
    artifacts: new FileSystemArtifactStore({ directory: artifacts }),
    state,
    load: (content) => snapshotFromJson(JSON.parse(new TextDecoder().decode(content))),
  });
}

/** An installation at work: sales, two trained versions, the second in production. */
async function fill({ storage, state }: Kept, artifacts: string): Promise<void> {
  const registry = registryOf(state, artifacts);
  for (const weeks of [4, 8]) {
    const forecaster = createForecaster({ storage, model: weekdayMean({ weeks }), now });
    await forecaster.ingest(records, { batchId: 'all' });
    const report = await forecaster.train();
    const content = new TextEncoder().encode(JSON.stringify(snapshotToJson(forecaster.snapshot()!)));
    const { version } = await registry.register(content, {
      lineage: report.lineage,
    });
    await registry.promote(version);
  }
}

/** All that users see of an installation: what it forecasts, what it would train, and what it can return to. */
async function behaviour({ storage, state }: Kept, artifacts: string) {
  const registry = registryOf(state, artifacts);
  await registry.refresh();
  const forecaster = createForecaster({ storage, model: weekdayMean({ weeks: 8 }), now });
  await forecaster.useSnapshot(registry.route('merchant').model);
  const { category } = records[0];
  const top = await forecaster.topProducts({ timePeriod: 'month', category, limit: 10 });
  const categories = await forecaster.categories({ timePeriod: 'year' });
  await forecaster.train();
  const retrained = JSON.stringify(snapshotToJson(forecaster.snapshot()!));
  const status = await registry.status();
  const again = await forecaster.ingest(records, { batchId: 'all' });
  return {
    top,
    categories,
    retrained,
    status,
    skipped: again.alreadyWritten,
    summary: await storage.summary(),
  };
}

describeWithPostgres('the recovery drill on PostgreSQL', () => {
  const admin = new pg.Pool({ connectionString: DATABASE_URL, max: 1 });
  const names: string[] = [];
  const pools: pg.Pool[] = [];
  afterAll(async () => {
    for (const pool of pools) await pool.end();
    for (const name of names) await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.end();
  });

  async function emptyDatabase(): Promise<string> {
    const name = `test_recovery_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
    names.push(name);
    await admin.query(`CREATE DATABASE ${name}`);
    const url = new URL(DATABASE_URL);
    url.pathname = `/${name}`;
    return url.href;
  }

  function open(url: string): Kept & { migrate(): Promise<void> } {
    const pool = new pg.Pool({ connectionString: url, max: 5 });
    pools.push(pool);
    const storage = new PostgresStorage({ pool });
    const state = new PostgresDocumentStore({ pool });
    return {
      storage,
      state,
      async migrate() {
        await storage.migrate();
        await state.migrate();
      },
    };
  }

  it('restores to an empty database and empty folders, and forecasts the same', async () => {
    const url = await emptyDatabase();
    const artifacts = join(root, 'pg-artifacts');
    const original = open(url);
    await original.migrate();
    await fill(original, artifacts);
    const backup = join(root, 'pg-backup');
    await backUp({ database: { url }, artifacts }, backup);
    const expected = await behaviour(original, artifacts);
    expect(expected.skipped).toBe(records.length);

    const newUrl = await emptyDatabase();
    const newArtifacts = join(root, 'pg-restored');
    await restore(backup, { database: { url: newUrl }, artifacts: newArtifacts });
    const restored = open(newUrl);
    await restored.migrate();
    expect(await behaviour(restored, newArtifacts)).toEqual(expected);

    const twice = { database: { url: newUrl }, artifacts: join(root, 'pg-twice') };
    await expect(restore(backup, twice)).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringMatching(/^The database, .* is not empty$/),
    });
    expect(await readdir(twice.artifacts)).toEqual([]);
  });
});

describe('programs of PostgreSQL', () => {
  it('get a password where nobody else sees it', async () => {
    const programs = join(root, 'programs');
    await mkdir(programs);
    const script = '#!/bin/sh\nprintf "%s\\n" "$@" "password $PGPASSWORD"\n';
    await writeFile(join(programs, 'pg_dump'), script, { mode: 0o755 });
    vi.stubEnv('PG_BIN', programs);
    let said = '';
    const url = 'postgres://user:p%40ss@127.0.0.1:1/shop?sslmode=disable';
    await runPostgresTool('pg_dump', ['--format=custom'], url, {
      output: async (content) => {
        said = await text(content);
      },
    }).finally(() => vi.unstubAllEnvs());
    expect(said.trim().split('\n')).toEqual([
      '--format=custom',
      '--dbname=postgres://user@127.0.0.1:1/shop?sslmode=disable',
      'password p@ss',
    ]);
  });
});

describe('the recovery drill on an embedded database', () => {
  it('restores to new folders and forecasts the same', async () => {
    const pglite = await PGlite.create(join(root, 'lite'));
    const artifacts = join(root, 'lite-artifacts');
    const original = {
      storage: new PostgresStorage({ pglite }),
      state: new PostgresDocumentStore({ pglite }),
    };
    await original.storage.migrate();
    await original.state.migrate();
    await fill(original, artifacts);
    const backup = join(root, 'lite-backup');
    await backUp({ database: { pglite }, artifacts }, backup);
    const expected = await behaviour(original, artifacts);
    await original.storage.close();
    await pglite.close();

    const folder = join(root, 'lite-restored');
    const newArtifacts = join(root, 'lite-restored-artifacts');
    await restore(backup, { database: { folder }, artifacts: newArtifacts });
    const reopened = await PGlite.create(folder);
    const restored = {
      storage: new PostgresStorage({ pglite: reopened }),
      state: new PostgresDocumentStore({ pglite: reopened }),
    };
    expect(await behaviour(restored, newArtifacts)).toEqual(expected);
    await restored.storage.close();
    await reopened.close();
  });

  it('refuses a damaged or incomplete backup and a target in use, and writes nothing', async () => {
    const backup = join(root, 'lite-backup');
    const damagedCopy = async (name: string, damage: (folder: string) => Promise<void>) => {
      const copy = join(root, name);
      await cp(backup, copy, { recursive: true });
      await damage(copy);
      const artifacts = join(root, `${name}-artifacts`);
      const target = { database: { folder: join(root, `${name}-database`) }, artifacts };
      await expect(restore(copy, target)).rejects.toMatchObject({ code: 'invalid-data' });
      expect(await readdir(artifacts).catch(() => [])).toEqual([]);
    };
    await damagedCopy('flipped', async (folder) => {
      const file = join(folder, 'database.tar.gz');
      const bytes = await readFile(file);
      bytes[bytes.length >> 1] ^= 1;
      await writeFile(file, bytes);
    });
    await damagedCopy('cut-off', (folder) => rm(join(folder, 'manifest.json')));
    await damagedCopy('lost-file', (folder) => rm(join(folder, 'artifacts'), { recursive: true }));

    const withRegistry = join(root, 'with-registry');
    const pglite = await PGlite.create();
    const folders = { artifacts: join(root, 'lite-artifacts'), registry: join(root, 'registry') };
    await mkdir(folders.registry);
    await writeFile(join(folders.registry, 'retail.json'), '{}');
    await backUp({ database: { pglite }, ...folders }, withRegistry);
    await pglite.close();
    const without = {
      database: { folder: join(root, 'no-database') },
      artifacts: join(root, 'no-artifacts'),
    };
    await expect(restore(withRegistry, without)).rejects.toMatchObject({ path: ['registry'] });
    expect(await readdir(without.artifacts).catch(() => [])).toEqual([]);

    const used = { database: { folder: join(root, 'unused') }, artifacts: join(root, 'lite-artifacts') };
    await expect(restore(backup, used)).rejects.toThrow('not empty');
    const wrong = { database: { url: DATABASE_URL }, artifacts: join(root, 'unused-artifacts') };
    await expect(restore(backup, wrong)).rejects.toThrow('one of pglite');
    await expect(backUp(used, backup)).rejects.toThrow('not empty');
  });
});
