import { describe, expect, it } from 'vitest';
import { inspectSalesCsv, openSalesCsv } from '../../../src/panel/csv/index.js';
import { lines, readExport } from './exports/export-case.js';
import { KNOWN_EXPORTS } from './exports/known-exports.js';
import { OTHER_EXPORTS } from './exports/other-exports.js';

describe.each(Object.entries({ ...KNOWN_EXPORTS, ...OTHER_EXPORTS }))('%s', (_, right) => {
  it('is recognised and read', async () => {
    const read = await readExport(right);
    expect(read.profile).toBe(right.profile);
    expect(read.questions).toEqual(right.questions ?? []);
    expect(read.units).toEqual(right.units);
    expect(read.rows).toBe(right.rows);
    if (right.days) expect(read.days).toEqual(right.days);
    if (right.revenue !== undefined) expect(read.revenue).toBeCloseTo(right.revenue, 6);
  });
});

describe('a transaction list without products', () => {
  it('asks for the product and the units', async () => {
    const text = lines(
      'Date,Transaction type,Num,Posting,Name,Memo/Description,Account,Amount',
      '01/13/2026,Invoice,1,Yes,Ann,Mug,Sales,24.00',
    );
    const { profile, questions } = await inspectSalesCsv(text);
    expect(profile).toBe('quickbooks-transaction-list');
    expect(questions.map(({ id }) => id)).toEqual(['missing-column:productId', 'missing-column:units']);
    const answers = {
      'missing-column:productId': 'Memo/Description',
      'missing-column:units': 'one-per-line',
    };
    const { sales } = await openSalesCsv(text, { answers });
    const records = [];
    for await (const record of sales) records.push(record);
    expect(records).toMatchObject([{ date: '2026-01-13', productId: 'Mug', units: 1, revenue: 24 }]);
  });
});
