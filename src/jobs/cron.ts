import { Cron } from 'croner';
import { ForecastError } from '../errors.js';

/**
 * The first time of a cron pattern after a moment, in milliseconds since 1970; undefined if there is none.
 *
 * @throws ForecastError `invalid-option` if the pattern does not have five or six valid fields.
 */
export function nextCronTime(pattern: string, after: number): number | undefined {
  return parse(pattern).nextRun(new Date(after))?.getTime();
}

/** @throws ForecastError `invalid-option` as {@link nextCronTime}. */
export function checkCron(pattern: string): void {
  parse(pattern);
}

function parse(pattern: string): Cron {
  try {
    // Without a function croner keeps no timer: it only computes times.
    return new Cron(pattern, { timezone: 'UTC', mode: '5-or-6-parts' });
  } catch (cause) {
    throw new ForecastError('invalid-option', `${JSON.stringify(pattern)} is not a cron pattern`, {
      path: ['cron'],
      hint: 'Five fields: minute, hour, day of month, month, day of week; or six with seconds first.',
      cause,
    });
  }
}
