import { ForecastError } from '../errors.js';

/** A column of numbers: a typed array or an array. */
export type Values = ArrayLike<number>;

/**
 * Checks two columns that a metric compares, and counts the observed pairs. A NaN in `actual` is a value that
 * was not observed: metrics skip it. A forecast must be finite.
 *
 * @throws ForecastError `invalid-data` for different lengths, or for a forecast that is not finite (or an actual
 * that is infinite) where it counts, `empty-data` if nothing was observed.
 */
export function checkPairs(actual: Values, forecast: Values, name = 'forecast'): number {
  if (actual.length !== forecast.length) {
    throw new ForecastError(
      'invalid-data',
      `actual has ${actual.length} values and ${name} has ${forecast.length}`,
      { path: [name] },
    );
  }
  let observed = 0;
  for (let i = 0; i < actual.length; i++) {
    if (Number.isNaN(actual[i])) continue;
    if (!Number.isFinite(actual[i])) throw notFinite('actual', i);
    if (!Number.isFinite(forecast[i])) throw notFinite(name, i);
    observed++;
  }
  if (observed === 0) {
    throw new ForecastError('empty-data', 'There is no observed value to measure against', {
      path: ['actual'],
    });
  }
  return observed;
}

/**
 * An error relative to a scale. Where the scale is zero there is nothing to divide by: an exact forecast then
 * scores 0 and any other 1, the score of a forecast that is as far off as the scale itself. A quotient that
 * overflows is capped at the largest number.
 */
export function relativeError(error: number, scale: number): number {
  if (scale > 0) return Math.min(error / scale, Number.MAX_VALUE);
  return error === 0 ? 0 : 1;
}

function notFinite(name: string, index: number): ForecastError {
  return new ForecastError('invalid-data', `${name}[${index}] is not a finite number`, {
    path: [name, index],
  });
}
