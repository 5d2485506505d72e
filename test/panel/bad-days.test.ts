// The cases come from generated shops whose truth is known; how many units a day would have had is the expected value.
import { describe, expect, it } from 'vitest';
import { dayOfWeek, formatDay, parseDay } from '../../src/calendar/day.js';
import type { DataReport } from '../../src/panel/data-report.js';
import type { Panel } from '../../src/panel/panel.js';
import { PanelBuilder } from '../../src/panel/panel-builder.js';
import type { PanelOptions } from '../../src/panel/panel-options.js';
import type { DailyRecord } from '../../src/panel/sales-record.js';
import { createRandom } from '../../src/random.js';
import { poisson } from '../../src/testing/distributions.js';

const LAST = parseDay('2024-06-30');

interface Shop {
  readonly days: number;
  /** Mean units a day of each product. */
  readonly means: readonly number[];
  readonly lastDay?: number;
  /** Days on which a product has no records at all. */
  readonly silent?: (day: number, product: number) => boolean;
  readonly seed?: number;
}

/** Records of Poisson sales; days without a sale have no record. */
function shopRecords({ days, means, lastDay = LAST, silent = () => false, seed = 1 }: Shop): DailyRecord[] {
  const random = createRandom(seed);
  const records: DailyRecord[] = [];
  for (let day = lastDay - days + 1; day <= lastDay; day++) {
    means.forEach((mean, product) => {
      const units = poisson(random, mean);
      if (units > 0 && !silent(day, product)) records.push({ day, productId: `P${product}`, units });
    });
  }
  return records;
}

function build(records: readonly DailyRecord[], options: PanelOptions = {}) {
  const builder = new PanelBuilder(options);
  for (const record of records) builder.addDaily(record);
  const { panel, report } = builder.finish();
  const { accepted, floored, spread, blanked, bounded, winsorised } = report.units;
  expect(accepted + floored + spread + blanked + bounded + winsorised).toBeCloseTo(report.units.panel, 6);
  expect(report.rows).toBe(records.length);
  return { panel, report };
}

const found = (report: DataReport, code: string) => report.findings.find((finding) => finding.code === code);

function unitsOf(panel: Panel, id: string, from: number, to = LAST): number[] {
  const base = panel.ids.indexOf(id) * panel.days - panel.startDay;
  return Array.from({ length: to - from + 1 }, (_, i) => panel.units[base + from + i]);
}

const FIVE = [5, 5, 5, 5, 5];
const TWENTY = Array.from({ length: 20 }, (_, i) => 2 + (i % 5));

describe('days after now', () => {
  const records = shopRecords({ days: 400, means: FIVE });
  const plain = build(records, { today: LAST + 1 });

  it.each([LAST + 2, LAST + 365, parseDay('2062-01-01')])('are left out, whatever they are: %i', (day) => {
    const typo = { day, productId: 'P0', units: 3 };
    const { panel, report } = build([...records, typo], { today: LAST + 1 });
    expect(panel).toEqual(plain.panel);
    expect(report.rejectedBy).toEqual({ 'future-day': 1 });
    expect(found(report, 'future-day')).toMatchObject({ severity: 'warning', count: 1 });
  });

  it('do not bring a product of their own', () => {
    const { panel } = build([...records, { day: LAST + 40, productId: 'new', units: 3 }], {
      today: LAST + 1,
    });
    expect(panel).toEqual(plain.panel);
  });

  it('leave today out, which is not over, unless it is asked for', () => {
    const today = { day: LAST + 1, productId: 'P0', units: 1 };
    const { panel, report } = build([...records, today], { today: LAST + 1 });
    expect(panel).toEqual(plain.panel);
    expect(report.rejectedBy).toEqual({ 'unfinished-day': 1 });
    const asked = build([...records, today], { today: LAST + 1, lastDay: LAST + 1 });
    expect(asked.panel.days).toBe(plain.panel.days + 1);
  });

  it('are found without a clock by their distance from the rest', () => {
    const typos = [LAST + 33, parseDay('2062-01-01')].map((day) => ({ day, productId: 'new', units: 3 }));
    const { panel, report } = build([...records, ...typos]);
    expect(panel).toEqual(plain.panel);
    expect(report.rejectedBy).toEqual({ 'far-day': 2 });
    expect(found(report, 'far-day')).toMatchObject({
      count: 2,
      examples: [
        { path: ['series', 'new', formatDay(LAST + 33)] },
        { path: ['series', 'new', '2062-01-01'] },
      ],
    });
    // A month later, or for a shop that is silent for months at a time, a sale is a sale.
    expect(build([...records, { ...typos[0], day: LAST + 32 }]).panel.days).toBe(plain.panel.days + 32);
    const rare = Array.from({ length: 300 }, (_, i) => ({
      day: LAST - 40 * (i >> 1),
      productId: 'P',
      units: 1,
    }));
    expect(build([...rare, { day: LAST + 60, productId: 'P', units: 1 }]).report.rejected).toBe(0);
  });
});

