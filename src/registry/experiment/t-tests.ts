import { ForecastError } from '../../errors.js';
import { square } from '../../math/index.js';
import { numberAt } from '../../present.js';
import { studentTwoSided } from '../../student-t.js';

/** Number, mean and variance (of a sample, n - 1) of some values. */
export interface SampleSummary {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
}

export interface TTest {
  /** Mean of the first sample less that of the second. */
  readonly difference: number;
  readonly standardError: number;
  readonly statistic: number;
  readonly degreesOfFreedom: number;
  /** Two-sided probability of a difference at least as large by chance. */
  readonly pValue: number;
}

/**
 * Summary of a column of values.
 *
 * @throws ForecastError `too-short` for fewer than two values, `invalid-data` for one that is not finite.
 */
export function summarize(values: ArrayLike<number>): SampleSummary {
  const count = values.length;
  if (count < 2) throw tooShort(count);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const value = numberAt(values, i);
    if (!Number.isFinite(value)) {
      throw new ForecastError('invalid-data', `Value ${i} is not a finite number`, { path: [i] });
    }
    sum += value;
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = 0; i < count; i++) squares += square(numberAt(values, i) - mean);
  return { count, mean, variance: squares / (count - 1) };
}

/**
 * Welch's test of whether two independent samples have the same mean, without assuming equal variances: for arms
 * that served different keys. If nothing varies, the p-value is 1 for equal means and 0 for others.
 *
 * Source: B. L. Welch, "The generalization of Student's problem when several different population variances are
 * involved", Biometrika 34 (1947).
 *
 * @throws ForecastError `too-short` for a sample of fewer than two values.
 */
export function welchTTest(first: SampleSummary, second: SampleSummary): TTest {
  for (const { count } of [first, second]) if (count < 2) throw tooShort(count);
  const a = first.variance / first.count;
  const b = second.variance / second.count;
  const total = a + b;
  // From shares of the total, as squares of very small variances would underflow.
  const spread = square(a / total) / (first.count - 1) + square(b / total) / (second.count - 1);
  const degrees = total > 0 ? 1 / spread : first.count + second.count - 2;
  return testOf(first.mean - second.mean, Math.sqrt(total), degrees);
}

/**
 * Test of whether paired values have the same mean: for two versions that forecast the same series and days,
 * which detects smaller differences than {@link welchTTest}. If no difference varies, the p-value is 1 where
 * they are zero and 0 elsewhere.
 *
 * @throws ForecastError `invalid-data` for different lengths, `too-short` for fewer than two pairs.
 */
export function pairedTTest(first: ArrayLike<number>, second: ArrayLike<number>): TTest {
  if (first.length !== second.length) {
    throw new ForecastError(
      'invalid-data',
      `Pairs need equal lengths, got ${first.length} and ${second.length}`,
    );
  }
  const { count, mean, variance } = summarize(
    Float64Array.from(first, (value, i) => value - numberAt(second, i)),
  );
  return testOf(mean, Math.sqrt(variance / count), count - 1);
}

function testOf(difference: number, standardError: number, degreesOfFreedom: number): TTest {
  const statistic = difference === 0 ? 0 : difference / standardError;
  const pValue = studentTwoSided(statistic, degreesOfFreedom);
  return { difference, standardError, statistic, degreesOfFreedom, pValue };
}

function tooShort(count: number): ForecastError {
  return new ForecastError('too-short', `A test needs at least two values in each sample, got ${count}`);
}
