import { ForecastError } from '../src/errors.js';

/** The `ForecastError` that a promise is rejected with; anything else fails the test. */
export async function errorOf(promise: Promise<unknown>): Promise<ForecastError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!ForecastError.is(error)) throw new Error('No ForecastError');
  return error;
}
