import { checkWholeNumber, ForecastError } from '../errors.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { studentTwoSided } from '../student-t.js';
import type { Values } from './pairs.js';

export interface DieboldMarianoOptions {
  /** Horizon of the forecasts, in steps; errors are taken as correlated over `horizon - 1` steps. Default 1. */
  readonly horizon?: number;
}

const DIEBOLD_MARIANO_OPTIONS: OptionTable<DieboldMarianoOptions> = { horizon: 1 };

/** Result of a Diebold-Mariano test. */
export interface DieboldMariano {
  /** Mean difference of the losses over its standard error: negative where the first forecast is the better one. */
  readonly statistic: number;
  /** Probability of a difference as large as this, of either sign, between forecasts that are equally good. */
  readonly pValue: number;
}

/**
 * Tests whether two forecasts differ in their losses (absolute or squared errors, in order of time), by Diebold and Mariano
 * with the small-sample correction of Harvey, Leybourne and Newbold and a variance by Bartlett's kernel, which is never
 * negative. Pairs with a NaN are skipped.
 *
 * Source: Diebold and Mariano, Journal of Business & Economic Statistics 13 (1995); Harvey, Leybourne and
 * Newbold, International Journal of Forecasting 13 (1997). The tests compare with `dm.test` of R's forecast
 * 8.20.
 *
 * ```ts
 * import { dieboldMariano } from 'commerce-forecast';
 *
 * const own = [1, 2, 0, 1, 3, 1];
 * const rival = [2, 4, 1, 1, 5, 2];
 * dieboldMariano(own, rival)?.pValue; // 0.013
 * ```
 *
 * @returns undefined where there are too few losses: about twice the horizon are needed
 * @throws ForecastError `invalid-data` for columns of different lengths, `invalid-option` for a wrong horizon.
 */
export function dieboldMariano(
  losses: Values,
  rivalLosses: Values,
  options: DieboldMarianoOptions = {},
): DieboldMariano | undefined {
  refuseUnknown(options, DIEBOLD_MARIANO_OPTIONS);
  const { horizon = 1 } = options;
  checkWholeNumber('horizon', horizon);
  if (losses.length !== rivalLosses.length) {
    throw new ForecastError('invalid-data', `There are ${losses.length} and ${rivalLosses.length} losses`, {
      path: ['rivalLosses'],
    });
  }
  const differences = Array.from(losses, (loss, i) => loss - rivalLosses[i]).filter(Number.isFinite);
  const count = differences.length;
  const correction = (count + 1 - 2 * horizon + (horizon / count) * (horizon - 1)) / count;
  if (count < 2 || !(correction > 0)) return undefined;
  const mean = differences.reduce((sum, value) => sum + value, 0) / count;
  let variance = autocovariance(differences, mean, 0);
  for (let lag = 1; lag < horizon; lag++) {
    variance += 2 * (1 - lag / horizon) * autocovariance(differences, mean, lag);
  }
  if (!(variance > 0)) return mean === 0 ? { statistic: 0, pValue: 1 } : undefined;
  const statistic = mean * Math.sqrt((count * correction) / variance);
  return { statistic, pValue: studentTwoSided(statistic, count - 1) };
}

function autocovariance(values: readonly number[], mean: number, lag: number): number {
  let sum = 0;
  for (let i = lag; i < values.length; i++) sum += (values[i] - mean) * (values[i - lag] - mean);
  return sum / values.length;
}
