import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString, writeHeapSnapshot } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/** Order to a server from the process that started it. */
export type ProbeOrder = { readonly kind: 'measure' | 'collect' | 'snapshot'; readonly file?: string };

/** Answer of a server about itself. */
export interface ProbeAnswer {
  readonly kind: ProbeOrder['kind'];
  /** Bytes, as `process.memoryUsage()` has them. */
  readonly memory: NodeJS.MemoryUsage;
  /** Delay of the event loop since the last answer, in milliseconds. */
  readonly delayP99: number;
  readonly delayMax: number;
  /** Numbers of things that keep the event loop going, by kind. */
  readonly resources: Readonly<Record<string, number>>;
}

const RESOLUTION_MS = 10;

/** Loaded into a server before it starts: answers its parent's questions about memory and the event loop. */
function answerOrders(): void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  process.on('message', ({ kind, file }: ProbeOrder) => {
    if (kind === 'collect') collectGarbage();
    if (kind === 'snapshot') writeHeapSnapshot(file);
    const resources: Record<string, number> = {};
    for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
    const answer: ProbeAnswer = {
      kind,
      memory: process.memoryUsage(),
      // The timer of the histogram counts its own pause.
      delayP99: Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS),
      delayMax: Math.max(0, delay.max / 1e6 - RESOLUTION_MS),
      resources,
    };
    process.send?.(answer);
    delay.reset();
  });
  // A server whose parent was killed would go on for ever.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // A server ends although it could still be asked.
  process.channel?.unref();
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  collect();
}

if (isMainThread) answerOrders();
