import { describe, expect, it } from 'vitest';
import { civilFromDay, dayFromCivil, formatDay, parseDay, tryParseDay } from '../../src/calendar/day.js';

describe('day numbers', () => {
  it('count from 1970', () => {
    expect(parseDay('1970-01-01')).toBe(0);
    expect(parseDay('1969-12-31')).toBe(-1);
    expect(parseDay('2024-02-29')).toBe(19_782);
    expect(dayFromCivil(2000, 3, 1)).toBe(parseDay('2000-03-01'));
  });

  it('come back from text for every day of two centuries', () => {
    for (let day = parseDay('1900-01-01'); day <= parseDay('2100-12-31'); day++) {
      expect(parseDay(formatDay(day))).toBe(day);
    }
  });

  it('have the dates that the calendar of the language gives them, from the year 0 to 9999', () => {
    const last = dayFromCivil(9_999, 12, 31);
    for (let day = -719_528; day <= last; day += 97) {
      const date = new Date(day * 86_400_000);
      expect(formatDay(day)).toBe(date.toISOString().slice(0, 10));
      expect(civilFromDay(day)).toEqual({
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        dayOfMonth: date.getUTCDate(),
      });
    }
    expect(() => formatDay(Number.NaN)).toThrow(RangeError);
  });

  it.each([
    '2023-02-29',
    '1900-02-29',
    '2024-04-31',
    '2024-00-10',
    '2024-10-00',
    '24-01-01',
    '2024-01-01T00',
    '',
  ])('do not exist for %j', (text) => {
    expect(tryParseDay(text)).toBeUndefined();
    expect(() => parseDay(text)).toThrow(expect.objectContaining({ code: 'invalid-data', path: ['date'] }));
  });
});
