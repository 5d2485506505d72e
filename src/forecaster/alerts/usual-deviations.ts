import { eachStep } from '../../calendar/period.js';
import type { FittedModel, SeriesGroups, StepRange } from '../../models/contract.js';
import { forecastQuantiles } from '../../models/quantiles.js';
import { conformalQuantile } from '../../models/uncertainty/conformal.js';
import { normalQuantile } from '../../models/uncertainty/normal.js';
import { numberAt } from '../../present.js';
import { TAIL_PROBABILITIES, tailDeviation, tailQuantiles } from './tail-probability.js';
import { unitsOfGroups, type WatchedDays } from './watched-days.js';

/** Totals whose laws are alike in how far off they are. */
export type DeviationClass = 'few' | 'many' | 'promoted' | 'category';

/** Factors by which deviations are larger than the laws say. */
export type SpreadFactors = Readonly<Record<DeviationClass, number>>;

/** Expected units from which on a total counts as `many`. */
const MANY = 40;
/** Level at which the deviations of the past are compared with those of the laws. */
const LEVEL = 0.99;
/** Factors where too few deviations are known to measure them. */
const UNKNOWN: SpreadFactors = { few: 1.2, many: 1.3, promoted: 1.7, category: 1.3 };
const LARGEST = 3;

/** Class of a total of one product. */
export function classOf(expected: number, promoted: boolean): DeviationClass {
  if (promoted) return 'promoted';
  return expected < MANY ? 'few' : 'many';
}

/** Deviations of days before those that are looked at, by class. */
export class UsualDeviations {
  readonly #deviations: Record<DeviationClass, number[]> = { few: [], many: [], promoted: [], category: [] };

  /**
   * Adds the deviations of groups over each day and each week of a window from the forecast before it.
   *
   * @param classAt class of a group over a range
   */
  async add(
    fitted: FittedModel,
    watched: WatchedDays,
    groups: SeriesGroups,
    classAt: (group: number, range: StepRange, expected: number) => DeviationClass,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { days } = watched;
    const ranges = eachStep(days);
    for (let day = 0; day + 7 <= days; day += 7) ranges.push({ from: day, to: day + 7 });
    const unitsOf = unitsOfGroups(watched, groups);
    const { mean } = await fitted.totals({ ranges, ...groups, signal });
    const tails = await forecastQuantiles(fitted, {
      ranges,
      ...groups,
      probabilities: TAIL_PROBABILITIES,
      signal,
    });
    for (let group = 0; group < groups.groupCount; group++) {
      ranges.forEach((range, r) => {
        const at = group * ranges.length + r;
        const units = unitsOf(group, range);
        const expected = numberAt(mean, at);
        if (Number.isNaN(units) || !(expected > 0)) return;
        const own = this.#deviations[classAt(group, range, expected)];
        const quantiles = tailQuantiles(tails.values, at);
        for (const side of ['lower', 'upper'] as const) own.push(tailDeviation(units, side, quantiles));
      });
    }
  }

  /** Ratio of the 1 % largest deviations of each class to those of its laws, at least 1. */
  factors(): SpreadFactors {
    const factor = (name: DeviationClass): number => {
      const largest = conformalQuantile(
        this.#deviations[name].sort((a, b) => a - b),
        LEVEL,
      );
      if (!Number.isFinite(largest)) return UNKNOWN[name];
      return Math.min(LARGEST, Math.max(1, largest / normalQuantile(LEVEL)));
    };
    return {
      few: factor('few'),
      many: factor('many'),
      promoted: factor('promoted'),
      category: factor('category'),
    };
  }
}
