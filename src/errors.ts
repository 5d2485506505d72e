/** Path to the culprit of an error: property names, row numbers, columns, product ids, days. */
export type ErrorPath = readonly (string | number)[];

/** Stable codes of {@link ForecastError}: codes may be added, but none changes its meaning. */
export type ForecastErrorCode =
  | 'invalid-option'
  | 'invalid-data'
  | 'empty-data'
  | 'too-short'
  | 'not-trained'
  | 'not-found'
  | 'missing-dependency'
  | 'engine-failed'
  | 'invalid-model'
  | 'conflict'
  | 'key-reused'
  | 'unavailable'
  | 'unauthorized'
  | 'limit-exceeded'
  | 'timeout'
  | 'aborted';

export interface ForecastErrorOptions {
  /** The culprit: row, column, product, day or option. */
  readonly path?: ErrorPath;
  /** Advice on what the caller can do about it. */
  readonly hint?: string;
  readonly cause?: unknown;
}

const MARKER = Symbol.for('commerce-forecast.error');

/**
 * The one error class of the package: a stable `code`, the `path` of the culprit and a `hint` on what to do.
 *
 * ```ts
 * import { ForecastError } from 'commerce-forecast';
 *
 * try {
 *   throw new ForecastError('invalid-option', 'horizon must be at least 1', { path: ['horizon'] });
 * } catch (error) {
 *   if (ForecastError.is(error)) console.error(error.code, error.path.join('.'));
 * }
 * ```
 */
export class ForecastError extends Error {
  readonly code: ForecastErrorCode;
  readonly path: ErrorPath;
  readonly hint: string | undefined;
  readonly [MARKER] = true;

  constructor(code: ForecastErrorCode, message: string, options: ForecastErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ForecastError';
    this.code = code;
    this.path = options.path ?? [];
    this.hint = options.hint;
  }

  /** Recognises a `ForecastError` of any copy of this package, so that duplicate installs do not matter. */
  static is(error: unknown): error is ForecastError {
    return typeof error === 'object' && error !== null && MARKER in error;
  }

  toJSON(): { code: ForecastErrorCode; message: string; path: ErrorPath; hint?: string } {
    return {
      code: this.code,
      message: this.message,
      path: this.path,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
    };
  }
}

/** @throws ForecastError `invalid-option` unless an option is a whole number of at least `least`. */
export function checkWholeNumber(name: string, value: number, least = 1): void {
  if (Number.isInteger(value) && value >= least) return;
  invalidOption(name, `${name} must be a whole number of at least ${least}, not ${value}`);
}

/** @throws ForecastError `invalid-option` unless an option lies between 0 and 1. */
export function checkShare(name: string, value: number): void {
  if (value >= 0 && value <= 1) return;
  invalidOption(name, `${name} must lie between 0 and 1, not ${value}`);
}

/** @throws ForecastError `invalid-option`, always */
export function invalidOption(path: string | ErrorPath, message: string): never {
  throw new ForecastError('invalid-option', message, { path: typeof path === 'string' ? [path] : path });
}