describe('days long before all others', () => {
  const records = shopRecords({ days: 400, means: FIVE });
  const plain = build(records);

  // A date that is zero on Unix and in Excel, and a mistyped year.
  it.each(['1970-01-01', '1900-01-01', '2022-01-05'])('are left out, with a clock or without: %s', (date) => {
    const typo = { day: parseDay(date), productId: 'P0', units: 3 };
    for (const options of [{}, { today: LAST + 1 }]) {
      const { panel, report } = build([typo, ...records], options);
      expect(panel).toEqual(plain.panel);
      expect(found(report, 'far-day')).toMatchObject({
        severity: 'warning',
        count: 1,
        examples: [{ path: ['series', 'P0', date] }],
      });
    }
  });

  it('do not bring a product of their own, and do not hide a day far in the future', () => {
    const typos = ['1970-01-01', '2024-12-01'].map((date) => ({
      day: parseDay(date),
      productId: 'new',
      units: 3,
    }));
    const { panel, report } = build([...records, ...typos]);
    expect(panel).toEqual(plain.panel);
    expect(report.rejectedBy).toEqual({ 'far-day': 2 });
  });

  it('count where they are less than a year away, many, or asked for', () => {
    const first = LAST - 399;
    const at = (day: number, units = 3) => ({ day, productId: 'P0', units });
    expect(build([at(first - 366), ...records]).report.rejected).toBe(0);
    expect(build([1, 2, 3, 4].map((i) => at(first - 900 - i)).concat(records)).report.rejected).toBe(0);
    expect(build([at(first - 900), ...records], { startDay: first - 900 }).report.rejected).toBe(0);
  });
});

