import { describe, expect, it } from 'vitest';
import { leastSquaresSlope, type Points, theilSenSlope } from '../../benchmarks/soak/slope.js';

/** A line of slope 1 with noise and one peak. */
const PEAK: Points = [
  [0, 2],
  [1, 3.1],
  [2, 3.9],
  [3, 40],
  [5, 7.2],
  [8, 9.8],
  [13, 15.5],
];

describe('slopes', () => {
  it('are those of a straight line', () => {
    const line: Points = Array.from({ length: 10 }, (_, i) => [i * 5, 100 + 0.25 * i * 5] as const);
    expect(leastSquaresSlope(line)).toBeCloseTo(0.25, 12);
    expect(theilSenSlope(line)).toBeCloseTo(0.25, 12);
  });

  // Expected values from scipy.stats (linregress, theilslopes).
  it('differ where there is a peak, which moves the line of least squares only', () => {
    expect(leastSquaresSlope(PEAK)).toBeCloseTo(0.5904545454545455, 12);
    expect(theilSenSlope(PEAK)).toBeCloseTo(1.0333333333333334, 12);
  });

  it('thin out many points', () => {
    const many: Points = Array.from({ length: 5_000 }, (_, i) => [i, i % 100 === 0 ? 1e6 : 3 * i] as const);
    expect(theilSenSlope(many)).toBeCloseTo(3, 9);
  });
});
