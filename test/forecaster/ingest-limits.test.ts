import { describe, expect, it } from 'vitest';
import { createForecaster } from '../../src/forecaster/index.js';
import { MemorySalesStorage } from '../../src/storage/memory/memory-sales-storage.js';

const NOON = new Date('2024-03-05T12:00:00Z');
const sale = (date: string, units: unknown = 1) => ({ date, productId: 'tea', units: units as number });

describe('ingest', () => {
  it('leaves out days to come, but for one day where no time zone is told', async () => {
    const days = ['2024-03-04', '2024-03-05', '2024-03-06', '2024-03-07', '2099-01-01'].map((day) =>
      sale(day),
    );
    const ingest = async (panel: object) => {
      const storage = new MemorySalesStorage();
      const report = await createForecaster({ storage, panel, now: () => NOON }).ingest(days);
      const codes = report.findings.map(({ code, count }) => [code, count]);
      return { accepted: report.accepted, codes, rows: (await storage.summary()).rows };
    };
    expect(await ingest({})).toEqual({ accepted: 3, codes: [['future-day', 2]], rows: 3 });
    expect(await ingest({ timeZone: 'Europe/Berlin' })).toMatchObject({ accepted: 2, rows: 2 });
    // In Auckland it is the sixth already.
    expect(await ingest({ timeZone: 'Pacific/Auckland' })).toMatchObject({ accepted: 3, rows: 3 });
  });

  it('refuses a delivery with too many wrong records as a whole', async () => {
    const storage = new MemorySalesStorage();
    const forecaster = createForecaster({ storage });
    const records = [sale('2024-03-04'), sale('2024-03-05', 'x'), sale('2024-03-06', 'y')];
    await expect(forecaster.ingest(records, { maxRejected: 1 })).rejects.toMatchObject({
      code: 'invalid-data',
      message: 'More than 1 records are wrong',
    });
    expect((await storage.summary()).rows).toBe(0);
    expect(await forecaster.ingest(records, { maxRejected: 2 })).toMatchObject({ accepted: 1, rejected: 2 });
    await expect(forecaster.ingest([], { maxRejected: -1 })).rejects.toMatchObject({
      code: 'invalid-option',
    });
  });
});
