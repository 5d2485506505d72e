import { ForecastError } from './errors.js';

/**
 * Returns a value that is there by how the code around it was built, where its type cannot say so.
 *
 * @throws ForecastError `engine-failed` if it is missing after all: a defect of the package, not of its input.
 */
export function present<T>(value: T, what: string): NonNullable<T> {
  if (value === undefined || value === null) throw new ForecastError('engine-failed', `There is no ${what}`);
  return value;
}

/** Returns the number at an index, NaN outside: what arithmetic makes of a value that is not there. */
export function numberAt(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NaN;
}
