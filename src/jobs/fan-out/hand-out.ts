import { canonicalJson, sha256Hex } from '../../canonical-json.js';
import { createLimiter, mapConcurrently } from '../../concurrent.js';
import { createPacer, type LongCallOptions, throwIfAborted } from '../../long-call.js';
import type { Part, PartData } from '../../models/part-work.js';
import type { ArtifactStore } from '../../storage/artifact-contract.js';
import type { JobRunner } from '../contract.js';
import { FAN_OUT_JOB, type FanOutTask, SHARED } from './fan-out-jobs.js';
import { RunStore } from './run-store.js';

/** Job runner, and store for exchanging inputs and results. */
export interface Workshop {
  readonly runner: JobRunner;
  readonly artifacts: ArtifactStore;
  readonly attempts?: number;
  /** Runs the start of a work after the starts of earlier ones, so that the models of a fit start in order. */
  readonly inTurn: <T>(begin: () => Promise<T>) => Promise<T>;
}

/** Inputs that are written at the same time; workers start while the rest is written. */
const WRITERS = 4;

/**
 * Results that are awaited at the same time: each listens to the signal, and thousands of listeners are slow.
 */
const WAITERS = 8;

/**
 * Has workers compute pieces, started in order, and hands each result to `take` as it arrives. Artifacts are
 * deleted at the end, but not after a failure: the same work, when repeated, finds the results, which are named
 * by the checksum of their input.
 */
export async function handOut(
  workshop: Workshop,
  work: string,
  shared: Readonly<Record<string, unknown>>,
  pieces: readonly Part[],
  take: (result: PartData, index: number) => void,
  options: LongCallOptions,
): Promise<void> {
  const { signal } = options;
  const [firstPiece] = pieces;
  if (!firstPiece) return;
  const [store, first] = await workshop.inTurn(async () => {
    const run = (await sha256Hex(canonicalJson({ work, shared }))).slice(0, 32);
    const opened = new RunStore(workshop.artifacts, run);
    await opened.put(SHARED, { about: shared, arrays: {} }, signal);
    return [opened, await publish(work, firstPiece, opened, workshop, signal)] as const;
  });
  const pace = createPacer(options);
  const write = createLimiter(WRITERS);
  const wait = createLimiter(WAITERS);
  let done = 0;
  await mapConcurrently(
    pieces,
    pieces.length,
    async (piece, stop, index) => {
      const { job, result } =
        index === 0 ? first : await write(() => publish(work, piece, store, workshop, stop));
      const content = await wait(async () => {
        if (job !== undefined) await workshop.runner.result(FAN_OUT_JOB, job, { signal: stop });
        return store.get(result, stop);
      });
      take(content, index);
      await pace({ phase: `fan out ${work}`, done: ++done, total: pieces.length });
    },
    signal,
  );
  await store.clear();
}

/** Stores the input of a piece and enqueues it; no job is enqueued if the result exists. */
async function publish(
  work: string,
  { name, input }: Part,
  store: RunStore,
  workshop: Workshop,
  signal: AbortSignal | undefined,
): Promise<{ readonly job?: string; readonly result: string }> {
  throwIfAborted(signal);
  const sha256 = await store.put(`${name}-input`, input(), signal);
  const result = `${name}-${sha256.slice(0, 32)}`;
  if (await store.has(result)) return { result };
  const task: FanOutTask = { run: store.run, work, input: `${name}-input`, result };
  return { result, job: await enqueue(workshop, task) };
}

async function enqueue({ runner, attempts }: Workshop, task: FanOutTask): Promise<string> {
  const id = `${task.run}-${task.result}`;
  const { created } = await runner.enqueue(FAN_OUT_JOB, task, { id, attempts });
  if (created) return id;
  const status = await runner.status(FAN_OUT_JOB, id);
  if (status?.state === 'dead') await runner.retryDeadLetter(FAN_OUT_JOB, id);
  // The job was done for an earlier fit of the same data, whose results were deleted.
  if (status?.state === 'done') return (await runner.enqueue(FAN_OUT_JOB, task, { attempts })).id;
  return id;
}
