import { canonicalJson, sha256Hex } from '../../canonical-json.js';
import { ForecastError } from '../../errors.js';
import { createPacer, throwIfAborted } from '../../long-call.js';
import type { FitOptions, FittedModel, ForecastModel, SerializedModel } from '../../models/contract.js';
import {
  type DocumentedEnsembleOptions,
  documentedEnsemble,
} from '../../models/ensemble/documented-ensemble.js';
import { type FittedPanel, seasonalTrend } from '../../models/seasonal-trend/index.js';
import type { Panel } from '../../panel/panel.js';
import { selectSeries } from '../../panel/slice.js';
import { panelFingerprint } from '../../registry/panel-fingerprint.js';
import type { ArtifactStore } from '../../storage/artifact-contract.js';
import type { JobRunner } from '../contract.js';
import { boosterPanel, type FitOrder, joinEnsemble } from './ensemble-parts.js';
import { FAN_OUT_JOB, type FanOutTask } from './fan-out-jobs.js';
import { panelToJson } from './panel-json.js';
import { BOOSTER, BOOSTER_PANEL, ORDER, partFit, partPanel, RunStore } from './run-store.js';

export interface FanOutOptions {
  /** Hands out the work; some process has called `processFanOut` on the same queue. */
  readonly runner: JobRunner;
  /** Where inputs and results are exchanged; all workers see the same, e.g. an S3 bucket. */
  readonly artifacts: ArtifactStore;
  /** Series of one piece of work. Default 500. */
  readonly chunkSeries?: number;
  /** Series that the global booster learns from, at equal distances in the panel. Default: all. */
  readonly boosterSeries?: number;
  /** Attempts at each piece. Default 3. */
  readonly attempts?: number;
  /** Options of the model itself; only plain data, as they are sent to the workers. */
  readonly ensemble?: DocumentedEnsembleOptions;
}

/**
 * The documented model, fitted by any number of worker processes: the booster once, the seasonal-trend parts series by
 * series in chunks. The fitted model is that of `documentedEnsemble`, byte for byte (with `boosterSeries`, that of a
 * booster trained on these series), whatever workers there are and however many die on the way. A fit that is repeated
 * after a crash uses the results that are there.
 *
 * ```ts
 * import { type ArtifactStore, createForecaster } from 'commerce-forecast';
 * import { fanOutEnsemble, type JobRunner } from 'commerce-forecast/jobs';
 *
 * async function train(runner: JobRunner, artifacts: ArtifactStore) {
 *   const forecaster = createForecaster({ model: fanOutEnsemble({ runner, artifacts }) });
 *   await forecaster.train();
 * }
 * ```
 *
 * @throws ForecastError `invalid-option` for a wrong option.
 */
export function fanOutEnsemble(options: FanOutOptions): ForecastModel {
  const { ensemble = {}, chunkSeries = 500, boosterSeries } = options;
  checkCount('chunkSeries', chunkSeries);
  if (boosterSeries !== undefined) checkCount('boosterSeries', boosterSeries);
  if (typeof ensemble.xgboost?.engine === 'object') {
    throw new ForecastError('invalid-option', 'An engine object cannot be sent to workers', {
      path: ['ensemble', 'xgboost', 'engine'],
      hint: 'Name an engine instead.',
    });
  }
  const local = documentedEnsemble(ensemble);
  return {
    specificationVersion: 'v1',
    name: local.name,
    load: (data) => local.load(data),
    async fit(panel: Panel, fitOptions: FitOptions = {}): Promise<FittedModel> {
      requireObserved(panel);
      const { covariates = {}, seed = 0 } = fitOptions;
      const order: FitOrder = { options: ensemble, covariates, seed };
      const run = await runId(panel, order, chunkSeries, boosterSeries);
      const store = new RunStore(options.artifacts, run);
      const pieces = piecesOf(panel, chunkSeries, boosterSeries);
      await store.put(ORDER, order, fitOptions.signal);
      const jobs = await publish(pieces, store, options, fitOptions.signal);
      const results = await collect(pieces, jobs, store, options.runner, fitOptions);
      const [booster, ...parts] = results;
      const loader = seasonalTrend();
      const panels = parts.map((part) => loader.load(part) as FittedPanel);
      const fitted = joinEnsemble(panel, booster, panels, ensemble);
      await store.clear();
      return local.load(fitted);
    },
  };
}

/** Pieces whose results are waited for at the same time. */
const WAITERS = 8;

