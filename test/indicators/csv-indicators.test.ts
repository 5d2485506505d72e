import { describe, expect, it } from 'vitest';
import { formatDay, parseDay } from '../../src/calendar/day.js';
import { type CsvIndicator, csvIndicators, manualIndicators } from '../../src/indicators/csv-indicators.js';

const RANGE = { from: parseDay('2000-01-01'), to: parseDay('2030-01-01') };

async function load(indicator: CsvIndicator) {
  const { days, values } = await csvIndicators({ gdp: indicator }).load('gdp', RANGE);
  return days.map((day, i) => [formatDay(day), values[i]]);
}

describe('csvIndicators', () => {
  it('takes revisions from a column of publication days', async () => {
    const csv = [
      'date,value,published',
      '2024-01-01,28255.9,2024-04-25',
      '2024-01-01,28269.2,2024-05-30',
      '2023-10-01,27956.998,2024-03-28',
      '2024-04-01,28629.2,2024-07-25',
    ].join('\r\n');
    expect(await load({ csv, frequency: 'quarterly' })).toEqual([
      ['2024-03-28', 27956.998],
      ['2024-04-25', 28255.9],
      ['2024-05-30', 28269.2],
      ['2024-07-25', 28629.2],
    ]);
  });

  it('takes a release lag, own column names, missing values and a quoted field', async () => {
    const csv = '\ufeffDATE,note,UMCSENT\n2024-01-01,"a, b",79.0\n2024-02-01,,.\n2024-03-01,,79.4\n';
    const columns = { date: 'DATE', value: 'UMCSENT' };
    expect(await load({ csv: async () => csv, columns, releaseLagDays: 10 })).toEqual([
      ['2024-02-11', 79],
      ['2024-04-11', 79.4],
    ]);
  });

  it('takes dates for days of publication otherwise', async () => {
    expect(await load({ csv: 'date,value\n2024-01-26,79\n' })).toEqual([['2024-01-26', 79]]);
    expect(await load({ csv: 'date,value\n' })).toEqual([]);
  });

  it.each([
    ['', 'invalid-option', ['gdp', 'columns', 'date']],
    ['date\n2024-01-01\n', 'invalid-option', ['gdp', 'columns', 'value']],
    ['date,value\n2024-01-01,1\n2024-13-01,2\n', 'invalid-data', ['gdp', 'line', 3, 'date']],
    ['date,value\n2024-01-01,many\n', 'invalid-data', ['gdp', 'line', 2, 'value']],
    ['date,value\n2024-01-01\n', 'invalid-data', ['gdp', 'line', 2, 'value']],
    ['date,value,published\n2024-01-01,1,\n', 'invalid-data', ['gdp', 'line', 2, 'published']],
  ])('answers the CSV %j with %s at %o', async (csv, code, path) => {
    await expect(load({ csv })).rejects.toMatchObject({ code, path });
  });

  it('takes values by hand', async () => {
    const source = manualIndicators({ consumer_confidence: { '2024-02-23': 76.9, '2024-01-26': 79 } });
    const series = await source.load('consumer_confidence', RANGE);
    expect(series).toEqual({
      name: 'consumer_confidence',
      days: [parseDay('2024-01-26'), parseDay('2024-02-23')],
      values: [79, 76.9],
    });
    expect(source.name).toBe('manual');
  });
});
