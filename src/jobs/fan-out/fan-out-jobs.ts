import type { ArtifactStore } from '../../storage/artifact-contract.js';
import type { HandlerOptions, JobRunner, RunningJob } from '../contract.js';
import { type FitOrder, fitBooster, fitPart } from './ensemble-parts.js';
import { panelFromJson } from './panel-json.js';
import { BOOSTER, BOOSTER_PANEL, ORDER, partFit, partPanel, RunStore } from './run-store.js';

/** Name of the jobs of a fanned-out fit. */
export const FAN_OUT_JOB = 'fan-out-fit';

/** One piece of work: the booster, or a part of the series. */
export interface FanOutTask {
  readonly run: string;
  /** Undefined for the booster. */
  readonly part?: number;
}

/**
 * Makes this process a worker of fanned-out fits: it takes pieces of {@link fanOutEnsemble}, reads their input from the
 * artifact store and puts the result there. A piece whose result is there already is not computed again.
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
  await runner.process(FAN_OUT_JOB, (job) => runTask(job, artifacts), options);
}

async function runTask({ data, signal }: RunningJob, artifacts: ArtifactStore): Promise<null> {
  const { run, part } = data as FanOutTask;
  const store = new RunStore(artifacts, run);
  const result = part === undefined ? BOOSTER : partFit(part);
  if (await store.has(result)) return null;
  const order = (await store.get(ORDER, signal)) as FitOrder;
  const panel = panelFromJson(await store.get(part === undefined ? BOOSTER_PANEL : partPanel(part), signal));
  const fitted = part === undefined ? await fitBooster(panel, order) : fitPart(panel, order);
  await store.put(result, fitted, signal);
  return null;
}
