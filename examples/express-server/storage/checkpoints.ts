import type { Logger } from 'pino';
import type { Database } from './database.js';

/** Pause between two checkpoints, as a server of PostgreSQL has it (`checkpoint_timeout`). */
const CHECKPOINT_MS = 300_000;

/**
 * Makes checkpoints of an embedded database, which makes none by itself: its log would grow for as long as it is open, and a start
 * after a crash would have all of it to read.
 *
 * @returns what ends them
 */
export function keepCheckpoints(database: Database, logger: Logger, everyMs = CHECKPOINT_MS): () => void {
  const timer = setInterval(() => {
    database
      .query('CHECKPOINT')
      .catch((error) => logger.warn({ err: error }, 'the embedded database made no checkpoint'));
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
