import * as z from 'zod/mini';
import { type ErrorPath, ForecastError } from './errors.js';
import { type OptionNames, refuseUnknown } from './options.js';
import { present } from './present.js';
import { messageOf } from './schema-messages.js';

/**
 * Checks the options of a call against their schema and fills in the defaults.
 *
 * @throws ForecastError `invalid-option` with the path of the first wrong option; unknown options are reported
 *   as by {@link refuseUnknown}.
 */
export function parseOptions<S extends z.ZodMiniType>(
  schema: S,
  known: OptionNames,
  options: unknown,
): z.output<S> {
  refuseUnknown(options, known);
  const result = checkedBy(schema, options);
  if (result.success) return result.data;
  const { path, message } = firstIssue(result.error);
  const where = path.length > 0 ? `Option ${path.join('.')}` : 'Options';
  throw new ForecastError('invalid-option', `${where}: ${message}`, { path, cause: result.error });
}

/** Outcome of checking data against a schema, with messages in English. */
export function checkedBy<S extends z.core.$ZodType>(
  schema: S,
  data: unknown,
): z.core.util.SafeParseResult<z.output<S>> {
  return z.safeParse(schema, data, { error: messageOf });
}

/** The first issue that a schema found. */
export function firstIssue({ issues }: z.core.$ZodError): {
  readonly path: ErrorPath;
  readonly message: string;
} {
  const { path, message } = present(issues[0], 'reason why the schema refused the data');
  return { path: path.map((part) => (typeof part === 'symbol' ? String(part) : part)), message };
}
