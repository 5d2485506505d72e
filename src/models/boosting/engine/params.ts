import { ForecastError } from '../../../errors.js';
import { refuseUnknown, withDefaults } from '../../../options.js';

/** Loss that is minimised. See {@link BoosterParams.objective}. */
export type ObjectiveName =
  | 'squared'
  | 'absolute'
  | 'quantile'
  | 'poisson'
  | 'tweedie'
  | 'gamma'
  | 'huber'
  | 'logistic';

/** Order in which a tree grows: level by level, or always at the leaf with the largest gain. */
export type GrowPolicy = 'depthwise' | 'lossguide';

/** -1, 0 or 1: predictions fall, are free, or rise with the feature. */
export type MonotoneConstraint = -1 | 0 | 1;

/** Parameters of a gradient booster: XGBoost's, in camel case. */
export interface BoosterParams {
  /** Boosting rounds; each grows one tree per output. Default 100. */
  readonly rounds: number;
  /** Largest depth of a tree; 0 is no limit, and then `maxLeaves` must be given. Default 6. */
  readonly maxDepth: number;
  /** Largest number of leaves; 0 is no limit. Default 0. */
  readonly maxLeaves: number;
  readonly growPolicy: GrowPolicy;
  /** Shrinkage of every leaf (`eta`). Default 0.1. */
  readonly learningRate: number;
  /** L2 regularisation of leaf weights. Default 1. */
  readonly lambda: number;
  /** L1 regularisation of leaf weights. Default 0. */
  readonly alpha: number;
  /** Smallest gain of a split (`min_split_loss`). Default 0. */
  readonly gamma: number;
  /** Smallest sum of hessians (rows, for squared error) in a child. Default 1. */
  readonly minChildWeight: number;
  /** Largest absolute leaf weight; 0 is no limit. Default 0, and 0.7 for Poisson as in XGBoost. */
  readonly maxDeltaStep: number;
  /** Most bins a feature is cut into, 2 to 256 (one fewer where values are missing). Default 256. */
  readonly maxBin: number;
  /** Share of rows that each tree sees. Default 1. */
  readonly subsample: number;
  /** Share of features that each tree may use; likewise for each level and each node. Default 1. */
  readonly colsampleBytree: number;
  readonly colsampleBylevel: number;
  readonly colsampleBynode: number;
  /** Prediction before any tree, on the scale of the labels; by default estimated from them. */
  readonly baseScore: number | undefined;
  /**
   * Default `squared`. `poisson`, `gamma` and `tweedie` predict on the log scale inside and return expected
   * values; `huber` is the pseudo-Huber loss; `logistic` takes labels from 0 to 1 and returns probabilities.
   */
  readonly objective: ObjectiveName;
  /** Levels for `quantile`, each strictly between 0 and 1; one output each. Default `[0.5]`. */
  readonly quantiles: readonly number[];
  /** Variance power for `tweedie`, strictly between 1 and 2. Default 1.5. */
  readonly tweedieVariancePower: number;
  /** Size at which `huber` turns from squared to absolute error, in units of the label. Default 1. */
  readonly huberSlope: number;
  /** One entry per feature; empty is no constraint. */
  readonly monotoneConstraints: readonly MonotoneConstraint[];
  /** Indices of features whose values are category numbers 0, 1, 2, ... (at most 255). */
  readonly categoricalFeatures: readonly number[];
  /** With fewer categories than this each is split from the rest; with more, sorted sets are. Default 4. */
  readonly maxCatToOnehot: number;
  /** Most categories on the smaller side of a sorted-set split. Default 64. */
  readonly maxCatThreshold: number;
  /** Seed of row and feature sampling. Default 0. */
  readonly seed: number;
  /**
   * Stops after this many rounds without improvement of the metric on the validation set; 0 is never. Default
   * 0.
   */
  readonly earlyStoppingRounds: number;
}

export const DEFAULT_PARAMS: BoosterParams = {
  rounds: 100,
  maxDepth: 6,
  maxLeaves: 0,
  growPolicy: 'depthwise',
  learningRate: 0.1,
  lambda: 1,
  alpha: 0,
  gamma: 0,
  minChildWeight: 1,
  maxDeltaStep: 0,
  maxBin: 256,
  subsample: 1,
  colsampleBytree: 1,
  colsampleBylevel: 1,
  colsampleBynode: 1,
  baseScore: undefined,
  objective: 'squared',
  quantiles: [0.5],
  tweedieVariancePower: 1.5,
  huberSlope: 1,
  monotoneConstraints: [],
  categoricalFeatures: [],
  maxCatToOnehot: 4,
  maxCatThreshold: 64,
  seed: 0,
  earlyStoppingRounds: 0,
};

/** All objectives. */
export const OBJECTIVES: readonly ObjectiveName[] = [
  'squared',
  'absolute',
  'quantile',
  'poisson',
  'tweedie',
  'gamma',
  'huber',
  'logistic',
];

