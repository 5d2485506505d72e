import { type ErrorPath, ForecastError } from '../../../../errors.js';
import { type OptionTable, refuseUnknown } from '../../../../options.js';
import { Booster } from '../booster.js';
import { objectiveOf, predictionToMargin } from '../objective.js';
import type { BoosterParams } from '../params.js';
import { readParams } from './read-params.js';
import { decodeUbjson } from './ubjson.js';
import {
  field,
  invalid,
  memberOf,
  numberField,
  numberListField,
  numbersField,
  onlyKnown,
  paramsOfObjective,
  stringField,
} from './xgboost-format.js';
import { inTurns, type Round, readRounds } from './xgboost-rounds.js';

/** Choice of the rounds of a model file to use. */
export interface LoadXGBoostOptions {
  /** Only the trees of rounds `[from, to)`, as `iteration_range` of XGBoost's `predict`. */
  readonly iterationRange?: readonly [number, number];
  /**
   * Only the rounds up to the best one of early stopping, as XGBoost's scikit-learn classes predict; `false`
   * takes all of them, as XGBoost's own `predict` does. By default all are used, and the booster has a warning
   * if the file has a best round.
   */
  readonly bestIteration?: boolean;
}

const LOAD_XGBOOST_OPTIONS: OptionTable<LoadXGBoostOptions> = { iterationRange: 1, bestIteration: 1 };

/**
 * Reads a model that XGBoost (1.6 to 3) or {@link saveXGBoostJson} saved as JSON. Only the content of a model
 * file is restored: trees, objective, base scores, names, but not training parameters such as the learning
 * rate. DART weights are multiplied into the leaves; trees with vector leaves become one tree for each output.
 * Categories are given by their numbers.
 *
 * ```ts
 * import { loadXGBoostJson } from 'commerce-forecast/boosting';
 *
 * export function load(text: string) {
 *   return loadXGBoostJson(text, { bestIteration: true });
 * }
 * ```
 *
 * @throws ForecastError `invalid-model` for other text, a linear booster, an unsupported objective, unknown
 * parts, and malformed trees, with the path of the culprit; `invalid-option` for rounds that the model does not
 * have.
 */
export function loadXGBoostJson(text: string, options: LoadXGBoostOptions = {}): Booster {
  checkOptions(options);
  let document: unknown;
  try {
    document = parseNumbers(text);
  } catch (cause) {
    invalid('The model is not JSON', [], cause);
  }
  return boosterOf(document, options);
}

/**
 * Parses JSON with the numbers that XGBoost adds to it: NaN, the threshold of a categorical split, becomes null, and
 * `Infinity` a number too large for JSON.
 */
function parseNumbers(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A string that does not end is taken to its end: looking for others inside it would take quadratic time.
    const tokens = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|\bNaN\b|\bInfinity\b/g;
    const replacements: Readonly<Record<string, string>> = { NaN: 'null', Infinity: '1e999' };
    return JSON.parse(text.replace(tokens, (token) => replacements[token] ?? token));
  }
}

/**
 * Reads a model that XGBoost saved as UBJSON (`model.ubj`).
 *
 * @throws ForecastError as {@link loadXGBoostJson}.
 */
export function loadXGBoostUbjson(bytes: Uint8Array, options: LoadXGBoostOptions = {}): Booster {
  checkOptions(options);
  return boosterOf(decodeUbjson(bytes), options);
}

function checkOptions(options: LoadXGBoostOptions): void {
  refuseUnknown(options, LOAD_XGBOOST_OPTIONS);
  const { iterationRange, bestIteration } = options;
  if (bestIteration !== undefined && typeof bestIteration !== 'boolean') {
    badOption('bestIteration', 'bestIteration must be true or false');
  }
  if (iterationRange !== undefined && !(Array.isArray(iterationRange) && iterationRange.length === 2)) {
    badOption('iterationRange', 'iterationRange must be two numbers of rounds, such as [0, 100]');
  }
}

const MOST_FEATURES = 1 << 20;
const MOST_OUTPUTS = 1 << 16;

