import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.js';

/** A PostgreSQL server of its own, which can be stopped and started again on the same port. */
export interface OwnPostgres {
  readonly url: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Kills every process of the server, as when its machine fails. */
  kill(): Promise<void>;
  /** Stops the server and removes its files. */
  remove(): Promise<void>;
}

const INSTALLED = '/usr/lib/postgresql';
const BINARIES = existsSync(INSTALLED)
  ? readdirSync(INSTALLED)
      .map((version) => join(INSTALLED, version, 'bin'))
      .find((folder) => existsSync(join(folder, 'initdb')))
  : undefined;

/** True where the programs of PostgreSQL are installed. */
export const HAS_POSTGRES = BINARIES !== undefined;

/** PostgreSQL does not run as root. */
const AS_USER: [string, ...string[]] | undefined =
  process.getuid?.() === 0
    ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups']
    : undefined;

function commandLine(program: string, settings: readonly string[]): [string, string[]] {
  const path = join(BINARIES!, program);
  if (!AS_USER) return [path, [...settings]];
  const [command, ...rest] = AS_USER;
  return [command, [...rest, path, ...settings]];
}

export async function ownPostgres(): Promise<OwnPostgres> {
  return startIn(makeDirectory(), (data) =>
    runProgram('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync']),
  );
}

/** A standby of a server: a copy of it that replays, as a stream, whatever is written there. */
export async function ownReplica(primary: OwnPostgres): Promise<OwnPostgres> {
  return startIn(makeDirectory(), (data) =>
    runProgram('pg_basebackup', [
      '-d',
      primary.url,
      '-D',
      data,
      '-R',
      '-X',
      'stream',
      '-c',
      'fast',
      '--no-sync',
    ]),
  );
}

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'own-postgres-'));
  if (AS_USER) execFileSync('chown', ['postgres', directory]);
  else chmodSync(directory, 0o700);
  return directory;
}

function runProgram(program: string, settings: readonly string[]): void {
  const [command, all] = commandLine(program, settings);
  execFileSync(command, all, { stdio: 'ignore', cwd: tmpdir() });
}

async function startIn(directory: string, fill: (data: string) => void): Promise<OwnPostgres> {
  const port = await freePort();
  const data = join(directory, 'data');
  fill(data);
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    const options = ['-D', data, '-p', `${port}`, '-c', 'listen_addresses=127.0.0.1', '-k', directory];
    const [postgres, all] = commandLine('postgres', options);
    server = spawn(postgres, all, { stdio: 'ignore', cwd: directory });
    await untilAnswers(url);
  }
  async function stop(): Promise<void> {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    // Fast shutdown: sessions are cut.
    server.kill('SIGINT');
    await exited;
  }
  async function kill(): Promise<void> {
    if (!server?.pid) return;
    const exited = once(server, 'exit');
    const parent = String(server.pid);
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', parent], { encoding: 'utf8' }).split('\n');
    server.kill('SIGKILL');
    for (const id of children.map(Number)) if (id > 0) killIfAlive(id);
    await exited;
  }
  await start();
  return {
    url,
    start,
    stop,
    kill,
    remove: async () => {
      await stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function killIfAlive(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // It ended with the first process of the server.
  }
}

async function untilAnswers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error('PostgreSQL did not start');
}
