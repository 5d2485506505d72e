import type { ForecastError } from '../errors.js';

/** Ids of questions about a file. */
const QUESTION = /^(date-order|decimal|time-zone|missing-column|encoding|overlap)(:|$)/;

/**
 * The exit code of the program: 1 for unusable data, 2 for wrong arguments, 3 for an open question, 130 if
 * stopped.
 */
export function exitCodeOf({ code, path }: ForecastError): number {
  if (code === 'aborted') return 130;
  if (code === 'invalid-data' && QUESTION.test(String(path[0] ?? ''))) return 3;
  return code === 'invalid-option' || code === 'not-found' || code === 'missing-dependency' ? 2 : 1;
}
