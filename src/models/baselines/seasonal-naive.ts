import { WEEK_DAYS } from '../../calendar/weeks.js';
import { checkWholeNumber } from '../../errors.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import type { ForecastModel } from '../contract.js';
import { meanOfLast } from '../mean-of-last.js';
import { patternModel } from './pattern-model.js';

export interface SeasonalNaiveOptions {
  /** Days after which sales repeat: 7 for the week before, 364 for the same weekday a year before. Default 7. */
  readonly season?: number;
  /** Days averaged where no earlier value can be found. Default 56. */
  readonly fallbackDays?: number;
}

const SEASONAL_NAIVE_OPTIONS: OptionTable<SeasonalNaiveOptions> = { season: 1, fallbackDays: 1 };

/** Most steps back to find an observed value. */
const MAX_TRIES = 12;

/**
 * The seasonal naive forecast: every day repeats the value one season before. Where that value is missing, it steps
 * back one more week (one more season, if seasons are not whole weeks), at most 12 times, and then takes the mean of
 * the last 56 days.
 *
 * ```ts
 * import { type Panel, seasonalNaive } from 'commerce-forecast';
 *
 * async function nextWeek(panel: Panel): Promise<Float64Array> {
 *   const fitted = await seasonalNaive({ season: 364 }).fit(panel);
 *   return (await fitted.forecast({ horizon: 7 })).mean;
 * }
 * ```
 *
 * @throws ForecastError `invalid-option` for a season or a number of days that is not a positive whole number.
 */
export function seasonalNaive(options: SeasonalNaiveOptions = {}): ForecastModel {
  refuseUnknown(options, SEASONAL_NAIVE_OPTIONS);
  const { season = 7, fallbackDays = 56 } = options;
  checkWholeNumber('season', season);
  checkWholeNumber('fallbackDays', fallbackDays);
  const step = season % WEEK_DAYS === 0 ? WEEK_DAYS : season;
  return patternModel({
    name: `seasonal-naive-${season}`,
    options: { season, fallbackDays },
    period: season,
    errorsAddUp: true,
    prepare: () => ({
      pattern(history, out) {
        const fallback = meanOfLast(history, fallbackDays);
        for (let h = 0; h < season; h++) {
          const value = stepBack(history, history.length - season + h, step);
          out[h] = Number.isNaN(value) ? fallback : value;
        }
      },
      residuals(history, out) {
        const offset = history.length - out.length;
        for (let i = 0; i < out.length; i++) {
          out[i] = history[offset + i] - stepBack(history, offset + i - season, step);
        }
      },
    }),
  });
}

/** The value at `index` or the first observed one in steps before it; NaN if there is none within the tries. */
function stepBack(history: Float64Array, index: number, step: number): number {
  for (let tries = 0; tries <= MAX_TRIES; tries++) {
    const at = index - tries * step;
    if (at < 0) return Number.NaN;
    if (!Number.isNaN(history[at])) return history[at];
  }
  return Number.NaN;
}
