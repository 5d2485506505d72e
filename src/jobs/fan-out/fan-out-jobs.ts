import { CheckedJson } from '../../checked-json.js';
import type { ArtifactStore } from '../../storage/artifact-contract.js';
import type { HandlerOptions, JobRunner, RunningJob } from '../contract.js';
import { PIECE_WORK, type PieceKind } from './piece-work.js';
import { RunStore } from './run-store.js';

/** Name of the jobs of a fanned-out training. */
export const FAN_OUT_JOB = 'fan-out-fit';

/** Name of the artifact that all pieces of a run need. */
export const ORDER = 'order';

/** One piece of work. */
export interface FanOutTask {
  readonly run: string;
  readonly kind: PieceKind;
  /** Names of artifacts of the run. */
  readonly input: string;
  readonly result: string;
}

/**
 * Makes this process a worker of fanned-out trainings: it takes pieces of {@link fanOutEnsemble}, reads their input from
 * the artifact store and puts the result there. A piece whose result is there already is not computed again.
 *
 * ```ts
 * import type { ArtifactStore } from 'commerce-forecast';
 * import { type JobRunner, processFanOut } from 'commerce-forecast/jobs';
 *
 * async function work(runner: JobRunner, artifacts: ArtifactStore) {
 *   await processFanOut(runner, artifacts);
 * }
 * ```
 */
export async function processFanOut(
  runner: JobRunner,
  artifacts: ArtifactStore,
  options: Pick<HandlerOptions, 'concurrency'> = {},
): Promise<void> {
  const orders = new Orders();
  await runner.process(FAN_OUT_JOB, (job) => runTask(job, artifacts, orders), options);
}

async function runTask(
  { data, signal }: RunningJob,
  artifacts: ArtifactStore,
  orders: Orders,
): Promise<null> {
  const { run, kind, input, result } = taskOf(data);
  const store = new RunStore(artifacts, run);
  if (await store.has(result)) return null;
  const order = await orders.of(store, signal);
  const content = await PIECE_WORK[kind](order, await store.get(input, signal));
  await store.put(result, content, signal);
  return null;
}

function taskOf(data: unknown): FanOutTask {
  const json = new CheckedJson(data, { what: 'piece of work', code: 'invalid-data' });
  return {
    run: json.text('run'),
    kind: json.oneOf('kind', ['booster', 'part', 'forecast']),
    input: json.text('input'),
    result: json.text('result'),
  };
}

/** Runs whose order a worker keeps: those of a few trainings at the same time. */
const KEPT_ORDERS = 4;

/** The orders of the last runs, so that a worker reads each once. */
class Orders {
  readonly #kept = new Map<string, unknown>();

  async of(store: RunStore, signal: AbortSignal): Promise<unknown> {
    const known = this.#kept.get(store.run);
    if (known !== undefined) return known;
    const order = (await store.get(ORDER, signal)).about;
    this.#kept.set(store.run, order);
    for (const run of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_ORDERS) break;
      this.#kept.delete(run);
    }
    return order;
  }
}
