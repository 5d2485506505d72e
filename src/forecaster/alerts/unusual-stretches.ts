import { eachStep } from '../../calendar/period.js';
import type { FittedModel, SeriesGroups, StepRange } from '../../models/contract.js';
import { forecastQuantiles } from '../../models/quantiles.js';
import { salesForecasts } from '../../models/sales-forecasts.js';
import { numberAt } from '../../present.js';
import type { CommonChange } from './common-changes.js';
import {
  BAND,
  bandBound,
  type Side,
  TAIL_PROBABILITIES,
  tailDeviation,
  tailProbability,
  tailQuantiles,
} from './tail-probability.js';
import { unitsOfGroups, type WatchedDays } from './watched-days.js';

/** A stretch of the days of a group of series outside of its 99 % interval. */
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

/** A stretch with its distance from the middle of its law, in standard deviations. */
interface Deviation extends UnusualStretch {
  readonly side: Side;
  readonly deviation: number;
}

/** Factor by which deviations of a group over a range are larger than its law says, at least 1. */
export type FactorAt = (group: number, range: StepRange, expected: number) => number;

/** Forecasts and sales that are compared. */
export interface Compared {
  readonly fitted: FittedModel;
  readonly watched: WatchedDays;
  readonly groups: SeriesGroups;
  readonly factorAt: FactorAt;
  readonly commonAt: CommonChange;
  readonly signal: AbortSignal | undefined;
}

/** Each day by itself, and each stretch up to the last day, so that lasting changes show even where each day may be chance. */
export function stretchesOf(days: number): StepRange[] {
  const lasting = Array.from({ length: days - 1 }, (_, day) => ({ from: day, to: days }));
  return [...eachStep(days), ...lasting];
}

/**
 * The most unusual stretch of each group that has one outside of its 99 % interval. Its p-value is that of the stretch, doubled for
 * both directions, times the number of stretches (Bonferroni).
 */
export async function unusualStretches(compared: Compared): Promise<UnusualStretch[]> {
  const { fitted, watched, groups, commonAt, signal } = compared;
  const ranges = stretchesOf(watched.days);
  const unitsOf = unitsOfGroups(watched, groups);
  const band = await forecastQuantiles(fitted, { ranges, ...groups, probabilities: BAND, signal });
  const [least = new Float64Array(), most = new Float64Array()] = band.values;
  const candidates = Array.from({ length: groups.groupCount }, (_, group) => group).filter((group) =>
    ranges.some((range, r) => {
      const at = group * ranges.length + r;
      const units = unitsOf(group, range) / commonAt(group, range);
      return units < numberAt(least, at) || units > numberAt(most, at);
    }),
  );
  const deviations = await deviationsOf(compared, candidates, ranges);
  return deviations.flatMap((ofGroup) => {
    const [first] = ofGroup.sort((a, b) => a.pValue - b.pValue);
    return first ? [first] : [];
  });
}

/**
 * The same groups with the days that deviate in the direction of their stretch: of all runs of days the least
 * probable one, and the days next to it that are outside of their own intervals. A silence that lasts up to the last day is preferred to a
 * longer run on which little was sold.
 */
export async function deviatingDays(
  compared: Compared,
  stretches: readonly UnusualStretch[],
): Promise<UnusualStretch[]> {
  const { days } = compared.watched;
  const runs = eachStep(days).flatMap(({ from }) =>
    Array.from({ length: days - from }, (_, length) => ({ from, to: from + length + 1 })),
  );
  const groups = stretches.map(({ group }) => group);
  const deviations = await deviationsOf(compared, groups, runs);
  return stretches.map((stretch, i) => {
    const side: Side = stretch.units < stretch.lower ? 'lower' : 'upper';
    const alike = (deviations[i] ?? []).filter((one) => one.side === side);
    const beyond = ({ units, lower, upper }: Deviation) => (side === 'lower' ? lower - units : units - upper);
    // Of runs that are equally improbable, the one farthest beyond its interval tells most: ordinary days around it add nothing.
    const [largest = stretch] = alike.sort(
      (a, b) => tailProbability(a.deviation) - tailProbability(b.deviation) || beyond(b) - beyond(a),
    );
    const silent = alike.filter(({ units, range }) => units === 0 && range.to === days);
    const [silence] = silent.sort((a, b) => a.range.from - b.range.from);
    const best = silence && largest.range.to === days ? silence : largest;
    return { ...withNeighbours(best, alike), pValue: stretch.pValue };
  });
}

/** The run that reaches from a run to its neighbouring days that deviate by themselves. */
function withNeighbours(best: UnusualStretch, alike: readonly UnusualStretch[]): UnusualStretch {
  const deviates = (day: number) => alike.some(({ range }) => range.from === day && range.to === day + 1);
  let { from, to } = best.range;
  while (deviates(from - 1)) from--;
  while (deviates(to)) to++;
  return alike.find(({ range }) => range.from === from && range.to === to) ?? best;
}

/** The ranges of each chosen group that are outside of their 99 % intervals. */
async function deviationsOf(
  { fitted, watched, groups, factorAt, commonAt, signal }: Compared,
  chosen: readonly number[],
  ranges: readonly StepRange[],
): Promise<Deviation[][]> {
  if (chosen.length === 0) return [];
  const place = new Map(chosen.map((group, i) => [group, i]));
  const own: SeriesGroups = {
    groupOf: groups.groupOf.map((group) => place.get(group) ?? -1),
    groupCount: chosen.length,
  };
  const sums = { ranges, ...own, signal };
  const unitsOf = unitsOfGroups(watched, own);
  const { mean } = await salesForecasts(fitted).totals(sums);
  const tails = await forecastQuantiles(fitted, { ...sums, probabilities: TAIL_PROBABILITIES });
  return chosen.map((group, i) => {
    const tests = ranges.filter((range) => !Number.isNaN(unitsOf(i, range))).length;
    return ranges.flatMap((range, r): Deviation[] => {
      const at = i * ranges.length + r;
      const units = unitsOf(i, range);
      const common = commonAt(group, range);
      const expected = common * numberAt(mean, at);
      const factor = factorAt(group, range, expected);
      const quantiles = tailQuantiles(tails.values, at);
      const lower = Math.min(expected, common * bandBound('lower', quantiles, factor));
      const upper = Math.max(expected, common * bandBound('upper', quantiles, factor));
      if (!(units < lower || units > upper)) return [];
      const side = units < lower ? 'lower' : 'upper';
      const deviation = tailDeviation(units / common, side, quantiles) / factor;
      const pValue = Math.min(1, 2 * tailProbability(deviation) * tests);
      return [{ group, range, units, expected, lower, upper, pValue, side, deviation }];
    });
  });
}
