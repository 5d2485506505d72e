import { describe, expect, it } from 'vitest';
import { dayFromCivil, formatDay, parseDay, tryParseDay } from '../../src/calendar/day.js';

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
