import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../test/free-port.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface LoadedServer {
  readonly url: string;
  readonly key: string;
  /** Its process, which takes messages if a module that it preloads does. */
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

/**
 * Starts the reference server on a free port of this machine and waits until it is ready, or, for one without a model,
 * only until it lives.
 *
 * @param nodeArguments arguments for Node itself, such as a module to preload
 */
export async function startServer(
  environment: Record<string, string>,
  until: 'ready' | 'live' = 'ready',
  nodeArguments: readonly string[] = [],
): Promise<LoadedServer> {
  const port = String(await freePort());
  const folder = mkdtempSync(join(tmpdir(), 'first-key-'));
  const keyFile = join(folder, 'key');
  const program = [...nodeArguments, '--import', 'tsx', 'examples/express-server/main.ts'];
  const child = spawn(process.execPath, program, {
    cwd: ROOT,
    env: { ...process.env, KEY_FILE: keyFile, ...environment, PORT: port },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let printed = '';
  child.stderr?.on('data', (text) => (printed += text));
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 600_000;
  while (!(await isHealthy(url, until)) || !/^Dashboard: /m.test(printed)) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`The server did not start:\n${printed}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  if (!existsSync(keyFile)) throw new Error(`The server wrote no key:\n${printed}`);
  const key = readFileSync(keyFile, 'utf8').trim();
  rmSync(folder, { recursive: true });
  return { url, key, process: child, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

function isHealthy(url: string, check: 'ready' | 'live'): Promise<boolean> {
  return fetch(`${url}/health/${check}`).then(
    ({ status }) => status === 200,
    () => false,
  );
}