describe('silence', () => {
  it('of 19 of 20 products for ten days is missing, and the product that sells on is kept', () => {
    const silent = (day: number, product: number) => product > 0 && day > LAST - 10;
    const { panel, report } = build(shopRecords({ days: 400, means: TWENTY.map((m) => m + 3), silent }));
    expect(unitsOf(panel, 'P1', LAST - 9)).toEqual(Array(10).fill(Number.NaN));
    expect(unitsOf(panel, 'P0', LAST - 9).every((units) => units >= 0)).toBe(true);
    expect(found(report, 'outage')).toMatchObject({
      severity: 'warning',
      count: 10,
      examples: [
        {
          path: ['day', formatDay(LAST - 9)],
          message: expect.stringMatching(
            /^1\.0 of 1\d\.\d usual series sold to 2024-06-30, counted as missing$/,
          ),
        },
      ],
    });
  });

  it('of 39 days before a last record is missing', () => {
    const silent = (day: number) => day >= LAST - 39 && day < LAST;
    const records = shopRecords({ days: 400, means: [10], silent });
    const { panel, report } = build(records, { today: LAST + 1 });
    expect(unitsOf(panel, 'P0', LAST - 39, LAST - 1)).toEqual(Array(39).fill(Number.NaN));
    expect(found(report, 'outage')).toMatchObject({ count: 39 });
    expect(panel.open).toBeUndefined();
    const kept = build(records, { today: LAST + 1, outages: 'zero' });
    expect(unitsOf(kept.panel, 'P0', LAST - 39, LAST - 1)).toEqual(Array(39).fill(0));
    expect(found(kept.report, 'outage')).toMatchObject({ count: 39 });
  });

  it('of a product that stopped is zero while others sell on', () => {
    const silent = (day: number, product: number) => product === 4 && day > LAST - 28;
    const { panel, report } = build(shopRecords({ days: 400, means: [10, 10, 10, 10, 10], silent }));
    expect(unitsOf(panel, 'P4', LAST - 27)).toEqual(Array(28).fill(0));
    expect(found(report, 'outage')).toBeUndefined();
  });

  it('of products that stop for good is zero: the assortment changed', () => {
    const silent = (day: number, product: number) => product > 1 && day > LAST - 200;
    const { panel, report } = build(shopRecords({ days: 500, means: TWENTY, silent }));
    expect(unitsOf(panel, 'P5', LAST - 30).every((units) => units === 0)).toBe(true);
    expect(found(report, 'outage')).toBeUndefined();
  });

  it.each([0.05, 0.2, 1])('by chance is zero: one product of %d a day', (mean) => {
    for (let seed = 1; seed <= 20; seed++) {
      const { report } = build(shopRecords({ days: 730, means: [mean], seed }));
      expect(found(report, 'outage')).toBeUndefined();
      expect(found(report, 'closed-day')).toBeUndefined();
    }
  });

  it('of three weeks is an outage of a slow seller too, although other years have days without a sale', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const silent = (day: number) => day > LAST - 120 && day <= LAST - 99;
      const { panel, report } = build(shopRecords({ days: 900, means: [1], silent, seed }));
      expect(found(report, 'closed-day')).toBeUndefined();
      expect(found(report, 'outage')?.count).toBeGreaterThanOrEqual(21);
      expect(unitsOf(panel, 'P0', LAST - 119, LAST - 99)).toEqual(Array(21).fill(Number.NaN));
    }
  });

  it('of nine weeks is an outage on every weekday', () => {
    const silent = (day: number) => day > LAST - 200 && day <= LAST - 137;
    const { report } = build(shopRecords({ days: 500, means: FIVE, silent }));
    expect(found(report, 'outage')).toMatchObject({ count: 63 });
    expect(found(report, 'closed-day')).toBeUndefined();
  });

  it.each([
    ['every Sunday', [6]],
    ['every Saturday and Sunday', [5, 6]],
    ['but on Fridays and Saturdays', [0, 1, 2, 3, 6]],
  ])('of a shop that is closed %s is zero, and marked', (_, weekdays) => {
    const silent = (day: number) => weekdays.includes(dayOfWeek(day));
    const { panel, report } = build(shopRecords({ days: 120, means: FIVE, silent }));
    expect(found(report, 'outage')).toBeUndefined();
    expect(found(report, 'closed-day')?.examples).toHaveLength(weekdays.length);
    for (let d = 28; d < panel.days; d++) {
      const isClosed = weekdays.includes(dayOfWeek(panel.startDay + d));
      expect([panel.open![d], panel.units[d] >= 0], `day ${d}`).toEqual([isClosed ? 0 : 1, true]);
      if (isClosed) expect(panel.units[d]).toBe(0);
    }
  });

  it('are marked in all weeks since a shop closes on Sundays', () => {
    const closed = LAST - 60;
    const silent = (day: number) => dayOfWeek(day) === 6 && day > closed;
    const { panel, report } = build(shopRecords({ days: 400, means: TWENTY, silent }));
    expect(found(report, 'outage')).toBeUndefined();
    panel.open!.subarray(0, panel.days).forEach((open, d) => {
      expect(open, `day ${d}`).toBe(silent(panel.startDay + d) ? 0 : 1);
    });
  });

  it('of a shop that has opened on Sundays since is not marked any more', () => {
    const opened = LAST - 200;
    const silent = (day: number) => dayOfWeek(day) === 6 && day < opened;
    const { panel, report } = build(shopRecords({ days: 500, means: FIVE, silent }));
    expect(found(report, 'outage')).toBeUndefined();
    const open = (from: number, to: number) => panel.open!.subarray(from, to).includes(0);
    expect([open(0, 250), open(panel.days - 195, panel.days)]).toEqual([true, false]);
  });

  it('of every August is zero, and marked in all years but not in the weeks around', () => {
    const silent = (day: number) => formatDay(day).slice(5, 7) === '08' || dayOfWeek(day) === 6;
    const { panel, report } = build(shopRecords({ days: 3 * 365, means: FIVE, silent }));
    expect(found(report, 'outage')).toBeUndefined();
    for (let d = 0; d < panel.days; d++) {
      const day = panel.startDay + d;
      expect(panel.open![d], formatDay(day)).toBe(silent(day) ? 0 : 1);
      if (silent(day)) expect(panel.units[d]).toBe(0);
    }
  });

  it('of a week is an outage in a shop that is closed on Sundays, which stay closed', () => {
    const sunday = LAST - 63;
    const silent = (day: number) => dayOfWeek(day) === 6 || (day > sunday && day < sunday + 12);
    const { panel, report } = build(shopRecords({ days: 300, means: FIVE, silent }));
    expect(found(report, 'outage')).toMatchObject({ count: 11 });
    expect(unitsOf(panel, 'P0', sunday + 5, sunday + 8)).toEqual([NaN, NaN, 0, NaN]);
  });

  it('of half a year that no other year contradicts is out of season: no sales', () => {
    const silent = (day: number) => day > LAST - 220 && day <= LAST - 30;
    const { panel, report } = build(shopRecords({ days: 395, means: [20], silent }));
    expect(found(report, 'outage')).toBeUndefined();
    expect(unitsOf(panel, 'P0', LAST - 200, LAST - 198)).toEqual([0, 0, 0]);
    // With a year before in which these days sold, the records are missing.
    const longer = build(shopRecords({ days: 760, means: [20], silent }));
    expect(found(longer.report, 'outage')).toMatchObject({ count: 190 });
    expect(unitsOf(longer.panel, 'P0', LAST - 200, LAST - 198)).toEqual([NaN, NaN, NaN]);
  });

  it('of a holiday that is a known event is a closure', () => {
    const holiday = LAST - 100;
    const records = shopRecords({ days: 300, means: TWENTY, silent: (day) => day === holiday });
    expect(found(build(records).report, 'outage')).toMatchObject({ count: 1 });
    const { panel, report } = build(records, { events: [{ name: 'Holiday', day: holiday }] });
    expect(found(report, 'outage')).toBeUndefined();
    expect(unitsOf(panel, 'P0', holiday, holiday)).toEqual([0]);
    expect(panel.open![holiday - panel.startDay]).toBe(0);
    const season = [{ name: 'Season', day: holiday, lowerWindow: -10, upperWindow: 20 }];
    const cut = shopRecords({
      days: 300,
      means: TWENTY,
      silent: (day) => day >= holiday && day < holiday + 5,
    });
    expect(found(build(cut, { events: season }).report, 'outage')).toMatchObject({ count: 5 });
  });
});

