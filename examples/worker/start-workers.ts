import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { WorkerConfig } from './config.js';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

export interface WorkerProcess {
  readonly process: ChildProcess;
  /** Tells the worker to finish the piece in hand and waits for its end. */
  stop(): Promise<void>;
}

/** Starts a worker process on this machine and waits until it takes work. */
export async function startWorkerProcess(config: WorkerConfig): Promise<WorkerProcess> {
  const { queueUrl, prefix, artifacts, lockMs } = config;
  const child = spawn(process.execPath, ['--import', 'tsx', WORKER], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      QUEUE_URL: queueUrl,
      QUEUE_PREFIX: prefix,
      ARTIFACTS: artifacts,
      LOCK_MS: String(lockMs),
    },
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
