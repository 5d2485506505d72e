import { CheckedJson } from '../../checked-json.js';
import { ForecastError } from '../../errors.js';
import { RECURSIVE_BOOSTING_WORKS } from '../../models/boosting/recursive/part-works.js';
import type { PartWork } from '../../models/part-work.js';
import { SEASONAL_TREND_WORKS } from '../../models/seasonal-trend/panel/panel-work.js';
import type { ArtifactStore } from '../../storage/artifact-contract.js';
import type { HandlerOptions, JobRunner, RunningJob } from '../contract.js';
import { RunStore } from './run-store.js';

/** Name of the jobs of a fanned-out training. */
export const FAN_OUT_JOB = 'fan-out-fit';

/** Name of the artifact with the shared data of all pieces of a run. */
export const SHARED = 'shared';

/** One piece of work. */
export interface FanOutTask {
  readonly run: string;
  /** Name of the work. */
  readonly work: string;
  /** Names of artifacts of the run. */
  readonly input: string;
  readonly result: string;
}

export interface FanOutWorkerOptions extends Pick<HandlerOptions, 'concurrency'> {
  /** Works of your own models, in addition to those of this package. */
  readonly works?: readonly PartWork[];
}

/**
 * Makes this process a worker of fanned-out trainings: it takes pieces of {@link fanOut}, reads their input
 * from the artifact store and writes the result there. A piece whose result exists is not computed again.
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
  { works = [], ...options }: FanOutWorkerOptions = {},
): Promise<void> {
  const known = new Map([...WORKS, ...works].map((work) => [work.name, work]));
  const shared = new SharedData();
  await runner.process(FAN_OUT_JOB, (job) => runTask(job, artifacts, known, shared), options);
}

/** Works of the models of this package. */
const WORKS: readonly PartWork[] = [...SEASONAL_TREND_WORKS, ...RECURSIVE_BOOSTING_WORKS];

async function runTask(
  { data, signal }: RunningJob,
  artifacts: ArtifactStore,
  works: ReadonlyMap<string, PartWork>,
  shared: SharedData,
): Promise<null> {
  const { run, work: name, input, result } = taskOf(data);
  const work = works.get(name);
  if (!work) {
    throw new ForecastError('invalid-option', `This worker does not know the work "${name}"`, {
      path: ['works'],
      hint: 'Give it to processFanOut().',
    });
  }
  const store = new RunStore(artifacts, run);
  if (await store.has(result)) return null;
  const common = await shared.of(store, signal);
  await store.put(result, await work.run(common, await store.get(input, signal)), signal);
  return null;
}

function taskOf(data: unknown): FanOutTask {
  const json = new CheckedJson(data, { what: 'piece of work', code: 'invalid-data' });
  return {
    run: json.text('run'),
    work: json.text('work'),
    input: json.text('input'),
    result: json.text('result'),
  };
}

/** Runs whose shared data a worker caches: enough for a few concurrent trainings. */
const KEPT_RUNS = 8;

/** The shared data of the last runs, so that a worker reads each once. */
class SharedData {
  readonly #kept = new Map<string, unknown>();

  async of(store: RunStore, signal: AbortSignal): Promise<unknown> {
    const known = this.#kept.get(store.run);
    if (known !== undefined) return known;
    const shared = (await store.get(SHARED, signal)).about;
    this.#kept.set(store.run, shared);
    for (const run of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_RUNS) break;
      this.#kept.delete(run);
    }
    return shared;
  }
}
