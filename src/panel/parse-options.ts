import type * as z from 'zod';
import { type ErrorPath, ForecastError } from '../errors.js';

/**
 * Checks the options of a call against their schema and fills in the defaults.
 *
 * @throws ForecastError `invalid-option` with the path of the first wrong option.
 */
export function parseOptions<S extends z.ZodType>(schema: S, options: unknown): z.output<S> {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part)) as ErrorPath;
  const where = path.length > 0 ? `Option ${path.join('.')}` : 'Options';
  throw new ForecastError('invalid-option', `${where}: ${issue.message}`, { path, cause: result.error });
}
