import { eachStep } from '../../calendar/period.js';
import { square } from '../../math/index.js';
import type { FittedModel, SeriesGroups, StepRange } from '../../models/contract.js';
import { forecastQuantiles } from '../../models/quantiles.js';
import { salesForecasts } from '../../models/sales-forecasts.js';
import { medianOfSorted } from '../../order-statistics.js';
import { numberAt } from '../../present.js';
import { BAND, BAND_DEVIATIONS } from './tail-probability.js';
import { unitsOfGroups, type WatchedDays } from './watched-days.js';

/** Factor by which the others of its category sold more than forecast over a range of days. */
export type CommonChange = (group: number, range: StepRange) => number;

/** Nothing in common. */
export const NO_COMMON_CHANGE: CommonChange = () => 1;

/** Usual standard deviation of what the products of a category have in common on a day, if no more is seen, and of what they have not. */
const USUAL_COMMON = 0.1;
const USUAL_OWN = 0.2;
/** Standard deviations that the change of one product counts for at most, from what most have: those further off have causes of their own. */
const FARTHEST = 2;
/** Products whose median tells what most of them have. */
const MOST_KNOWN = 5;
/** Least factor: a product in a category that sold nothing still sold nothing. */
const LEAST = 0.2;

/**
 * Measures what the products of a category have in common on each day, such as the weather, or an event that worked less than usual:
 * that is told of the category, and no news about each product. It is the mean relative error of the other products, weighted by their
 * certainty and shrunk to zero, the less the farther it is from zero for so many products: what doubles the sales of all of them is
 * believed.
 *
 * @param groups products, each a group of its own
 * @param categoryOf category of each group
 */
export async function commonChanges(
  fitted: FittedModel,
  watched: WatchedDays,
  groups: SeriesGroups,
  categoryOf: ArrayLike<number>,
  signal: AbortSignal | undefined,
): Promise<CommonChange> {
  const { days } = watched;
  const sums = { ranges: eachStep(days), ...groups, signal };
  const unitsOf = unitsOfGroups(watched, groups);
  const { mean } = await salesForecasts(fitted).totals(sums);
  const band = await forecastQuantiles(fitted, { ...sums, probabilities: BAND });
  const [lower = new Float64Array(), upper = new Float64Array()] = band.values;
  const weight = new Float64Array(mean.length);
  const error = new Float64Array(mean.length);
  const deviation = new Float64Array(mean.length);
  const members = new Map<number, number[]>();
  const cell = (group: number, day: number) => numberAt(categoryOf, group) * days + day;
  for (let group = 0; group < groups.groupCount; group++) {
    for (let day = 0; day < days; day++) {
      const at = group * days + day;
      const [expected, units] = [numberAt(mean, at), unitsOf(group, { from: day, to: day + 1 })];
      if (!(expected > 0) || Number.isNaN(units)) continue;
      deviation[at] = (numberAt(upper, at) - numberAt(lower, at)) / (2 * BAND_DEVIATIONS * expected);
      error[at] = units / expected - 1;
      weight[at] = 1 / (square(numberAt(deviation, at)) + square(USUAL_OWN));
      const own = members.get(cell(group, day));
      if (own) own.push(at);
      else members.set(cell(group, day), [at]);
    }
  }
  const change = new Float64Array(mean.length);
  const ofCells = new Map<number, { readonly weights: number; readonly changes: number }>();
  for (const [own, places] of members) {
    const most =
      places.length < MOST_KNOWN
        ? 0
        : medianOfSorted(Float64Array.from(places, (at) => numberAt(error, at)).sort());
    let [weights, changes] = [0, 0];
    for (const at of places) {
      const farthest = FARTHEST * numberAt(deviation, at);
      const bounded = most + Math.max(-farthest, Math.min(farthest, numberAt(error, at) - most));
      change[at] = numberAt(weight, at) * bounded;
      weights += numberAt(weight, at);
      changes += numberAt(change, at);
    }
    ofCells.set(own, { weights, changes });
  }
  return (group, { from, to }) => {
    let [sum, expected] = [0, 0];
    for (let day = from; day < to; day++) {
      const at = group * days + day;
      const { weights = 0, changes = 0 } = ofCells.get(cell(group, day)) ?? {};
      const common = shrunk(changes - numberAt(change, at), weights - numberAt(weight, at));
      sum += numberAt(mean, at) * Math.max(LEAST, 1 + common);
      expected += numberAt(mean, at);
    }
    return expected > 0 ? sum / expected : 1;
  };
}

/** Mean from a weighted sum and its weights, shrunk by as much as it may be chance. */
function shrunk(sum: number, weights: number): number {
  if (!(weights > 0)) return 0;
  const variance = Math.max(square(USUAL_COMMON), square(sum / weights) - 1 / weights);
  return sum / (weights + 1 / variance);
}
