import { checkWholeNumber, invalidOption } from '../../../errors.js';
import { type OptionTable, refuseUnknown, withDefaults } from '../../../options.js';
import type { EngineParams } from '../engine/engine.js';
import { DEFAULT_PARAMS } from '../engine/params.js';

export interface DirectBoostingOptions {
  /**
   * Steps of the main horizon: they have boosters of their own, and a holdout of as many steps before the
   * cutoff is used to weight the boosters and to measure errors for the intervals. Default 28.
   */
  readonly horizon?: number;
  /** Steps up to which another booster is trained; longer forecasts use it too. Default 365; 0 for none. */
  readonly longHorizon?: number;
  /** Days before the cutoff in which the anchors of training rows lie. Default 730. */
  readonly lookbackDays?: number;
  /** Boosters that are averaged for the steps of the main horizon: 1 is the one of the structural level. Default 2. */
  readonly boosters?: 1 | 2;
  /** Rows of each booster, sampled if there are more. Default 40,000. */
  readonly rowsPerBooster?: number;
  /** Parameters of the engine. Default: 60 rounds, depth 6, learning rate 0.15, 20 rows a leaf, a 400th of the rows as `lambda`, sampled rows and columns. */
  readonly params?: Omit<EngineParams, 'objective' | 'categoricalFeatures'>;
  /**
   * True to use the last `horizon` steps as a holdout. False halves the cost: the boosters then have equal
   * weights, and the intervals come from the spread of the last sales, which is wider. Default true.
   */
  readonly holdBack?: boolean;
  /** Days that a step of the panel stands for: 7 for a panel of weeks, each dated by its last day. Default 1. */
  readonly stepDays?: 1 | 7;
}

export const DIRECT_OPTIONS: OptionTable<DirectBoostingOptions> = {
  horizon: 1,
  longHorizon: 1,
  lookbackDays: 1,
  boosters: 1,
  rowsPerBooster: 1,
  params: DEFAULT_PARAMS,
  holdBack: 1,
  stepDays: 1,
};

export type DirectSettings = Required<DirectBoostingOptions>;

/** @throws ForecastError `invalid-option` for a number that is not whole or too small. */
export function directSettings(options: DirectBoostingOptions): DirectSettings {
  refuseUnknown(options, DIRECT_OPTIONS);
  const settings: DirectSettings = withDefaults(
    {
      horizon: 28,
      longHorizon: 365,
      lookbackDays: 730,
      boosters: 2,
      rowsPerBooster: 40_000,
      params: {},
      holdBack: true,
      stepDays: 1,
    },
    options,
  );
  const { horizon, longHorizon, lookbackDays, boosters, rowsPerBooster, stepDays } = settings;
  checkWholeNumber('horizon', horizon);
  checkWholeNumber('lookbackDays', lookbackDays);
  checkWholeNumber('rowsPerBooster', rowsPerBooster);
  checkWholeNumber('longHorizon', longHorizon, 0);
  if (boosters !== 1 && boosters !== 2) {
    invalidOption('boosters', `boosters must be 1 or 2, not ${String(boosters)}`);
  }
  if (stepDays !== 1 && stepDays !== 7) {
    invalidOption('stepDays', `stepDays must be 1 or 7, not ${String(stepDays)}`);
  }
  return settings;
}
