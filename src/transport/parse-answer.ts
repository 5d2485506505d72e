import * as z from 'zod/mini';
import { ForecastError } from '../errors.js';
import { firstIssue } from '../schema.js';

/**
 * Checks an answer of a service against the form that it is documented to have; unknown fields are dropped.
 *
 * @throws ForecastError `invalid-data` with the path of the first difference, without the values themselves.
 */
export function parseAnswer<S extends z.ZodMiniType>(
  service: string,
  schema: S,
  answer: unknown,
): z.output<S> {
  const result = z.safeParse(schema, answer);
  if (result.success) return result.data;
  const { path } = firstIssue(result.error);
  throw new ForecastError(
    'invalid-data',
    `${service} answered in an unknown form at ${path.join('.') || 'the top'}`,
    {
      path,
      hint: 'The service may have changed; look for a newer version of this package.',
    },
  );
}
