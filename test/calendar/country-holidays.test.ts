import { afterEach, describe, expect, it, vi } from 'vitest';
import { countryHolidays } from '../../src/calendar/country-holidays.js';
import { type Day, dayFromCivil, dayOfWeek, formatDay, parseDay } from '../../src/calendar/day.js';
import type { EventSource } from '../../src/calendar/events.js';

const daysOf = (source: EventSource, year: number): string[] => [
  ...new Set(source(dayFromCivil(year, 1, 1), dayFromCivil(year, 12, 31)).map(({ day }) => formatDay(day))),
];

/** The n-th given weekday (Monday 0) of a month; n = -1 is the last. */
function nthWeekday(year: number, month: number, weekday: number, n: number): Day {
  if (n < 0) {
    const end = dayFromCivil(year, month + 1, 1) - 1;
    return end - ((dayOfWeek(end) - weekday + 7) % 7);
  }
  const first = dayFromCivil(year, month, 1);
  return first + ((weekday - dayOfWeek(first) + 7) % 7) + 7 * (n - 1);
}

/** Title 5 of the United States Code, section 6103 (a), as in force since 2021, on the dates that it names. */
const federalHolidays = (year: number): Day[] => [
  dayFromCivil(year, 1, 1),
  nthWeekday(year, 1, 0, 3),
  nthWeekday(year, 2, 0, 3),
  nthWeekday(year, 5, 0, -1),
  dayFromCivil(year, 6, 19),
  dayFromCivil(year, 7, 4),
  nthWeekday(year, 9, 0, 1),
  nthWeekday(year, 10, 0, 2),
  dayFromCivil(year, 11, 11),
  nthWeekday(year, 11, 3, 4),
  dayFromCivil(year, 12, 25),
];

describe('countryHolidays', () => {
  it('has the federal holidays of the United States', async () => {
    const source = await countryHolidays('US');
    // As published by the U.S. Office of Personnel Management.
    expect(daysOf(source, 2024)).toEqual([
      '2024-01-01',
      '2024-01-15',
      '2024-02-19',
      '2024-05-27',
      '2024-06-19',
      '2024-07-04',
      '2024-09-02',
      '2024-10-14',
      '2024-11-11',
      '2024-11-28',
      '2024-12-25',
    ]);
    for (let year = 2021; year <= 2045; year++) {
      expect(daysOf(source, year)).toEqual(expect.arrayContaining(federalHolidays(year).map(formatDay)));
    }
  });

  it('also has the days on which a holiday at a weekend is observed', async () => {
    const days = daysOf(await countryHolidays('US'), 2021);
    expect(days).toEqual(expect.arrayContaining(['2021-06-18', '2021-07-05', '2021-12-24', '2021-12-31']));
  });

  it.each([
    // Code du travail, article L3133-1.
    [{ country: 'FR' }, '01-01 04-01 05-01 05-08 05-09 05-20 07-14 08-15 11-01 11-11 12-25'],
    // The nine days that are holidays in every state of Germany.
    [{ country: 'DE' }, '01-01 03-29 04-01 05-01 05-09 05-20 10-03 12-25 12-26'],
    // Bayerisches Feiertagsgesetz, article 1 (1).
    [
      { country: 'DE', state: 'BY' },
      '01-01 01-06 03-29 04-01 05-01 05-09 05-20 05-30 10-03 11-01 12-25 12-26',
    ],
  ])('has the holidays of %j in 2024', async (place, days) => {
    const found = daysOf(await countryHolidays(place), 2024).map((day) => day.slice(5));
    expect(found.join(' ')).toBe(days);
  });

  it('gives one event for each day of a longer holiday, under one name', async () => {
    const source = await countryHolidays('SA');
    const events = source(parseDay('2024-04-01'), parseDay('2024-04-30'));
    expect(events.length).toBeGreaterThan(2);
    expect(new Set(events.map(({ name }) => name)).size).toBe(1);
    expect(events.map(({ day }) => day - events[0].day)).toEqual(events.map((_, i) => i));
  });

  it('gives other kinds, and names in another language, if asked to', async () => {
    const source = await countryHolidays('US', { types: ['observance'], language: 'es' });
    const events = source(parseDay('2024-10-01'), parseDay('2024-10-31'));
    expect(events.map(({ day }) => formatDay(day))).toEqual(['2024-10-31']);
    const german = await countryHolidays('DE', { language: 'de' });
    expect(german(parseDay('2024-10-03'), parseDay('2024-10-03'))[0].name).toBe('Tag der Deutschen Einheit');
  });

  it('gives the events of the days asked for only, in order', async () => {
    const source = await countryHolidays('US');
    const events = source(parseDay('2023-12-25'), parseDay('2024-01-15'));
    expect(events.map(({ day }) => formatDay(day))).toEqual(['2023-12-25', '2024-01-01', '2024-01-15']);
    expect(source(parseDay('2024-01-02'), parseDay('2024-01-14'))).toEqual([]);
  });

  it.each([
    ['ZZ', ['country']],
    [{ country: 'DE', state: 'ZZ' }, ['state']],
    [{ country: 'DE', state: 'BY', region: 'ZZ' }, ['region']],
  ])('refuses the unknown place %j', async (place, path) => {
    await expect(countryHolidays(place)).rejects.toMatchObject({ code: 'invalid-option', path });
  });
});

describe('without date-holidays', () => {
  afterEach(() => {
    vi.doUnmock('date-holidays');
    vi.resetModules();
  });

  it('says which package is missing', async () => {
    vi.resetModules();
    vi.doMock('date-holidays', () => {
      throw new Error("Cannot find package 'date-holidays'");
    });
    const { countryHolidays: fresh } = await import('../../src/calendar/country-holidays.js');
    await expect(fresh('US')).rejects.toMatchObject({
      code: 'missing-dependency',
      path: ['date-holidays'],
      hint: expect.stringContaining('npm install date-holidays'),
    });
  });
});
