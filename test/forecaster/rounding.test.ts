import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundForecast } from '../../src/forecaster/rounding.js';

describe('roundForecast', () => {
  // Worked out by hand: the second digit of the width is the last place that is kept.
  it.each([
    [123.4567, 80.2, 170.9, 123, 80, 171],
    [4.4821, 1.7304, 8.0193, 4.5, 1.7, 8],
    [0.3517, 0.0519, 0.8821, 0.35, 0.05, 0.88],
    [0.0421, 0.0098, 0.0754, 0.042, 0.01, 0.075],
    [35, 35, 35, 35, 35, 35],
    [0, 0, 0, 0, 0, 0],
    [-2.345, -13.21, 4.1, -2, -13, 4],
  ])('%d within %d to %d', (predictedUnits, lower, upper, ...expected) => {
    expect(Object.values(roundForecast({ predictedUnits, lower, upper }))).toEqual(expected);
  });

  it('keeps two digits of a forecast without bounds', () => {
    expect(roundForecast({ predictedUnits: 0.123456 })).toEqual({ predictedUnits: 0.12 });
    expect(roundForecast({ predictedUnits: 9876.54 })).toEqual({ predictedUnits: 9877 });
  });

  it('moves no bound by more than a tenth of the width', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-4, max: 1e6, noNaN: true }),
        (lower, width) => {
          const upper = lower + width;
          const rounded = roundForecast({ predictedUnits: lower + width / 2, lower, upper });
          expect(Math.abs(rounded.lower - lower)).toBeLessThanOrEqual(width * 0.1);
          expect(Math.abs(rounded.upper - upper)).toBeLessThanOrEqual(width * 0.1);
        },
      ),
      { seed: 18 },
    );
  });
});
