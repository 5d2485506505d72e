import { ForecastError } from '../../../errors.js';
import { FEATURE_REACH } from '../../../features/names.js';
import type { Scaler } from '../../../features/scaling.js';
import type { Covariates, SerializedModel } from '../../contract.js';
import { decodeArray } from '../../typed-array-json.js';
import { type BoostingEngine, nativeEngine } from '../engine/engine.js';
import { FittedXGBoost } from './fitted-recursive-boosting.js';
import type { EngineName } from './resolve-engine.js';

/**
 * Rebuilds a fitted XGBoost sales model from its JSON.
 *
 * @param engine the engine of the model; one that is only a name must be `native-ts`, because loading is synchronous
 * @throws ForecastError `invalid-model`
 */
export function loadXGBoost(data: SerializedModel, engine: EngineName | BoostingEngine): FittedXGBoost {
  const loader = typeof engine === 'object' ? engine : nativeEngine;
  const { cutoffDay, seriesCount, residualDays } = data as Partial<Record<string, unknown>>;
  const counts = [seriesCount, residualDays].every(
    (count) => Number.isInteger(count) && (count as number) >= 0,
  );
  if (data.model !== 'recursive-boosting' || !counts || !Number.isInteger(cutoffDay)) {
    throw new ForecastError('invalid-model', 'The data is not a fitted "recursive-boosting" model', {
      path: ['model'],
    });
  }
  if (data.engine !== loader.name) {
    throw new ForecastError(
      'invalid-model',
      `The model was trained by engine "${String(data.engine)}" and is loaded with "${loader.name}"`,
      { path: ['engine'], hint: 'Pass that engine itself as the option `engine` of recursiveBoosting().' },
    );
  }
  const series = seriesCount as number;
  const days = residualDays as number;
  return new FittedXGBoost({
    engine: loader.name,
    booster: loader.load(data.booster),
    recursion: {
      cutoffDay: cutoffDay as number,
      seriesCount: series,
      tail: decodeArray(data.tail, 'float64', series * FEATURE_REACH),
    },
    covariates: (data.covariates ?? {}) as Covariates,
    scaler: (data.scaler as Scaler | null) ?? undefined,
    residuals: {
      seriesCount: series,
      days,
      values: decodeArray(data.residuals, 'float32', series * days),
    },
  });
}
