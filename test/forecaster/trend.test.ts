import { describe, expect, it } from 'vitest';
import { compareWithPast } from '../../src/forecaster/trend.js';

const onlyDays = (daysBefore: number) => ({ yearBefore: Number.NaN, daysBefore });

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
      const trend = compareWithPast(forecast, onlyDays(previous), error);
      expect(trend.direction).toBe(direction);
      expect(trend.percent).toBeCloseTo(percent, 9);
      expect(trend.previousUnits).toBe(previous);
      expect(trend.base).toBe('days-before');
      expect(trend.pValue).toBeCloseTo(p, 6);
      expect(trend.significant).toBe(p < 0.05);
    },
  );

  it('compares with the year before where it is known, and tells both changes', () => {
    expect(compareWithPast(60, { yearBefore: 50, daysBefore: 120 }, 4)).toMatchObject({
      direction: 'up',
      base: 'year-before',
      percent: 20,
      previousUnits: 50,
      onYearBefore: { units: 50, percent: 20 },
      onDaysBefore: { units: 120, percent: -50 },
    });
  });

  it('tells past units without the noise of binary fractions', () => {
    const { previousUnits, onDaysBefore } = compareWithPast(130, onlyDays(123.00000000000001), 4);
    expect([previousUnits, onDaysBefore?.units]).toEqual([123, 123]);
  });

  it('has no percent of nothing, and stays a number in every degenerate case', () => {
    expect(compareWithPast(10, onlyDays(0), 1)).toMatchObject({
      direction: 'up',
      percent: null,
      previousUnits: 0,
      pValue: expect.any(Number),
      significant: true,
    });
    expect(compareWithPast(0, onlyDays(0), 0)).toMatchObject({ direction: 'flat', percent: null, pValue: 1 });
    expect(compareWithPast(5, onlyDays(Number.NaN), 1)).toEqual({
      direction: 'flat',
      base: null,
      percent: null,
      previousUnits: null,
      pValue: 1,
      significant: false,
      onYearBefore: null,
      onDaysBefore: null,
    });
    expect(compareWithPast(5, onlyDays(5), 0).direction).toBe('flat');
    expect(compareWithPast(6, onlyDays(5), 0)).toMatchObject({ direction: 'up', pValue: 0 });
  });
});
