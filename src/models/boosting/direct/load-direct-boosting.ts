import { type CheckedJson, MOST } from '../../../checked-json.js';
import type { SerializedModel } from '../../contract.js';
import { modelFromJson, readArray, readCount, readDay, readResiduals } from '../../model-json.js';
import { stepGrid } from '../../step-grid.js';
import type { StructuralState } from '../../structural/state.js';
import { readState } from '../../structural/state-json.js';
import { MAX_HORIZON } from '../../uncertainty/index.js';
import { nativeEngine } from '../engine/engine.js';
import { readBooster } from '../read-booster.js';
import { ExtraFeatures } from './extra-features.js';
import { readExtras } from './extras-json.js';
import { DIRECT_FEATURES } from './features.js';
import { DIRECT_BOOSTING, FittedDirectBoosting } from './fitted-direct-boosting.js';
import type { Learner } from './learners.js';
import { MOST_CATEGORIES, reachSteps, type SalesHistory } from './sales-history.js';
import type { Bucket } from './train-model.js';

/**
 * Rebuilds a fitted direct boosting model from its JSON.
 *
 * @throws ForecastError `invalid-model`
 */
export function loadDirectBoosting(data: SerializedModel): FittedDirectBoosting {
  const json = modelFromJson(data, DIRECT_BOOSTING);
  const tail = readTail(json);
  const extras = readExtras(json, tail.seriesCount);
  const features = DIRECT_FEATURES.length + new ExtraFeatures(extras, tail.grid).names.length;
  const near = readBucket(json.object('near'), 1, features);
  return new FittedDirectBoosting({
    cutoffDay: readDay(json, 'cutoffDay'),
    tail,
    extras,
    structure: readStructure(json, tail),
    levels: { values: readArray(json, 'levels', 'float64', 4 * tail.seriesCount, { missing: true }) },
    near,
    far: json.has('far') ? readBucket(json.object('far'), near.toStep + 1, features) : undefined,
    residuals: readResiduals(json, tail.seriesCount),
  });
}

function readStructure(json: CheckedJson, { seriesCount, grid }: SalesHistory): StructuralState {
  const state = readState(json.object('structure'));
  const fits = state.seriesCount === seriesCount && state.grid.stepDays === grid.stepDays;
  return fits && state.cutoffDay === readDay(json, 'cutoffDay') ? state : json.fail('structure');
}

function readTail(json: CheckedJson): SalesHistory {
  const grid = stepGrid(json.oneOf('stepDays', [1, 7]));
  const seriesCount = readCount(json, 'seriesCount');
  const steps = json.integer('steps', 1, reachSteps(grid));
  const categoryCount = json.integer('categoryCount', 1, MOST_CATEGORIES);
  return {
    grid,
    startDay: readDay(json, 'startDay'),
    steps,
    seriesCount,
    categoryCount,
    categoryOf: readArray(json, 'categoryOf', 'int32', seriesCount, { least: 0, most: categoryCount - 1 }),
    units: readArray(json, 'tail', 'float32', seriesCount * steps, { missing: true }),
  };
}

function readBucket(json: CheckedJson, fromStep: number, features: number): Bucket {
  return {
    fromStep: json.integer('fromStep', fromStep, fromStep),
    toStep: json.integer('toStep', fromStep, MAX_HORIZON),
    learners: json.objects('learners').map((learner) => readLearner(learner, features)),
  };
}

function readLearner(json: CheckedJson, features: number): Learner {
  const lowest = json.number('lowest');
  return {
    base: json.oneOf('base', ['level', 'weekday', 'structural']),
    objective: json.oneOf('objective', ['squared', 'poisson']),
    weight: json.number('weight', 0, 1),
    lowest,
    highest: json.number('highest', lowest, MOST),
    booster: readBooster(nativeEngine, json, 'booster', features),
  };
}
