import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { describe, expect, it } from 'vitest';
import { PostgresStorage } from '../../../src/storage/postgres/index.js';
import { DATABASE_URL, describeWithPostgres } from '../services.js';
import { BATCHES, batchOf, DAYS, PRODUCTS } from './ingest-batches.js';
import { newSchema, postgresFixture } from './postgres-fixture.js';

const CHILD = fileURLToPath(new URL('ingest-child.ts', import.meta.url));
const KILLS = 4;

interface Killed {
  /** Highest batch that the child said it had written. */
  readonly written: number;
  readonly killedWhileWriting: boolean;
}

/** Starts an ingest, and kills it with SIGKILL some time into its writing. */
async function killedIngest(target: string, schema: string, first: number, afterMs: number): Promise<Killed> {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', 'tsx', CHILD, target, schema, String(first)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout!.on('data', (data: Buffer) => {
    output += data.toString();
    if (child.killed || !output.includes('ready')) return;
    setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  const signal = await new Promise((resolve) => child.once('exit', (_, name) => resolve(name)));
  const numbers = [...output.matchAll(/wrote (\d+)\n/g)].map((match) => Number(match[1]));
  return { written: Math.max(first - 1, ...numbers), killedWhileWriting: signal === 'SIGKILL' };
}

async function unitsOfRows(storage: PostgresStorage): Promise<Set<number>> {
  const units = new Set<number>();
  let rows = 0;
  for await (const chunk of storage.read()) {
    rows += chunk.length;
    for (const row of chunk) units.add(row.units);
  }
  expect(rows === 0 || rows === PRODUCTS * DAYS).toBe(true);
  return units;
}

/** Kills the ingest again and again; then every batch is sent once more, as by a caller that does not know its outcome. */
async function ingestUnderKills(target: string, schema: string): Promise<void> {
  let next = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    // Times that do not divide each other hit different places: within a batch, at its commit, between two.
    const killed = await killedIngest(target, schema, next, 37 + 61 * kill);
    expect(killed.killedWhileWriting).toBe(true);
    next = killed.written + 1;
  }
}

async function expectEachBatchOnce(storage: PostgresStorage): Promise<void> {
  const [before, ...others] = [...(await unitsOfRows(storage)), 0];
  expect(others.length).toBeLessThanOrEqual(1);
  // The batches are powers of two: the units of a row tell which of them it holds, and that none came twice.
  expect(Number.isInteger(before) && before < 2 ** BATCHES).toBe(true);
  for (let batch = 0; batch < BATCHES; batch++) {
    const { alreadyWritten } = await storage.write(batchOf(batch));
    expect(alreadyWritten).toBe(Math.floor(before / 2 ** batch) % 2 === 1);
  }
  expect([...(await unitsOfRows(storage))]).toEqual([2 ** BATCHES - 1]);
}

describeWithPostgres('an ingest into PostgreSQL that is killed', () => {
  const { open } = postgresFixture();

  it('loses and doubles nothing', async () => {
    const schema = newSchema();
    const storage = open(schema, { totals: 'manual' });
    await ingestUnderKills(DATABASE_URL, schema);
    await expectEachBatchOnce(storage);
  }, 300_000);
});

describe('an ingest into PGlite on disk that is killed', () => {
  it('loses and doubles nothing', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'pglite-'));
    try {
      await ingestUnderKills(directory, 'sales');
      const pglite = await PGlite.create(directory);
      try {
        await expectEachBatchOnce(new PostgresStorage({ pglite, schema: 'sales', totals: 'manual' }));
      } finally {
        await pglite.close();
      }
    } finally {
      await rm(directory, { recursive: true });
    }
  }, 300_000);
});
