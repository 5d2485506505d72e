import { ForecastError } from '../../../../errors.js';
import type { FeatureMatrix } from '../../../../features/matrix.js';
import { log, pow, square } from '../../../../math/index.js';
import { type Link, marginToPrediction, objectiveOf } from '../objective.js';
import type { BoosterParams } from '../params.js';
import { TreeEnsemble } from '../predict.js';
import { sortQuantiles } from '../quantile-order.js';
import type { Tree } from '../trees/tree.js';
import type { CheckedTargets } from './data.js';

/** A loss on validation data, the smaller the better. */
export type EvalMetricFunction = (
  /** Output `k` of row `i` at `k * rows + i`. */
  predictions: Float64Array,
  labels: Float32Array,
  weights: Float32Array | undefined,
) => number;

/** Root mean squared error, mean absolute error, mean deviance or pinball loss; or any function. */
export type EvalMetric =
  | 'rmse'
  | 'mae'
  | 'poisson-deviance'
  | 'gamma-deviance'
  | 'tweedie-deviance'
  | 'log-loss'
  | 'pinball'
  | EvalMetricFunction;

/** Evaluates the metric after each round and decides on early stopping. */
export class EvaluationSet {
  readonly history: number[] = [];
  /** Rounds up to and including the best one; all of them without early stopping. */
  bestRounds = 0;
  private readonly features: FeatureMatrix;
  private readonly data: CheckedTargets;
  private readonly margins: Float32Array[];
  private readonly params: BoosterParams;
  private readonly metric: EvalMetricFunction;
  private readonly link: Link;
  private best = Infinity;

  constructor(
    features: FeatureMatrix,
    data: CheckedTargets,
    margins: Float32Array[],
    params: BoosterParams,
    metric: EvalMetric | undefined,
  ) {
    this.features = features;
    this.data = data;
    this.margins = margins;
    this.params = params;
    this.link = objectiveOf(params).link;
    this.metric = metricFunction(metric ?? defaultMetric(params), params);
  }

  addRound(trees: readonly Tree[]): void {
    const { columns, rows } = this.features;
    trees.forEach((tree, output) => {
      new TreeEnsemble([tree], columns.length).addMargins(columns, rows, this.margins[output]);
    });
    const value = this.metric(this.predictions(), this.data.labels, this.data.weights);
    if (!Number.isFinite(value)) {
      throw new ForecastError(
        'invalid-data',
        `The metric is ${value} after ${this.history.length + 1} rounds`,
        {
          path: ['evalMetric'],
        },
      );
    }
    this.history.push(value);
    if (value < this.best || this.params.earlyStoppingRounds === 0) {
      this.best = value;
      this.bestRounds = this.history.length;
    }
  }

  shouldStop(): boolean {
    const patience = this.params.earlyStoppingRounds;
    return patience > 0 && this.history.length - this.bestRounds >= patience;
  }

  private predictions(): Float64Array {
    const { rows } = this.data;
    const result = new Float64Array(rows * this.margins.length);
    this.margins.forEach((margins, output) => {
      for (let i = 0; i < rows; i++) result[output * rows + i] = marginToPrediction(this.link, margins[i]);
    });
    sortQuantiles(result, rows, this.params);
    return result;
  }
}

function defaultMetric(params: BoosterParams): EvalMetric {
  switch (params.objective) {
    case 'squared':
      return 'rmse';
    case 'absolute':
    case 'huber':
      return 'mae';
    case 'quantile':
      return 'pinball';
    case 'poisson':
      return 'poisson-deviance';
    case 'gamma':
      return 'gamma-deviance';
    case 'tweedie':
      return 'tweedie-deviance';
    case 'logistic':
      return 'log-loss';
  }
}

/** The loss of one row for each named metric. */
function metricFunction(metric: EvalMetric, params: BoosterParams): EvalMetricFunction {
  if (typeof metric === 'function') return metric;
  switch (metric) {
    case 'rmse':
      return (predictions, labels, weights) =>
        Math.sqrt(meanLoss(predictions, labels, weights, (p, y) => square(p - y)));
    case 'mae':
      return (predictions, labels, weights) =>
        meanLoss(predictions, labels, weights, (p, y) => Math.abs(p - y));
    case 'poisson-deviance':
      return withLoss((p, y) => 2 * ((y > 0 ? y * log(y / p) : 0) - (y - p)));
    case 'gamma-deviance':
      return withLoss((p, y) => 2 * (log(p / y) + y / p - 1));
    case 'tweedie-deviance':
      return withLoss(tweedieDeviance(params.tweedieVariancePower));
    case 'log-loss':
      return withLoss((p, y) => -(y * log(clip(p)) + (1 - y) * log(clip(1 - p))));
    case 'pinball':
      return withLoss((p, y, output) => {
        const level = params.quantiles[output];
        return y >= p ? level * (y - p) : (1 - level) * (p - y);
      });
    default:
      throw new ForecastError('invalid-option', `There is no metric '${metric}'`, { path: ['evalMetric'] });
  }
}

type RowLoss = (prediction: number, label: number, output: number) => number;

function withLoss(loss: RowLoss): EvalMetricFunction {
  return (predictions, labels, weights) => meanLoss(predictions, labels, weights, loss);
}

/** Weighted mean over rows and outputs. */
function meanLoss(
  predictions: Float64Array,
  labels: Float32Array,
  weights: Float32Array | undefined,
  loss: RowLoss,
): number {
  const rows = labels.length;
  let sum = 0;
  let total = 0;
  for (let at = 0; at < predictions.length; at++) {
    const row = at % rows;
    const weight = weights ? weights[row] : 1;
    sum += weight * loss(predictions[at], labels[row], Math.floor(at / rows));
    total += weight;
  }
  return sum / total;
}

/** Unit deviance of the Tweedie family for a power between 1 and 2 (Jorgensen 1997). */
function tweedieDeviance(power: number): RowLoss {
  const one = 1 - power;
  const two = 2 - power;
  return (p, y) => 2 * (pow(y, two) / (one * two) - (y * pow(p, one)) / one + pow(p, two) / two);
}

function clip(chance: number): number {
  return Math.min(1 - 1e-15, Math.max(1e-15, chance));
}
