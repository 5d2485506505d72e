import { ForecastError } from '../../../errors.js';
import type { FeatureMatrix } from '../../../features/matrix.js';
import { type LongCallOptions, type Progress, runAtOnce, runInSlices } from '../../../long-call.js';
import { Booster } from './booster.js';
import type { BinnedMatrix } from './data/binned-matrix.js';
import { binFeatures } from './data/binning.js';
import {
  type CheckedTargets,
  checkFeatures,
  checkTargets,
  type Targets,
  type TrainingData,
} from './data/data.js';
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
import type { Tree } from './trees/tree.js';

/** Training data of a booster. */
export interface BoosterData extends Targets {
  /** Column-major; NaN is a missing value. Or the result of {@link binMatrix}, shared by several boosters. */
  readonly features: FeatureMatrix | BinnedMatrix;
  /**
   * Numbers of the rows, distinct for the most part, by which `subsample` draws them: a row is then drawn or not
   * whatever the other rows are. By default it is drawn by its place.
   */
  readonly rowIds?: Uint32Array;
  /** Rows on which the metric is computed after each round, for early stopping. */
  readonly validation?: TrainingData;
  /** Metric on the validation rows; by default the one that belongs to the objective. */
  readonly evalMetric?: EvalMetric;
  /** A booster to continue from; its objective and features must be the same, other parameters may differ. */
  readonly continueFrom?: Booster;
}

/**
 * Trains a booster synchronously.
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
 * Trains the same booster asynchronously, yielding to the event loop, with `signal` and `onProgress`.
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
 * Trains a booster as a generator that reports every binned feature and every tree.
 *
 * @param Evaluation class that evaluates validation data; passed in so that callers without such data need not
 *   load it
 */
export function* boost(
  data: BoosterData,
  given: Partial<BoosterParams>,
  Evaluation?: typeof EvaluationSet,
): Generator<Progress, Booster, void> {
  const { features, validation, continueFrom } = data;
  const featureCount = features.columns.length;
  const params = isBinned(features) ? paramsOfBins(features, given) : resolveParams(given, featureCount);
  const objective = objectiveOf(params);
  if (!isBinned(features)) checkFeatures(features, []);
  const checked = checkTargets(data, features.rows, objective, []);
  checkContinuation(data, params, featureCount);
  const validated = validation && checkValidation(validation, objective, featureCount);
  if (params.earlyStoppingRounds > 0 && !validation) {
    throw new ForecastError('invalid-option', 'earlyStoppingRounds needs validation data', {
      path: ['params', 'earlyStoppingRounds'],
    });
  }
  const baseScore = chooseBaseScore(params, objective, checked, continueFrom);
  const margins = isBinned(features)
    ? startingMargins(checked, objective, baseScore)
    : continuedMargins(features, checked, objective, baseScore, continueFrom);
  const evaluation =
    validation &&
    validated &&
    Evaluation &&
    new Evaluation(
      validation.features,
      validated,
      continuedMargins(validation.features, validated, objective, baseScore, continueFrom),
      params,
      data.evalMetric,
    );

  const matrix = isBinned(features) ? features : yield* binFeatures(features, params);
  const grower = new TreeGrower(matrix, params);
  const source = new GradientSource(objective, checked.labels, checked.weights);
  if (data.rowIds && data.rowIds.length !== features.rows) {
    throw new ForecastError(
      'invalid-data',
      `There are ${data.rowIds.length} row ids for ${features.rows} rows`,
      {
        path: ['rowIds'],
      },
    );
  }
  const sampler = new Sampler(params, featureCount, data.rowIds);
  const earlier = continueFrom?.trees ?? [];
  const trees: Tree[] = [...earlier];
  for (let round = 0; round < params.rounds; round++) {
    const progress: Progress = { phase: 'boost', done: round + 1, total: params.rounds };
    const newTrees: Tree[] = [];
    for (let output = 0; output < objective.outputs; output++) {
      sampler.startTree(trees.length + output);
      const rowCount = sampler.drawRows(grower.order);
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
      newTrees.push(yield* grower.grow(task));
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
    featureNames: features.names,
    baseScore,
    baseScores: continueFrom?.baseScores,
    trees: trees.slice(0, earlier.length + kept * objective.outputs),
    validationHistory: evaluation?.history,
  });
}

function isBinned(features: FeatureMatrix | BinnedMatrix): features is BinnedMatrix {
  return 'words' in features;
}

/** The parameters, completed by those of the binned matrix. */
function paramsOfBins(matrix: BinnedMatrix, given: Partial<BoosterParams>): BoosterParams {
  const categoricalFeatures = [...matrix.categorical.keys()].filter((feature) => matrix.categorical[feature]);
  const params = resolveParams(
    { ...given, maxBin: given.maxBin ?? matrix.maxBin, categoricalFeatures },
    matrix.featureCount,
  );
  const other =
    params.maxBin !== matrix.maxBin
      ? 'maxBin'
      : given.categoricalFeatures && !isSameSet(given.categoricalFeatures, categoricalFeatures)
        ? 'categoricalFeatures'
        : undefined;
  if (!other) return params;
  throw new ForecastError('invalid-option', `The matrix was binned with another ${other}`, {
    path: ['params', other],
    hint: 'Give it to binMatrix and leave it out here',
  });
}

function isSameSet(a: readonly number[], b: readonly number[]): boolean {
  return new Set(a).size === b.length && b.every((value) => a.includes(value));
}

function checkValidation(data: TrainingData, objective: Objective, featureCount: number): CheckedTargets {
  const found = data.features.columns.length;
  if (found !== featureCount) {
    throw new ForecastError('invalid-data', `Validation data has ${found} columns, not ${featureCount}`, {
      path: ['validation', 'features'],
    });
  }
  checkFeatures(data.features, ['validation']);
  return checkTargets(data, data.features.rows, objective, ['validation']);
}

function checkContinuation(data: BoosterData, params: BoosterParams, featureCount: number): void {
  const { continueFrom: earlier, features } = data;
  if (!earlier) return;
  if (isBinned(features)) {
    throw new ForecastError('invalid-option', 'continueFrom needs the features themselves, not their bins', {
      path: ['continueFrom'],
    });
  }
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
  data: CheckedTargets,
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

/** Margins after the earlier booster, if there is one: an array for each output. */
function continuedMargins(
  features: FeatureMatrix,
  data: CheckedTargets,
  objective: Objective,
  baseScore: number,
  earlier: Booster | undefined,
): Float32Array[] {
  if (!earlier) return startingMargins(data, objective, baseScore);
  const { rows, baseMargin } = data;
  const all = earlier.predict(features, undefined, { baseMargin, outputMargin: true });
  return Array.from({ length: objective.outputs }, (_, output) =>
    Float32Array.from(all.subarray(output * rows, (output + 1) * rows)),
  );
}

/** Margins before any tree, an array for each output. */
function startingMargins(data: CheckedTargets, objective: Objective, baseScore: number): Float32Array[] {
  const { rows, baseMargin } = data;
  return Array.from({ length: objective.outputs }, (_, output) => {
    if (!baseMargin) return new Float32Array(rows).fill(predictionToMargin(objective.link, baseScore));
    const from = baseMargin.length === rows ? 0 : output * rows;
    return baseMargin.slice(from, from + rows);
  });
}

function quantileLeaf(
  objective: Objective,
  data: CheckedTargets,
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
