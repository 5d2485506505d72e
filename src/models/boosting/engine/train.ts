import { ForecastError } from '../../../errors.js';
import { type LongCallOptions, type Progress, runAtOnce, runInSlices } from '../../../long-call.js';
import { Booster } from './booster.js';
import { binFeatures } from './data/binning.js';
import { type CheckedData, checkData, type TrainingData } from './data/data.js';
import { type EvalMetric, EvaluationSet } from './data/evaluation-set.js';
import { Sampler } from './data/sampling.js';
import { GradientSource } from './gradients.js';
import {
  type Objective,
  objectiveOf,
  plainQuantile,
  predictionToMargin,
  weightedQuantile,
} from './objective.js';
import { type BoosterParams, resolveParams } from './params.js';
import { TreeGrower } from './trees/grow.js';
import { leafOf, type Tree } from './trees/tree.js';

/** Rows to learn from, and what goes with them. */
export interface BoosterData extends TrainingData {
  /** Rows on which the metric is computed after each round, for early stopping. */
  readonly validation?: TrainingData;
  /** What is computed on them; by default the one that belongs to the objective. */
  readonly evalMetric?: EvalMetric;
  /** A booster whose trees are kept and continued; its parameters may differ in all but objective and features. */
  readonly continueFrom?: Booster;
}

/**
 * Trains a booster in one go.
 *
 * ```ts
 * import { trainBooster } from 'commerce-forecast/boosting';
 *
 * const features = { rows: 6, columns: [Float32Array.of(1, 2, 3, 4, 5, 6)] };
 * const labels = Float32Array.of(2, 4, 6, 8, 10, 12);
 * const booster = trainBooster({ features, labels }, { rounds: 50, maxDepth: 3 });
 * booster.predictRow([3]);
 * ```
 *
 * Method: Chen and Guestrin, "XGBoost: a scalable tree boosting system", KDD 2016, with histograms as in LightGBM
 * (Ke et al., NIPS 2017). With the same bins the trees are those of native XGBoost's `hist`.
 *
 * @throws ForecastError `invalid-option` for a parameter, `invalid-data` or `empty-data` for the data, with the path of
 * the culprit.
 */
export function trainBooster(data: BoosterData, params: Partial<BoosterParams> = {}): Booster {
  return runAtOnce(boost(data, params, EvaluationSet));
}

/**
 * The same result in slices that leave the event loop its turns, with `signal` and `onProgress`.
 *
 * @throws ForecastError as {@link trainBooster}, and `aborted` if the signal fired.
 */
export function trainBoosterAsync(
  data: BoosterData,
  params: Partial<BoosterParams> = {},
  options: LongCallOptions = {},
): Promise<Booster> {
  return runInSlices(boost(data, params, EvaluationSet), options);
}

/**
 * Both of the above: a generator that reports every binned feature and every tree.
 *
 * @param Evaluation follows the metric on validation data: who has none need not load it
 */
export function* boost(
  data: BoosterData,
  given: Partial<BoosterParams>,
  Evaluation?: typeof EvaluationSet,
): Generator<Progress, Booster, void> {
  const featureCount = data.features.columns.length;
  const params = resolveParams(given, featureCount);
  const objective = objectiveOf(params);
  const checked = checkData(data, objective, []);
  checkContinuation(data.continueFrom, params, featureCount);
  const validation = data.validation && checkValidation(data.validation, objective, featureCount);
  if (params.earlyStoppingRounds > 0 && !validation) {
    throw new ForecastError('invalid-option', 'earlyStoppingRounds needs validation data', {
      path: ['params', 'earlyStoppingRounds'],
    });
  }
  const baseScore = chooseBaseScore(params, objective, checked, data.continueFrom);
  const margins = startingMargins(checked, objective, baseScore, data.continueFrom);
  const evaluation =
    validation &&
    Evaluation &&
    new Evaluation(
      validation,
      startingMargins(validation, objective, baseScore, data.continueFrom),
      params,
      data.evalMetric,
    );

  const matrix = yield* binFeatures(data.features, params);
  const grower = new TreeGrower(matrix, params);
  const source = new GradientSource(objective, checked.labels, checked.weights);
  const sampler = new Sampler(params, featureCount);
  const earlier = data.continueFrom?.trees ?? [];
  const trees: Tree[] = [...earlier];
  for (let round = 0; round < params.rounds; round++) {
    const progress: Progress = { phase: 'boost', done: round + 1, total: params.rounds };
    const newTrees: Tree[] = [];
    for (let output = 0; output < objective.outputs; output++) {
      sampler.startTree(trees.length + output);
      const rowCount = sampler.drawRows(grower.order);
      const unseen = grower.order.slice(rowCount);
      const outputMargins = margins[output];
      const { rows, gradient, hessian } = source.compute(outputMargins, output, grower.order, rowCount);
      const leafValue = quantileLeaf(objective, checked, outputMargins, output);
      const task = {
        gradients: rows,
        gradient,
        hessian,
        rowCount,
        sampler,
        margins: outputMargins,
        leafValue,
        progress,
      };
      const tree = yield* grower.grow(task);
      addTree(tree, data.features.columns, unseen, outputMargins);
      newTrees.push(tree);
    }
    trees.push(...newTrees);
    evaluation?.addRound(newTrees);
    yield progress;
    if (evaluation?.shouldStop()) break;
  }
  const kept = evaluation?.bestRounds ?? params.rounds;
  return new Booster({
    params,
    featureCount,
    featureNames: data.features.names,
    baseScore,
    trees: trees.slice(0, earlier.length + kept * objective.outputs),
    validationHistory: evaluation?.history,
  });
}

