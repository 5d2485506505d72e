import { ForecastError } from '../../../errors.js';
import type { SerializedModel } from '../../contract.js';
import { stateFromJSON } from '../../structural/state-json.js';
import { decodeArray } from '../../typed-array-json.js';
import { nativeEngine } from '../engine/engine.js';
import { FittedDirectBoosting } from './fitted-direct-boosting.js';
import { stepGrid } from './grid.js';
import type { Learner } from './learners.js';
import type { Bucket } from './train-model.js';

/**
 * Rebuilds a fitted direct boosting model from its JSON.
 *
 * @throws ForecastError `invalid-model`
 */
export function loadDirectBoosting(data: SerializedModel): FittedDirectBoosting {
  if (data.model !== 'direct-boosting') fail('model');
  const integer = (name: string, least = Number.NEGATIVE_INFINITY): number => {
    const value = data[name];
    if (!Number.isInteger(value) || (value as number) < least) fail(name);
    return value as number;
  };
  const stepDays = integer('stepDays');
  if (stepDays !== 1 && stepDays !== 7) fail('stepDays');
  const seriesCount = integer('seriesCount', 0);
  const steps = integer('steps', 1);
  const categoryCount = integer('categoryCount', 1);
  const categoryOf = decodeArray(data.categoryOf, 'int32', seriesCount);
  if (categoryOf.some((category) => category < 0 || category >= categoryCount)) fail('categoryOf');
  const days = integer('residualDays', 0);
  return new FittedDirectBoosting({
    cutoffDay: integer('cutoffDay'),
    tail: {
      grid: stepGrid(stepDays),
      startDay: integer('startDay'),
      steps,
      seriesCount,
      categoryCount,
      categoryOf,
      units: decodeArray(data.tail, 'float32', seriesCount * steps),
    },
    structure: stateFromJSON((data.structure ?? {}) as SerializedModel),
    levels: { values: decodeArray(data.levels, 'float64', 4 * seriesCount) },
    near: loadBucket(data.near, 'near'),
    far: data.far === null ? undefined : loadBucket(data.far, 'far'),
    residuals: { seriesCount, days, values: decodeArray(data.residuals, 'float32', seriesCount * days) },
  });
}

function loadBucket(data: unknown, name: string): Bucket {
  const { fromStep, toStep, learners } = (data ?? {}) as Partial<Bucket>;
  if (!Number.isInteger(fromStep) || !Number.isInteger(toStep) || !Array.isArray(learners)) fail(name);
  return {
    fromStep: fromStep as number,
    toStep: toStep as number,
    learners: learners.map((learner) => loadLearner(learner, name)),
  };
}

function loadLearner(data: unknown, name: string): Learner {
  const { base, objective, weight, lowest, highest, booster } = (data ?? {}) as Partial<Learner<never>>;
  const knownBase = base === 'level' || base === 'weekday' || base === 'season' || base === 'structural';
  const knownObjective = objective === 'squared' || objective === 'poisson';
  if (!knownBase || !knownObjective || ![weight, lowest, highest].every(Number.isFinite)) fail(name);
  return {
    base: base as Learner['base'],
    objective: objective as Learner['objective'],
    weight: weight as number,
    lowest: lowest as number,
    highest: highest as number,
    booster: nativeEngine.load(booster),
  };
}

function fail(name: string): never {
  throw new ForecastError('invalid-model', 'The data is not a fitted "direct-boosting" model', {
    path: [name],
  });
}
