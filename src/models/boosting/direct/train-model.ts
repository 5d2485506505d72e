import { createPacer, type LongCallOptions, type Progress, runInSlices } from '../../../long-call.js';
import { square } from '../../../math/index.js';
import { weightedMean } from '../../average.js';
import type { HeldBackForecast } from '../../contract.js';
import { ForecastErrors, shrunkWeights } from '../../simplex-weights.js';
import type { ResidualHistory } from '../../uncertainty/index.js';
import type { FeatureSources } from './feature-context.js';
import { importanceOf } from './importance.js';
import { type Designs, designsFor, LEARNER_PARAMS, type Learner, type LearnerDesign } from './learners.js';
import { LearningSet } from './learning-set.js';
import { levelAt, spansOf } from './levels.js';
import type { DirectSettings } from './options.js';
import { predictSteps } from './predict-steps.js';
import type { SalesHistory } from './sales-history.js';
import { trainLearner } from './train-learner.js';
import { directRows } from './training-rows.js';

/** Boosters for a range of steps; empty where there was nothing to learn from. */
export interface Bucket {
  readonly fromStep: number;
  readonly toStep: number;
  readonly learners: readonly Learner[];
}

export interface TrainedDirectModel {
  readonly near: Bucket;
  readonly far: Bucket | undefined;
  readonly residuals: ResidualHistory;
  readonly heldBack?: HeldBackForecast;
}

interface TrainContext {
  readonly sales: SalesHistory;
  readonly ids: readonly string[];
  readonly sources: FeatureSources;
  readonly settings: DirectSettings;
  readonly designs: Designs;
  readonly seed: number;
  readonly calls: LongCallOptions;
  /** Series whose holdout is forecast. */
  readonly tried: Int32Array;
}

/** Least weeks before the holdout. */
const LEAST_WEEKS_BEFORE = 8;

/** Rows of a booster of the holdout trial, as a share of those of the final one. */
const TRIAL_SHARE = 1 / 3;

/** @param tried series whose holdout is forecast; all by default */
export async function trainModel(
  sales: SalesHistory,
  ids: readonly string[],
  sources: FeatureSources,
  settings: DirectSettings,
  seed: number,
  calls: LongCallOptions,
  tried: Int32Array = sales.categoryOf.map((_, s) => s),
): Promise<TrainedDirectModel> {
  const designs = designsFor(await runInSlices(zeroShareOf(sales), calls), settings.boosters);
  const { horizon, longHorizon, rowsPerBooster } = settings;
  const context = { sales, ids, sources, settings, designs, seed, calls, tried };
  const nearSet = await learningSet(context, designs.near, 1, horizon);
  const trial = settings.holdBack ? await heldBackTrial(context, nearSet) : undefined;
  const all = sales.steps;
  const near = await trainAll(context, nearSet, designs.near, rowsPerBooster, all, trial?.weights);
  const farSet =
    longHorizon > horizon ? await learningSet(context, designs.far, horizon + 1, longHorizon) : undefined;
  const far = farSet && (await trainAll(context, farSet, designs.far, rowsPerBooster, all));
  return {
    near: { fromStep: 1, toStep: horizon, learners: near },
    far: far?.length ? { fromStep: horizon + 1, toStep: longHorizon, learners: far } : undefined,
    residuals: trial?.residuals ?? deviationsFromMean(sales, horizon),
    heldBack: trial?.heldBack,
  };
}

/** Rows for the boosters of some steps. */
async function learningSet(
  { sales, ids, sources, settings, seed, calls }: TrainContext,
  designs: readonly LearnerDesign[],
  fromStep: number,
  toStep: number,
): Promise<LearningSet> {
  const lookback = Math.ceil(settings.lookbackDays / settings.stepDays);
  const mostRows = designs.length * settings.rowsPerBooster;
  const plan = { fromStep, toStep, lookback, mostRows, seed, ids };
  const rows = await runInSlices(directRows(sales, sources, plan), calls);
  return LearningSet.of(rows, settings.params.maxBin ?? LEARNER_PARAMS.maxBin, calls);
}

async function trainAll(
  { settings, seed, calls }: TrainContext,
  set: LearningSet,
  designs: readonly LearnerDesign[],
  mostRows: number,
  targetsBefore: number,
  weights: readonly number[] = designs.map(() => 1 / designs.length),
): Promise<Learner[]> {
  const learners: Learner[] = [];
  for (const [stream, design] of designs.entries()) {
    const sample = { seed, stream, mostRows, targetsBefore };
    const learner = await trainLearner(set, design, { ...calls, params: settings.params, sample });
    if (learner) learners.push({ ...learner, weight: weights[stream] });
  }
  return learners;
}

