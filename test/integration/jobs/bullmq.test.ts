import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import { createBullMqJobRunner } from '../../../src/jobs/bullmq/index.js';
import { jobRunnerChecks } from '../../../src/testing/check-job-runner.js';
import { DATABASE_URL, describeWithPostgres, describeWithRedis, REDIS_URL } from '../services.js';

describeWithRedis('createBullMqJobRunner on Redis', () => {
  const redis = new Redis(REDIS_URL, { maxRetriesPerRequest: null });
  const root = `test-jobs-${randomUUID()}`;
  afterAll(async () => {
    const keys = await redis.keys(`${root}*`);
    if (keys.length > 0) await redis.del(keys);
    await redis.quit();
  });

  const checks = jobRunnerChecks(async () => {
    const prefix = `${root}-${randomUUID()}`;
    const open = async () => createBullMqJobRunner({ redis, prefix, lockMs: 2_000 });
    return { runner: await open(), open };
  });
  for (const { name, run } of checks) it(name, run);

  it('refuses a client that gives up on blocking reads', async () => {
    const impatient = new Redis(REDIS_URL, { lazyConnect: true });
    expect(() => createBullMqJobRunner({ redis: impatient })).toThrow('must not give up');
    impatient.disconnect();
  });

  it('sets the documented times of a schedule in UTC', async () => {
    const prefix = `${root}-${randomUUID()}`;
    const runner = createBullMqJobRunner({ redis, prefix });
    await runner.schedule({ id: 'daily', job: 'collect', cron: '0 2 * * *' });
    const next = Number((await redis.zrange(`${prefix}:collect:repeat`, 0, 0, 'WITHSCORES'))[1]);
    expect(new Date(next).toISOString()).toMatch(/T02:00:00\.000Z$/);
    expect(next - Date.now()).toBeLessThanOrEqual(86_400_000);
    await runner.close();
  });
});

describeWithPostgres('createBullMqJobRunner on PostgreSQL', () => {
  const schemas: string[] = [];
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 2 });
  afterAll(async () => {
    for (const schema of schemas) await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await pool.end();
  });

  const checks = jobRunnerChecks(async () => {
    const schema = `test_jobs_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
    schemas.push(schema);
    const open = async () =>
      createBullMqJobRunner({
        postgres: { connectionString: DATABASE_URL, schema, max: 5, migrate: true },
        lockMs: 2_000,
      });
    return { runner: await open(), open };
  });
  for (const { name, run } of checks) it(name, run);
});
