import { type OptionTable, refuseUnknown } from '../../options.js';
import type { ForecastModel } from '../contract.js';
import { checkSmoothing, type IntermittentOptions, intermittentModel } from './intermittent.js';

export interface TsbOptions extends IntermittentOptions {
  /** Weight of the newest demand in the average size. Default 0.1. */
  readonly alpha?: number;
  /** Weight of the newest day in the probability of a demand. Default 0.05. */
  readonly beta?: number;
}

const TSB_OPTIONS: OptionTable<TsbOptions> = { alpha: 1, beta: 1, weekdayProfile: 1 };

/**
 * The method of Teunter, Syntetos and Babai for intermittent demand: the probability of a demand, updated every day,
 * times its average size. Unlike Croston's, its forecast falls while a product does not sell.
 *
 * ```ts
 * import { type Panel, tsb } from 'commerce-forecast';
 *
 * async function nextMonth(panel: Panel): Promise<Float64Array> {
 *   const fitted = await tsb({ weekdayProfile: true }).fit(panel);
 *   return (await fitted.forecast({ horizon: 30 })).mean;
 * }
 * ```
 *
 * Source: Teunter, Syntetos and Babai, European Journal of Operational Research 214 (2011).
 *
 * @throws ForecastError `invalid-option` for an alpha or beta outside (0, 1].
 */
export function tsb(options: TsbOptions = {}): ForecastModel {
  refuseUnknown(options, TSB_OPTIONS);
  const { alpha = 0.1, beta = 0.05, weekdayProfile = false } = options;
  checkSmoothing('alpha', alpha);
  checkSmoothing('beta', beta);
  return intermittentModel('tsb', { alpha, beta, weekdayProfile }, (firstDemand) => {
    let size = firstDemand;
    let probability = 1;
    return {
      level: () => probability * size,
      update(units) {
        if (units > 0) size += alpha * (units - size);
        probability += beta * ((units > 0 ? 1 : 0) - probability);
      },
    };
  });
}
