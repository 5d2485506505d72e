import { connect, createServer, type Socket } from 'node:net';
import pg from 'pg';
import { freePort } from '../../test/free-port.js';
import { ownPostgres, ownReplica } from '../../test/own-postgres.js';

const HOST = '127.0.0.1';
const CHECK_MS = 500;
const FAILURES = 3;
const ANSWER_MS = 400;

/** A primary with a synchronous standby, and the address that leads to whichever is the primary. */
export interface ReplicatedPostgres {
  readonly url: string;
  /** Milliseconds of `performance.now()` at which the standby had been promoted. */
  readonly promoted: Promise<number>;
  /** Kills every process of the primary. */
  killPrimary(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts two PostgreSQL servers of their own on this machine, with what operations put around them: an address that
 * leads to the primary, and a keeper that asks the primary twice a second and promotes the standby when it was silent three times.
 */
export async function startReplicatedPostgres(): Promise<ReplicatedPostgres> {
  const primary = await ownPostgres();
  const standby = await ownReplica(primary);
  // A write is acknowledged once the standby has it on its disk.
  await ask(primary.url, "ALTER SYSTEM SET synchronous_standby_names = '*'");
  await ask(primary.url, 'SELECT pg_reload_conf()');
  const address = await forward(primary.url);
  const keeper = new AbortController();
  const promoted = keep(primary.url, keeper.signal).then(async () => {
    await ask(standby.url, 'SELECT pg_promote()', 60_000);
    address.leadTo(standby.url);
    return performance.now();
  });
  promoted.catch(() => {});
  return {
    url: address.url,
    promoted,
    killPrimary: () => primary.kill(),
    async stop() {
      keeper.abort();
      address.close();
      await standby.remove();
      await primary.remove();
    },
  };
}

async function ask(url: string, query: string, milliseconds = ANSWER_MS): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: milliseconds,
    query_timeout: milliseconds,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(query);
  } finally {
    await client.end();
  }
}

/** Resolves once the primary was silent several times in a row. */
async function keep(url: string, signal: AbortSignal): Promise<void> {
  for (let failures = 0; failures < FAILURES; ) {
    await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
    signal.throwIfAborted();
    failures = await ask(url, 'SELECT 1').then(
      () => 0,
      () => failures + 1,
    );
  }
}

/** The address of a database on another port, from which it can be led to another one: connections to the old one end. */
async function forward(firstTarget: string) {
  let target = firstTarget;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(new URL(target).port), HOST);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  const url = new URL(firstTarget);
  url.port = String(await freePort());
  await new Promise<void>((resolve) => server.listen(Number(url.port), HOST, resolve));
  const endAll = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: url.href,
    leadTo(next: string) {
      target = next;
      endAll();
    },
    close() {
      server.close();
      endAll();
    },
  };
}
