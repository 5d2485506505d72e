import type { Interval, PanelForecast, TotalsForecast } from '../models/contract.js';
import { expectTrue } from './named-checks.js';

/** Asserts the shape of a forecast, that it is finite, and that it lies inside its nested intervals. */
export function ensureSoundForecast(
  forecast: PanelForecast,
  expected: { startDay: number; horizon: number; seriesCount: number; levels: readonly number[] },
): void {
  const { startDay, horizon, seriesCount, levels } = expected;
  expectTrue(
    forecast.startDay === startDay,
    `startDay is ${forecast.startDay}, not the day after the cutoff`,
  );
  expectTrue(forecast.horizon === horizon, `horizon is ${forecast.horizon}, not ${horizon}`);
  expectTrue(
    forecast.seriesCount === seriesCount,
    `seriesCount is ${forecast.seriesCount}, not ${seriesCount}`,
  );
  ensureSoundValues('mean', forecast.mean, seriesCount * horizon);
  ensureSoundIntervals(forecast.mean, forecast.intervals, levels);
}

/** Asserts the same for totals. */
export function ensureSoundTotals(totals: TotalsForecast, groups: number, levels: readonly number[]): void {
  expectTrue(totals.groupCount === groups, `groupCount is ${totals.groupCount}, not ${groups}`);
  ensureSoundValues('mean', totals.mean, groups * totals.ranges.length);
  ensureSoundIntervals(totals.mean, totals.intervals, levels);
}

/** Asserts that some lower bound of each interval is below zero, for a panel on which that must be so. */
export function ensureReachesBelowZero(what: string, intervals: readonly Interval[]): void {
  for (const { level, lower } of intervals) {
    expectTrue(
      lower.some((value) => value < 0),
      `no lower bound of the ${what} at ${level} is below zero, where some must be`,
    );
  }
}

/** Asserts that nothing is below zero. */
export function ensureNotNegative(
  what: string,
  { mean, intervals }: Pick<PanelForecast, 'mean' | 'intervals'>,
): void {
  for (const column of [mean, ...intervals.flatMap(({ lower, upper }) => [lower, upper])]) {
    for (let i = 0; i < column.length; i++) {
      expectTrue(column[i] >= 0, `value ${i} of the ${what} of sales is negative: ${column[i]}`);
    }
  }
}

/** Asserts that two columns have the same bytes: NaN equals NaN, and 0 differs from -0. */
export function ensureSameBytes(what: string, left: Float64Array, right: Float64Array): void {
  expectTrue(left.length === right.length, `${what}: ${left.length} values became ${right.length}`);
  for (let i = 0; i < left.length; i++) {
    expectTrue(Object.is(left[i], right[i]), `${what}: value ${i} was ${left[i]} and is ${right[i]}`);
  }
}

export function ensureSameForecast(what: string, left: PanelForecast, right: PanelForecast): void {
  ensureSameBytes(`${what}: mean`, left.mean, right.mean);
  ensureSameIntervals(what, left.intervals, right.intervals);
}

export function ensureSameTotals(what: string, left: TotalsForecast, right: TotalsForecast): void {
  ensureSameBytes(`${what}: totals`, left.mean, right.mean);
  ensureSameIntervals(`${what}: totals`, left.intervals, right.intervals);
}

/** Asserts equality up to the rounding of sums in another order. */
export function ensureClose(what: string, left: number, right: number): void {
  const tolerance = 1e-9 * Math.max(1e-6, Math.abs(left), Math.abs(right));
  expectTrue(Math.abs(left - right) <= tolerance, `${what}: ${left} differs from ${right}`);
}

function ensureSameIntervals(what: string, left: readonly Interval[], right: readonly Interval[]): void {
  expectTrue(left.length === right.length, `${what}: ${left.length} intervals became ${right.length}`);
  left.forEach(({ level, lower, upper }, i) => {
    ensureSameBytes(`${what}: lower bound at ${level}`, lower, right[i].lower);
    ensureSameBytes(`${what}: upper bound at ${level}`, upper, right[i].upper);
  });
}

function ensureSoundValues(name: string, values: Float64Array, length: number): void {
  expectTrue(values.length === length, `${name} has ${values.length} values, not ${length}`);
  for (let i = 0; i < length; i++) {
    expectTrue(Number.isFinite(values[i]), `${name}[${i}] is ${values[i]}`);
  }
}

function ensureSoundIntervals(
  mean: Float64Array,
  intervals: readonly Interval[],
  levels: readonly number[],
): void {
  expectTrue(intervals.length === levels.length, `${intervals.length} intervals for ${levels.length} levels`);
  intervals.forEach(({ level, lower, upper }, k) => {
    expectTrue(level === levels[k], `interval ${k} has level ${level}, not ${levels[k]}`);
    ensureSoundValues(`lower bound at ${level}`, lower, mean.length);
    ensureSoundValues(`upper bound at ${level}`, upper, mean.length);
    for (let i = 0; i < mean.length; i++) {
      expectTrue(
        lower[i] <= mean[i] && mean[i] <= upper[i],
        `the mean ${mean[i]} at ${i} is outside its interval`,
      );
    }
  });
  const byLevel = [...intervals].sort((a, b) => a.level - b.level);
  for (let k = 1; k < byLevel.length; k++) {
    const [inner, outer] = [byLevel[k - 1], byLevel[k]];
    for (let i = 0; i < mean.length; i++) {
      const nested = outer.lower[i] <= inner.lower[i] && inner.upper[i] <= outer.upper[i];
      expectTrue(nested, `the ${inner.level} interval at ${i} is not inside the ${outer.level} interval`);
    }
  }
}
