import { describe, expect, it } from 'vitest';
import { formatDay, parseDay } from '../../src/calendar/day.js';
import type { TimePeriod } from '../../src/calendar/period.js';
import { aggregatePanel, calendarTotals } from '../../src/panel/aggregate.js';
import type { Panel } from '../../src/panel/panel.js';

const panel: Panel = {
  startDay: parseDay('2024-03-01'),
  days: 3,
  seriesCount: 3,
  ids: ['a', 'b', 'c'],
  categories: ['x', 'y'],
  categoryOf: Int32Array.of(1, 0, 1),
  units: Float64Array.of(1, NaN, 3, NaN, 5, 6, NaN, NaN, 0),
  firstDay: Int32Array.of(0, 1, 2),
  revenue: Float64Array.of(10, 0, 30, 0, 5, 6, 0, 0, 0),
  price: Float32Array.of(10, NaN, 10, NaN, 1, 1, NaN, 4, 20),
  promo: Uint8Array.of(0, 0, 1, 0, 0, 0, 0, 0, 0),
  inStock: Uint8Array.of(1, 0, 1, 1, 1, 1, 0, 0, 1),
};

describe('aggregatePanel', () => {
  it('sums each category, and is missing only where nothing was observed', () => {
    expect(aggregatePanel(panel, 'category')).toEqual({
      startDay: panel.startDay,
      days: 3,
      seriesCount: 2,
      ids: ['x', 'y'],
      categories: ['x', 'y'],
      categoryOf: Int32Array.of(0, 1),
      units: Float64Array.of(NaN, 5, 6, 1, NaN, 3),
      firstDay: Int32Array.of(1, 0),
      revenue: Float64Array.of(0, 5, 6, 10, 0, 30),
      price: Float32Array.of(NaN, 1, 1, 10, 4, 10),
      promo: Uint8Array.of(0, 0, 0, 0, 0, 1),
      inStock: Uint8Array.of(1, 1, 1, 1, 0, 1),
    });
  });

  it('sums everything', () => {
    const total = aggregatePanel(panel, 'total');
    expect(total).toMatchObject({ seriesCount: 1, ids: ['total'], categories: ['total'] });
    expect(total.units).toEqual(Float64Array.of(1, 5, 9));
    expect(total.firstDay).toEqual(Int32Array.of(0));
  });

  it('refuses another level', () => {
    expect(() => aggregatePanel(panel, 'brand' as 'total')).toThrow(
      expect.objectContaining({ code: 'invalid-option', path: ['level'] }),
    );
  });
});

describe('calendarTotals', () => {
  it('marks the periods that are complete within the panel', () => {
    const long: Panel = {
      ...panel,
      startDay: parseDay('2024-01-31'),
      days: 31,
      seriesCount: 1,
      units: new Float64Array(31).fill(1),
    };
    const totals = calendarTotals(long, 'month');
    expect(Array.from(totals.startDays, formatDay)).toEqual(['2024-01-01', '2024-02-01', '2024-03-01']);
    expect(totals.complete).toEqual(Uint8Array.of(0, 1, 0));
    expect(totals.units).toEqual(Float64Array.of(1, 29, 1));
  });

  it('refuses an unknown period', () => {
    expect(() => calendarTotals(panel, 'decade' as TimePeriod)).toThrow(
      expect.objectContaining({ code: 'invalid-option', path: ['period'] }),
    );
  });
});
