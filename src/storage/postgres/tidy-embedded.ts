import { type Kysely, sql } from 'kysely';

/**
 * Does what a server of PostgreSQL does by itself in the background: makes the space of rows that were changed or deleted free for others,
 * and ends the log before now, whose files are then written anew instead of more and more of them.
 */
export async function tidyEmbedded(db: Kysely<unknown>): Promise<void> {
  await sql`VACUUM`.execute(db);
  await sql`CHECKPOINT`.execute(db);
}