describe('records that cover more than a day', () => {
  const totals = (days: readonly number[], units: number) =>
    days.map((day) => ({ day, productId: 'P0', units }));
  const everyDays = (count: number, period: number) =>
    Array.from({ length: count }, (_, i) => LAST - period * (count - 1 - i));
  const months = (count: number, dayOfMonth: (first: string) => number) =>
    Array.from({ length: count }, (_, i) => {
      const month = 2024 * 12 + 5 - (count - 1 - i);
      return dayOfMonth(`${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`);
    });
  const lastOfMonth = (first: string) => {
    let day = parseDay(first);
    while (formatDay(day + 1).slice(5, 7) === first.slice(5, 7)) day++;
    return day;
  };

  it.each<[string, number[], number, number]>([
    ['weekly', everyDays(60, 7), 70, 10],
    ['fortnightly', everyDays(36, 14), 140, 10],
    ['monthly', months(36, lastOfMonth), 300, 300 / 31],
    ['monthly', months(36, (first) => parseDay(first) + 14), 300, 300 / 31],
    ['monthly', months(36, parseDay), 300, 300 / 31],
  ])('are spread if they are %s', (cadence, days, units, daily) => {
    const { panel, report } = build(totals(days, units), { today: LAST + 1 });
    expect(found(report, 'cadence')).toMatchObject({
      severity: 'warning',
      examples: [{ path: ['series', 'P0'], message: `${days.length} ${cadence} records` }],
    });
    expect(found(report, 'outage')).toBeUndefined();
    expect(panel.units.every((value) => value >= daily - 1e-9 && value <= (daily * 31) / 28 + 1e-9)).toBe(
      true,
    );
    // A year of days has the total of a year of records.
    const year = panel.units
      .subarray(panel.days - 396, panel.days - 31)
      .reduce((sum, value) => sum + value, 0);
    expect(
      Math.abs(year / (365 * (units / (cadence === 'monthly' ? 30.44 : cadence === 'weekly' ? 7 : 14))) - 1),
    ).toBeLessThan(0.02);
  });

  it('stand for the month of which they are dated the first, or for the days up to them', () => {
    const growing = (days: readonly number[]) =>
      days.map((day, i) => ({ day, productId: 'P0', units: 100 + 10 * i }));
    const total = (panel: Panel, from: string, to: string) =>
      unitsOf(panel, 'P0', parseDay(from), parseDay(to)).reduce((sum, units) => sum + units, 0);
    const started = build(growing(months(36, parseDay)));
    expect(total(started.panel, '2024-03-01', '2024-03-31')).toBeCloseTo(100 + 10 * 32, 9);
    const ended = build(growing(months(36, lastOfMonth)));
    expect(total(ended.panel, '2024-03-01', '2024-03-31')).toBeCloseTo(100 + 10 * 32, 9);
    // The first of June has one of its thirty days in the panel: the ledger counts the others.
    expect(started.report.units.spread).toBeCloseTo((-450 * 29) / 30, 9);
  });

  it('make a series begin where its first record does', () => {
    const daily = shopRecords({ days: 600, means: [5] }).map((sale) => ({ ...sale, productId: 'daily' }));
    const { panel } = build([...daily, ...totals(everyDays(20, 7), 70)]);
    const begin = LAST - 7 * 19 - 6;
    expect(panel.firstDay[panel.ids.indexOf('P0')]).toBe(begin - panel.startDay);
    expect(unitsOf(panel, 'P0', begin - 1, begin)).toEqual([Number.NaN, 10]);
    expect(unitsOf(panel, 'P0', begin)).toEqual(Array(20 * 7).fill(10));
  });

  it('say nothing of the days after the last one until the next is overdue', () => {
    const daily = shopRecords({ days: 600, means: [5] }).map((sale) => ({ ...sale, productId: 'daily' }));
    const all = months(12, (first) => parseDay(first) + 1);
    const afterLast = (days: readonly number[]) =>
      unitsOf(build([...daily, ...totals(days, 300)]).panel, 'P0', days[days.length - 1] + 1);
    expect(afterLast(all)).toEqual(Array(28).fill(Number.NaN));
    expect(afterLast(all.slice(0, -1))).toEqual(Array(59).fill(0));
  });

  it.each<[string, number[], number]>([
    ['weekly', everyDays(13, 7), 70],
    ['fortnightly', everyDays(10, 14), 140],
    ['monthly', months(8, lastOfMonth), 300],
  ])('are spread where a series changes from daily records to %s ones, or back', (cadence, days, units) => {
    const first = days[0] - (cadence === 'monthly' ? 30 : units / 10);
    const before = Array.from({ length: 300 }, (_, i) => ({ day: first - i, productId: 'P0', units: 10 }));
    const changed = build([...before, ...totals(days, units)]);
    expect(found(changed.report, 'cadence')).toMatchObject({
      count: 1,
      examples: [{ message: `${days.length} ${cadence} records` }],
    });
    for (const value of changed.panel.units) expect(Math.abs(value / 10 - 1)).toBeLessThan(0.08);
    const after = Array.from({ length: 300 }, (_, i) => ({ day: LAST + 1 + i, productId: 'P0', units: 10 }));
    const back = build([...totals(days, units), ...after]);
    expect(found(back.report, 'cadence')).toMatchObject({ count: 1 });
    for (const value of back.panel.units) expect(Math.abs(value / 10 - 1)).toBeLessThan(0.08);
  });

  it('leave the days before a change as they are, where it came in the middle of a week', () => {
    const days = everyDays(13, 7);
    const before = Array.from({ length: 300 }, (_, i) => ({
      day: days[0] - 3 - i,
      productId: 'P0',
      units: 10,
    }));
    const { panel, report } = build([...before, ...totals([days[0]], 30), ...totals(days.slice(1), 70)]);
    expect(found(report, 'cadence')).toMatchObject({ count: 1 });
    expect(unitsOf(panel, 'P0', days[0] - 4, days[0] + 1)).toEqual([10, 10, 0, 0, 30, 10]);
    expect(panel.units.filter((value) => Math.abs(value - 10) > 1e-9)).toHaveLength(3);
  });

  it('are no totals if daily records around them come to far more or less', () => {
    const days = everyDays(13, 7);
    const before = Array.from({ length: 300 }, (_, i) => ({
      day: days[0] - 7 - i,
      productId: 'P0',
      units: 10,
    }));
    for (const units of [10, 300]) {
      expect(found(build([...before, ...totals(days, units)]).report, 'cadence')).toBeUndefined();
    }
  });

  it('are taken as they are if asked to, or if they are daily, rare or irregular', () => {
    expect(
      found(build(totals(everyDays(36, 7), 70), { cadence: 'daily' }).report, 'cadence'),
    ).toBeUndefined();
    for (let seed = 1; seed <= 50; seed++) {
      const { report } = build(shopRecords({ days: 730, means: [0.03, 0.14, 1], seed }));
      expect(found(report, 'cadence')).toBeUndefined();
    }
  });
});

