import { log } from '../../../math/index.js';
import { quantileOfSorted } from '../../../order-statistics.js';
import { createRandom, type Random } from '../../../random.js';
import type { Interval } from '../../contract.js';
import { centralHalfWidths } from '../../uncertainty/index.js';
import type { Parameters } from '../solver/problem.js';
import { MIN_CHANGE_SCALE } from '../solver/problem.js';
import { trendAt } from '../trend.js';
import type { TrendChanges } from '../trend-uncertainty.js';
import { laplace, pointLaw } from '../trend-uncertainty.js';
import type { Points } from './points.js';
import type { Parts } from './predict.js';
import { scaledCaps, scaledTimes } from './predict.js';
import type { Specification } from './specification.js';

/** Model, points and levels that intervals are computed for. */
export interface IntervalRequest {
  readonly specification: Specification;
  readonly parameters: Parameters;
  readonly points: Points;
  readonly parts: Parts;
  readonly levels: readonly number[];
}

/** Intervals of outcomes and of the trend alone. */
export interface BothIntervals {
  readonly outcome: Interval[];
  readonly trend: Interval[];
}

/** Expected changepoints per unit of scaled time after the history, and the scale of their sizes. */
export function futureChanges({ sizes }: Parameters): TrendChanges {
  const count = Math.max(1, sizes.length);
  let absolute = 0;
  for (let j = 0; j < sizes.length; j++) absolute += Math.abs(sizes[j]);
  return { rate: count, scale: absolute / count + MIN_CHANGE_SCALE };
}

/**
 * Intervals of the outcome in closed form, for linear and no growth: the distribution of future changepoints
 * and noise is known, and its quantiles are computed without sampling.
 */
export function exactOutcome(request: IntervalRequest): Interval[] {
  const { specification, parameters, parts } = request;
  const noise = parameters.noise * specification.scale;
  return exactIntervals(request, parts.mean, (row) => 1 + parts.multiplicativeTerms[row], noise);
}

/** The same for the trend alone. */
export function exactTrend(request: IntervalRequest): Interval[] {
  return exactIntervals(request, request.parts.trend, () => 1, 0);
}

function exactIntervals(
  { specification, parameters, points, levels }: IntervalRequest,
  centre: Float64Array,
  factor: (row: number) => number,
  noise: number,
): Interval[] {
  const intervals = emptyIntervals(levels, centre.length);
  const times = scaledTimes(specification, points.days);
  const { rate, scale } = futureChanges(parameters);
  const flat = specification.growth === 'flat';
  const widths = new Float64Array(levels.length);
  for (let i = 0; i < centre.length; i++) {
    const changes = { rate, scale: scale * specification.scale * Math.abs(factor(i)) };
    centralHalfWidths(pointLaw(changes, flat ? 0 : times[i] - 1, noise), levels, widths);
    intervals.forEach((interval, l) => {
      interval.lower[i] = centre[i] - widths[l];
      interval.upper[i] = centre[i] + widths[l];
    });
  }
  return intervals;
}

/** Simulated values of each point: one column for each. */
export interface SampledPoints {
  readonly outcome: Float64Array[];
  readonly trend: Float64Array[];
}

/**
 * Intervals by simulation, as Prophet computes all of its intervals: needed for logistic growth, where the
 * distribution of the trend has no closed form.
 */
export function sampledIntervals(request: IntervalRequest, samples: number, seed: number): BothIntervals {
  const { outcome, trend } = samplePoints(request, samples, seed);
  return {
    outcome: quantileIntervals(outcome, request.levels),
    trend: quantileIntervals(trend, request.levels),
  };
}

/** Simulates paths of trend and outcome after the history. */
export function samplePoints(
  { specification, parameters, points, parts }: Omit<IntervalRequest, 'levels'>,
  samples: number,
  seed: number,
): SampledPoints {
  const rows = points.days.length;
  const times = scaledTimes(specification, points.days);
  const caps = scaledCaps(specification, points);
  const random = createRandom(seed);
  const last = times.reduce((a, b) => Math.max(a, b), 1);
  const outcomes = Array.from({ length: rows }, () => new Float64Array(samples));
  const trends = Array.from({ length: rows }, () => new Float64Array(samples));
  const path = new Float64Array(rows);
  for (let k = 0; k < samples; k++) {
    const extended = withFutureChanges(specification, parameters, last, random);
    trendAt({ growth: specification.growth, ...parameters, ...extended }, times, caps, path);
    for (let i = 0; i < rows; i++) {
      const trend = path[i] * specification.scale + (points.floor?.[i] ?? specification.floor);
      const noise = parameters.noise * specification.scale * random.normal();
      trends[i][k] = trend;
      outcomes[i][k] = trend * (1 + parts.multiplicativeTerms[i]) + parts.additiveTerms[i] + noise;
    }
  }
  return { outcome: outcomes, trend: trends };
}

/** The changepoints of the fit and random ones after it, up to scaled time `last`. */
function withFutureChanges(
  specification: Specification,
  parameters: Parameters,
  last: number,
  random: Random,
) {
  const { rate, scale } = futureChanges(parameters);
  const added: number[] = [];
  // Arrivals of a Poisson process, one exponential waiting time after the other.
  for (let time = 1; ; ) {
    time -= log(1 - random.uniform()) / rate;
    if (!(time < last)) break;
    added.push(time);
  }
  const sizes = added.map(() => laplace(scale, random));
  return {
    changepoints: [...specification.changepoints, ...added],
    sizes: [...parameters.sizes, ...sizes],
  };
}

function quantileIntervals(samples: readonly Float64Array[], levels: readonly number[]): Interval[] {
  const intervals = emptyIntervals(levels, samples.length);
  samples.forEach((column, i) => {
    column.sort();
    for (const { level, lower, upper } of intervals) {
      lower[i] = quantileOfSorted(column, (1 - level) / 2);
      upper[i] = quantileOfSorted(column, (1 + level) / 2);
    }
  });
  return intervals;
}

function emptyIntervals(levels: readonly number[], rows: number): Interval[] {
  return levels.map((level) => ({ level, lower: new Float64Array(rows), upper: new Float64Array(rows) }));
}
