import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { PanelBuilder, type SalesColumns } from 'commerce-forecast';
import { type DuckDbSalesQuery, duckDbSales } from 'commerce-forecast/sources';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { salesOf } from '../../../src/storage/sales-columns.js';

let directory: string;
let instance: DuckDBInstance;
let connection: DuckDBConnection;
let files = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'duckdb-sales-'));
  instance = await DuckDBInstance.create();
  connection = await instance.connect();
});
afterAll(async () => {
  connection.closeSync();
  instance.closeSync();
  await rm(directory, { recursive: true });
});

async function parquet(select: string): Promise<string> {
  const file = join(directory, `it's ${files++}.parquet`);
  await connection.run(`COPY (${select}) TO '${file.replaceAll("'", "''")}' (FORMAT parquet)`);
  return file;
}

async function all(columns: AsyncIterable<SalesColumns>) {
  const rows = [];
  for await (const chunk of columns) rows.push(...salesOf(chunk));
  return rows;
}

const USUAL = `SELECT DATE '2024-01-01' + (range // 20)::INTEGER AS date, 'p' || range % 20 AS "productId",
  CASE range % 3 WHEN 0 THEN 'A' WHEN 1 THEN 'B' END AS category, range % 7 - 1 AS units FROM range(5000)`;
const ONE = { date: "DATE '2024-01-01'", productId: "'a'", units: '1' };
const select = (values: Record<string, string>) =>
  `SELECT ${Object.entries({ ...ONE, ...values })
    .map(([name, sql]) => `${sql} AS "${name}"`)
    .join(', ')}`;

