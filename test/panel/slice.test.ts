import { describe, expect, it } from 'vitest';
import { parseDay } from '../../src/calendar/day.js';
import { lastDay, type Panel } from '../../src/panel/panel.js';
import { selectSeries, sliceDays } from '../../src/panel/slice.js';

const panel: Panel = {
  startDay: parseDay('2024-01-01'),
  days: 4,
  seriesCount: 3,
  ids: ['a', 'b', 'c'],
  categories: ['x', 'y'],
  categoryOf: Int32Array.of(0, 1, 0),
  units: Float64Array.of(1, 2, 3, 4, NaN, 6, 7, 8, NaN, NaN, NaN, 12),
  firstDay: Int32Array.of(0, 1, 3),
  price: Float32Array.of(1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3),
  promo: Uint8Array.of(0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1),
};

describe('sliceDays', () => {
  it('keeps the days asked for in every column', () => {
    const slice = sliceDays(panel, 1, 3);
    expect(slice).toEqual({
      ...panel,
      startDay: parseDay('2024-01-02'),
      days: 2,
      units: Float64Array.of(2, 3, 6, 7, NaN, NaN),
      firstDay: Int32Array.of(0, 0, 2),
      price: Float32Array.of(1, 1, 2, 2, 3, 3),
      promo: Uint8Array.of(0, 1, 1, 0, 0, 0),
    });
    expect(lastDay(slice)).toBe(parseDay('2024-01-03'));
  });

  it('is a copy, and the whole range is the same panel', () => {
    const copy = sliceDays(panel, 0, 4);
    expect(copy).toEqual(panel);
    copy.units[0] = 99;
    expect(panel.units[0]).toBe(1);
  });

  it.each([
    [-1, 2],
    [0, 5],
    [2, 2],
    [3, 1],
    [0.5, 2],
    [0, Number.NaN],
  ])('refuses the range %d to %d', (from, to) => {
    expect(() => sliceDays(panel, from, to)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });
});

describe('selectSeries', () => {
  it('takes the series asked for in their order', () => {
    expect(selectSeries(panel, [2, 0])).toEqual({
      ...panel,
      seriesCount: 2,
      ids: ['c', 'a'],
      categoryOf: Int32Array.of(0, 0),
      units: Float64Array.of(NaN, NaN, NaN, 12, 1, 2, 3, 4),
      firstDay: Int32Array.of(3, 0),
      price: Float32Array.of(3, 3, 3, 3, 1, 1, 1, 1),
      promo: Uint8Array.of(0, 0, 0, 1, 0, 0, 1, 0),
    });
  });

  it('refuses a series that is not there', () => {
    expect(() => selectSeries(panel, [0, 3])).toThrow(expect.objectContaining({ path: ['indices', 1] }));
  });
});
