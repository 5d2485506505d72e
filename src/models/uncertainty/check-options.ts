import { invalidOption } from '../../errors.js';
import { LONG_CALL_OPTIONS } from '../../long-call.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import type { ForecastOptions, QuantileOptions, StepRange, TotalsOptions } from '../contract.js';

/** Longest forecast, in steps; for days, a hundred years: a guard against allocating without bound. */
export const MAX_HORIZON = 36_600;

const SHARED_OPTIONS = { ...LONG_CALL_OPTIONS, levels: 1, future: 1 } as const;
const FORECAST_OPTIONS: OptionTable<ForecastOptions> = { ...SHARED_OPTIONS, horizon: 1 };
const TOTALS_OPTIONS: OptionTable<TotalsOptions> = {
  ...SHARED_OPTIONS,
  ranges: 1,
  groupOf: 1,
  groupCount: 1,
};
const QUANTILE_OPTIONS: OptionTable<QuantileOptions> = {
  ...LONG_CALL_OPTIONS,
  future: 1,
  ranges: 1,
  groupOf: 1,
  groupCount: 1,
  probabilities: 1,
};

/** @throws ForecastError `invalid-option` unless the horizon is a whole number of days from 1. */
export function checkHorizon(horizon: number): void {
  if (!Number.isInteger(horizon) || horizon < 1 || horizon > MAX_HORIZON) {
    invalidOption('horizon', `The horizon must be a whole number of days from 1, not ${horizon}`);
  }
}

/** @throws ForecastError `invalid-option` unless every level lies between 0 and 1, both excluded. */
export function checkLevels(levels: readonly number[]): void {
  levels.forEach((level, i) => {
    if (!(level > 0 && level < 1)) {
      invalidOption(['levels', i], `An interval level lies between 0 and 1, not ${level}`);
    }
  });
}

/** Checks the options of `FittedModel.forecast` and fills in the defaults. */
export function checkForecastOptions(options: ForecastOptions): {
  horizon: number;
  levels: readonly number[];
} {
  refuseUnknown(options, FORECAST_OPTIONS);
  const levels = options.levels ?? [];
  checkHorizon(options.horizon);
  checkLevels(levels);
  return { horizon: options.horizon, levels };
}

/** Options of `FittedModel.totals`, with the defaults filled in. */
export interface TotalsPlan {
  readonly ranges: readonly StepRange[];
  /** Steps that must be forecast: the largest end of a range. */
  readonly horizon: number;
  readonly groupOf: Int32Array;
  readonly groupCount: number;
  readonly levels: readonly number[];
}

/**
 * Checks the options of `FittedModel.totals` and fills in the defaults.
 *
 * @throws ForecastError `invalid-option` for an invalid range, group or level.
 */
export function checkTotalsOptions(options: TotalsOptions, seriesCount: number): TotalsPlan {
  refuseUnknown(options, TOTALS_OPTIONS);
  const levels = options.levels ?? [];
  checkLevels(levels);
  return { ...checkSums(options, seriesCount), levels };
}

/** Options of `FittedModel.quantiles`, with the defaults filled in. */
export interface QuantilePlan extends Omit<TotalsPlan, 'levels'> {
  readonly probabilities: readonly number[];
}

/**
 * Checks the options of `FittedModel.quantiles` and fills in the defaults.
 *
 * @throws ForecastError `invalid-option` for an invalid range, group or probability.
 */
export function checkQuantileOptions(options: QuantileOptions, seriesCount: number): QuantilePlan {
  refuseUnknown(options, QUANTILE_OPTIONS);
  const { probabilities } = options;
  probabilities.forEach((probability, i) => {
    if (!(probability > 0 && probability < 1)) {
      invalidOption(['probabilities', i], `A probability lies between 0 and 1, not ${probability}`);
    }
  });
  return { ...checkSums(options, seriesCount), probabilities };
}

function checkSums(
  options: Pick<TotalsOptions, 'ranges' | 'groupOf' | 'groupCount'>,
  seriesCount: number,
): Omit<TotalsPlan, 'levels'> {
  const { ranges } = options;
  if (ranges.length === 0) {
    invalidOption('ranges', 'Totals need at least one range of steps');
  }
  let horizon = 0;
  ranges.forEach(({ from, to }, i) => {
    if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to <= from) {
      invalidOption(['ranges', i], `A range needs whole steps 0 <= from < to, not ${from} to ${to}`);
    }
    horizon = Math.max(horizon, to);
  });
  checkHorizon(horizon);
  if (options.groupOf === undefined) {
    return {
      ranges,
      horizon,
      groupOf: Int32Array.from({ length: seriesCount }, (_, s) => s),
      groupCount: seriesCount,
    };
  }
  const groupCount = checkGroups(options.groupOf, options.groupCount, seriesCount);
  return { ranges, horizon, groupOf: options.groupOf, groupCount };
}

function checkGroups(groupOf: Int32Array, groupCount: number | undefined, seriesCount: number): number {
  if (groupCount === undefined || !Number.isInteger(groupCount) || groupCount < 0) {
    invalidOption('groupCount', 'The number of groups is needed with groupOf');
  }
  if (groupOf.length !== seriesCount) {
    invalidOption('groupOf', `groupOf has ${groupOf.length} entries for ${seriesCount} series`);
  }
  const wrong = groupOf.findIndex((group) => group < -1 || group >= groupCount);
  if (wrong >= 0) {
    invalidOption(['groupOf', wrong], `Group ${groupOf[wrong]} does not exist`);
  }
  return groupCount;
}
