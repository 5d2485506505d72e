import { eachStep } from '../../calendar/period.js';
import { square } from '../../math/index.js';
import type { FittedModel, SeriesGroups, StepRange } from '../../models/contract.js';
import { forecastQuantiles } from '../../models/quantiles.js';
import { conformalQuantile } from '../../models/uncertainty/conformal.js';
import { normalQuantile } from '../../models/uncertainty/normal.js';
import { numberAt } from '../../present.js';
import type { CommonChange } from './common-changes.js';
import type { SpecialShares } from './special-days.js';
import { TAIL_PROBABILITIES, tailDeviation, tailQuantiles } from './tail-probability.js';
import { unitsOfGroups, type WatchedDays } from './watched-days.js';

/** Totals whose laws are alike in how far off they are. */
export type DeviationClass = 'few' | 'many' | 'promoted' | 'event' | 'category';

/** Factors by which deviations are larger than the laws say. */
export type SpreadFactors = Readonly<Record<DeviationClass, number>>;

/** Expected units from which on a total counts as `many`. */
const MANY = 40;
/** Level at which the deviations of the past are compared with those of the laws. */
const LEVEL = 0.99;
/** Usual factors, and the number of products or categories whose deviations weigh as much as they do. */
const USUAL: SpreadFactors = { few: 1.2, many: 1.3, promoted: 1.6, event: 1.2, category: 1.3 };
const USUAL_WEIGHT = 20;
const LARGEST = 3;

/** Class of a total of one product; undefined for a range of usual and of special days. */
export function classOf(expected: number, { promoted, event }: SpecialShares): DeviationClass | undefined {
  if (promoted === 1) return 'promoted';
  if (event === 1) return 'event';
  if (promoted + event > 0) return undefined;
  return ofUsualDays(expected);
}

/** Factor of a total of one product: that of the mean variance of its days. */
export function factorOf(
  factors: SpreadFactors,
  expected: number,
  { promoted, event }: SpecialShares,
): number {
  const usual = (1 - promoted - event) * square(factors[ofUsualDays(expected)]);
  return Math.sqrt(usual + promoted * square(factors.promoted) + event * square(factors.event));
}

function ofUsualDays(expected: number): 'few' | 'many' {
  return expected < MANY ? 'few' : 'many';
}

/** Deviations of days before those that are looked at, by class. */
export class UsualDeviations {
  readonly #deviations: Record<DeviationClass, number[]> = {
    few: [],
    many: [],
    promoted: [],
    event: [],
    category: [],
  };

  readonly #groups: Record<DeviationClass, number> = { few: 0, many: 0, promoted: 0, event: 0, category: 0 };

  /**
   * Adds the deviations of groups over each day and each week of a window from the forecast before it.
   *
   * @param classAt class of a group over a range; undefined to leave it out
   * @param commonAt what a group has in common with others
   */
  async add(
    fitted: FittedModel,
    watched: WatchedDays,
    groups: SeriesGroups,
    classAt: (group: number, range: StepRange, expected: number) => DeviationClass | undefined,
    commonAt: CommonChange,
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
      const classes = new Set<DeviationClass>();
      ranges.forEach((range, r) => {
        const at = group * ranges.length + r;
        const units = unitsOf(group, range) / commonAt(group, range);
        const expected = numberAt(mean, at);
        if (Number.isNaN(units) || !(expected > 0)) return;
        const kind = classAt(group, range, expected);
        if (kind === undefined) return;
        classes.add(kind);
        const own = this.#deviations[kind];
        const quantiles = tailQuantiles(tails.values, at);
        for (const side of ['lower', 'upper'] as const) own.push(tailDeviation(units, side, quantiles));
      });
      for (const kind of classes) this.#groups[kind]++;
    }
  }

  /**
   * Ratio of the 1 % largest deviations of each class to those of its laws, at least 1. The days of a product deviate together, so
   * that a few products say little: their ratio is averaged with the usual one.
   */
  factors(): SpreadFactors {
    const factor = (name: DeviationClass): number => {
      const largest = conformalQuantile(
        this.#deviations[name].sort((a, b) => a - b),
        LEVEL,
      );
      if (!Number.isFinite(largest)) return USUAL[name];
      const measured = Math.min(LARGEST, Math.max(1, largest / normalQuantile(LEVEL)));
      const weight = this.#groups[name] / (this.#groups[name] + USUAL_WEIGHT);
      return weight * measured + (1 - weight) * USUAL[name];
    };
    return {
      few: factor('few'),
      many: factor('many'),
      promoted: factor('promoted'),
      event: factor('event'),
      category: factor('category'),
    };
  }
}
