import pg from 'pg';

/**
 * Loaded before a program: ends it by SIGKILL at the commit of a transaction that has moved a stream, the `KILL_AT`-th one, before the
 * database hears of it or as soon as it has answered (`KILL_WHEN=before` or `after`).
 */
const { KILL_AT, KILL_WHEN } = process.env;
const moving = new WeakSet<object>();
let commits = 0;
const query = pg.Client.prototype.query as (this: pg.Client, ...given: unknown[]) => unknown;

function textOf(statement: unknown): string {
  return typeof statement === 'string' ? statement : ((statement as { text?: string })?.text ?? '');
}

async function thenKill(answer: unknown): Promise<unknown> {
  await answer;
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}

pg.Client.prototype.query = function (this: pg.Client, ...given: unknown[]) {
  const text = textOf(given[0]);
  if (/(INSERT INTO|UPDATE) \S*"sales_positions"/.test(text)) moving.add(this);
  if (text !== 'commit' || !moving.delete(this) || ++commits !== Number(KILL_AT)) {
    return query.apply(this, given);
  }
  if (KILL_WHEN === 'before') process.kill(process.pid, 'SIGKILL');
  return thenKill(query.apply(this, given));
} as typeof pg.Client.prototype.query;
