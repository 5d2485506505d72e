import { describe, expect, it } from 'vitest';
import {
  areaPath,
  dayTicks,
  HEIGHT,
  linePath,
  scaleOf,
  valueTicks,
  WIDTH,
} from '../../../examples/dashboard/src/charts/chart-shapes.js';
import {
  dayAt,
  LEAST_SPAN,
  shareOf,
  windowAt,
  windowThrough,
} from '../../../examples/dashboard/src/charts/day-window.js';
import { daysFrom, weekdayOf } from '../../../examples/dashboard/src/util/days.js';

describe('values on an axis', () => {
  it.each([
    [690, [0, 100, 200, 300, 400, 500, 600, 700]],
    [700, [0, 100, 200, 300, 400, 500, 600, 700]],
    [0.3, [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]],
    [1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [12_000, [0, 2_000, 4_000, 6_000, 8_000, 10_000, 12_000]],
  ])('are round and reach %d', (max, ticks) => {
    const found = valueTicks(max);
    expect(found).toHaveLength(ticks.length);
    for (const [i, tick] of ticks.entries()) expect(found[i]).toBeCloseTo(tick, 12);
  });

  it('are few and enclose any maximum', () => {
    for (let max = 1e-3; max < 1e7; max *= 1.37) {
      const ticks = valueTicks(max);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(max * (1 - 1e-9));
      expect(ticks.at(-2)).toBeLessThan(max);
      expect(ticks.length).toBeLessThanOrEqual(8);
    }
  });

  it('are there without sales', () => {
    expect(valueTicks(0)).toEqual([0, 1]);
    expect(valueTicks(Number.NaN)).toEqual([0, 1]);
  });
});

describe('days on an axis', () => {
  const dates = daysFrom('2024-12-01', '2027-02-28');
  const named = (from: string, to: string) =>
    dayTicks(dates, { first: dates.indexOf(from), last: dates.indexOf(to) }).map(
      ({ day }) => dates[day] ?? '',
    );

  it('are each day of a week, and Mondays of a quarter', () => {
    expect(named('2026-03-04', '2026-03-11')).toEqual(daysFrom('2026-03-04', '2026-03-11'));
    const mondays = named('2026-03-04', '2026-05-01');
    expect(mondays.slice(0, 2)).toEqual(['2026-03-09', '2026-03-16']);
    expect(new Set(mondays.map(weekdayOf))).toEqual(new Set([0]));
  });

  it('are first days of months where there are more, and of some months where there are many', () => {
    expect(named('2026-07-10', '2027-02-10')).toEqual([
      '2026-08-01',
      '2026-09-01',
      '2026-10-01',
      '2026-11-01',
      '2026-12-01',
      '2027-01-01',
      '2027-02-01',
    ]);
    expect(named('2024-12-01', '2027-02-28')).toEqual([
      '2025-01-01',
      '2025-04-01',
      '2025-07-01',
      '2025-10-01',
      '2026-01-01',
      '2026-04-01',
      '2026-07-01',
      '2026-10-01',
      '2027-01-01',
    ]);
  });

  it('are few in any window', () => {
    for (let span = 1; span < dates.length; span += 13) {
      const ticks = dayTicks(dates, { first: 0, last: span });
      expect(ticks.length).toBeGreaterThan(0);
      expect(ticks.length).toBeLessThanOrEqual(12);
    }
  });
});

describe('shapes', () => {
  const shown = { first: 1, last: 5 };
  const scale = scaleOf(shown, 8);

  it('fill the space from the first day to the last, and from zero to the highest value', () => {
    expect([scale.x(1), scale.x(5)]).toEqual([0, WIDTH]);
    expect([scale.y(0), scale.y(8)]).toEqual([HEIGHT, 0]);
  });

  it('have gaps where nothing is known; a day between two of them is a dot', () => {
    const units = [9, 0, 8, null, 4, undefined];
    expect(linePath((day) => units[day], shown, scale)).toBe('M0,400h0L250,0M750,200h0');
  });

  it('enclose the days that have both bounds', () => {
    const bounds = [undefined, [0, 8], [4, 8], undefined, [2, 6], undefined] as const;
    expect(areaPath((day) => bounds[day], shown, scale)).toBe('M0,0L250,0L250,200L0,400ZM750,100L750,300Z');
  });
});

describe('a window of days', () => {
  it('stays inside of all days, and is never too narrow', () => {
    expect(windowAt({ day: 10, share: 0 }, 20, 100)).toEqual({ first: 10, last: 30 });
    expect(windowAt({ day: -5, share: 0 }, 20, 100)).toEqual({ first: 0, last: 20 });
    expect(windowAt({ day: 95, share: 0 }, 20, 100)).toEqual({ first: 79, last: 99 });
    expect(windowAt({ day: 50, share: 0.5 }, 0, 100)).toMatchObject({ last: expect.any(Number) });
    const narrow = windowAt({ day: 50, share: 0 }, 0, 100);
    expect(narrow.last - narrow.first).toBe(LEAST_SPAN);
    expect(windowAt({ day: 50, share: 0.5 }, 1e9, 100)).toEqual({ first: 0, last: 99 });
    expect(windowAt({ day: 0, share: 0 }, 20, 3)).toEqual({ first: 0, last: 2 });
    expect(windowAt({ day: 0, share: 0 }, 20, 0)).toEqual({ first: 0, last: 0 });
  });

  it('keeps days under the fingers that hold them', () => {
    const before = { first: 40, last: 60 };
    const one = { day: 50, share: 0.25 };
    expect(shareOf(50, windowThrough([one], before, 100))).toBe(0.25);
    const stretched = windowThrough([one, { day: 55, share: 0.75 }], before, 100);
    expect(stretched).toEqual({ first: 48, last: 58 });
    expect([dayAt(0.2, stretched), dayAt(0.7, stretched)]).toEqual([50, 55]);
    expect(windowThrough([], before, 100)).toBe(before);
    expect(windowThrough([one, { day: 55, share: 0.25 }], before, 100)).toEqual({ first: 45, last: 65 });
  });
});