describe('giant orders', () => {
  const records = shopRecords({ days: 400, means: [5, 0.2, 40] });
  const giant = { day: LAST - 50, productId: 'P0', units: 5000 };

  it('are bounded for learning, reported with day and units, and kept in what was sold', () => {
    const { panel, report } = build([...records, giant]);
    const [learned] = unitsOf(panel, 'P0', giant.day, giant.day);
    expect(learned).toBeLessThan(20);
    const ordinary = build(records).panel;
    expect(learned).toBe(Math.max(...unitsOf(ordinary, 'P0', panel.startDay)));
    expect(panel.soldUnits![giant.day - panel.startDay]).toBe(
      5000 + (unitsOf(ordinary, 'P0', giant.day, giant.day)[0] ?? 0),
    );
    expect(ordinary.soldUnits).toBeUndefined();
    expect(found(report, 'giant-order')).toMatchObject({
      severity: 'warning',
      count: 1,
      examples: [
        {
          path: ['series', 'P0', formatDay(giant.day)],
          message: expect.stringMatching(/^50\d\d units \(row \d+\), counted as \d+ for learning$/),
          source: ['row', records.length + 1],
        },
      ],
    });
  });

  it('are kept where a promotion or an event explains them, or where options say so', () => {
    const promoted = [...records, { ...giant, promo: true }];
    expect(found(build(promoted).report, 'giant-order')).toBeUndefined();
    const events = [{ name: 'Fair', day: giant.day - 1, upperWindow: 1 }];
    expect(found(build([...records, giant], { events }).report, 'giant-order')).toBeUndefined();
    const reported = build([...records, giant], { outliers: { action: 'report' } });
    expect(unitsOf(reported.panel, 'P0', giant.day, giant.day)[0]).toBeGreaterThanOrEqual(5000);
    expect(found(reported.report, 'outlier')).toMatchObject({ count: 1 });
  });

  it('do not include orders that come again, by themselves', () => {
    const orders = [50, 100, 150, 200].map((ago) => ({ ...giant, day: LAST - ago }));
    const { panel, report } = build([...records, ...orders]);
    expect(found(report, 'giant-order')).toBeUndefined();
    expect(unitsOf(panel, 'P0', LAST - 100, LAST - 100)[0]).toBeGreaterThanOrEqual(5000);
    const few = build([...records, ...orders.slice(1)]);
    expect(found(few.report, 'giant-order')).toMatchObject({ count: 3 });
    const inARow = build([...records, ...orders.map((order, i) => ({ ...order, day: LAST - 50 - i }))]);
    expect(found(inARow.report, 'giant-order')).toMatchObject({ count: 4 });
  });

  it('do not include slow sellers, a season of four times as much or a new level', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const usual = shopRecords({ days: 400, means: [0.05, 0.5, 3], seed });
      const more = shopRecords({ days: 24, means: [200, 12], seed }).map((sale) => ({
        ...sale,
        productId: `P${sale.productId === 'P0' ? 2 : 1}`,
      }));
      expect(found(build([...usual, ...more]).report, 'giant-order')).toBeUndefined();
    }
  });
});

describe('days out of stock and short histories', () => {
  it('are missing by default, three weeks at the end included', () => {
    const stockOut = (day: number, product: number) => product === 0 && day > LAST - 21;
    const sold = shopRecords({ days: 200, means: [10, 10], silent: stockOut });
    const flags = Array.from({ length: 21 }, (_, i) => ({
      day: LAST - i,
      productId: 'P0',
      units: 0,
      inStock: false,
    }));
    const { panel, report } = build([...sold, ...flags]);
    expect(unitsOf(panel, 'P0', LAST - 20)).toEqual(Array(21).fill(Number.NaN));
    expect(found(report, 'out-of-stock')).toMatchObject({ count: 21 });
  });

  it.each([
    [3, true],
    [13, true],
    [14, false],
  ])('tell that %i days are few: %s', (days, told) => {
    const { report } = build(shopRecords({ days, means: [20] }));
    expect(found(report, 'short-history') !== undefined).toBe(told);
  });
});
