import pg from 'pg';
import { type Database, databaseFailed, withTypedErrors } from './database.js';

/**
 * Uses a database over a connection of its own, which is ended afterwards.
 *
 * @throws ForecastError `unavailable` if it cannot be reached.
 */
export async function useDatabase<T>(url: string, work: (database: Database) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  // A connection that breaks while nothing is asked: the next statement says so.
  client.on('error', () => undefined);
  await client.connect().catch((cause) => {
    throw databaseFailed(cause);
  });
  try {
    return await work(withTypedErrors(client));
  } finally {
    await client.end();
  }
}
