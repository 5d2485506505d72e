import type { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  dayOfWeek,
  formatDay,
  isoWeek,
  isoWeekYear,
  monthOf,
  parseDay,
  quarterOf,
} from '../../src/calendar/day.js';
import { TIME_PERIODS } from '../../src/calendar/period.js';
import { aggregatePanel, calendarTotals } from '../../src/panel/aggregate.js';
import type { Panel } from '../../src/panel/panel.js';
import { PanelBuilder } from '../../src/panel/panel-builder.js';
import type { SalesRecord } from '../../src/panel/sales-record.js';
import { memoryDatabase } from '../embedded-database.js';

/** PostgreSQL, in this process, computes what is expected. */
let sql: PGlite;
let panel: Panel;

const FIRST = parseDay('2022-11-03');
const PRODUCTS = 7;

/** Sales with gaps, several rows a day and products that start late, by a fixed rule without chance. */
function makeRecords(): SalesRecord[] {
  const records: SalesRecord[] = [];
  for (let i = 0; i < 6000; i++) {
    const product = (i * i + 3 * i) % PRODUCTS;
    const offset = ((i * 7919) % 800) + product * 15;
    records.push({
      date: formatDay(FIRST + offset),
      productId: `p${product}`,
      category: `c${product % 3}`,
      units: (i * 31) % 13,
      price: 1 + (product % 4) + (i % 5) / 4,
      promo: i % 17 === 0,
    });
  }
  return records;
}

beforeAll(async () => {
  sql = await memoryDatabase();
  const records = makeRecords();
  const builder = new PanelBuilder();
  for (const record of records) builder.add(record);
  panel = builder.finish().panel;
  await sql.exec(
    'create table sales (day date, product text, category text, units float8, price float8, promo boolean)',
  );
  await sql.query(
    `insert into sales select (r->>'date')::date, r->>'productId', r->>'category', (r->>'units')::float8,
       (r->>'price')::float8, (r->>'promo')::boolean from jsonb_array_elements($1::jsonb) r`,
    [JSON.stringify(records)],
  );
});

afterAll(() => sql.close());

/** Rows of a query under a text key. */
async function valuesByKey(query: string): Promise<Map<string, number>> {
  const { rows } = await sql.query<{ key: string; value: number }>(query);
  return new Map(rows.map(({ key, value }) => [key, Number(value)]));
}

describe('the calendar', () => {
  it('agrees with PostgreSQL on every day of 1990 to 2060', async () => {
    const { rows } = await sql.query<
      Record<'day' | 'week' | 'year' | 'weekday' | 'month' | 'quarter', string>
    >(
      `select to_char(d, 'YYYY-MM-DD') as day, extract(week from d) as week, extract(isoyear from d) as year,
         extract(isodow from d) as weekday, extract(month from d) as month, extract(quarter from d) as quarter
       from generate_series('1990-01-01'::date, '2060-12-31'::date, '1 day') d`,
    );
    expect(rows).toHaveLength(25_933);
    const ours = rows.map(({ day }) => {
      const number = parseDay(day);
      return [
        formatDay(number),
        isoWeek(number),
        isoWeekYear(number),
        dayOfWeek(number) + 1,
        monthOf(number),
        quarterOf(number),
      ].join(' ');
    });
    expect(ours).toEqual(
      rows.map(({ day, week, year, weekday, month, quarter }) =>
        [day, week, year, weekday, month, quarter].map(String).join(' '),
      ),
    );
  });
});

describe('a panel', () => {
  it('holds the sums of SQL on days with records and zeros elsewhere', async () => {
    const expected = await valuesByKey(
      `select product || ' ' || to_char(day, 'YYYY-MM-DD') as key, sum(units) as value from sales group by 1`,
    );
    let cells = 0;
    for (let s = 0; s < panel.seriesCount; s++) {
      for (let d = panel.firstDay[s]; d < panel.days; d++, cells++) {
        const key = `${panel.ids[s]} ${formatDay(panel.startDay + d)}`;
        expect(panel.units[s * panel.days + d], key).toBe(expected.get(key) ?? 0);
      }
    }
    expect(cells).toBeGreaterThan(expected.size);
  });

  it('holds the average prices, revenues and promotions of SQL', async () => {
    const { rows } = await sql.query<{
      product: string;
      day: string;
      price: number;
      revenue: number;
      promo: boolean;
    }>(
      `select product, to_char(day, 'YYYY-MM-DD') as day, sum(units * price) / sum(units) as price,
         sum(units * price) as revenue, bool_or(promo) as promo
       from sales group by 1, 2 having sum(units) > 0`,
    );
    expect(rows.length).toBeGreaterThan(2000);
    for (const { product, day, price, revenue, promo } of rows) {
      const cell = panel.ids.indexOf(product) * panel.days + parseDay(day) - panel.startDay;
      expect(panel.price![cell]).toBeCloseTo(price, 5);
      expect(panel.revenue![cell]).toBeCloseTo(revenue, 9);
      expect(panel.promo![cell]).toBe(promo ? 1 : 0);
    }
  });
});

describe('aggregation', () => {
  it.each([
    ['category', 'category'],
    ['total', `'total'`],
  ] as const)('to %s agrees with SQL', async (level, group) => {
    const sums = await valuesByKey(
      `select ${group} || ' ' || to_char(day, 'YYYY-MM-DD') as key, sum(units) as value from sales group by 1`,
    );
    const revenues = await valuesByKey(
      `select ${group} || ' ' || to_char(day, 'YYYY-MM-DD') as key, sum(units * price) as value
       from sales group by 1`,
    );
    const grouped = aggregatePanel(panel, level);
    for (let g = 0; g < grouped.seriesCount; g++) {
      for (let d = grouped.firstDay[g]; d < grouped.days; d++) {
        const key = `${grouped.ids[g]} ${formatDay(grouped.startDay + d)}`;
        const cell = g * grouped.days + d;
        const revenue = revenues.get(key) ?? 0;
        expect(grouped.units[cell], key).toBe(sums.get(key) ?? 0);
        expect(grouped.revenue![cell], key).toBeCloseTo(revenue, 9);
        if (revenue > 0) expect(grouped.price![cell], key).toBeCloseTo(revenue / sums.get(key)!, 5);
      }
    }
  });

  it.each(TIME_PERIODS)('by %s agrees with SQL', async (period) => {
    const expected = await valuesByKey(
      `select product || ' ' || to_char(date_trunc('${period}', day), 'YYYY-MM-DD') as key, sum(units) as value
       from sales group by 1`,
    );
    const totals = calendarTotals(panel, period);
    for (let s = 0; s < totals.seriesCount; s++) {
      for (let p = 0; p < totals.periodCount; p++) {
        const key = `${panel.ids[s]} ${formatDay(totals.startDays[p])}`;
        const cell = s * totals.periodCount + p;
        const observed = totals.observedDays[cell] > 0;
        expect(totals.units[cell], key).toEqual(observed ? (expected.get(key) ?? 0) : Number.NaN);
        expected.delete(key);
      }
    }
    expect([...expected.keys()]).toEqual([]);
  });
});
