import { type ErrorPath, ForecastError } from '../../../../errors.js';
import { type BoosterParams, resolveParams } from '../params.js';

/** Reads and checks the parameters of a stored booster. @throws ForecastError `invalid-model` */
export function readParams(
  given: Partial<BoosterParams>,
  featureCount: number,
  path: ErrorPath,
): BoosterParams {
  try {
    return resolveParams(given, featureCount);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ForecastError('invalid-model', `The parameters are wrong: ${reason}`, {
      path: ForecastError.is(cause) ? cause.path : path,
      cause,
    });
  }
}
