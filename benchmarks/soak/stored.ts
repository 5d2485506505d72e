import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { MEGABYTE } from './watch.js';

/** Sizes of what a server keeps, by name: MB of folders and of the database, numbers of rows and connections. */
export type Sizes = Readonly<Record<string, number>>;

/** The storage of a server under watch. */
export interface WatchedStorage {
  readonly environment: Readonly<Record<string, string>>;
  sizes(): Promise<Sizes>;
  remove(): Promise<void>;
}

/** An embedded database, which only its own process can ask for numbers of rows. */
export function embeddedStorage(directory: string): WatchedStorage {
  return {
    environment: { DATA_DIR: directory, DATABASE_URL: '', REDIS_URL: '', QUEUE_URL: '' },
    sizes: async () => foldersOf(directory),
    remove: async () => {},
  };
}

/** A new database on a PostgreSQL server, so that its connections and sizes are those of the server under watch. */
export async function ownDatabase(
  url: string,
  redis: string,
  name: string,
  directory: string,
): Promise<WatchedStorage> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const inside = new pg.Client({ connectionString: own.href, application_name: 'soak' });
  await inside.connect();
  return {
    environment: {
      DATABASE_URL: own.href,
      REDIS_URL: redis,
      REDIS_PREFIX: name,
      DATA_DIR: directory,
      DEMO_DATA: 'true',
    },
    async sizes() {
      const { rows } = await inside.query<{ size: string; connections: string }>(
        `SELECT pg_database_size(current_database()) AS size, (SELECT count(*) FROM pg_stat_activity
           WHERE datname = current_database() AND application_name <> 'soak') AS connections`,
      );
      const tables = await inside.query<{ name: string; rows: string }>(
        'SELECT relname AS name, n_live_tup AS rows FROM pg_stat_user_tables WHERE n_live_tup > 0',
      );
      return {
        'database MB': Number(rows[0]?.size) / MEGABYTE,
        connections: Number(rows[0]?.connections),
        ...Object.fromEntries(tables.rows.map((table) => [`${table.name} rows`, Number(table.rows)])),
        ...foldersOf(directory),
      };
    },
    async remove() {
      await inside.end();
      await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await client.end();
      if (redis !== '') await removeKeys(redis, `${name}:*`);
    },
  };
}

async function removeKeys(url: string, pattern: string): Promise<void> {
  const redis = new Redis(url);
  for await (const keys of redis.scanStream({ match: pattern, count: 1_000 })) {
    if (keys.length > 0) await redis.unlink(keys);
  }
  await redis.quit();
}

function foldersOf(directory: string): Sizes {
  return Object.fromEntries(
    readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => [`${name} MB`, folderSize(join(directory, name)) / MEGABYTE]),
  );
}

function folderSize(folder: string): number {
  let size = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    // Files come and go while they are counted.
    size += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return size;
}
