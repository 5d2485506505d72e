import { format } from 'date-fns';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDateReader } from '../../src/calendar/date-reader.js';
import { formatDay, parseDay } from '../../src/calendar/day.js';

const read = (value: unknown, options = {}) => {
  const day = createDateReader(options)(value);
  return day === undefined ? undefined : formatDay(day);
};

describe('createDateReader', () => {
  it.each([
    ['2024-02-29', '2024-02-29'],
    ['2024-02-29T23:59:59.999Z', '2024-02-29'],
    ['2024-02-29 23:30', '2024-02-29'],
    ['2024-02-29T23:30:00-05:00', '2024-03-01'],
    ['2024-02-29 00:30:00+0100', '2024-02-28'],
    ['2024-02-29 00:30:00+01', '2024-02-28'],
    ['2024-02-29T00:00:00.123456789z', '2024-02-29'],
  ])('reads %s as %s in UTC', (text, day) => {
    expect(read(text)).toBe(day);
  });

  it.each([
    '',
    '2024-2-29',
    '2023-02-29',
    '2024-13-01',
    '20240229',
    '2024-02-29T24:00:00Z',
    '2024-02-29T10:61:00Z',
    '2024-02-30T10:00:00Z',
    ' 2024-02-29',
    '1899-12-31',
    '2200-01-01',
    20_240_229,
    null,
    new Date(Number.NaN),
  ])('does not understand %j', (value) => {
    expect(read(value)).toBeUndefined();
  });

  it('counts the days of a time zone', () => {
    const instant = '2024-03-10T04:30:00Z';
    expect(read(instant, { timeZone: 'America/New_York' })).toBe('2024-03-09');
    expect(read(instant, { timeZone: 'Asia/Tokyo' })).toBe('2024-03-10');
    expect(read(new Date(instant), { timeZone: 'America/New_York' })).toBe('2024-03-09');
    expect(read('2024-03-09T23:00:00', { timeZone: 'Asia/Tokyo' })).toBe('2024-03-09');
  });

  it('agrees with Intl on the day of any instant in zones with odd offsets', () => {
    const zones = [
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'America/St_Johns',
      'Pacific/Apia',
      'Europe/London',
    ];
    const min = new Date('1975-01-01T00:00:00Z');
    const max = new Date('2035-01-01T00:00:00Z');
    const instant = fc.date({ min, max, noInvalidDate: true });
    for (const timeZone of zones) {
      const reader = createDateReader({ timeZone });
      // Swedish dates are written as ISO dates.
      const intl = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
      fc.assert(
        fc.property(instant, (date) => {
          const day = formatDay(reader(date)!);
          expect(day).toBe(intl.format(date));
          expect(formatDay(reader(date.toISOString())!)).toBe(day);
        }),
        { seed: 20240307, numRuns: 300 },
      );
    }
  });

  it('reads back what date-fns writes in a format', () => {
    for (const dateFormat of [
      'M/d/yyyy H:mm',
      'dd.MM.yyyy',
      'MMM d, yyyy',
      'yyyyMMdd',
      "d 'of' MMMM yyyy",
      'dd/MM/yy',
      'EEEE, do MMMM yyyy',
      'M/d/yyyy h:mm aaa',
      'EEE d MMM y hh:mm:ss a',
      "yyyy-MM-dd'T'HH:mm:ss.SSS",
      "d 'o''clock' M yyyy",
    ]) {
      const reader = createDateReader({ dateFormat });
      for (let day = parseDay('2012-01-01'); day < parseDay('2014-03-01'); day++) {
        const [year, month, dayOfMonth] = formatDay(day).split('-').map(Number);
        expect(reader(format(new Date(year, month - 1, dayOfMonth, 13, 5), dateFormat))).toBe(day);
      }
      expect(reader('32/13/2024')).toBeUndefined();
    }
  });

  it.each(['MM/yyyy', 'HH:mm', 'nonsense', 'YYYY-MM-DD', "yyyy-MM-dd'T'HH:mmXXX", 't', 'dd QQ yyyy', ''])(
    'refuses the format %j',
    (dateFormat) => {
      expect(() => createDateReader({ dateFormat })).toThrow(
        expect.objectContaining({ code: 'invalid-option', path: ['dateFormat'] }),
      );
    },
  );

  it.each([
    ['dd.MM.yyyy hh:mm', 'has hours (h) without a'],
    ['d MMMMM yyyy', 'has the token "MMMMM", which is not read'],
    ['dd.MM.yyy', 'has the token "yyy", which is not read'],
  ])('says what is wrong with the format %j', (dateFormat, reason) => {
    expect(() => createDateReader({ dateFormat })).toThrow(`Date format "${dateFormat}" ${reason}`);
  });

  it('does not take a year of two digits for one of four', () => {
    expect(read('05.01.24', { dateFormat: 'dd.MM.yyyy' })).toBeUndefined();
    expect(read('05.01.24', { dateFormat: 'dd.MM.yy' })).toBe('2024-01-05');
  });

  it('refuses an unknown time zone', () => {
    expect(() => createDateReader({ timeZone: 'Mars/Olympus' })).toThrow(
      expect.objectContaining({ code: 'invalid-option', path: ['timeZone'] }),
    );
  });
});