describe('duckDbSales', () => {
  it('gives the same panel, bit for bit, as rows in memory', async () => {
    const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });
    const flag = maybe(fc.boolean());
    const record = fc.record({
      day: fc.integer({ min: 19_000, max: 19_040 }),
      productId: fc.constantFrom('a', "b'", 'c"', 'ä\u{1f600}', ' '),
      category: maybe(fc.constantFrom('', 'A', 'B')),
      location: maybe(fc.constantFrom('', 'north', 'south')),
      units: fc.integer({ min: -50_000, max: 900_000 }).map((n) => n / 100),
      revenue: maybe(fc.integer({ min: -50_000, max: 900_000 }).map((n) => n / 100)),
      price: maybe(fc.integer({ min: 0, max: 90_000 }).map((n) => n / 100)),
      promo: flag,
      inStock: flag,
    });
    const rule = async (records: readonly (typeof record extends fc.Arbitrary<infer T> ? T : never)[]) => {
      const text = (value: string | null) => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`);
      const rows = records.map(
        (r) =>
          `(DATE '1970-01-01' + ${r.day}, ${text(r.productId)}, ${text(r.category)}, ${text(r.location)}, ${r.units}::DECIMAL(18,2),
            ${r.revenue}::DECIMAL(38,2), ${r.price}::DOUBLE, ${r.promo}::BOOLEAN, ${r.inStock}::BOOLEAN)`,
      );
      const file = await parquet(
        `SELECT * FROM (VALUES ${rows.join(', ')}) AS t("date", "productId", category, location, units, revenue, price, promo, "inStock")`,
      );
      const options = { byLocation: true };
      const expected = new PanelBuilder(options);
      for (const r of records) expected.addStored(r);
      const actual = new PanelBuilder(options);
      for await (const chunk of duckDbSales({ instance, files: file }).readColumns())
        actual.addColumns(chunk);
      expect(actual.finish()).toEqual(expected.finish());
    };
    await fc.assert(fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 60 }), rule), {
      seed: 20_261_130,
      numRuns: 60,
    });
  });

  it('reads each row in one of the parts, which md5 decides', async () => {
    const sales = duckDbSales({ instance, files: await parquet(USUAL) });
    const whole = await all(sales.readColumns());
    expect(whole).toHaveLength(5000);
    const parts = [];
    for (let index = 0; index < 3; index++) {
      const part = await all(sales.readColumns({ partition: { index, of: 3 } }));
      for (const { productId } of part) {
        const lower = createHash('md5').update(productId).digest().readBigUInt64LE(8);
        expect(Number(lower % 3n)).toBe(index);
      }
      parts.push(...part);
    }
    const key = (row: (typeof whole)[number]) => `${row.day} ${row.productId}`;
    expect(parts.map(key).sort()).toEqual(whole.map(key).sort());
  });

  it.each<[DuckDbSalesQuery, (row: { day: number; category: string; productId: string }) => boolean]>([
    [{ from: 19_730, to: 19_740 }, (row) => row.day >= 19_730 && row.day <= 19_740],
    [{ categories: ['A', "' OR 1=1 --"] }, (row) => row.category === 'A'],
    [{ categories: [''] }, (row) => row.category === ''],
    [{ productIds: ['p1', 'p7'] }, (row) => ['p1', 'p7'].includes(row.productId)],
    [{ productIds: [] }, () => false],
  ])('reads only the rows of %j', async (query, fits) => {
    const sales = duckDbSales({ instance, files: await parquet(USUAL) });
    expect(await all(sales.readColumns(query))).toEqual((await all(sales.readColumns())).filter(fits));
  });

  it('reads a view with other names and types', async () => {
    await connection.run(`CREATE SCHEMA "w""h"; CREATE VIEW "w""h"."my sales" AS SELECT
      TIMESTAMPTZ '2024-01-01 23:30:00+00' AS "sold "" on", 9007199254740993 AS sku, 12::HUGEINT AS n`);
    const columns = { date: 'sold " on', productId: 'sku', units: 'n' };
    const rows = await all(duckDbSales({ instance, table: ['w"h', 'my sales'], columns }).readColumns());
    expect(rows).toMatchObject([{ day: 19_723, productId: '9007199254740993', category: '', units: 12 }]);
  });

  it.each([
    [{ units: 'NULL::DOUBLE' }, 'units'],
    [{ units: "'nan'::DOUBLE" }, 'units'],
    [{ units: '9223372036854775807' }, 'units'],
    [{ price: '-1' }, 'price'],
    [{ date: 'NULL::DATE' }, 'date'],
    [{ date: "DATE '0024-01-01'" }, 'date'],
    [{ productId: "''" }, 'productId'],
    [{ productId: 'NULL::VARCHAR' }, 'productId'],
    [{ category: "repeat('x', 401)" }, 'category'],
  ])('refuses the row %j', async (values, column) => {
    const sales = duckDbSales({ instance, files: await parquet(select(values)) });
    const query = { from: 0, to: 30_000, partition: { index: 0, of: 1 } };
    const reading = all(
      sales.readColumns(column === 'date' && !/NULL/.test(String(Object.values(values))) ? {} : query),
    );
    await expect(reading).rejects.toMatchObject({
      code: 'invalid-data',
      path: ['product', expect.anything(), column],
    });
  });

  it.each([
    [{ units: "'1'" }, 'invalid-data', 'units'],
    [{ date: '20240101' }, 'invalid-data', 'date'],
    [{ promo: '1' }, 'invalid-data', 'promo'],
  ])('refuses the type of %j', async (values, code, column) => {
    const reading = all(duckDbSales({ instance, files: await parquet(select(values)) }).readColumns());
    await expect(reading).rejects.toMatchObject({ code, path: ['columns', column] });
  });

  it('refuses missing columns, files, and wrong options', async () => {
    const file = await parquet(select({}));
    const missing = duckDbSales({ instance, files: file, columns: { revenue: 'x" --' } });
    await expect(all(missing.readColumns())).rejects.toMatchObject({
      code: 'invalid-option',
      path: ['columns', 'revenue'],
    });
    const nowhere = duckDbSales({ instance, files: join(directory, 'none.parquet') });
    await expect(all(nowhere.readColumns())).rejects.toMatchObject({ code: 'unavailable' });
    expect(() => duckDbSales({ instance })).toThrow('either');
    expect(() => duckDbSales({ instance, files: [] })).toThrow('Expected a name');
    for (const partition of [
      { index: 2, of: 2 },
      { index: -1, of: 2 },
      { index: 0, of: 0 },
    ]) {
      const reading = all(duckDbSales({ instance, files: file }).readColumns({ partition }));
      await expect(reading).rejects.toMatchObject({ code: 'invalid-option' });
    }
  });

  it('gives nothing for a file without rows', async () => {
    const file = await parquet(`${select({})} WHERE false`);
    expect(await all(duckDbSales({ instance, files: file }).readColumns())).toEqual([]);
  });

  it('stops when aborted', async () => {
    const abort = new AbortController();
    const sales = duckDbSales({ instance, files: await parquet(USUAL) });
    const reading = (async () => {
      for await (const _ of sales.readColumns({ signal: abort.signal })) abort.abort();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
    await expect(all(sales.readColumns({ signal: abort.signal }))).rejects.toMatchObject({ code: 'aborted' });
  });
});