const LEARNER_KEYS = new Set([
  'attributes',
  'feature_names',
  'feature_types',
  'gradient_booster',
  'learner_model_param',
  'objective',
]);
const DOCUMENT_KEYS = new Set(['learner', 'version']);
const BOOSTER_KEYS = new Set(['name', 'model', 'weight_drop']);
const DART_KEYS = new Set(['name', 'gbtree', 'weight_drop']);
const DART_INNER_KEYS = new Set(['name', 'model']);
const MODEL_KEYS = new Set([
  'gbtree_model_param',
  'trees',
  'tree_info',
  'iteration_indptr',
  'cats',
  'weight_drop',
]);
const PARAM_KEYS = new Set(['base_score', 'boost_from_average', 'num_class', 'num_feature', 'num_target']);

function boosterOf(document: unknown, options: LoadXGBoostOptions): Booster {
  checkVersion(document);
  onlyKnown(document, DOCUMENT_KEYS, []);
  const path = ['learner'];
  const learner = field(document, 'learner', []);
  onlyKnown(learner, LEARNER_KEYS, path);
  const { model, weights, modelPath } = treesModel(learner, path);
  const modelParam = field(learner, 'learner_model_param', path);
  const paramPath = [...path, 'learner_model_param'];
  onlyKnown(modelParam, PARAM_KEYS, paramPath);
  const featureCount = numberField(modelParam, 'num_feature', paramPath);
  if (!Number.isInteger(featureCount) || featureCount < 1 || featureCount > MOST_FEATURES) {
    invalid(`The model has ${featureCount} features`, [...paramPath, 'num_feature']);
  }
  const stated = paramsOfObjective(field(learner, 'objective', path), [...path, 'objective']);
  const categoricalFeatures = categoricalOf(learner);
  const params = readParams({ ...stated, categoricalFeatures }, featureCount, path);
  const outputs = outputsOf(modelParam, params, paramPath);
  const scores = baseScores(modelParam, params, outputs, paramPath);
  const all = readRounds(
    model,
    { featureCount, outputs, link: objectiveOf(params).link },
    weights,
    modelPath,
  );
  const { rounds, warnings } = chosenRounds(all, bestIterationOf(learner, path), options);
  return new Booster({
    params,
    featureCount,
    featureNames: namesOf(learner, featureCount),
    baseScore: scores[0],
    ...(scores.some((score) => score !== scores[0]) ? { baseScores: scores } : {}),
    outputs,
    trees: inTurns(rounds, outputs, modelPath),
    warnings,
  });
}

/** Numbers predicted for a row: one for each quantile, or for each column of labels. */
function outputsOf(modelParam: unknown, params: BoosterParams, path: ErrorPath): number {
  const { outputs } = objectiveOf(params);
  const classes = Object.hasOwn(modelParam as object, 'num_class')
    ? numberField(modelParam, 'num_class', path)
    : 0;
  if (classes > 1) invalid(`The model has ${classes} classes`, [...path, 'num_class']);
  if (!Object.hasOwn(modelParam as object, 'num_target')) return outputs;
  const targets = Math.max(1, numberField(modelParam, 'num_target', path));
  const fits =
    params.objective === 'quantile' ? targets === outputs || targets === 1 : targets <= MOST_OUTPUTS;
  if (!Number.isInteger(targets) || !fits) {
    invalid(`The model has ${targets} targets for ${outputs} outputs`, [...path, 'num_target']);
  }
  return params.objective === 'quantile' ? outputs : targets;
}

/** One for each output: XGBoost 3.1 and later write a list, which may have a single number for all. */
function baseScores(modelParam: unknown, params: BoosterParams, outputs: number, path: ErrorPath): number[] {
  const { link } = objectiveOf(params);
  const numbers = numberListField(modelParam, 'base_score', path).map(Math.fround);
  if (numbers.length !== 1 && numbers.length !== outputs) {
    invalid(`There are ${numbers.length} base scores for ${outputs} outputs`, [...path, 'base_score']);
  }
  if (!numbers.every((score) => Number.isFinite(predictionToMargin(link, score)))) {
    invalid('The base score is out of range', [...path, 'base_score']);
  }
  return Array.from({ length: outputs }, (_, output) => numbers[numbers.length === 1 ? 0 : output]);
}

function checkVersion(document: unknown): void {
  const version = numbersField(document, 'version', [], Number.isInteger);
  if (!(version.length === 3 && version[0] >= 1 && version[0] <= 3)) {
    invalid(`Models of XGBoost version ${Array.from(version).join('.')} cannot be read`, ['version']);
  }
}

interface TreesModel {
  readonly model: unknown;
  readonly modelPath: ErrorPath;
  /** Factors by which DART multiplies the trees, one for each. */
  readonly weights: ArrayLike<number> | undefined;
}

