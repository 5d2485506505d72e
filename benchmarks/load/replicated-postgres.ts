import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './server.js';

const run = promisify(execFile);
const BIN = process.env['PG_BIN'] ?? '/usr/lib/postgresql/15/bin';
/** PostgreSQL refuses to run as root. */
const USER = process.env['PG_USER'] ?? 'postgres';
const asRoot = process.getuid?.() === 0;
const HOST = '127.0.0.1';
const CHECK_MS = 500;
const FAILURES = 3;

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
  const root = mkdtempSync(join(tmpdir(), 'failover-'));
  if (asRoot) {
    const id = (flag: string) => Number(execFileSync('id', [flag, USER], { encoding: 'utf8' }));
    chownSync(root, id('-u'), id('-g'));
  }
  chmodSync(root, 0o700);
  const [primaryPort, standbyPort] = [await freePort(), await freePort()];
  const [primary, standby] = [join(root, 'primary'), join(root, 'standby')];
  const start = (data: string, port: number, options: string) =>
    pgProgram('pg_ctl', `-D ${data} -w -l ${data}.log -o "-p ${port} ${options}" start`);
  await pgProgram('initdb', `-D ${primary} -A trust -U ${USER}`);
  const common = `-h ${HOST} -k '' -c max_connections=200`;
  await start(primary, primaryPort, common);
  await pgProgram(
    'pg_basebackup',
    `-h ${HOST} -p ${primaryPort} -U ${USER} -D ${standby} -R -X stream -c fast`,
  );
  await start(standby, standbyPort, common);
  // A write is acknowledged once the standby has it on its disk.
  await ask(primaryPort, "ALTER SYSTEM SET synchronous_standby_names = '*'");
  await ask(primaryPort, 'SELECT pg_reload_conf()');
  const address = await forward(primaryPort);
  const keeper = new AbortController();
  const promoted = keep(primaryPort, keeper.signal).then(async () => {
    await pgProgram('pg_ctl', `-D ${standby} -w promote`);
    address.leadTo(standbyPort);
    return performance.now();
  });
  promoted.catch(() => {});
  return {
    url: `postgres://${USER}@${HOST}:${address.port}/postgres`,
    promoted,
    killPrimary: () => killServer(primary),
    async stop() {
      keeper.abort();
      address.close();
      for (const data of [primary, standby]) {
        await pgProgram('pg_ctl', `-D ${data} -m immediate stop`).catch(() => {});
      }
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function pgProgram(name: string, flags: string): Promise<void> {
  // pg_ctl hands its output on to the server, so it must not be waited for.
  const command = `${BIN}/${name} ${flags} > /dev/null 2>&1`;
  const [file, args] = asRoot ? ['su', [USER, '-s', '/bin/sh', '-c', command]] : ['sh', ['-c', command]];
  await run(file as string, args as string[]);
}

async function ask(port: number, query: string): Promise<unknown> {
  const client = new pg.Client({
    host: HOST,
    port,
    user: USER,
    database: 'postgres',
    connectionTimeoutMillis: 400,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    return await client.query({ text: query, query_timeout: 400 } as pg.QueryConfig);
  } finally {
    await client.end();
  }
}

/** Kills the first process of a server and, by their ids, those that it started. */
async function killServer(data: string): Promise<void> {
  const read = asRoot
    ? ['su', USER, '-s', '/bin/sh', '-c', `head -n 1 ${data}/postmaster.pid`]
    : ['head', '-n', '1', `${data}/postmaster.pid`];
  const [file = '', ...args] = read;
  const postmaster = Number((await run(file, args)).stdout);
  const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(postmaster)]);
  for (const id of [postmaster, ...stdout.split('\n').map(Number)]) {
    if (id > 0) tryToKill(id);
  }
}

function tryToKill(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // It ended with the first one.
  }
}

/** Resolves once the primary was silent several times in a row. */
async function keep(port: number, signal: AbortSignal): Promise<void> {
  for (let failures = 0; failures < FAILURES; ) {
    await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
    signal.throwIfAborted();
    failures = await ask(port, 'SELECT 1').then(
      () => 0,
      () => failures + 1,
    );
  }
}

/** Listens on a port and forwards what arrives to another one, which can change: connections to the old one end. */
async function forward(firstTarget: number) {
  let target = firstTarget;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, HOST);
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
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, HOST, resolve));
  const endAll = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    port,
    leadTo(next: number) {
      target = next;
      endAll();
    },
    close() {
      server.close();
      endAll();
    },
  };
}
