import type { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDateReader } from '../../src/calendar/date-reader.js';
import { createForecaster } from '../../src/forecaster/index.js';
import { firstWrongColumn, type SalesRecord } from '../../src/panel/sales-record.js';
import { salesRecordSchema } from '../../src/schemas.js';
import type { DailySale, SalesStorage } from '../../src/storage/contract.js';
import { compareSales } from '../../src/storage/daily-sales.js';
import { MemorySalesStorage } from '../../src/storage/memory/memory-sales-storage.js';
import { PostgresStorage } from '../../src/storage/postgres/index.js';
import { memoryDatabase } from '../embedded-database.js';

const names = fc.oneof(
  { weight: 20, arbitrary: fc.string({ unit: 'grapheme' }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom('', 'x'.repeat(400), 'x'.repeat(401), '茶'.repeat(400), '🍵'.repeat(201)),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom('a\0', '\ud83c', '\udf75\ud83c', 'a\ufeff', '\ufeffa', '\ufeff', ' ', null),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);
const amounts = fc.oneof(
  { weight: 14, arbitrary: fc.nat({ max: 100_000 }) },
  { weight: 5, arbitrary: fc.double({ min: 0, max: 1e12, noNaN: true }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(1e12, 1.1e12, -1e12, -1.1e12, -1, Number.NaN, Infinity, '3', null),
  },
);
const flags = fc.constantFrom(true, false, true, false, true, false, true, false, null, 'yes');
const dates = fc.constantFrom(
  '2024-02-29',
  '1900-01-01',
  '2199-12-31',
  '2024-03-01',
  '1899-12-31',
  '2200-01-01',
);
const records = fc.record(
  {
    date: dates,
    productId: names,
    category: names,
    units: amounts,
    revenue: amounts,
    price: amounts,
    promo: flags,
    inStock: flags,
    location: names,
  },
  { requiredKeys: ['date', 'productId', 'units'] },
) as fc.Arbitrary<SalesRecord>;

const isoDay = createDateReader();
const MS_PER_DAY = 86_400_000;

/** The row of a storage that says the same as a record, right or wrong. */
function asRow({ date, ...rest }: SalesRecord): DailySale {
  const day = Date.parse(date as string) / MS_PER_DAY;
  return { ...rest, category: rest.category || 'none', day } as DailySale;
}

async function refusal(storage: SalesStorage, record: SalesRecord): Promise<unknown> {
  const error = await storage.write({ rows: [asRow(record)] }).catch((thrown: unknown) => thrown);
  return error instanceof Error ? error : undefined;
}

/** After every day that a record may have: days to come are another rule. */
const LATE = () => new Date('2200-01-01');

describe('one rule for a sales record', () => {
  let pglite: PGlite;
  let postgres: PostgresStorage;
  const memory = new MemorySalesStorage();
  beforeAll(async () => {
    pglite = await memoryDatabase();
    postgres = new PostgresStorage({ pglite, totals: 'manual' });
    await postgres.migrate();
  });
  afterAll(() => pglite.close());

  it('is kept by the schema, the check of bulk ingest, memory and PGlite alike', async () => {
    const verdicts = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(records, async (record) => {
        const accepted = salesRecordSchema.safeParse(record).success;
        verdicts[accepted ? 'accepted' : 'refused']++;
        const wrong = firstWrongColumn(record) ?? (isoDay(record.date) === undefined ? 'day' : undefined);
        expect(wrong === undefined).toBe(accepted);
        const path = accepted ? undefined : { code: 'invalid-data', path: [0, wrong] };
        for (const storage of [memory, postgres]) {
          const error = await refusal(storage, record);
          if (path === undefined) expect(error).toBeUndefined();
          else expect(error).toMatchObject(path);
        }
        const report = await createForecaster({ storage: new MemorySalesStorage(), now: LATE }).ingest([
          record,
        ]);
        expect(report.accepted).toBe(accepted ? 1 : 0);
      }),
      { seed: 20240311, numRuns: 400 },
    );
    expect(Math.min(verdicts.accepted, verdicts.refused)).toBeGreaterThan(50);
    const rowsOf = async (storage: SalesStorage) => {
      const rows: DailySale[] = [];
      for await (const chunk of storage.read()) rows.push(...chunk);
      // PostgreSQL orders texts by code point and memory by code unit, which differ beyond the basic plane.
      return rows.sort(compareSales);
    };
    // Both hold the same, read back character by character.
    expect(await rowsOf(postgres)).toEqual(await rowsOf(memory));
  });
});
