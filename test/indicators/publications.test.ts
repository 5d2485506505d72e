import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Day, formatDay, parseDay } from '../../src/calendar/day.js';
import {
  publicationsOf,
  type Vintage,
  vintagesFromLag,
  withinRange,
} from '../../src/indicators/publications.js';

const vintage = (period: string, value: number, from: string, to?: string): Vintage => ({
  period: parseDay(period),
  value,
  knownFrom: parseDay(from),
  knownTo: to === undefined ? Number.POSITIVE_INFINITY : parseDay(to),
});

const shown = (publications: { days: readonly Day[]; values: readonly number[] }) =>
  publications.days.map((day, i) => [formatDay(day), publications.values[i]]);

describe('publicationsOf', () => {
  it('gives the newest real gross domestic product of the United States as it was known in 2001', () => {
    // Vintages of 2001-01-01 and 2002-01-01 of GDPC1 in ALFRED, as printed in github.com/sboysel/fredr/pull/91.
    const vintages = [
      vintage('2000-01-01', 9192, '2001-01-01', '2001-07-26'),
      vintage('2000-01-01', 9102, '2001-07-27', '2002-01-01'),
      vintage('2000-04-01', 9319, '2001-01-01', '2001-07-26'),
      vintage('2000-04-01', 9229, '2001-07-27', '2002-01-01'),
      vintage('2000-07-01', 9370, '2001-01-01', '2001-07-26'),
      vintage('2000-07-01', 9260, '2001-07-27', '2002-01-01'),
      vintage('2000-10-01', 9304, '2001-07-27', '2002-01-01'),
      vintage('2001-01-01', 9334, '2001-07-27', '2002-01-01'),
      vintage('2001-04-01', 9342, '2001-09-28', '2002-01-01'),
      vintage('2001-07-01', 9310, '2001-12-21', '2002-01-01'),
    ];
    expect(shown(publicationsOf(vintages, 'level'))).toEqual([
      ['2001-01-01', 9370],
      ['2001-07-27', 9334],
      ['2001-09-28', 9342],
      ['2001-12-21', 9310],
    ]);
    const growth = publicationsOf(vintages, 'change');
    expect(shown(growth).map(([day, value]) => [day, (value as number).toFixed(3)])).toEqual([
      // Each change is within one vintage: 9370 against 9319, then 9334 against 9304, and so on.
      ['2001-01-01', '0.547'],
      ['2001-07-27', '0.322'],
      ['2001-09-28', '0.086'],
      ['2001-12-21', '-0.343'],
    ]);
    const yearly = publicationsOf(vintages, 'yearOverYear');
    expect(yearly.values.map((value) => value.toFixed(3))).toEqual(['2.549', '1.224', '0.540']);
  });

  it('makes inflation of the consumer price index: 3.1 percent for January 2024', () => {
    // CPI-U, not seasonally adjusted: 299.170 and 308.417; "3.1 percent" in the release of the BLS of 13 February 2024.
    const { days, values } = publicationsOf(
      [vintage('2023-01-01', 299.17, '2023-02-14'), vintage('2024-01-01', 308.417, '2024-02-13')],
      'yearOverYear',
    );
    expect(days.map(formatDay)).toEqual(['2024-02-13']);
    expect(values[0]!.toFixed(1)).toBe('3.1');
  });

  it('forgets a value that was withdrawn, and one that is missing', () => {
    const vintages = [
      vintage('2024-01-01', 1, '2024-02-01'),
      vintage('2024-02-01', 2, '2024-03-01', '2024-03-04'),
      vintage('2024-03-01', Number.NaN, '2024-04-01'),
    ];
    expect(shown(publicationsOf(vintages, 'level'))).toEqual([
      ['2024-02-01', 1],
      ['2024-03-01', 2],
      ['2024-03-05', 1],
    ]);
    expect(publicationsOf([], 'level')).toEqual({ days: [], values: [] });
  });

  const vintagesArbitrary = fc
    .array(
      fc.record({
        month: fc.integer({ min: 0, max: 17 }),
        value: fc.integer({ min: 1, max: 9 }),
        publishedAfter: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 4 }),
      }),
      { maxLength: 18 },
    )
    .map((months) =>
      [...new Map(months.map((m) => [m.month, m])).values()].flatMap(({ month, value, publishedAfter }) => {
        const period = parseDay(
          `${2020 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`,
        );
        let known = period + 28;
        const starts = publishedAfter.map((days) => (known += days));
        return starts.map((knownFrom, i) => ({
          period,
          value: value + i,
          knownFrom,
          knownTo: i + 1 < starts.length ? starts[i + 1]! - 1 : Number.POSITIVE_INFINITY,
        }));
      }),
    );

  it('agrees on every day with a look at all that was known on that day', () => {
    fc.assert(
      fc.property(
        vintagesArbitrary,
        fc.constantFrom('level' as const, 'yearOverYear' as const),
        (vintages, transform) => {
          const { days, values } = publicationsOf(vintages, transform);
          for (let day = parseDay('2020-01-01'); day < parseDay('2022-01-01'); day++) {
            const known = vintages.filter((v) => v.knownFrom <= day && v.knownTo >= day);
            const newest = known.reduce<Vintage | undefined>(
              (a, b) => (a && a.period > b.period ? a : b),
              undefined,
            );
            const yearAgo =
              newest &&
              parseDay(
                `${Number(formatDay(newest.period).slice(0, 4)) - 1}${formatDay(newest.period).slice(4)}`,
              );
            const base = known.find((v) => v.period === yearAgo);
            const truth =
              transform === 'level' ? newest?.value : base && newest && 100 * (newest.value / base.value - 1);
            const last = days.findLastIndex((published) => published <= day);
            // A newest period without a base of the year before leaves the value of before standing.
            if (truth !== undefined) expect(values[last]).toBe(truth);
            else if (transform === 'level') expect(last).toBe(-1);
          }
        },
      ),
      { seed: 11, numRuns: 100 },
    );
  });

  it('does not depend on what is published later', () => {
    fc.assert(
      fc.property(vintagesArbitrary, fc.integer({ min: 0, max: 700 }), (vintages, offset) => {
        const cutoff = parseDay('2020-01-01') + offset;
        const perturbed = vintages.map((v) => (v.knownFrom > cutoff ? { ...v, value: v.value * 1_000 } : v));
        const upTo = (input: readonly Vintage[]) =>
          withinRange(publicationsOf(input, 'yearOverYear'), parseDay('2020-01-01'), cutoff);
        expect(upTo(perturbed)).toEqual(upTo(vintages));
      }),
      { seed: 12, numRuns: 200 },
    );
  });
});

describe('vintagesFromLag', () => {
  it.each([
    ['daily', '2024-01-31', '2024-02-11'],
    ['weekly', '2024-01-29', '2024-02-15'],
    ['monthly', '2024-02-01', '2024-03-11'],
    ['quarterly', '2024-01-01', '2024-04-11'],
    ['yearly', '2023-01-01', '2024-01-11'],
  ] as const)(
    'dates a %s value of %s ten days after the end of its period',
    (frequency, period, published) => {
      const [dated] = vintagesFromLag([{ period: parseDay(period), value: 1 }], frequency, 10);
      expect(formatDay(dated!.knownFrom)).toBe(published);
    },
  );
});

describe('withinRange', () => {
  const all = { days: [10, 20, 30], values: [1, 2, 3] };
  it.each([
    [5, 40, [10, 20, 30]],
    [20, 29, [20]],
    [25, 30, [20, 30]],
    [35, 40, [30]],
    [0, 9, []],
  ])('from %i to %i keeps the days %o', (from, to, days) => {
    expect(withinRange(all, from, to).days).toEqual(days);
  });
});
