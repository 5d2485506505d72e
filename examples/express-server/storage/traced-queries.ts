import type pg from 'pg';
import type { Tracing } from '../monitoring/tracing.js';

type Query = (...args: unknown[]) => unknown;

/** Gives the statements of a pool, and of the connections that it hands out, spans of their own. */
export function traceQueries(pool: pg.Pool, tracing: Tracing): void {
  trace(pool, tracing);
  pool.on('connect', (client) => trace(client, tracing));
}

function trace(target: pg.Pool | pg.PoolClient, tracing: Tracing): void {
  const query = target.query.bind(target) as Query;
  const traced: Query = (...args) => {
    const text = textOf(args[0]);
    // With a callback the pool asks for itself, in the place of what it was asked.
    if (text === undefined || typeof args.at(-1) === 'function') return query(...args);
    return tracing.query(text, async () => query(...args));
  };
  Object.assign(target, { query: traced });
}

/** Undefined for streams, which are no promises. */
function textOf(statement: unknown): string | undefined {
  if (typeof statement === 'string') return statement;
  const { text, submit } = (statement ?? {}) as { text?: unknown; submit?: unknown };
  return typeof text === 'string' && typeof submit !== 'function' ? text : undefined;
}

/** Part of an embedded database that sends statements. */
interface Embedded {
  query<R>(sql: string, parameters?: unknown[]): Promise<{ rows: R[]; affectedRows?: number }>;
}

/** The same embedded database, whose statements have spans. */
export function tracedEmbedded(database: Embedded, tracing: Tracing): Embedded {
  return {
    query: <R>(sql: string, parameters?: unknown[]) =>
      tracing.query(sql, () => database.query<R>(sql, parameters)),
  };
}
