import { eachStep } from '../../calendar/period.js';
import type { FittedModel, SeriesGroups, StepRange } from '../../models/contract.js';
import { forecastQuantiles } from '../../models/quantiles.js';
import { salesForecasts } from '../../models/sales-forecasts.js';
import { numberAt } from '../../present.js';
import {
  bandBound,
  TAIL_PROBABILITIES,
  tailDeviation,
  tailProbability,
  tailQuantiles,
} from './tail-probability.js';
import { unitsOfGroups, type WatchedDays } from './watched-days.js';

/** Probabilities of the bounds of the 99 % interval. */
const BAND = [0.005, 0.995] as const;

/** The most unusual stretch of the days of a group of series. */
export interface UnusualStretch {
  readonly group: number;
  readonly range: StepRange;
  readonly units: number;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  /** Probability that any stretch of the group is as unusual. */
  readonly pValue: number;
}

/** Each day by itself, and each stretch up to the last day, so that lasting changes show even where each day may be chance. */
export function stretchesOf(days: number): StepRange[] {
  const lasting = Array.from({ length: days - 1 }, (_, day) => ({ from: day, to: days }));
  return [...eachStep(days), ...lasting];
}

/**
 * The most unusual stretch of each group that has one outside of its 99 % interval. Its p-value is that of the stretch, doubled for
 * both directions, times the number of stretches (Bonferroni).
 *
 * @param factorAt factor by which deviations of a group over a range are larger than its law says, at least 1
 */
export async function unusualStretches(
  fitted: FittedModel,
  watched: WatchedDays,
  groups: SeriesGroups,
  factorAt: (group: number, range: StepRange, expected: number) => number,
  signal: AbortSignal | undefined,
): Promise<UnusualStretch[]> {
  const { days } = watched;
  const ranges = stretchesOf(days);
  const unitsOf = unitsOfGroups(watched, groups);
  const { mean } = await salesForecasts(fitted).totals({ ranges, ...groups, signal });
  const band = await forecastQuantiles(fitted, { ranges, ...groups, probabilities: BAND, signal });
  const [least = new Float64Array(), most = new Float64Array()] = band.values;
  const candidates = Array.from({ length: groups.groupCount }, (_, group) => group).filter((group) =>
    ranges.some((range, r) => {
      const at = group * ranges.length + r;
      const units = unitsOf(group, range);
      return units < numberAt(least, at) || units > numberAt(most, at);
    }),
  );
  if (candidates.length === 0) return [];
  const place = new Map(candidates.map((group, i) => [group, i]));
  const tails = await forecastQuantiles(fitted, {
    ranges,
    groupOf: groups.groupOf.map((group) => place.get(group) ?? -1),
    groupCount: candidates.length,
    probabilities: TAIL_PROBABILITIES,
    signal,
  });
  return candidates.flatMap((group, i) => {
    const tests = ranges.filter((range) => !Number.isNaN(unitsOf(group, range))).length;
    const stretches = ranges.flatMap((range, r): UnusualStretch[] => {
      const units = unitsOf(group, range);
      const expected = numberAt(mean, group * ranges.length + r);
      const factor = factorAt(group, range, expected);
      const quantiles = tailQuantiles(tails.values, i * ranges.length + r);
      const lower = Math.min(expected, bandBound('lower', quantiles, factor));
      const upper = Math.max(expected, bandBound('upper', quantiles, factor));
      if (!(units < lower || units > upper)) return [];
      const tail = tailProbability(
        tailDeviation(units, units < lower ? 'lower' : 'upper', quantiles),
        factor,
      );
      return [{ group, range, units, expected, lower, upper, pValue: Math.min(1, 2 * tail * tests) }];
    });
    // Of stretches that are equally certain, the one with the largest difference tells most.
    const [first] = stretches.sort(
      (a, b) => a.pValue - b.pValue || Math.abs(b.units - b.expected) - Math.abs(a.units - a.expected),
    );
    return first ? fromStartOfSilence(first, stretches, days) : [];
  });
}

/** Prefers a silence that lasts up to the last day to a longer stretch on which little was sold. */
function fromStartOfSilence(
  first: UnusualStretch,
  stretches: readonly UnusualStretch[],
  days: number,
): UnusualStretch {
  if (first.range.to < days || first.units > first.upper) return first;
  const silent = stretches.filter(({ units, range }) => units === 0 && range.to === days);
  const [longest = first] = silent.sort((a, b) => a.range.from - b.range.from);
  return { ...longest, pValue: first.pValue };
}
