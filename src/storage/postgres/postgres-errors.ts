import { ForecastError } from '../../errors.js';

/** SQLSTATE of an error that the database reported, or undefined. */
export function sqlState(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/**
 * True for errors after which the same transaction may succeed: deadlock, serialization failure, a dropped
 * partition.
 */
export function isTransient(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40P01' || state === '40001' || isMissingPartition(error);
}

/** True if the row has no partition, because the retention of another process dropped it. */
export function isMissingPartition(error: unknown): boolean {
  return sqlState(error) === '23514' && /no partition of relation/.test(String((error as Error).message));
}

/** Converts an error of the driver or the database to a `ForecastError`. */
export function toForecastError(error: unknown): ForecastError {
  if (ForecastError.is(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  const state = sqlState(error);
  if (state === '53300') {
    return new ForecastError('limit-exceeded', 'The database takes no more connections', {
      cause: error,
      hint: 'Lower the pool limit of the processes that share it, or raise max_connections.',
    });
  }
  if (state === '42P01' || state === '3F000') {
    return new ForecastError('unavailable', `The tables of the storage are missing: ${message}`, {
      cause: error,
      hint: 'Call migrate() once before the first use.',
    });
  }
  return new ForecastError('unavailable', `The database failed: ${message}`, { cause: error });
}
