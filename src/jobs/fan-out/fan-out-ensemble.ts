import { checkWholeNumber, ForecastError } from '../../errors.js';
import {
  FittedXGBoost,
  RECURSIVE_BOOSTING,
  type RunForward,
  runForwardHere,
} from '../../models/boosting/recursive/fitted-recursive-boosting.js';
import { loadXGBoost } from '../../models/boosting/recursive/load-recursive-boosting.js';
import { sampleOf } from '../../models/boosting/recursive/recursive-boosting.js';
import { recursionState } from '../../models/boosting/recursive/recursive-forecast.js';
import { type EngineName, resolveEngine } from '../../models/boosting/recursive/resolve-engine.js';
import { FittedEnsemble } from '../../models/combine/fitted-ensemble.js';
import {
  BLEND_WEIGHTS,
  type XgboostProphetBlendOptions,
  xgboostProphetBlend,
} from '../../models/combine/xgboost-prophet-blend.js';
import type { FitOptions, FittedModel, ForecastModel, SerializedModel } from '../../models/contract.js';
import { modelToJson } from '../../models/model-json.js';
import { FittedPanel, joinPanelStates, type PanelState } from '../../models/seasonal-trend/index.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import type { Panel } from '../../panel/panel.js';
import type { ArtifactStore } from '../../storage/artifact-contract.js';
import type { JobRunner } from '../contract.js';
import { handOut, type Piece, type Workshop } from './hand-out.js';
import { panelToPiece, stateFromPiece } from './piece-formats.js';
import type { FitOrder } from './piece-work.js';
import { chunksOf, runForwardBy } from './run-forward.js';

export interface FanOutOptions {
  /** Hands out the work; some process has called `processFanOut` on the same queue. */
  readonly runner: JobRunner;
  /** Where inputs and results are exchanged; all workers see the same, e.g. an S3 bucket. */
  readonly artifacts: ArtifactStore;
  /** Series of one piece of work. Default 500. */
  readonly chunkSeries?: number;
  /** Attempts at each piece. Default 3. */
  readonly attempts?: number;
  /** Fits of one training that are handed out at the same time, such as that of its validation. Default 2. */
  readonly maxConcurrentFits?: number;
  /**
   * Whether the workers also run the booster forward when the fitted model forecasts; otherwise the process does that which
   * asks. Default true.
   */
  readonly forecastByWorkers?: boolean;
  /** Options of the model itself; only plain data, as they are sent to the workers. */
  readonly ensemble?: XgboostProphetBlendOptions;
}

const FAN_OUT_OPTIONS: OptionTable<FanOutOptions> = {
  runner: 1,
  artifacts: 1,
  chunkSeries: 1,
  attempts: 1,
  maxConcurrentFits: 1,
  forecastByWorkers: 1,
  ensemble: 1,
};

