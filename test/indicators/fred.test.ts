import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatDay, parseDay } from '../../src/calendar/day.js';
import { indicatorFeature } from '../../src/features/indicator-features.js';
import { fredIndicators } from '../../src/indicators/fred.js';
import type { Vintage } from '../../src/indicators/publications.js';
import { publicationsOf, withinRange } from '../../src/indicators/publications.js';
import { type FakeService, fakeService, json } from '../transport/fake-service.js';
import { FRED_KEY, fakeFred } from './fake-fred.js';

const TODAY = '2024-06-30';
const NOW = Date.parse('2024-06-30T12:00:00Z');

/** A price index from 2015 on, published on the 13th of the month after and revised a year later. */
function monthlyIndex(): Vintage[] {
  const vintages: Vintage[] = [];
  for (let month = 0; month < 113; month++) {
    const at = (months: number, day: number) => Math.round(Date.UTC(2015, month + months, day) / 86_400_000);
    const value = 100 * 1.002 ** month;
    vintages.push({ period: at(0, 1), value: value - 0.5, knownFrom: at(1, 13), knownTo: at(13, 12) });
    vintages.push({ period: at(0, 1), value, knownFrom: at(13, 13), knownTo: Number.POSITIVE_INFINITY });
  }
  return vintages;
}

/** An oil price that is published and never revised, every day for eight years. */
function dailyPrice(): Vintage[] {
  const first = parseDay('2016-06-30');
  return Array.from({ length: 8 * 365 }, (_, i) => ({
    period: first + i,
    value: i % 7 === 6 ? Number.NaN : 50 + (i % 40),
    knownFrom: first + i + 1,
    knownTo: Number.POSITIVE_INFINITY,
  }));
}

describe('fredIndicators', () => {
  let service: FakeService;
  const data = { CPIAUCSL: monthlyIndex(), DCOILWTICO: dailyPrice() };
  beforeEach(async () => {
    service = await fakeService(fakeFred(data, TODAY));
  });
  afterEach(() => service.close());

  const source = (options: Partial<Parameters<typeof fredIndicators>[0]> = {}) =>
    fredIndicators({
      apiKey: FRED_KEY,
      ...options,
      http: { baseUrl: service.url, now: () => NOW, sleep: async () => {}, ...options.http },
    });

  it('loads inflation as it was known day by day, with a year of values behind the first day', async () => {
    const range = { from: parseDay('2022-03-01'), to: parseDay('2024-03-31') };
    const series = await source().load('inflation', range);
    const truth = withinRange(publicationsOf(data.CPIAUCSL, 'yearOverYear'), range.from, range.to);
    expect(series.name).toBe('inflation');
    // FRED cuts what was known before the range to its first day.
    expect(series.days).toEqual([range.from, ...truth.days.slice(1)]);
    expect(series.values).toEqual(truth.values);
    const request = service.requests[0]!.query;
    expect(request.get('file_type')).toBe('json');
    expect(request.get('realtime_start')).toBe('2022-03-01');
  });

  it('sees nothing that was published after its range, in a backtest', async () => {
    const range = { from: parseDay('2020-01-01'), to: parseDay('2021-06-15') };
    const before = await source().load('inflation', range);
    const perturbed = data.CPIAUCSL.map((v) => (v.knownFrom > range.to ? { ...v, value: v.value * 3 } : v));
    service.answer(fakeFred({ CPIAUCSL: perturbed }, TODAY));
    expect(await source().load('inflation', range)).toEqual(before);
    expect(before.days.every((day) => day <= range.to)).toBe(true);
    const onLastDay = indicatorFeature(before, range.from, range.to - range.from + 1, range.to).at(-1)!;
    // May 2021 had been published on 13 June; the base, May 2020, had not been revised before that day.
    const [now, base] = [100 * 1.002 ** 76 - 0.5, 100 * 1.002 ** 64];
    expect(onLastDay).toBeCloseTo(100 * (now / base - 1), 4);
  });

  it('splits a range with more vintages than FRED allows, and reads all pages', async () => {
    const oil = { series: { oil: { id: 'DCOILWTICO', frequency: 'daily' as const } } };
    const range = { from: parseDay('2017-01-01'), to: parseDay('2024-06-01') };
    const series = await source(oil).load('oil', range);
    const truth = withinRange(publicationsOf(data.DCOILWTICO, 'level'), range.from, range.to);
    expect(series.values).toEqual(truth.values);
    expect(series.days).toEqual([...truth.days]);
    expect(service.requests.length).toBeGreaterThan(4);
  });

  it('asks for no day that has not begun in St. Louis', async () => {
    const earlyInUtc = Date.parse('2024-07-01T03:00:00Z');
    const range = { from: parseDay('2024-01-01'), to: parseDay('2024-12-31') };
    const series = await source({ http: { now: () => earlyInUtc } }).load('inflation', range);
    expect(service.requests[0]!.query.get('realtime_end')).toBe(TODAY);
    expect(formatDay(series.days.at(-1)!)).toBe('2024-06-13');
  });

  it('dates the present values by their release lag without vintages', async () => {
    const range = { from: parseDay('2022-01-01'), to: parseDay('2022-12-31') };
    const series = await source({ vintages: false }).load('inflation', range);
    // December 2021 ended with the year; 15 days later it counts as published, at its present revision.
    expect(formatDay(series.days[1]!)).toBe('2022-01-16');
    expect(series.values[1]).toBeCloseTo(100 * (1.002 ** 12 - 1), 10);
    expect(service.requests[0]!.query.has('realtime_start')).toBe(false);
  });

  it('says what FRED refused, without the key', async () => {
    const unknown = source({ series: { x: { id: 'NOPE' } } }).load('x', { from: 1, to: 2 });
    await expect(unknown).rejects.toMatchObject({
      code: 'invalid-option',
      message: expect.stringContaining('series does not exist'),
    });
    service.answer(json({ error_code: 400, error_message: `api_key ${FRED_KEY} is not registered` }, 400));
    const error = await source()
      .load('inflation', { from: 1, to: 2 })
      .catch((thrown) => thrown);
    expect(error.code).toBe('invalid-option');
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(FRED_KEY);
  });

  it.each([
    [{ observations: [] }, 'count'],
    [{ count: 1, observations: [{ date: '2024-01-01', value: '1' }] }, 'observations.0.realtime_start'],
    [
      { count: 1, observations: [{ realtime_start: 'x', realtime_end: 'x', date: 'x', value: 'x' }] },
      'observations.0.realtime_start',
    ],
    [[], 'the top'],
  ])('answers %j of a changed interface with where it differs', async (answer, where) => {
    service.answer(json(answer));
    await expect(source().load('inflation', { from: 1, to: 2 })).rejects.toMatchObject({
      code: 'invalid-data',
      message: expect.stringContaining(where),
    });
  });

  it('refuses an empty key and an indicator that it was not set up for', async () => {
    expect(() => fredIndicators({ apiKey: '' })).toThrow(expect.objectContaining({ code: 'invalid-option' }));
    await expect(source().load('toString', { from: 1, to: 2 })).rejects.toMatchObject({
      code: 'invalid-option',
    });
  });
});
