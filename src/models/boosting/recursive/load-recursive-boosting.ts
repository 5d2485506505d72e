import { type CheckedJson, MOST } from '../../../checked-json.js';
import { ForecastError } from '../../../errors.js';
import { FEATURE_NAMES, FEATURE_REACH } from '../../../features/names.js';
import type { Scaler } from '../../../features/scaling.js';
import type { SerializedModel } from '../../contract.js';
import {
  modelFromJson,
  readArray,
  readCount,
  readCovariates,
  readDay,
  readEventScopes,
  readResiduals,
} from '../../model-json.js';
import type { BoostingEngine } from '../engine/engine.js';
import { readBooster } from '../read-booster.js';
import { FittedRecursiveBoosting, RECURSIVE_BOOSTING } from './fitted-recursive-boosting.js';

/**
 * Rebuilds a fitted XGBoost sales model from its JSON.
 *
 * @param loader the engine of the model
 * @throws ForecastError `invalid-model`
 */
export function loadRecursiveBoosting(
  data: SerializedModel,
  loader: BoostingEngine,
): FittedRecursiveBoosting {
  const json = modelFromJson(data, RECURSIVE_BOOSTING);
  const trainedBy = json.text('engine');
  if (trainedBy !== loader.name) {
    throw new ForecastError(
      'invalid-model',
      `The model was trained by engine "${trainedBy}" and is loaded with "${loader.name}"`,
      { path: ['engine'], hint: 'Pass that engine itself as the option `engine` of recursiveBoosting().' },
    );
  }
  const seriesCount = readCount(json, 'seriesCount');
  return new FittedRecursiveBoosting({
    engine: loader.name,
    booster: readBooster(loader, json, 'booster', FEATURE_NAMES.length),
    recursion: {
      cutoffDay: readDay(json, 'cutoffDay'),
      seriesCount,
      tail: readArray(json, 'tail', 'float64', seriesCount * FEATURE_REACH, { missing: true }),
      ...(json.has('eventScopes') && { eventScopes: readEventScopes(json, seriesCount) }),
    },
    covariates: readCovariates(json),
    scaler: json.has('scaler') ? readScaler(json.object('scaler')) : undefined,
    residuals: readResiduals(json, seriesCount),
  });
}

/** A scaler of the features. */
export function readScaler(json: CheckedJson): Scaler {
  const columns = FEATURE_NAMES.length;
  return {
    mean: json.numbers('mean', -MOST, MOST, columns),
    std: json.numbers('std', Number.MIN_VALUE, MOST, columns),
  };
}
