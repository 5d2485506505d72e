import { ForecastError } from '../../../errors.js';
import { exp, log } from '../../../math/index.js';
import type { BoosterParams, ObjectiveName } from './params.js';

/** A loss: its gradients, its link between margins (sums of trees) and predictions, and its starting point. */
export interface Objective {
  readonly name: ObjectiveName;
  /** Trees per round, one for each predicted number. */
  readonly outputs: number;
  /** Gradients of rows without weights whose hessian is always 1; only where that holds. */
  readonly unitGradients?: (
    margins: Float32Array,
    labels: Float32Array,
    output: number,
    out: Float32Array,
  ) => void;
  /** Gradient and hessian of each row `r`, at `2r` and `2r + 1` of `out`. */
  readonly gradientPairs: (
    margins: Float32Array,
    labels: Float32Array,
    weights: Float32Array | undefined,
    output: number,
    out: Float32Array,
  ) => void;
  /**
   * For losses without curvature: the leaf becomes this quantile of the residuals of its rows (as in XGBoost and
   * LightGBM), because a Newton step would be far too short.
   */
  readonly leafQuantile?: (output: number) => number;
  /** Prediction before any tree. */
  readonly initialScore: (labels: Float32Array, weights: Float32Array | undefined) => number;
  /** Smallest and largest label; `above` and `below` exclude the bounds themselves. */
  readonly labelRange: { readonly from: number; readonly to: number; readonly above?: boolean };
  readonly link: Link;
}

/** Conversion of a margin to a prediction. */
export type Link = 'identity' | 'log' | 'logit';

/** The prediction for a margin, rounded to float32 as XGBoost rounds it. */
export function marginToPrediction(link: Link, margin: number): number {
  if (link === 'identity') return margin;
  return Math.fround(link === 'log' ? exp(margin) : 1 / (1 + exp(-margin)));
}

/** The margin of a prediction: the inverse of {@link marginToPrediction}. */
export function predictionToMargin(link: Link, prediction: number): number {
  if (link === 'identity') return Math.fround(prediction);
  return Math.fround(link === 'log' ? log(prediction) : -log(1 / prediction - 1));
}

const EVERYTHING = { from: -3.4028234663852886e38, to: 3.4028234663852886e38 };
const NOT_NEGATIVE = { from: 0, to: EVERYTHING.to };

/** The objective that parameters name. */
export function objectiveOf(params: BoosterParams): Objective {
  switch (params.objective) {
    case 'squared':
      return squared();
    case 'absolute':
      return absolute();
    case 'quantile':
      return quantile(params.quantiles);
    case 'poisson':
      return poisson(params.maxDeltaStep);
    case 'tweedie':
      return tweedie(params.tweedieVariancePower);
    case 'gamma':
      return gamma();
    case 'huber':
      return huber(params.huberSlope);
    case 'logistic':
      return logistic();
  }
}

/** @throws ForecastError `invalid-data` for a label that is not a number or outside the objective's range. */
export function checkLabels(objective: Objective, labels: ArrayLike<number>): void {
  const { from, to, above } = objective.labelRange;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (label >= from && label <= to && !(above && label === from)) continue;
    throw new ForecastError(
      'invalid-data',
      `Label ${label} in row ${i} cannot be fitted by '${objective.name}'`,
      {
        path: ['labels', i],
        hint: `Labels must be finite and ${above ? 'above' : 'at least'} ${from}`,
      },
    );
  }
}

function squared(): Objective {
  return {
    name: 'squared',
    outputs: 1,
    unitGradients(margins, labels, _output, out) {
      for (let i = 0; i < labels.length; i++) out[i] = margins[i] - labels[i];
    },
    gradientPairs(margins, labels, weights, _output, out) {
      for (let i = 0; i < labels.length; i++) {
        const weight = weights ? weights[i] : 1;
        out[2 * i] = Math.fround(margins[i] - labels[i]) * weight;
        out[2 * i + 1] = weight;
      }
    },
    initialScore: weightedMean,
    labelRange: EVERYTHING,
    link: 'identity',
  };
}

function absolute(): Objective {
  return {
    name: 'absolute',
    outputs: 1,
    unitGradients(margins, labels, _output, out) {
      for (let i = 0; i < labels.length; i++) out[i] = Math.sign(margins[i] - labels[i]);
    },
    gradientPairs(margins, labels, weights, _output, out) {
      for (let i = 0; i < labels.length; i++) {
        const weight = weights ? weights[i] : 1;
        out[2 * i] = Math.sign(margins[i] - labels[i]) * weight;
        out[2 * i + 1] = weight;
      }
    },
    leafQuantile: () => 0.5,
    initialScore: (labels, weights) => quantileOf(labels, weights, 0.5),
    labelRange: EVERYTHING,
    link: 'identity',
  };
}

function quantile(levels: readonly number[]): Objective {
  return {
    name: 'quantile',
    outputs: levels.length,
    unitGradients(margins, labels, output, out) {
      const level = levels[output];
      for (let i = 0; i < labels.length; i++) out[i] = margins[i] >= labels[i] ? 1 - level : -level;
    },
    gradientPairs(margins, labels, weights, output, out) {
      const level = levels[output];
      for (let i = 0; i < labels.length; i++) {
        const weight = weights ? weights[i] : 1;
        out[2 * i] = (margins[i] >= labels[i] ? 1 - level : -level) * weight;
        out[2 * i + 1] = weight;
      }
    },
    leafQuantile: (output) => levels[output],
    initialScore: (labels, weights) =>
      levels.reduce((sum, level) => sum + quantileOf(labels, weights, level), 0) / levels.length,
    labelRange: EVERYTHING,
    link: 'identity',
  };
}

