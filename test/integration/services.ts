import pg from 'pg';
import { describe, vi } from 'vitest';

/** The PostgreSQL server of the integration tests: the default counts only with `REQUIRE_SERVICES=1`. */
export const DATABASE_URL = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test';

/** The Redis server of the integration tests, likewise. */
export const REDIS_URL = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';

/** The S3 server of the integration tests, as `test/integration/s3-server.sh` prints it. */
export const S3_ENDPOINT = process.env['TEST_S3_ENDPOINT'];
export const S3_CREDENTIALS = {
  accessKeyId: process.env['TEST_S3_ACCESS_KEY'] ?? '',
  secretAccessKey: process.env['TEST_S3_SECRET_KEY'] ?? '',
};

const REQUIRED = process.env['REQUIRE_SERVICES'] === '1';

/**
 * Declares tests that need a service. Without it they are skipped with a printed reason, or, with `REQUIRE_SERVICES=1`, run
 * and fail.
 */
export function describeWithService(
  service: string,
  available: boolean,
  reason: string,
  name: string,
  tests: () => void,
): void {
  if (available || REQUIRED) {
    describe(name, tests);
    return;
  }
  console.warn(`Skipped "${name}": ${service} is not available (${reason})`);
  describe.skip(`${name} [${service} is not available]`, tests);
}

/** Tests against a real PostgreSQL; one that merely runs on the machine is not touched. */
export function describeWithPostgres(name: string, tests: () => void): void {
  describeWithService(
    'PostgreSQL',
    process.env['DATABASE_URL'] !== undefined,
    'set DATABASE_URL',
    name,
    tests,
  );
}

/** Tests against a real Redis, likewise. */
export function describeWithRedis(name: string, tests: () => void): void {
  describeWithService('Redis', process.env['REDIS_URL'] !== undefined, 'set REDIS_URL', name, tests);
}

/** Tests against a real S3 server at `TEST_S3_ENDPOINT`. */
export function describeWithS3(name: string, tests: () => void): void {
  const reason = 'run test/integration/s3-server.sh and set what it prints';
  describeWithService('S3', S3_ENDPOINT !== undefined, reason, name, tests);
}

/** Waits until a check of a service passes, as long as a busy machine may need. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 30_000, interval: 20 });
}

/** Removes what tests left in the database. */
export async function dropSchemas(...schemas: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: DATABASE_URL });
  await client.connect();
  try {
    for (const schema of schemas) await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  } finally {
    await client.end();
  }
}
