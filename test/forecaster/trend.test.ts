import { describe, expect, it } from 'vitest';
import { compareWithPast } from '../../src/forecaster/trend.js';

describe('compareWithPast', () => {
  // p-values: scipy 1.10, 2 * scipy.stats.norm.sf(z) for z = 2, 1 and 4.
  it.each([
    [120, 100, 10, 'up', 20, 0.04550026],
    [80, 100, 10, 'down', -20, 0.04550026],
    [110, 100, 10, 'flat', 10, 0.31731051],
    [100.4, 100, 0.1, 'flat', 0.4, 0.00006334],
  ])(
    'forecast %d after %d with standard error %d is %s',
    (forecast, previous, error, direction, percent, p) => {
      const trend = compareWithPast(forecast, previous, error);
      expect(trend.direction).toBe(direction);
      expect(trend.percent).toBeCloseTo(percent, 9);
      expect(trend.previousUnits).toBe(previous);
      expect(trend.pValue).toBeCloseTo(p, 6);
      expect(trend.significant).toBe(p < 0.05);
    },
  );

  it('has no percent of nothing, and stays a number in every degenerate case', () => {
    expect(compareWithPast(10, 0, 1)).toEqual({
      direction: 'up',
      percent: null,
      previousUnits: 0,
      pValue: expect.any(Number),
      significant: true,
    });
    expect(compareWithPast(0, 0, 0)).toEqual({
      direction: 'flat',
      percent: null,
      previousUnits: 0,
      pValue: 1,
      significant: false,
    });
    expect(compareWithPast(5, Number.NaN, 1)).toEqual({
      direction: 'flat',
      percent: null,
      previousUnits: null,
      pValue: 1,
      significant: false,
    });
    expect(compareWithPast(5, 5, 0).direction).toBe('flat');
    expect(compareWithPast(6, 5, 0)).toMatchObject({ direction: 'up', pValue: 0 });
  });
});