/** The same panel, options and chunks have the same id, so that a repeated fit finds its results. */
async function runId(panel: Panel, order: FitOrder, chunkSeries: number, boosterSeries: number | undefined) {
  const { dataFingerprint } = await panelFingerprint(panel);
  return (await sha256Hex(canonicalJson({ dataFingerprint, order, chunkSeries, boosterSeries }))).slice(
    0,
    32,
  );
}

/** A piece of the work: what it needs and where its result will be. */
interface Piece {
  readonly part?: number;
  readonly input: string;
  readonly result: string;
  readonly panel: () => Panel;
}

/** The booster, which takes longest, and the chunks of series in their order. */
function piecesOf(panel: Panel, chunkSeries: number, boosterSeries: number | undefined): Piece[] {
  const chunks = Array.from({ length: Math.ceil(panel.seriesCount / chunkSeries) }, (_, part) => {
    const from = part * chunkSeries;
    const length = Math.min(chunkSeries, panel.seriesCount - from);
    const series = Array.from({ length }, (_, i) => from + i);
    return {
      part,
      input: partPanel(part),
      result: partFit(part),
      panel: () => selectSeries(panel, series),
    };
  });
  const booster = { input: BOOSTER_PANEL, result: BOOSTER, panel: () => boosterPanel(panel, boosterSeries) };
  return [booster, ...chunks];
}

/**
 * Stores the input of each piece that has no result yet and enqueues it at once, so that workers begin while the next
 * input is written. Returns the ids of the jobs; undefined where the result is there.
 */
async function publish(
  pieces: readonly Piece[],
  store: RunStore,
  options: FanOutOptions,
  signal: AbortSignal | undefined,
): Promise<(string | undefined)[]> {
  const ids: (string | undefined)[] = [];
  for (const { part, input, result, panel } of pieces) {
    throwIfAborted(signal);
    if (await store.has(result)) {
      ids.push(undefined);
      continue;
    }
    await store.put(input, panelToJson(panel()), signal);
    ids.push(await enqueue(options, { run: store.run, ...(part !== undefined && { part }) }));
  }
  return ids;
}

/** Reads the results as they come, in the order of the pieces. */
async function collect(
  pieces: readonly Piece[],
  jobs: readonly (string | undefined)[],
  store: RunStore,
  runner: JobRunner,
  { signal, onProgress }: FitOptions,
): Promise<SerializedModel[]> {
  const pace = createPacer({ signal, onProgress });
  const results: SerializedModel[] = [];
  let done = 0;
  const stop = new AbortController();
  const forward = () => stop.abort(signal?.reason);
  signal?.addEventListener('abort', forward, { once: true });
  if (signal?.aborted) forward();
  // A few waiters at a time: each listens to the signal, and thousands of listeners are slow.
  const waiting = pieces.entries();
  const wait = async () => {
    for (const [at, { result }] of waiting) {
      const id = jobs[at];
      if (id !== undefined) await runner.result(FAN_OUT_JOB, id, { signal: stop.signal });
      results[at] = (await store.get(result, stop.signal)) as SerializedModel;
      await pace({ phase: 'fan out', done: ++done, total: pieces.length });
    }
  };
  try {
    await Promise.all(Array.from({ length: WAITERS }, wait));
    return results;
  } catch (error) {
    stop.abort();
    throw error;
  } finally {
    signal?.removeEventListener('abort', forward);
  }
}

async function enqueue({ runner, attempts }: FanOutOptions, task: FanOutTask): Promise<string> {
  const id = `${task.run}-${task.part ?? 'booster'}`;
  const { created } = await runner.enqueue(FAN_OUT_JOB, task, { id, attempts });
  if (created) return id;
  const status = await runner.status(FAN_OUT_JOB, id);
  if (status?.state === 'dead') await runner.retryDeadLetter(FAN_OUT_JOB, id);
  // It was done for an earlier fit of the same data, whose results are gone.
  if (status?.state === 'done') return (await runner.enqueue(FAN_OUT_JOB, task, { attempts })).id;
  return id;
}

/** A piece without any sale is fitted as flat; a whole panel without one has nothing to learn from. */
function requireObserved(panel: Panel): void {
  if (panel.units.some((units) => !Number.isNaN(units))) return;
  throw new ForecastError('empty-data', 'There is no observed day to learn from', { path: ['panel'] });
}

function checkCount(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new ForecastError('invalid-option', `${name} must be a whole number from 1, got ${value}`, {
    path: [name],
  });
}
