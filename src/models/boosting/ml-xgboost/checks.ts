import { ForecastError } from '../../../errors.js';
import type { FeatureMatrix } from '../../../features/matrix.js';
import type { EngineData, EngineParams } from '../engine/index.js';

/**
 * Most numbers in a matrix: the library's WebAssembly heap overflows and aborts at about 1.3 million
 * (measured).
 */
const MOST_CELLS = 1_200_000;

/** The library's names of our parameters, for those that it has. */
const NAMES = {
  maxDepth: 'max_depth',
  maxLeaves: 'max_leaves',
  growPolicy: 'grow_policy',
  learningRate: 'eta',
  lambda: 'lambda',
  alpha: 'alpha',
  gamma: 'gamma',
  minChildWeight: 'min_child_weight',
  maxDeltaStep: 'max_delta_step',
  maxBin: 'max_bin',
  subsample: 'subsample',
  colsampleBytree: 'colsample_bytree',
  colsampleBylevel: 'colsample_bylevel',
} as const;

/** Our objectives that the library (XGBoost 0.7) has. */
const OBJECTIVES: Readonly<Record<string, string>> = {
  squared: 'reg:linear',
  poisson: 'count:poisson',
  gamma: 'reg:gamma',
  tweedie: 'reg:tweedie',
  logistic: 'reg:logistic',
};

/**
 * The library's options for our parameters.
 *
 * @throws ForecastError `invalid-option` for a parameter or objective that the library lacks and would ignore.
 */
export function libraryOptions(
  params: EngineParams,
  labels: ArrayLike<number>,
  seed: number,
): Record<string, string | number> {
  const objective = OBJECTIVES[params.objective ?? 'squared'];
  if (!objective) refuse('objective', `has no objective '${params.objective}'`);
  const options: Record<string, string | number> = {
    booster: 'gbtree',
    objective,
    // The library's own default, 'exact', is ten times slower.
    tree_method: 'hist',
    max_depth: 6,
    eta: 0.1,
    subsample: 1,
    silent: 1,
    seed,
    iterations: params.rounds ?? 100,
    base_score: params.baseScore ?? startingScore(params, labels),
  };
  if (params.objective === 'tweedie') options['tweedie_variance_power'] = params.tweedieVariancePower ?? 1.5;
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || ['objective', 'rounds', 'baseScore', 'tweedieVariancePower'].includes(name))
      continue;
    if (!Object.hasOwn(NAMES, name)) refuse(name, `has no parameter '${name}'`);
    if (typeof value !== 'string' && !Number.isFinite(value)) refuse(name, `takes a number for '${name}'`);
    options[NAMES[name as keyof typeof NAMES]] = value as string | number;
  }
  return options;
}

/** The mean of the labels, as for the native engine. */
function startingScore(params: EngineParams, labels: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < labels.length; i++) sum += labels[i];
  const mean = sum / labels.length;
  if (params.objective === undefined || params.objective === 'squared') return mean;
  return params.objective === 'logistic' ? Math.min(1 - 1e-6, Math.max(1e-6, mean)) : Math.max(1e-6, mean);
}

/**
 * Checks the data, as the library does not and would corrupt its heap.
 *
 * @throws ForecastError `empty-data`, `invalid-data`, `invalid-option` for weights, `limit-exceeded` for too many rows.
 */
export function checkTraining(data: EngineData, objective: string): void {
  const { features, labels, weights } = data;
  if (weights) refuse('weights', 'has no weights');
  if (features.rows === 0 || features.columns.length === 0) {
    throw new ForecastError('empty-data', 'There are no rows or no columns', { path: ['features'] });
  }
  checkMatrix(features, features.columns.length);
  const cells = features.rows * (features.columns.length + 1);
  if (cells > MOST_CELLS) {
    throw new ForecastError('limit-exceeded', `ml-xgboost cannot hold ${features.rows} rows of that width`, {
      path: ['features', 'rows'],
      hint: `At most ${Math.floor(MOST_CELLS / (features.columns.length + 1))} rows; native-ts has no such limit`,
    });
  }
  if (labels.length !== features.rows) {
    invalid(`There are ${labels.length} labels for ${features.rows} rows`, ['labels']);
  }
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (!Number.isFinite(label)) invalid(`Label ${i} is ${label}`, ['labels', i]);
    if (objective === 'squared') continue;
    const above = objective === 'gamma' ? label > 0 : label >= 0;
    if (!above || (objective === 'logistic' && label > 1)) {
      invalid(`Label ${label} in row ${i} cannot be fitted by '${objective}'`, ['labels', i]);
    }
  }
}

/**
 * @throws ForecastError `invalid-data` for another width, ragged columns, infinite values, and -1, which the
 *   library takes for missing.
 */
export function checkMatrix(features: FeatureMatrix, width: number): void {
  const { rows, columns } = features;
  if (columns.length !== width) {
    invalid(`The matrix has ${columns.length} columns, the model ${width} features`, ['features']);
  }
  for (let j = 0; j < width; j++) {
    const column = columns[j];
    if (!(column instanceof Float32Array) || column.length !== rows) {
      invalid(`Column ${j} must be a Float32Array of ${rows} values`, ['features', 'columns', j]);
    }
    for (let i = 0; i < rows; i++) {
      if (column[i] === -1) {
        throw new ForecastError(
          'invalid-data',
          `Feature ${j} is -1 in row ${i}, which ml-xgboost takes for missing`,
          {
            path: ['features', j, i],
            hint: 'Shift or scale the feature, or use nativeEngine',
          },
        );
      }
      if (Math.abs(column[i]) === Infinity)
        invalid(`Feature ${j} is infinite in row ${i}`, ['features', j, i]);
    }
  }
}

function refuse(name: string, what: string): never {
  throw new ForecastError('invalid-option', `ml-xgboost ${what}`, {
    path: [name],
    hint: 'Leave it out, or use nativeEngine',
  });
}

function invalid(message: string, path: readonly (string | number)[]): never {
  throw new ForecastError('invalid-data', message, { path });
}
