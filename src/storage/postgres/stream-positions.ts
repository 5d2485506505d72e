import { type Kysely, sql } from 'kysely';
import type { StreamPosition } from '../contract.js';
import { positionConflict } from '../delivery.js';
import type { Tables } from './tables.js';

/** Reads the position of a stream. */
export async function readPosition(
  db: Kysely<unknown>,
  { positions }: Tables,
  stream: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ position: string }>`
    SELECT position FROM ${positions} WHERE stream = ${stream}`.execute(db);
  return rows[0]?.position;
}

/**
 * Moves a stream from one position to the next in the transaction of its rows. Whoever moves the same stream at the same time
 * is waited for, and wins.
 *
 * @throws ForecastError `conflict` unless the stream is where the step begins
 */
export async function movePosition(
  db: Kysely<unknown>,
  { positions }: Tables,
  position: StreamPosition,
): Promise<void> {
  const { stream, from, to } = position;
  const { numAffectedRows } =
    from === undefined
      ? await sql`
          INSERT INTO ${positions} (stream, position) VALUES (${stream}, ${to})
          ON CONFLICT (stream) DO NOTHING`.execute(db)
      : await sql`
          UPDATE ${positions} SET position = ${to}, moved_at = now()
          WHERE stream = ${stream} AND position = ${from}`.execute(db);
  if (Number(numAffectedRows ?? 0) === 0) throw positionConflict(position);
}
