import type { CheckedJson } from '../../checked-json.js';
import { ForecastError } from '../../errors.js';
import type { BoostingEngine } from './engine/engine.js';

/**
 * Reads the booster inside a sales model.
 *
 * @throws ForecastError `invalid-model` if the engine cannot load it, or it does not predict one number from
 *   that many features.
 */
export function readBooster<E extends Pick<BoostingEngine, 'load'>>(
  engine: E,
  json: CheckedJson,
  name: string,
  featureCount: number,
): ReturnType<E['load']>;
export function readBooster(
  engine: Pick<BoostingEngine, 'load'>,
  json: CheckedJson,
  name: string,
  featureCount: number,
) {
  const booster = engine.load(json.raw(name));
  if ((booster.featureCount ?? featureCount) !== featureCount || (booster.outputs ?? 1) !== 1) {
    throw new ForecastError('invalid-model', `The booster does not forecast from ${featureCount} features`, {
      path: [name, 'featureCount'],
    });
  }
  return booster;
}