type NumericParam = {
  [K in keyof BoosterParams]: BoosterParams[K] extends number ? K : never;
}[keyof BoosterParams];

interface Range {
  readonly from: number;
  readonly to: number;
  readonly integer?: boolean;
  /** Exclude the lower bound. */
  readonly above?: boolean;
  /** Exclude the upper bound. */
  readonly below?: boolean;
}

const RANGES: Readonly<Record<NumericParam, Range>> = {
  rounds: { from: 1, to: 1_000_000, integer: true },
  maxDepth: { from: 0, to: 64, integer: true },
  maxLeaves: { from: 0, to: 1 << 20, integer: true },
  learningRate: { from: 0, to: 10, above: true },
  lambda: { from: 0, to: Number.MAX_VALUE },
  alpha: { from: 0, to: Number.MAX_VALUE },
  gamma: { from: 0, to: Number.MAX_VALUE },
  minChildWeight: { from: 0, to: Number.MAX_VALUE },
  maxDeltaStep: { from: 0, to: Number.MAX_VALUE },
  maxBin: { from: 2, to: 256, integer: true },
  subsample: { from: 0, to: 1, above: true },
  colsampleBytree: { from: 0, to: 1, above: true },
  colsampleBylevel: { from: 0, to: 1, above: true },
  colsampleBynode: { from: 0, to: 1, above: true },
  tweedieVariancePower: { from: 1, to: 2, above: true, below: true },
  huberSlope: { from: 0, to: Number.MAX_VALUE, above: true },
  maxCatToOnehot: { from: 1, to: 256, integer: true },
  maxCatThreshold: { from: 1, to: 256, integer: true },
  seed: { from: 0, to: Number.MAX_SAFE_INTEGER, integer: true },
  earlyStoppingRounds: { from: 0, to: 1_000_000, integer: true },
};

function fail(name: string, message: string): never {
  throw new ForecastError('invalid-option', `${name} ${message}`, { path: ['params', name] });
}

function checkNumber(name: string, value: unknown, range: Range): void {
  const { from, to, integer, above, below } = range;
  const bounds = `${above ? 'above' : 'at least'} ${from} and ${below ? 'below' : 'at most'} ${to}`;
  if (typeof value !== 'number' || !Number.isFinite(value)) fail(name, `must be a number ${bounds}`);
  if (integer && !Number.isInteger(value)) fail(name, `must be an integer ${bounds}`);
  const tooLow = above ? value <= from : value < from;
  const tooHigh = below ? value >= to : value > to;
  if (tooLow || tooHigh) fail(name, `must be ${bounds}, not ${value}`);
}

function checkLists(params: BoosterParams, featureCount: number): void {
  const { quantiles, monotoneConstraints: monotone, categoricalFeatures: categorical } = params;
  if (!Array.isArray(quantiles) || quantiles.length === 0) fail('quantiles', 'must name at least one level');
  for (const level of quantiles) if (!(level > 0 && level < 1)) fail('quantiles', 'must lie between 0 and 1');
  if (monotone.length !== 0 && monotone.length !== featureCount) {
    fail('monotoneConstraints', `must have one entry for each of the ${featureCount} features`);
  }
  for (const sign of monotone) {
    if (sign !== -1 && sign !== 0 && sign !== 1) fail('monotoneConstraints', 'must be -1, 0 or 1');
  }
  for (const feature of categorical) {
    if (!Number.isInteger(feature) || feature < 0 || feature >= featureCount) {
      fail('categoricalFeatures', `names feature ${feature}, but there are ${featureCount}`);
    }
    if (monotone[feature]) fail('monotoneConstraints', `constrains feature ${feature}, which is categorical`);
  }
}

/**
 * Fills in the defaults and checks every parameter.
 *
 * @throws ForecastError `invalid-option` for an unknown parameter or a wrong value, with its path.
 */
export function resolveParams(given: Partial<BoosterParams>, featureCount: number): BoosterParams {
  refuseUnknown(given, { ...DEFAULT_PARAMS }, ['params']);
  const poisson = given.objective === 'poisson' ? { maxDeltaStep: 0.7 } : {};
  const params: BoosterParams = withDefaults({ ...DEFAULT_PARAMS, ...poisson }, given);
  if (!OBJECTIVES.includes(params.objective)) fail('objective', `'${params.objective}' is not known`);
  if (params.growPolicy !== 'depthwise' && params.growPolicy !== 'lossguide') {
    fail('growPolicy', "must be 'depthwise' or 'lossguide'");
  }
  for (const [name, range] of Object.entries(RANGES)) checkNumber(name, params[name as NumericParam], range);
  if (params.maxDepth === 0 && params.maxLeaves === 0) fail('maxDepth', 'may be 0 only with maxLeaves');
  if (params.baseScore !== undefined && !Number.isFinite(params.baseScore))
    fail('baseScore', 'must be finite');
  checkLists(params, featureCount);
  return params;
}
