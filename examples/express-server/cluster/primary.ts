import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { Logger } from 'pino';
import { AggregatorRegistry, type RegistryContentType } from 'prom-client';

const MAX_PAUSE_MS = 10_000;
/** A process that lived for so long did not fail to start. */
const STABLE_MS = 30_000;

/** Of thousands of requests under way, few survive a collection of a young generation that has room for them. */
const SEMI_SPACE_MB = 64;

/** From a process to the primary, and back. */
export interface MetricsQuestion {
  readonly kind: 'ask-metrics';
  readonly id: number;
}
export interface MetricsAnswer {
  readonly kind: 'metrics';
  readonly id: number;
  readonly text: string;
}

/**
 * Runs a number of processes that share the port, replaces those that die, and collects their metrics. Resolves when the
 * first of them listens.
 */
export async function runPrimary(workers: number, logger: Logger): Promise<void> {
  // Handing connections out one by one, which is the default, takes seconds for thousands that arrive at once.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({ execArgv: [...process.execArgv, `--max-semi-space-size=${SEMI_SPACE_MB}`] });
  const registry = new AggregatorRegistry();
  let stopping = false;
  let pauseMs = 0;
  const start = () => {
    const startedAt = performance.now();
    const worker = cluster.fork();
    worker.on('message', (message) => answer(worker, message, registry));
    worker.once('exit', (code, signal) => {
      if (stopping) return;
      pauseMs = performance.now() - startedAt > STABLE_MS ? 0 : Math.min(MAX_PAUSE_MS, 2 * pauseMs + 250);
      logger.error({ worker_pid: worker.process.pid, code, signal }, 'a process died and is replaced');
      setTimeout(start, pauseMs);
    });
  };
  const listening = once(cluster, 'listening');
  for (let i = 0; i < workers; i++) start();
  const stop = (signal: NodeJS.Signals) => {
    stopping = true;
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill(signal);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  await listening;
}

async function answer(
  worker: Worker,
  message: Partial<MetricsQuestion>,
  registry: Pick<AggregatorRegistry<RegistryContentType>, 'clusterMetrics'>,
): Promise<void> {
  if (message?.kind !== 'ask-metrics' || message.id === undefined) return;
  // Fails if a process is starting or dying; the asking process then returns its own metrics.
  const text = await registry.clusterMetrics().catch(() => undefined);
  if (text === undefined || !worker.isConnected()) return;
  const reply: MetricsAnswer = { kind: 'metrics', id: message.id, text };
  worker.send(reply);
}