/**
 * DART was a booster of its own around `gbtree` up to XGBoost 3.2; since 3.3 its weights are next to the model
 * of a `gbtree`, since 3.4 inside it.
 */
function treesModel(learner: unknown, learnerPath: ErrorPath): TreesModel {
  const path = [...learnerPath, 'gradient_booster'];
  const booster = field(learner, 'gradient_booster', learnerPath);
  const name = stringField(booster, 'name', path);
  if (name !== 'gbtree' && name !== 'dart') {
    invalid(`The booster is '${name}', not 'gbtree' or 'dart'`, [...path, 'name']);
  }
  const isDart = name === 'dart';
  const inner = isDart ? field(booster, 'gbtree', path) : booster;
  onlyKnown(booster, isDart ? DART_KEYS : BOOSTER_KEYS, path);
  const innerPath = isDart ? [...path, 'gbtree'] : path;
  if (isDart) onlyKnown(inner, DART_INNER_KEYS, innerPath);
  const model = field(inner, 'model', innerPath);
  const modelPath = [...innerPath, 'model'];
  onlyKnown(model, MODEL_KEYS, modelPath);
  const outside = treeWeights(booster, path);
  const inside = treeWeights(model, modelPath);
  if (outside && inside) invalid('There are two lists of weights', [...modelPath, 'weight_drop']);
  if (isDart && !outside) field(booster, 'weight_drop', path);
  return { model, modelPath, weights: outside ?? inside };
}

function treeWeights(value: unknown, path: ErrorPath): ArrayLike<number> | undefined {
  if (!Object.hasOwn((value ?? {}) as object, 'weight_drop')) return undefined;
  const weights = numbersField(value, 'weight_drop', path, (weight) => Number.isFinite(Math.fround(weight)));
  return weights.length > 0 ? weights : undefined;
}

/** The best round of early stopping, counted from 0, if the file has one. */
function bestIterationOf(learner: unknown, path: ErrorPath): number | undefined {
  if (!Object.hasOwn(learner as object, 'attributes')) return undefined;
  const attributes = field(learner, 'attributes', path);
  if (!Object.hasOwn((attributes ?? {}) as object, 'best_iteration')) return undefined;
  const best = numberField(attributes, 'best_iteration', [...path, 'attributes']);
  if (!Number.isInteger(best) || best < 0) {
    invalid('The best iteration is not a round', [...path, 'attributes', 'best_iteration']);
  }
  return best;
}

function chosenRounds(
  rounds: readonly Round[],
  best: number | undefined,
  { iterationRange, bestIteration }: LoadXGBoostOptions,
): { rounds: readonly Round[]; warnings: string[] } {
  if (iterationRange) {
    if (bestIteration !== undefined)
      badOption('iterationRange', 'Give iterationRange or bestIteration, not both');
    const [from, to] = iterationRange;
    const fits =
      Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from < to && to <= rounds.length;
    if (!fits)
      badOption('iterationRange', `The model has no rounds ${from} to ${to}: it has ${rounds.length}`);
    return { rounds: rounds.slice(from, to), warnings: [] };
  }
  if (bestIteration && best === undefined) {
    badOption('bestIteration', 'The model was not stopped early: it has no best iteration');
  }
  const later = best === undefined ? 0 : rounds.length - best - 1;
  if (bestIteration) return { rounds: rounds.slice(0, best! + 1), warnings: [] };
  if (later <= 0 || bestIteration === false) return { rounds, warnings: [] };
  return {
    rounds,
    warnings: [
      `All ${rounds.length} rounds count, ${later} of them after the best one of early stopping. XGBoost's scikit-learn ` +
        'classes leave these out, its own predict does not: set bestIteration to true or false.',
    ],
  };
}

function badOption(name: string, message: string): never {
  throw new ForecastError('invalid-option', message, { path: [name] });
}

function namesOf(learner: unknown, featureCount: number): string[] | undefined {
  const names = memberOf(learner, 'feature_names');
  if (!Array.isArray(names) || names.length === 0) return undefined;
  if (names.length !== featureCount || !names.every((name) => typeof name === 'string')) {
    invalid('There is not one name for each feature', ['learner', 'feature_names']);
  }
  return names;
}

function categoricalOf(learner: unknown): number[] {
  const types = memberOf(learner, 'feature_types');
  return Array.isArray(types) ? types.flatMap((type, feature) => (type === 'c' ? [feature] : [])) : [];
}
