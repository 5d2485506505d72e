import { WEEK_DAYS } from '../../calendar/weeks.js';
import { invalidOption } from '../../errors.js';
import type { Panel } from '../../panel/panel.js';
import type { ForecastModel } from '../contract.js';
import { patternModel } from './pattern-model.js';

/** The running state of a method for intermittent demand, updated day by day from the first sale on. */
export interface DemandState {
  /** Expected units per day, as of now. */
  level(): number;
  /** Takes in the units of one day. */
  update(units: number): void;
}

export interface IntermittentOptions {
  /**
   * Multiplies the level by the weekday profile of the whole panel over its last 91 days: single intermittent series
   * have too few sales to show one. Default false.
   */
  readonly weekdayProfile?: boolean;
}

const PROFILE_DAYS = 91;

/**
 * A model that forecasts the last level of a smoothing that starts at the first day with a sale. Missing days
 * change nothing. Returns on their own (negative days) count as no demand.
 */
export function intermittentModel(
  name: string,
  options: Required<IntermittentOptions> & Readonly<Record<string, unknown>>,
  start: (firstDemand: number) => DemandState,
): ForecastModel {
  return patternModel({
    name: options.weekdayProfile ? `${name}-weekday` : name,
    options,
    period: WEEK_DAYS,
    errorsAddUp: false,
    prepare(panel) {
      const profile = options.weekdayProfile ? weekdayProfile(panel) : new Float64Array(WEEK_DAYS).fill(1);
      return {
        pattern(history, out) {
          const level = smooth(history, start, () => undefined);
          for (let h = 0; h < WEEK_DAYS; h++) out[h] = level * profile[(panel.days + h) % WEEK_DAYS];
        },
        residuals(history, out) {
          const offset = history.length - out.length;
          smooth(history, start, (day, level) => {
            if (day >= offset) out[day - offset] = history[day] - level * profile[day % WEEK_DAYS];
          });
        },
      };
    },
  });
}

/**
 * Runs the smoothing over a history; `visit` gets the level before each day. Returns the level after the last.
 */
function smooth(
  history: Float64Array,
  start: (firstDemand: number) => DemandState,
  visit: (day: number, level: number) => void,
): number {
  let first = 0;
  while (first < history.length && !(history[first] > 0)) first++;
  if (first === history.length) return 0;
  const state = start(history[first]);
  for (let day = first + 1; day < history.length; day++) {
    visit(day, state.level());
    if (!Number.isNaN(history[day])) state.update(Math.max(0, history[day]));
  }
  return state.level();
}

/**
 * Share of each weekday in the sales of all series, with mean 1; index `day % 7` of the panel. Sales are
 * relative to the usual sale of their series, so that no series dominates by its unit of measure; those without sales are left out.
 */
function weekdayProfile(panel: Panel): Float64Array {
  const { days, units, seriesCount } = panel;
  const sums = new Float64Array(WEEK_DAYS);
  const counts = new Float64Array(WEEK_DAYS);
  const start = Math.max(0, days - PROFILE_DAYS);
  for (let s = 0; s < seriesCount; s++) {
    const size = usualSale(units.subarray(s * days + start, (s + 1) * days));
    if (size === 0) continue;
    for (let d = start; d < days; d++) {
      const value = units[s * days + d];
      if (Number.isNaN(value)) continue;
      sums[d % WEEK_DAYS] += value / size;
      counts[d % WEEK_DAYS]++;
    }
  }
  const means = sums.map((sum, i) => (counts[i] === 0 ? Number.NaN : sum / counts[i]));
  const observed = means.filter((mean) => !Number.isNaN(mean));
  const overall = observed.reduce((sum, mean) => sum + mean, 0) / observed.length;
  return means.map((mean) => (mean >= 0 && overall > 0 ? mean / overall : 1));
}

/** Mean of the values above zero; 0 without any. */
function usualSale(values: Float64Array): number {
  let [sum, sales] = [0, 0];
  for (const value of values) {
    if (!(value > 0)) continue;
    sum += value;
    sales++;
  }
  return sales > 0 ? sum / sales : 0;
}

/** @throws ForecastError `invalid-option` unless the smoothing weight lies in (0, 1]. */
export function checkSmoothing(name: string, value: number): void {
  if (value > 0 && value <= 1) return;
  invalidOption(name, `${name} must be above 0 and at most 1`);
}