interface HeldBackTrial {
  readonly weights: number[];
  readonly residuals: ResidualHistory;
  readonly heldBack: HeldBackForecast;
}

/** Trains without the holdout and forecasts it; returns the weights of the learners and the errors. */
async function heldBackTrial(context: TrainContext, set: LearningSet): Promise<HeldBackTrial | undefined> {
  const { sales, sources, settings, designs, calls, tried } = context;
  const { seriesCount, steps, units, grid } = sales;
  const { horizon } = settings;
  const end = steps - horizon;
  if (end < LEAST_WEEKS_BEFORE * grid.week) return undefined;
  const mostRows = Math.ceil(TRIAL_SHARE * settings.rowsPerBooster);
  const learners = await trainAll(context, set, designs.near, mostRows, end);
  if (learners.length === 0) return undefined;
  const outputs = learners.map(() => new Float64Array(seriesCount * horizon).fill(Number.NaN));
  for (const output of outputs) for (const s of tried) output.fill(0, s * horizon, (s + 1) * horizon);
  const shares = learners.map(() => 1);
  const ahead = { fromStep: 1, toStep: horizon, trainedTo: horizon };
  const plan = { end, horizon, ...ahead, learners, outputs, shares, series: tried };
  await runInSlices(predictSteps(sales, sources, plan), calls);
  const pace = createPacer(calls);
  const errors = new ForecastErrors(learners.length);
  const spans = spansOf(grid);
  for (const [done, s] of tried.entries()) {
    const level = levelAt(sources.of(s).series.history, end, spans);
    const actual = units.subarray(s * steps + end, (s + 1) * steps);
    if (level > 0) {
      errors.addSeries(actual, outputs, s * horizon, importanceOf(sources.pooling, s, level) / square(level));
    }
    await pace({ phase: 'weigh learners', done: done + 1, total: tried.length });
  }
  const weights = shrunkWeights(errors);
  const means = weightedMean(outputs, weights);
  await pace({ phase: 'weigh learners', done: seriesCount, total: seriesCount });
  const values = Float32Array.from(
    means,
    (mean, i) => units[Math.floor(i / horizon) * steps + end + (i % horizon)] - mean,
  );
  await pace({ phase: 'weigh learners', done: seriesCount, total: seriesCount });
  const equal = outputs.map(() => 1 / outputs.length);
  return {
    weights,
    residuals: { seriesCount, days: horizon, values },
    // Equal weights, as the learnt ones were fitted to the holdout.
    heldBack: { horizon, mean: weightedMean(outputs, equal) },
  };
}

/** Days by whose zeros sales are classified as sparse. */
const ZERO_DAYS = 182;

/** Share of the last steps without a sale, of the series that sold in them. */
function* zeroShareOf({ seriesCount, steps, units, grid }: SalesHistory): Generator<Progress, number, void> {
  const from = Math.max(0, steps - Math.round(ZERO_DAYS / grid.stepDays));
  let zeros = 0;
  let observed = 0;
  for (let s = 0; s < seriesCount; s++) {
    if (s % 256 === 0) yield { phase: 'count values', done: s, total: seriesCount };
    const last = units.subarray(s * steps + from, (s + 1) * steps);
    if (!last.some((value) => value > 0)) continue;
    for (const value of last) {
      if (Number.isNaN(value)) continue;
      observed++;
      if (value === 0) zeros++;
    }
  }
  return observed > 0 ? zeros / observed : 0;
}

/** Uses the spread of the last steps in place of forecast errors, where there is no holdout. */
function deviationsFromMean(sales: SalesHistory, horizon: number): ResidualHistory {
  const { seriesCount, steps, units } = sales;
  const days = Math.min(steps, horizon);
  const values = new Float32Array(seriesCount * days);
  for (let s = 0; s < seriesCount; s++) {
    const last = units.subarray((s + 1) * steps - days, (s + 1) * steps);
    let sum = 0;
    let observed = 0;
    for (const value of last) {
      if (Number.isNaN(value)) continue;
      sum += value;
      observed++;
    }
    for (let d = 0; d < days; d++) values[s * days + d] = last[d] - sum / Math.max(1, observed);
  }
  return { seriesCount, days, values };
}