function checkValidation(data: TrainingData, objective: Objective, featureCount: number): CheckedData {
  const found = data.features.columns.length;
  if (found !== featureCount) {
    throw new ForecastError('invalid-data', `Validation data has ${found} columns, not ${featureCount}`, {
      path: ['validation', 'features'],
    });
  }
  return checkData(data, objective, ['validation']);
}

function checkContinuation(earlier: Booster | undefined, params: BoosterParams, featureCount: number): void {
  if (!earlier) return;
  const same =
    earlier.featureCount === featureCount &&
    earlier.params.objective === params.objective &&
    earlier.outputs === objectiveOf(params).outputs;
  if (!same) {
    throw new ForecastError('invalid-option', 'continueFrom has another objective or other features', {
      path: ['continueFrom'],
    });
  }
}

function chooseBaseScore(
  params: BoosterParams,
  objective: Objective,
  data: CheckedData,
  earlier: Booster | undefined,
): number {
  const score = earlier?.baseScore ?? params.baseScore ?? objective.initialScore(data.labels, data.weights);
  if (!Number.isFinite(predictionToMargin(objective.link, score))) {
    throw new ForecastError('invalid-option', `baseScore ${score} is out of range for '${objective.name}'`, {
      path: ['params', 'baseScore'],
    });
  }
  return Math.fround(score);
}

/** Margins before the first new tree, an array for each output. */
function startingMargins(
  data: CheckedData,
  objective: Objective,
  baseScore: number,
  earlier: Booster | undefined,
): Float32Array[] {
  const { rows } = data.features;
  const { baseMargin } = data;
  if (earlier) {
    const all = earlier.predict(data.features, undefined, { baseMargin, outputMargin: true });
    return Array.from({ length: objective.outputs }, (_, output) =>
      Float32Array.from(all.subarray(output * rows, (output + 1) * rows)),
    );
  }
  return Array.from({ length: objective.outputs }, (_, output) => {
    if (!baseMargin) return new Float32Array(rows).fill(predictionToMargin(objective.link, baseScore));
    const from = baseMargin.length === rows ? 0 : output * rows;
    return baseMargin.slice(from, from + rows);
  });
}

function quantileLeaf(
  objective: Objective,
  data: CheckedData,
  margins: Float32Array,
  output: number,
): ((order: Uint32Array, start: number, end: number) => number) | undefined {
  if (!objective.leafQuantile) return undefined;
  const level = objective.leafQuantile(output);
  const { labels, weights } = data;
  return (order, start, end) => {
    const residuals = new Float32Array(end - start);
    for (let i = start; i < end; i++) residuals[i - start] = labels[order[i]] - margins[order[i]];
    if (!weights) return plainQuantile(residuals.sort(), level);
    const own = Float32Array.from(order.subarray(start, end), (row) => weights[row]);
    return weightedQuantile(residuals, own, level);
  };
}

/** Adds a tree to the margins of some rows. */
function addTree(
  tree: Tree,
  columns: readonly Float32Array[],
  rows: Uint32Array,
  margins: Float32Array,
): void {
  for (let i = 0; i < rows.length; i++) {
    margins[rows[i]] += tree.condition[leafOf(tree, columns, rows[i])];
  }
}