/**
 * The documented model, fitted by any number of worker processes: the booster once, the seasonal-trend parts series by
 * series in chunks; the same for its forecasts. The fitted model and its forecasts are those of `xgboostProphetBlend`, byte
 * for byte, whatever workers there are and however many die on the way. A fit that is repeated after a crash uses the
 * results that are there.
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
  refuseUnknown(options, FAN_OUT_OPTIONS);
  const { ensemble = {}, chunkSeries = 500, maxConcurrentFits = 2, forecastByWorkers = true } = options;
  checkWholeNumber('chunkSeries', chunkSeries);
  checkWholeNumber('maxConcurrentFits', maxConcurrentFits);
  const engine = sendableEngine(ensemble);
  const local = xgboostProphetBlend(ensemble);
  const runForward = forecastByWorkers ? runForwardBy(options, chunkSeries) : runForwardHere;
  return {
    specificationVersion: 'v1',
    name: local.name,
    maxConcurrentFits,
    load: (data) => local.load(data),
    async fit(panel: Panel, fitOptions: FitOptions = {}): Promise<FittedModel> {
      requireObserved(panel);
      const { booster, state } = await fitPieces(options, panel, ensemble, chunkSeries, fitOptions);
      const trees = await withSeriesOf(panel, booster, engine, runForward);
      const { weights = BLEND_WEIGHTS } = ensemble;
      return new FittedEnsemble({
        name: local.name,
        members: [trees, new FittedPanel(state)],
        weights: [weights.xgboost, weights.seasonalTrend],
        intervalsFrom: 1,
      });
    },
  };
}

async function fitPieces(
  workshop: Workshop,
  panel: Panel,
  ensemble: XgboostProphetBlendOptions,
  chunkSeries: number,
  { covariates = {}, seed = 0, ...options }: FitOptions,
): Promise<{ booster: SerializedModel; state: PanelState }> {
  const { startDay, days } = panel;
  const order: FitOrder = {
    options: ensemble,
    covariates,
    seed,
    panel: { startDay, days, checksum: checksumOf(panel) },
  };
  const sample = sampleOf(panel, ensemble.xgboost?.sampleSeries);
  const parts: PanelState[] = [];
  let booster: SerializedModel | undefined;
  // The booster first: it cannot be divided.
  const pieces: Piece[] = [
    { kind: 'booster', name: 'booster', input: () => panelToPiece(sample, 0, sample.seriesCount) },
    ...chunksOf(panel.seriesCount, chunkSeries).map(({ from, to, name }) => ({
      kind: 'part' as const,
      name,
      input: () => panelToPiece(panel, from, to),
    })),
  ];
  const take: Parameters<typeof handOut>[3] = (result, index) => {
    if (index === 0) booster = modelToJson(RECURSIVE_BOOSTING, result.about);
    else parts[index - 1] = stateFromPiece(result);
  };
  await handOut(workshop, order, pieces, take, { ...options, phase: 'fan out' });
  return { booster: booster!, state: joinPanelStates(parts) };
}

/** A booster that was trained on some series forecasts all of them: it only needs the last days of each. */
async function withSeriesOf(
  panel: Panel,
  booster: SerializedModel,
  engine: EngineName,
  runForward: RunForward,
): Promise<FittedXGBoost> {
  const { state } = loadXGBoost(booster, await resolveEngine(engine));
  const { seriesCount } = panel;
  const sampled = state.recursion.seriesCount !== seriesCount;
  const residuals = sampled ? { seriesCount, days: 0, values: new Float32Array(0) } : state.residuals;
  return new FittedXGBoost({ ...state, recursion: recursionState(panel), residuals }, runForward);
}

/** A number that changes with the sales: good enough to name a run, whose results have checksums of their own. */
function checksumOf({ units }: Panel): number {
  let sum = 0;
  for (let i = 0; i < units.length; i++) if (units[i] > 0) sum += units[i] * (1 + (i & 0xffff));
  return sum;
}

/** A piece without any sale is fitted as flat; a whole panel without one has nothing to learn from. */
function requireObserved(panel: Panel): void {
  if (panel.units.some((units) => !Number.isNaN(units))) return;
  throw new ForecastError('empty-data', 'There is no observed day to learn from', { path: ['panel'] });
}

function sendableEngine({ xgboost = {} }: XgboostProphetBlendOptions): EngineName {
  const { engine = 'native-ts', sampleSeries, intervalDays = 0 } = xgboost;
  if (typeof engine === 'object') {
    throw new ForecastError('invalid-option', 'An engine object cannot be sent to workers', {
      path: ['ensemble', 'xgboost', 'engine'],
      hint: 'Name an engine instead.',
    });
  }
  if (sampleSeries !== undefined && intervalDays > 0) {
    throw new ForecastError('invalid-option', 'A booster of a sample measures no intervals of its own', {
      path: ['ensemble', 'xgboost', 'intervalDays'],
      hint: 'Leave it out: the intervals of the ensemble are those of the seasonal-trend model.',
    });
  }
  return engine;
}
