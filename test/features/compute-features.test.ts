import type { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CalendarEvent,
  computeFeatures,
  FEATURE_NAMES,
  type IndicatorSeries,
  type Panel,
  parseDay,
} from '../../src/index.js';
import { generatePanel, panelOf } from '../../src/testing/index.js';
import { memoryDatabase } from '../embedded-database.js';

const start = parseDay('2023-11-20');
const events: CalendarEvent[] = [
  { name: 'Thanksgiving', day: parseDay('2023-11-23'), upperWindow: 1 },
  { name: 'New Year', day: parseDay('2024-01-01'), lowerWindow: -1 },
];
const indicators: IndicatorSeries[] = [
  { name: 'gdp', days: [start - 10, start + 20], values: [100, 101] },
  { name: 'inflation', days: [start + 5], values: [3.5] },
];

/** A panel of three series over 90 days with gaps, and a start in the middle for one of them. */
function gappyPanel(): Panel {
  const series = [0, 1, 2].map((s) =>
    Array.from({ length: 90 }, (_, d) => {
      if (s === 1 && d < 41) return Number.NaN;
      if (s === 2 && d % 9 === 4) return Number.NaN;
      return ((d * 7 + s * 13) % 11) + (d % 7);
    }),
  );
  return { ...panelOf(series), startDay: start };
}

describe('computeFeatures against SQL', () => {
  let db: PGlite;
  beforeAll(async () => {
    db = await memoryDatabase();
  });
  afterAll(() => db.close());

  it('gives what PostgreSQL computes with window functions', async () => {
    const panel = gappyPanel();
    await load(db, panel);
    // The oracle: PostgreSQL's own calendar functions and window frames over a gap-free grid of days.
    const { rows } = await db.query<Record<string, number | null>>(`
      select s, d,
        (extract(isodow from day) - 1)::int as day_of_week,
        extract(day from day)::int as day_of_month,
        extract(week from day)::int as week_of_year,
        extract(month from day)::int as month,
        extract(quarter from day)::int as quarter,
        (day between '2023-11-23' and '2023-11-24' or day between '2023-12-31' and '2024-01-01')::int as is_holiday,
        lag(units, 7) over w as sales_lag_7,
        lag(units, 30) over w as sales_lag_30,
        avg(units) over (w rows between 28 preceding and 1 preceding) as rolling_mean,
        stddev_samp(units) over (w rows between 28 preceding and 1 preceding) as rolling_std,
        min(units) over (w rows between 28 preceding and 1 preceding) as rolling_min,
        max(units) over (w rows between 28 preceding and 1 preceding) as rolling_max,
        case when d >= 20 then 101 else 100 end as gdp,
        case when d >= 5 then 3.5 end as inflation,
        null::float as consumer_confidence
      from sales window w as (partition by s order by day) order by s, d`);
    const features = computeFeatures(panel, { events, indicators });
    expect(rows.length).toBe(features.rows);
    rows.forEach((expected, row) => {
      FEATURE_NAMES.forEach((name, j) => {
        const value = features.columns[j][row];
        const oracle = expected[name];
        const where = `${name} of series ${expected.s}, day ${expected.d}`;
        if (oracle === null) expect(value, where).toBeNaN();
        else
          expect(Math.abs(value - Number(oracle)), where).toBeLessThanOrEqual(
            1e-5 * (1 + Math.abs(Number(oracle))),
          );
      });
    });
  });
});

async function load(db: PGlite, panel: Panel): Promise<void> {
  await db.exec('create table sales (s int, d int, day date, units float)');
  const values: string[] = [];
  for (let s = 0; s < panel.seriesCount; s++) {
    for (let d = 0; d < panel.days; d++) {
      const units = panel.units[s * panel.days + d];
      const day = `date '1970-01-01' + ${panel.startDay + d}`;
      values.push(`(${s}, ${d}, ${day}, ${Number.isNaN(units) ? 'null' : units})`);
    }
  }
  await db.exec(`insert into sales values ${values.join(',')}`);
}

/** As a text, which compares faster than thousands of numbers. */
function bitsOf({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('hex');
}

describe('computeFeatures', () => {
  it('makes the rows of the chosen days only, the same as among all', () => {
    const panel = gappyPanel();
    const all = computeFeatures(panel, { events, indicators });
    const some = computeFeatures(panel, { events, indicators, from: 60, to: 75 });
    expect(some.rows).toBe(3 * 15);
    for (let j = 0; j < FEATURE_NAMES.length; j++) {
      for (let s = 0; s < 3; s++) {
        const expected = all.columns[j].subarray(s * 90 + 60, s * 90 + 75);
        expect(some.columns[j].subarray(s * 15, (s + 1) * 15)).toEqual(expected);
      }
    }
  });

  it('reads nothing of a day or after it', () => {
    const panel = generatePanel({ products: 3, days: 120, seed: 5 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 119 }),
        fc.double({ min: -50, max: 500, noNaN: true }),
        (cutoff, noise) => {
          const units = panel.units.slice();
          for (let s = 0; s < panel.seriesCount; s++) {
            for (let d = cutoff; d < panel.days; d++) units[s * panel.days + d] += noise;
          }
          const perturbed = computeFeatures({ ...panel, units }, { from: 0, to: cutoff + 1 });
          const original = computeFeatures(panel, { from: 0, to: cutoff + 1 });
          expect(perturbed.columns.map(bitsOf)).toEqual(original.columns.map(bitsOf));
        },
      ),
      { seed: 11, numRuns: 40 },
    );
  });

  it('holds an indicator at its last value before the end of the panel', () => {
    const panel = gappyPanel();
    const late = { name: 'gdp', days: [start, start + 500], values: [1, 2] };
    const features = computeFeatures(panel, { indicators: [late] });
    expect(new Set(features.columns[FEATURE_NAMES.indexOf('gdp')])).toEqual(new Set([1]));
  });

  it('does not change the panel, and takes a panel of one day', () => {
    const panel = { ...panelOf([[5]]), startDay: start };
    const before = panel.units.slice();
    const features = computeFeatures(panel);
    expect(panel.units).toEqual(before);
    expect(features.columns.map((column) => column[0])).toEqual([
      0,
      20,
      47,
      11,
      4,
      0,
      ...Array(9).fill(Number.NaN),
    ]);
  });

  it('refuses days outside the panel and unsorted indicators', () => {
    const panel = gappyPanel();
    expect(() => computeFeatures(panel, { from: -1 })).toThrowError(/not within/);
    expect(() => computeFeatures(panel, { to: 91 })).toThrowError(/not within/);
    const unsorted = { name: 'gdp', days: [5, 4], values: [1, 2] };
    expect(() => computeFeatures(panel, { indicators: [unsorted] })).toThrowError(/not ascending/);
    const ragged = { name: 'gdp', days: [5], values: [1, 2] };
    expect(() => computeFeatures(panel, { indicators: [ragged] })).toThrowError(/1 days for 2 values/);
  });
});
