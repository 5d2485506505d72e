import { checkWholeNumber } from '../../errors.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import type { ForecastModel } from '../contract.js';
import { meanOfLast } from '../mean-of-last.js';
import { patternModel } from './pattern-model.js';

export interface WeekdayMeanOptions {
  /** Number of most recent weeks whose same weekday is averaged. Default 4. */
  readonly weeks?: number;
}

const WEEKDAY_MEAN_OPTIONS: OptionTable<WeekdayMeanOptions> = { weeks: 1 };

export interface SeasonalMeanOptions {
  /** Days of a season. Default 7. */
  readonly season?: number;
  /** Number of last seasons that are averaged. Default 4. */
  readonly cycles?: number;
  /** Days averaged where none of the seasons was observed; 1 for the last known value. Default 56. */
  readonly fallbackDays?: number;
}

const SEASONAL_MEAN_OPTIONS: OptionTable<SeasonalMeanOptions> = { season: 1, cycles: 1, fallbackDays: 1 };

const FALLBACK_DAYS = 56;

/**
 * The mean of the most recent days with the same weekday: a strong and cheap baseline for shops. Missing values
 * are left out; where all are missing, the mean of the last 56 days stands in.
 *
 * ```ts
 * import { type Panel, weekdayMean } from 'commerce-forecast';
 *
 * async function nextWeek(panel: Panel): Promise<Float64Array> {
 *   const fitted = await weekdayMean({ weeks: 4 }).fit(panel);
 *   return (await fitted.forecast({ horizon: 7 })).mean;
 * }
 * ```
 *
 * @throws ForecastError `invalid-option` for a number of weeks that is not a positive whole number.
 */
export function weekdayMean(options: WeekdayMeanOptions = {}): ForecastModel {
  refuseUnknown(options, WEEKDAY_MEAN_OPTIONS);
  const { weeks = 4 } = options;
  checkWholeNumber('weeks', weeks);
  return meanOfSeasons(`weekday-mean-${weeks}`, 7, weeks, FALLBACK_DAYS);
}

/**
 * The mean of the same day of the last seasons, for seasons other than a week; see {@link weekdayMean}.
 *
 * @throws ForecastError `invalid-option` for a season or a number of cycles that is not a positive whole number.
 */
export function seasonalMean(options: SeasonalMeanOptions = {}): ForecastModel {
  refuseUnknown(options, SEASONAL_MEAN_OPTIONS);
  const { season = 7, cycles = 4, fallbackDays = FALLBACK_DAYS } = options;
  checkWholeNumber('season', season);
  checkWholeNumber('cycles', cycles);
  checkWholeNumber('fallbackDays', fallbackDays);
  return meanOfSeasons(`seasonal-mean-${season}x${cycles}`, season, cycles, fallbackDays);
}

function meanOfSeasons(name: string, season: number, cycles: number, fallbackDays: number): ForecastModel {
  return patternModel({
    name,
    options: { season, cycles, fallbackDays },
    period: season,
    errorsAddUp: false,
    prepare: () => ({
      pattern(history, out) {
        const fallback = meanOfLast(history, fallbackDays);
        for (let h = 0; h < season; h++) {
          const mean = meanBefore(history, history.length + h, season, cycles);
          out[h] = Number.isNaN(mean) ? fallback : mean;
        }
      },
      residuals(history, out) {
        const offset = history.length - out.length;
        for (let i = 0; i < out.length; i++) {
          out[i] = history[offset + i] - meanBefore(history, offset + i, season, cycles);
        }
      },
    }),
  });
}

/** Mean of the observed values one to `cycles` seasons before `index`; NaN if there are none. */
function meanBefore(history: Float64Array, index: number, season: number, cycles: number): number {
  let sum = 0;
  let observed = 0;
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const at = index - cycle * season;
    if (at < 0 || Number.isNaN(history[at])) continue;
    sum += history[at];
    observed++;
  }
  return observed === 0 ? Number.NaN : sum / observed;
}
