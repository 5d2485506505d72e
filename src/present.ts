import { ForecastError } from './errors.js';

/**
 * Returns a value that must exist by the logic of the caller, although its type allows `undefined`.
 *
 * @throws ForecastError `engine-failed` if it is missing after all: a defect of the package, not of its input.
 */
export function present<T>(value: T, what: string): NonNullable<T> {
  if (value === undefined || value === null) throw new ForecastError('engine-failed', `There is no ${what}`);
  return value;
}

/** Returns the number at an index; NaN outside the bounds, as arithmetic with `undefined` gives. */
export function numberAt(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NaN;
}
