import { describe, expect, it } from 'vitest';
import { createForecaster, weekdayMean } from '../../src/index.js';
import { PanelBuilder } from '../../src/panel/panel-builder.js';
import type { PanelOptions } from '../../src/panel/panel-options.js';
import { createRandom } from '../../src/random.js';
import type { DailySale, SalesStorage } from '../../src/storage/contract.js';
import { MemorySalesStorage } from '../../src/storage/memory/memory-sales-storage.js';

const MONDAY = 19_786;

function sales(withMoney: boolean): DailySale[] {
  const random = createRandom(5);
  return Array.from({ length: 3_000 }, (_, i) => ({
    day: MONDAY + (i % 100),
    productId: `p${i % 7}`,
    location: i % 3 === 0 ? 'north' : '',
    category: i < 1_500 ? 'Tea' : `Tea ${i % 2}`,
    units: random.integer(20) - 2,
    ...(withMoney && i % 5 > 0 && { revenue: random.integer(90) }),
    ...(withMoney && i % 4 > 0 && { price: random.integer(9) }),
    ...(i % 6 > 0 && { promo: i % 11 === 0 }),
    ...(i % 7 > 1 && { inStock: i % 13 > 0 }),
  }));
}

describe('a panel from columns', () => {
  it.each<[boolean, PanelOptions]>([
    [true, {}],
    [true, { byLocation: true, startDay: MONDAY + 10 }],
    [false, { negativeUnits: 'reject', today: MONDAY + 80 }],
  ])('is the panel of the same rows as objects (%#)', async (withMoney, options) => {
    const storage = new MemorySalesStorage();
    await storage.write({ rows: sales(withMoney) });
    const [fromRows, fromColumns] = [new PanelBuilder(options), new PanelBuilder(options)];
    for await (const rows of storage.read()) for (const row of rows) fromRows.addStored(row);
    for await (const columns of storage.readColumns()) fromColumns.addColumns(columns);
    const built = fromColumns.finish();
    expect(built).toEqual(fromRows.finish());
    expect(built.panel.seriesCount).toBe(options.byLocation ? 14 : 7);
  });

  it('is trained on where a storage has columns, and on its rows where it has none', async () => {
    const storage = new MemorySalesStorage();
    await storage.write({ rows: sales(true) });
    let rowReads = 0;
    const rowsOnly: SalesStorage = Object.assign(Object.create(storage), {
      readColumns: undefined,
      summary: () => storage.summary(),
      read: (query: object) => {
        rowReads++;
        return storage.read(query);
      },
    });
    const reports = [];
    for (const one of [storage, rowsOnly]) {
      const now = () => new Date('2024-07-01T12:00:00Z');
      const forecaster = createForecaster({ storage: one, model: weekdayMean(), now });
      reports.push(await forecaster.train());
    }
    expect(rowReads).toBe(1);
    expect(reports[1]).toEqual(reports[0]);
  });
});
