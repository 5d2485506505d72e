import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openSalesCsv, readSalesCsv } from '../../../src/panel/csv/index.js';

const read = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../fixtures/exports/${name}`, import.meta.url)));

/** Rows, units by product and days, as the makers of the files state them. */
const CASES: readonly {
  readonly file: string;
  readonly rows: number;
  readonly units: Readonly<Record<string, number>>;
  readonly days?: readonly string[];
  readonly codes?: readonly string[];
}[] = [
  { file: 'shopify-orders.csv', rows: 3, units: { 'MUG-BLU': 3, TOTE: 1 }, days: ['2026-08-04'] },
  {
    file: 'quickbooks-sales-by-product-detail.csv',
    rows: 5,
    units: { Mug: 4, Tee: 3 },
    codes: ['return-line', 'title-or-total'],
  },
  { file: 'amazon-date-range.csv', rows: 2, units: { SKU1: 3 }, codes: ['no-sale'] },
  { file: 'decimal-comma-kg.csv', rows: 3, units: { CHEESE: 0.75, BREAD: 3 }, codes: [] },
  {
    file: 'square-items-without-sku.csv',
    rows: 360,
    units: { Latte: 2520, Croissant: 660, 'MUG-1': 180 },
    codes: [],
  },
  {
    file: 'german-semicolon.csv',
    rows: 19,
    units: { 'MUG-BLU': 14, 'MUG-RED': 9, 'TEE-M': 15, TOTE: 16 },
    codes: ['title-or-total'],
  },
  { file: 'shop-utf16.csv', rows: 2, units: { MUG: 1, TEE: 2 }, codes: [] },
  { file: 'shop-windows-1252.csv', rows: 2, units: { M\u00e4r: 1, M\u00f6r: 2 }, codes: ['wrong-encoding'] },
  { file: 'excel-sep-line.csv', rows: 2, units: { MUG: 1, TEE: 2 }, codes: [] },
  { file: 'refund-positive-units.csv', rows: 2, units: { MUG: 1 }, codes: ['return-line'] },
  { file: 'duplicate-header.csv', rows: 1, units: { MUG: 1 }, codes: ['duplicate-column'] },
  {
    file: 'date-forms.csv',
    rows: 5,
    units: { MUG: 5 },
    days: ['2026-08-04', '2026-08-05', '2026-08-06', '2026-08-07', '2026-08-08'],
    codes: [],
  },
];

describe.each(CASES)('$file', ({ file, rows, units, days, codes }) => {
  it('is read as it is', async () => {
    const { sales } = await openSalesCsv(read(file));
    const found: Record<string, number> = {};
    const seen = new Set<string>();
    let count = 0;
    for await (const record of sales) {
      count++;
      found[record.productId] = (found[record.productId] ?? 0) + record.units;
      seen.add(String(record.date));
    }
    expect(found).toEqual(units);
    expect(count).toBe(rows);
    if (days) expect([...seen]).toEqual(days);
    if (codes) expect(sales.rejections.findings().map(({ code }) => code)).toEqual(codes);
  });
});

describe('a file read with columns that the caller names', () => {
  it('reports opposite signs, and takes returns off where they are named', async () => {
    const columns = { date: 'date', productId: 'sku', units: 'quantity', revenue: 'amount' };
    const unitsOf = async (csv: ReturnType<typeof readSalesCsv>) => {
      let sum = 0;
      for await (const { units } of csv) sum += units;
      return [sum, csv.rejections.findings().map(({ code }) => code)];
    };
    const bytes = read('refund-positive-units.csv');
    expect(await unitsOf(readSalesCsv(bytes, { columns }))).toEqual([3, ['opposite-signs']]);
    const where = [{ column: 'type', returns: ['refund'] }];
    expect(await unitsOf(readSalesCsv(bytes, { columns, where }))).toEqual([1, ['return-line']]);
  });

  it('has one rule for a name that comes twice, by name and by function', async () => {
    const bytes = read('duplicate-header.csv');
    for (const units of ['quantity', (row: Readonly<Record<string, string>>) => row.quantity]) {
      const csv = readSalesCsv(bytes, { columns: { productId: 'sku', units } });
      for await (const record of csv) expect(record.units).toBe(1);
      expect(csv.rejections.findings().map(({ code }) => code)).toEqual(['duplicate-column']);
    }
  });

  it('finds the header below titles by the names, and by the number of its line', async () => {
    const columns = { date: 'date/time', productId: 'sku', units: 'quantity' };
    const bytes = read('amazon-date-range.csv');
    for (const place of [{}, { headerLine: 8 }, { skipLines: 7 }]) {
      const found: number[] = [];
      for await (const { units } of readSalesCsv(bytes, {
        columns,
        timeZone: 'America/Los_Angeles',
        ...place,
      })) {
        found.push(units);
      }
      expect(found).toEqual([2, 1]);
    }
  });
});
