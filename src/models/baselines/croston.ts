import { type OptionTable, refuseUnknown } from '../../options.js';
import type { ForecastModel } from '../contract.js';
import { checkSmoothing, type IntermittentOptions, intermittentModel } from './intermittent.js';

export interface CrostonOptions extends IntermittentOptions {
  /** Weight of the newest demand and interval in their averages. Default 0.1. */
  readonly alpha?: number;
  /** `sba` corrects Croston's upward bias by the factor 1 - alpha/2. Default `sba`. */
  readonly variant?: 'classic' | 'sba';
}

const CROSTON_OPTIONS: OptionTable<CrostonOptions> = { alpha: 1, variant: 1, weekdayProfile: 1 };

/**
 * Croston's method for intermittent demand: the average size of a demand over the average interval between demands,
 * both smoothed exponentially. Starts at the first sale.
 *
 * ```ts
 * import { croston, type Panel } from 'commerce-forecast';
 *
 * async function nextMonth(panel: Panel): Promise<Float64Array> {
 *   const fitted = await croston({ alpha: 0.1 }).fit(panel);
 *   return (await fitted.forecast({ horizon: 30 })).mean;
 * }
 * ```
 *
 * Source: Croston, Operational Research Quarterly 23 (1972); Syntetos and Boylan, International Journal of Forecasting
 * 21 (2005), for the bias correction.
 *
 * @throws ForecastError `invalid-option` for an alpha outside (0, 1].
 */
export function croston(options: CrostonOptions = {}): ForecastModel {
  refuseUnknown(options, CROSTON_OPTIONS);
  const { alpha = 0.1, variant = 'sba', weekdayProfile = false } = options;
  checkSmoothing('alpha', alpha);
  const correction = variant === 'sba' ? 1 - alpha / 2 : 1;
  return intermittentModel(`croston-${variant}`, { alpha, variant, weekdayProfile }, (firstDemand) => {
    let size = firstDemand;
    let interval = 1;
    let sinceDemand = 1;
    return {
      level: () => (correction * size) / interval,
      update(units) {
        if (units > 0) {
          size += alpha * (units - size);
          interval += alpha * (sinceDemand - interval);
          sinceDemand = 1;
        } else {
          sinceDemand++;
        }
      },
    };
  });
}