function poisson(maxDeltaStep: number): Objective {
  const stretch = exp(maxDeltaStep);
  return {
    name: 'poisson',
    outputs: 1,
    gradientPairs(margins, labels, weights, _output, out) {
      for (let i = 0; i < labels.length; i++) {
        const weight = weights ? weights[i] : 1;
        const expected = Math.fround(exp(margins[i]));
        out[2 * i] = Math.fround(expected - labels[i]) * weight;
        out[2 * i + 1] = expected * stretch * weight;
      }
    },
    initialScore: positiveMean,
    labelRange: NOT_NEGATIVE,
    link: 'log',
  };
}

function tweedie(power: number): Objective {
  return {
    name: 'tweedie',
    outputs: 1,
    gradientPairs(margins, labels, weights, _output, out) {
      for (let i = 0; i < labels.length; i++) {
        const weight = weights ? weights[i] : 1;
        const a = labels[i] * Math.fround(exp(Math.fround((1 - power) * margins[i])));
        const b = Math.fround(exp(Math.fround((2 - power) * margins[i])));
        out[2 * i] = (b - a) * weight;
        out[2 * i + 1] = ((2 - power) * b - (1 - power) * a) * weight;
      }
    },
    initialScore: positiveMean,
    labelRange: NOT_NEGATIVE,
    link: 'log',
  };
}

function gamma(): Objective {
  return {
    name: 'gamma',
    outputs: 1,
    gradientPairs(margins, labels, weights, _output, out) {
      for (let i = 0; i < labels.length; i++) {
        const weight = weights ? weights[i] : 1;
        const ratio = Math.fround(labels[i] / Math.fround(exp(margins[i])));
        out[2 * i] = Math.fround(1 - ratio) * weight;
        out[2 * i + 1] = ratio * weight;
      }
    },
    initialScore: positiveMean,
    labelRange: { ...NOT_NEGATIVE, above: true },
    link: 'log',
  };
}

function huber(slope: number): Objective {
  const square = slope * slope;
  return {
    name: 'huber',
    outputs: 1,
    gradientPairs(margins, labels, weights, _output, out) {
      for (let i = 0; i < labels.length; i++) {
        const weight = weights ? weights[i] : 1;
        const residual = Math.fround(margins[i] - labels[i]);
        const squared = Math.fround(residual * residual);
        const root = Math.fround(Math.sqrt(Math.fround(1 + Math.fround(squared / square))));
        const scale = Math.fround(square + squared);
        out[2 * i] = Math.fround(residual / root) * weight;
        out[2 * i + 1] = Math.fround(square / Math.fround(scale * root)) * weight;
      }
    },
    initialScore: (labels, weights) => quantileOf(labels, weights, 0.5),
    labelRange: EVERYTHING,
    link: 'identity',
  };
}

function logistic(): Objective {
  return {
    name: 'logistic',
    outputs: 1,
    gradientPairs(margins, labels, weights, _output, out) {
      for (let i = 0; i < labels.length; i++) {
        const weight = weights ? weights[i] : 1;
        const chance = Math.fround(1 / (1 + exp(-margins[i])));
        out[2 * i] = (chance - labels[i]) * weight;
        out[2 * i + 1] = Math.max(chance * (1 - chance), 1e-16) * weight;
      }
    },
    initialScore: (labels, weights) => Math.min(1 - 1e-6, positiveMean(labels, weights)),
    labelRange: { from: 0, to: 1 },
    link: 'logit',
  };
}

function weightedMean(labels: Float32Array, weights: Float32Array | undefined): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const weight = weights ? weights[i] : 1;
    sum += weight * labels[i];
    total += weight;
  }
  return sum / total;
}

/** The mean, bounded below so that its logarithm stays moderate. */
function positiveMean(labels: Float32Array, weights: Float32Array | undefined): number {
  return Math.max(1e-6, weightedMean(labels, weights));
}

function quantileOf(labels: Float32Array, weights: Float32Array | undefined, level: number): number {
  return weights ? weightedQuantile(labels, weights, level) : plainQuantile(labels.slice().sort(), level);
}

/** Quantile of ascending values, interpolated at rank `level * (n + 1)` as in XGBoost (type 6 of R). */
export function plainQuantile(ascending: ArrayLike<number>, level: number): number {
  const count = ascending.length;
  const rank = level * (count + 1);
  if (rank <= 1) return ascending[0];
  if (rank >= count) return ascending[count - 1];
  const below = Math.floor(rank);
  const low = ascending[below - 1];
  return low + (rank - below) * (ascending[below] - low);
}

/** Smallest value at which the cumulative weight reaches `level` of the total. */
export function weightedQuantile(
  values: ArrayLike<number>,
  weights: ArrayLike<number>,
  level: number,
): number {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a] - values[b]);
  let total = 0;
  for (const i of order) total += weights[i];
  let reached = 0;
  for (const i of order) {
    reached += weights[i];
    if (reached >= level * total) return values[i];
  }
  return values[order[order.length - 1]];
}
