import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareDatabase } from '../../embedded-database.js';
import { freePort } from '../../free-port.js';

const MAIN = fileURLToPath(new URL('../../../examples/express-server/main.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The server as a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** The key that it wrote into its `KEY_FILE`, if any. */
  key(): string | undefined;
  output(): string;
  /** Sends a signal and waits for the end; gives the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

function spawnServer(environment: Record<string, string>) {
  return spawn(process.execPath, ['--import', 'tsx', MAIN], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], MODEL: 'weekday-mean', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Starts a server that is expected not to run, and waits for its end. */
export async function runToEnd(
  environment: Record<string, string>,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawnServer({ PORT: '0', ...environment });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  child.stderr.on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  return { code, output };
}

/** Starts the server and waits until it is ready. */
export async function startProcess(environment: Record<string, string>): Promise<ServerProcess> {
  const { DATA_DIR, DATABASE_URL } = environment;
  if (DATA_DIR && !DATABASE_URL) await prepareDatabase(join(DATA_DIR, 'database'));
  const port = environment['PORT'] ?? String(await freePort());
  const keyFile = join(mkdtempSync(join(tmpdir(), 'first-key-')), 'key');
  const process_ = spawnServer({ KEY_FILE: keyFile, ...environment, PORT: port });
  let output = '';
  process_.stdout.on('data', (text) => (output += text));
  process_.stderr.on('data', (text) => (output += text));
  const url = `http://127.0.0.1:${port}`;
  const server: ServerProcess = {
    url,
    pid: process_.pid!,
    key: () => (existsSync(keyFile) ? readFileSync(keyFile, 'utf8').trim() : undefined),
    output: () => output,
    end: (signal) => endProcess(process_, signal),
  };
  for (let attempt = 0; attempt < 1_500; attempt++) {
    if (process_.exitCode !== null) throw new Error(`The server ended:\n${output}`);
    const ready = await fetch(`${url}/health/ready`).then(
      (response) => response.status === 200,
      () => false,
    );
    if (ready && /^Dashboard: /m.test(output)) return server;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await server.end('SIGKILL');
  throw new Error(`The server did not become ready:\n${output}`);
}

export async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
  return child.exitCode;
}

/** Whether a program can be started here. */
export function hasProgram(program: string, argument: string): boolean {
  try {
    execFileSync(program, [argument], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
