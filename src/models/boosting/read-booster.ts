import type { CheckedJson } from '../../checked-json.js';
import { ForecastError } from '../../errors.js';
import type { BoostingEngine } from './engine/engine.js';

/**
 * The booster inside a sales model.
 *
 * @throws ForecastError `invalid-model` if it is none of the engine, or not one number from that many features.
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
