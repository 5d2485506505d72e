import { tableFromIPC, tableToIPC } from 'apache-arrow';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { forecastTable } from '../../../src/arrow.js';
import { type ForecastRow, forecastCsv } from '../../../src/index.js';

const row = (own: Partial<ForecastRow>): ForecastRow => ({
  productId: null,
  category: null,
  location: null,
  firstDay: '2026-08-29',
  lastDay: '2026-09-04',
  days: 7,
  units: 12.34567,
  median: 12,
  quantiles: [8.5, 17],
  revenue: null,
  ...own,
});

const forecast = {
  probabilities: [0.1, 0.9],
  rows: [
    row({ productId: 'TEA, "green"', category: 'drinks', location: 'north', revenue: 49.5 }),
    row({ productId: '=1+1', category: 'drinks', firstDay: '2027-02-28' }),
  ],
};

describe('a forecast as a table', () => {
  it('is CSV that another reader takes', () => {
    const lines: Record<string, string>[] = parse(forecastCsv(forecast), { columns: true });
    expect(lines[0]).toEqual({
      product: 'TEA, "green"',
      category: 'drinks',
      location: 'north',
      first_day: '2026-08-29',
      last_day: '2026-09-04',
      days: '7',
      units: '12.346',
      median: '12',
      'q0.1': '8.5',
      'q0.9': '17',
      revenue: '49.5',
    });
    expect(lines[1]).toMatchObject({ product: "'=1+1", location: '', revenue: '' });
  });

  it('is an Arrow table that survives a file', async () => {
    const table = tableFromIPC(tableToIPC(await forecastTable(forecast), 'file'));
    expect(table.schema.fields.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      'product: Dictionary<Int32, Utf8>',
      'category: Dictionary<Int32, Utf8>',
      'location: Dictionary<Int32, Utf8>',
      'first_day: Date32<DAY>',
      'last_day: Date32<DAY>',
      'days: Int32',
      'units: Float64',
      'median: Float64',
      'q0.1: Float64',
      'q0.9: Float64',
      'revenue: Float64',
    ]);
    const [first, second] = table.toArray().map((one) => one.toJSON());
    expect(first).toMatchObject({
      product: 'TEA, "green"',
      location: 'north',
      days: 7,
      units: 12.34567,
      revenue: 49.5,
    });
    expect(second).toMatchObject({ product: '=1+1', location: null, revenue: null, 'q0.9': 17 });
    expect(new Date(second.first_day as number).toISOString()).toBe('2027-02-28T00:00:00.000Z');
  });

  it('have one column for a quantile that was asked for twice', async () => {
    const rows = [row({ quantiles: [17, 8.5, 17] })];
    const forecast = { probabilities: [0.9, 0.1, 0.9], rows };
    const [line] = parse(forecastCsv(forecast), { columns: true }) as Record<string, string>[];
    expect(forecastCsv(forecast).split('\n')[0]).toBe(
      'product,category,location,first_day,last_day,days,units,median,q0.9,q0.1,revenue',
    );
    expect(line).toMatchObject({ 'q0.9': '17', 'q0.1': '8.5' });
    const table = await forecastTable(forecast);
    expect(table.schema.fields.map(({ name }) => name)).toContain('q0.9');
    expect(table.getChild('q0.1')?.get(0)).toBe(8.5);
  });

  it('is empty without rows', async () => {
    expect(forecastCsv({ probabilities: [], rows: [] })).toBe(
      'product,category,location,first_day,last_day,days,units,median,revenue\n',
    );
    expect((await forecastTable({ probabilities: [0.5], rows: [] })).numRows).toBe(0);
  });
});
