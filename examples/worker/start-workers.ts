import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

export interface WorkerProcess {
  readonly process: ChildProcess;
  /** Tells the worker to finish the piece in hand and waits for its end. */
  stop(): Promise<void>;
}

/** Starts a worker process on this machine, with settings besides its environment, and waits until it takes work. */
export async function startWorkerProcess(settings: Readonly<Record<string, string>>): Promise<WorkerProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', WORKER], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...settings },
  });
  const ended = once(child, 'exit');
  const ready = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  if (ready[0] !== 'ready') throw new Error(`The worker ended with ${ready[0]}`);
  return {
    process: child,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
