import { canonicalJson, sha256Hex } from '../../canonical-json.js';
import { ForecastError } from '../../errors.js';
import { createPacer } from '../../long-call.js';
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
      const store = new RunStore(options.artifacts, await runId(panel, order, chunkSeries, boosterSeries));
      const chunks = await publish(store, panel, order, chunkSeries, boosterSeries, fitOptions.signal);
      await runTasks(options, store, chunks, fitOptions);
      const fitted = await collect(store, panel, chunks, ensemble, fitOptions.signal);
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

async function publish(
  store: RunStore,
  panel: Panel,
  order: FitOrder,
  chunkSeries: number,
  boosterSeries: number | undefined,
  signal: AbortSignal | undefined,
): Promise<number> {
  const chunks = Math.ceil(panel.seriesCount / chunkSeries);
  await store.put(ORDER, order, signal);
  if (!(await store.has(BOOSTER))) {
    await store.put(BOOSTER_PANEL, panelToJson(boosterPanel(panel, boosterSeries)), signal);
  }
  for (let part = 0; part < chunks; part++) {
    if (await store.has(partFit(part))) continue;
    const from = part * chunkSeries;
    const count = Math.min(chunkSeries, panel.seriesCount - from);
    const series = Array.from({ length: count }, (_, i) => from + i);
    await store.put(partPanel(part), panelToJson(selectSeries(panel, series)), signal);
  }
  return chunks;
}

/** Enqueues what has no result yet, the booster first because it takes longest, and waits for all. */
async function runTasks(
  options: FanOutOptions,
  store: RunStore,
  chunks: number,
  { signal, onProgress }: FitOptions,
): Promise<void> {
  const parts = [undefined, ...Array.from({ length: chunks }, (_, part) => part)];
  const pace = createPacer({ signal, onProgress });
  const ids: string[] = [];
  for (const part of parts) {
    const known = await store.has(part === undefined ? BOOSTER : partFit(part));
    if (!known) ids.push(await enqueue(options, { run: store.run, ...(part !== undefined && { part }) }));
  }
  let done = parts.length - ids.length;
  const report = async () => pace({ phase: 'fan out', done: ++done, total: parts.length });
  const stop = new AbortController();
  const forward = () => stop.abort(signal?.reason);
  signal?.addEventListener('abort', forward, { once: true });
  if (signal?.aborted) forward();
  // A few waiters at a time: each listens to the signal, and thousands of listeners are slow.
  const waiting = ids.values();
  const wait = async () => {
    for (const id of waiting) {
      await options.runner.result(FAN_OUT_JOB, id, { signal: stop.signal });
      await report();
    }
  };
  try {
    await Promise.all(Array.from({ length: WAITERS }, wait));
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

async function collect(
  store: RunStore,
  panel: Panel,
  chunks: number,
  ensemble: DocumentedEnsembleOptions,
  signal: AbortSignal | undefined,
): Promise<SerializedModel> {
  const parts: FittedPanel[] = [];
  const loader = seasonalTrend();
  for (let part = 0; part < chunks; part++) {
    const json = (await store.get(partFit(part), signal)) as SerializedModel;
    parts.push(loader.load(json) as FittedPanel);
  }
  return joinEnsemble(panel, (await store.get(BOOSTER, signal)) as SerializedModel, parts, ensemble);
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
