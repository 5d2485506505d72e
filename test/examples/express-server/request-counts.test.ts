import type { PGlite } from '@electric-sql/pglite';
import type { ModelHandle } from 'commerce-forecast/registry';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { RequestCounts } from '../../../examples/express-server/rollout/request-counts.js';
import type { Database } from '../../../examples/express-server/storage/database.js';
import { createServerTables } from '../../../examples/express-server/storage/server-tables.js';
import { memoryDatabase } from '../../embedded-database.js';

let pglite: PGlite;
beforeAll(async () => {
  pglite = await memoryDatabase();
  await createServerTables(pglite as Database, 'public');
  // Again, as every start does.
  await createServerTables(pglite as Database, 'public');
});
afterAll(() => pglite.close());

const handleOf = (version: number) =>
  ({ arm: 'production', version: { version } }) as unknown as ModelHandle<unknown>;

it('adds up what several processes counted, by routing and version', async () => {
  const [one, two] = [1, 2].map(() => new RequestCounts(pglite as Database, 'public', new Registry()));
  const [old, recent] = [handleOf(1), handleOf(2)];
  for (let i = 0; i < 5; i++) one.count(old, 7, i === 0);
  for (let i = 0; i < 3; i++) two.count(old, 7, false);
  two.count(recent, 7, true);
  two.count(handleOf(2), 8, false);
  await Promise.all([one.flush(), two.flush()]);
  await one.flush();
  const byVersion = async (...about: Parameters<RequestCounts['read']>) =>
    (await one.read(...about)).sort((a, b) => a.version - b.version);
  expect(await byVersion(7)).toEqual([
    { version: 1, requests: 8, failures: 1 },
    { version: 2, requests: 1, failures: 1 },
  ]);
  expect(await byVersion(8, 2)).toEqual([{ version: 2, requests: 1, failures: 0 }]);
  expect(await byVersion(9)).toEqual([]);
});

it('keeps what could not be stored, and shows each request once', async () => {
  const registry = new Registry();
  const query = vi.fn<Database['query']>(pglite.query.bind(pglite) as Database['query']);
  const counts = new RequestCounts({ query } as Database, 'public', registry);
  const handle = handleOf(3);
  counts.count(handle, 10, false);
  counts.count(handle, 10, true);
  query.mockImplementationOnce(async () => {
    // While it is being stored.
    counts.count(handle, 10, false);
    throw new Error('away');
  });
  await expect(counts.flush()).rejects.toThrow('away');
  counts.count(handle, 10, false);
  await counts.flush();
  expect(await counts.read(10)).toEqual([{ version: 3, requests: 4, failures: 1 }]);
  const text = await registry.metrics();
  expect(text).toContain('model_requests_total{version="3",arm="production",outcome="answered"} 3');
  expect(text).toContain('model_requests_total{version="3",arm="production",outcome="failed"} 1');
});
