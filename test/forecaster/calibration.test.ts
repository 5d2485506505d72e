import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conformalFactor, totalsCalibration, totalsFactor } from '../../src/forecaster/calibration.js';

describe('conformalFactor', () => {
  it('is the score at the conformal rank', () => {
    // Scores 0.1, 0.2, ..., 4.0: the ceil(41 * 0.8) = 33rd smallest is 3.3.
    const actual = Array.from({ length: 40 }, (_, i) => 10 + (i + 1) / 10);
    const mean = actual.map(() => 10);
    const upper = actual.map(() => 11);
    expect(conformalFactor(actual, mean, upper, 0.8)).toBeCloseTo(3.3, 10);
  });

  it('makes the stretched intervals cover at least the level on the days it was made from', () => {
    const value = fc.double({ min: 0, max: 30, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 25, maxLength: 80 }),
        fc.constantFrom(0.5, 0.8, 0.95),
        (actual, level) => {
          const mean = actual.map(() => 15);
          const upper = actual.map((_, i) => 20 + (i % 5));
          const factor = conformalFactor(actual, mean, upper, level);
          const inside = actual.filter(
            (y, i) => Math.abs(y - 15) <= (factor ?? 0) * (upper[i] - 15) * (1 + 1e-12),
          );
          expect(inside.length / actual.length).toBeGreaterThanOrEqual(level);
        },
      ),
      { seed: 7, numRuns: 200 },
    );
  });

  it('is undefined with few or missing actuals or without width, and is bounded', () => {
    expect(conformalFactor([1, 2], [5, 5], [6, 6], 0.8)).toBeUndefined();
    const many = Array.from({ length: 50 }, () => Number.NaN);
    expect(
      conformalFactor(
        many,
        many.map(() => 5),
        many.map(() => 6),
        0.8,
      ),
    ).toBeUndefined();
    const level = Array.from({ length: 50 }, () => 5);
    expect(conformalFactor(level, level, level, 0.8)).toBeUndefined();
    const far = level.map(() => 1000);
    const upper = level.map(() => 6);
    expect(conformalFactor(far, level, upper, 0.8)).toBe(10);
    expect(conformalFactor(level, level, upper, 0.8)).toBe(0.5);
  });
});

describe('totalsCalibration', () => {
  it('goes through the factors of a week and of the longer span, and on by the same power', () => {
    const calibration = totalsCalibration(1.5, 2, 30);
    expect(totalsFactor(calibration, 7)).toBe(1.5);
    expect(totalsFactor(calibration, 30)).toBeCloseTo(2, 12);
    expect(totalsFactor(calibration, 30 * (30 / 7))).toBeCloseTo(2 * (2 / 1.5), 12);
  });

  it('grows at most as errors that do not cancel, and never shrinks', () => {
    expect(totalsFactor(totalsCalibration(1, 9, 30), 28)).toBeCloseTo(2, 12);
    expect(totalsFactor(totalsCalibration(2, 1, 30), 365)).toBe(2);
    expect(totalsFactor(totalsCalibration(2, 5, 7), 365)).toBe(2);
    expect(totalsFactor(totalsCalibration(2, 3, 30), 1)).toBe(2);
  });
});
