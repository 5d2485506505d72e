import { ForecastError } from '../../../errors.js';
import { type BoostingEngine, nativeEngine } from '../engine/engine.js';

/** Name of a built-in engine. */
export type EngineName = 'native-ts' | 'ml-xgboost';

/**
 * Returns the engine of a name, or the given engine. `ml-xgboost` is imported only when it is chosen, because
 * it is an optional package that needs Node.
 *
 * @throws ForecastError `invalid-option` for an unknown name.
 */
export async function resolveEngine(engine: EngineName | BoostingEngine): Promise<BoostingEngine> {
  if (typeof engine === 'object') return engine;
  if (engine === 'native-ts') return nativeEngine;
  if (engine !== 'ml-xgboost') {
    throw new ForecastError('invalid-option', `There is no boosting engine "${String(engine)}"`, {
      path: ['engine'],
      hint: 'Use native-ts, ml-xgboost or an object with the BoostingEngine contract.',
    });
  }
  const { createMlXGBoostEngine } = await import('../ml-xgboost/index.js');
  return createMlXGBoostEngine();
}
