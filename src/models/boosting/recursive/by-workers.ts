import { invalidOption } from '../../../errors.js';
import { FEATURE_REACH } from '../../../features/names.js';
import type { Scaler } from '../../../features/scaling.js';
import type { EventScopes } from '../../../panel/event-scopes.js';
import type { Panel } from '../../../panel/panel.js';
import { checkObserved } from '../../check-observed.js';
import type { Covariates, FitOptions, SerializedModel } from '../../contract.js';
import {
  type PartData,
  type PartWorkers,
  panelKey,
  panelToPart,
  partArray,
  seriesRanges,
} from '../../part-work.js';
import { nativeEngine } from '../engine/engine.js';
import { FittedRecursiveBoosting, type RunForward, runForwardHere } from './fitted-recursive-boosting.js';
import { loadRecursiveBoosting } from './load-recursive-boosting.js';
import type { RecursiveBoostingOptions } from './options.js';
import { recursionState } from './recursive-forecast.js';
import { sampleOf } from './training-rows.js';

export const FIT = 'recursive-boosting fit';
export const FORECAST = 'recursive-boosting forecast';

/** Data that all parts of a fit share. */
export interface FitShared {
  readonly options: RecursiveBoostingOptions;
  readonly covariates: Covariates;
  readonly seed: number;
}

/** Data that all parts of a forecast share. */
export interface ForecastShared {
  readonly booster: unknown;
  readonly scaler: Scaler | undefined;
  readonly covariates: Covariates;
  readonly cutoffDay: number;
  readonly horizon: number;
  /** Scopes of the events; the parts say which set a series belongs to. */
  readonly sets: Pick<EventScopes, 'scopes' | 'sets'> | undefined;
}

/**
 * Trains a booster on one worker, as its training cannot be divided. A booster that learns from a sample of the
 * series is sent only these; the forecast then needs the last days of all series.
 *
 * @throws ForecastError `invalid-option` if an engine is given, as it cannot be sent.
 */
export async function fitBoostingBy(
  workers: PartWorkers,
  panel: Panel,
  options: RecursiveBoostingOptions & { readonly intervalDays: number },
  { covariates = {}, seed = 0, signal, onProgress }: FitOptions,
): Promise<FittedRecursiveBoosting> {
  if (options.engine) invalidOption('engine', 'An engine cannot be sent to workers, which use their own');
  checkObserved(panel);
  // The errors for its intervals are measured on all series.
  const sample = options.intervalDays > 0 ? panel : sampleOf(panel, options.sampleSeries);
  const part = {
    name: 'booster',
    input: () => panelToPart(sample, 0, sample.seriesCount, covariates.events),
  };
  const shared = { options, covariates, seed, panel: panelKey(panel) };
  let fitted: SerializedModel | undefined;
  const take = ({ about }: PartData) => {
    fitted = about as SerializedModel;
  };
  await workers.run(FIT, shared, [part], take, { signal, onProgress });
  const { state } = loadRecursiveBoosting(fitted as SerializedModel, nativeEngine);
  const { seriesCount } = panel;
  const residuals =
    sample === panel ? state.residuals : { seriesCount, days: 0, values: new Float32Array(0) };
  const forward = workers.forecasts ? runForwardBy(workers) : runForwardHere;
  const recursion = recursionState(panel, covariates);
  return new FittedRecursiveBoosting({ ...state, recursion, residuals }, forward);
}

/** Runs boosters forward on workers, part by part: a series needs only its own past. */
function runForwardBy(workers: PartWorkers): RunForward {
  return async ({ booster, recursion, covariates, scaler }, horizon, { signal, onProgress }) => {
    const { cutoffDay, seriesCount, tail, eventScopes: scopes } = recursion;
    const ranges = seriesRanges(seriesCount, workers.partSeries);
    const parts = ranges.map(({ from, to, name }) => ({
      name,
      input: () => ({
        about: { seriesCount: to - from },
        arrays: {
          tail: tail.subarray(from * FEATURE_REACH, to * FEATURE_REACH),
          ...(scopes && { setOf: scopes.setOf.subarray(from, to) }),
        },
      }),
    }));
    const sets = scopes && { scopes: scopes.scopes, sets: scopes.sets };
    const shared = { booster: booster.toJSON(), scaler, covariates, cutoffDay, horizon, sets };
    const mean = new Float64Array(seriesCount * horizon);
    const take = (result: PartData, index: number) => {
      const { from, to } = ranges[index];
      mean.set(partArray(result, 'mean', 'float64', (to - from) * horizon), from * horizon);
    };
    await workers.run(FORECAST, shared satisfies ForecastShared, parts, take, { signal, onProgress });
    return mean;
  };
}
