import { buildPanel, createForecaster, ForecastError } from 'commerce-forecast';
import { inspectSalesCsv, readSalesCsvFiles, type SalesCsvFile } from 'commerce-forecast/csv';
import { describe, expect, it } from 'vitest';

const lines = (...all: string[]) => `${all.join('\n')}\n`;

async function fileOf(name: string, input: string): Promise<SalesCsvFile> {
  const { mapping } = await inspectSalesCsv(input);
  return { name, input, mapping };
}

async function read(files: readonly SalesCsvFile[], overlap?: 'once' | 'add') {
  const { panel, report } = await buildPanel(readSalesCsvFiles(files, { overlap }));
  const units = panel.units.filter((value) => !Number.isNaN(value)).reduce((sum, value) => sum + value, 0);
  return { units, report, found: report.findings.map(({ code, count }) => [code, count]) };
}

const ORDERS = 'Name,Financial Status,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku';

describe('exports with numbers of orders that overlap', () => {
  const spring = lines(
    ORDERS,
    '#1,paid,2026-02-01 10:00:00 +0100,1,Mug,12.00,MUG',
    '#2,paid,2026-03-05 10:00:00 +0100,2,Mug,12.00,MUG',
    '#2,,2026-03-05 10:00:00 +0100,2,Mug,12.00,MUG',
    '#3,paid,2026-03-06 10:00:00 +0100,3,Tee,25.00,TEE',
  );
  const summer = lines(
    ORDERS,
    '#2,paid,2026-03-05 10:00:00 +0100,2,Mug,12.00,MUG',
    '#2,,2026-03-05 10:00:00 +0100,2,Mug,12.00,MUG',
    '#3,refunded,2026-03-06 10:00:00 +0100,3,Tee,25.00,TEE',
    '#4,paid,2026-05-01 10:00:00 +0200,5,Mug,12.00,MUG',
  );

  it('count each line of an order once, and a line that occurs twice in the order twice', async () => {
    const result = await read([await fileOf('spring.csv', spring), await fileOf('summer.csv', summer)]);
    // #1: 1, #2: 2 + 2, #4: 5; #3 was refunded later, according to the later file.
    expect(result.found).toContainEqual(['repeated-line', 3]);
    expect(result.units).toBe(1 + 4 + 5);
    const [{ examples }] = result.report.findings.filter(({ code }) => code === 'repeated-line');
    expect(examples[0]?.path).toEqual(['file', 'spring.csv', 'line', 3]);
  });

  it('count the same file twice as one, and all of both where that is asked for', async () => {
    const twice = [await fileOf('a.csv', spring), await fileOf('b.csv', spring)];
    expect((await read(twice)).units).toBe(8);
    expect((await read(twice, 'add')).units).toBe(16);
  });

  it('count once in a file that was put together from both', async () => {
    const result = await read([await fileOf('both.csv', spring + spring)]);
    expect(result.units).toBe(8);
    expect(result.found).toContainEqual(['repeated-line', 4]);
  });

  it('count returns beside the sales of the same order', async () => {
    const header = 'order id,date,sku,quantity';
    const first = await fileOf('a.csv', lines(header, '1,2026-03-01,MUG,2', '2,2026-03-02,TEE,1'));
    const second = await fileOf('b.csv', lines(header, '1,2026-03-01,MUG,2', '1,2026-03-01,MUG,-1'));
    expect((await read([first, second])).units).toBe(2);
  });
});

describe('the line id', () => {
  it('counts a line once within a file too', async () => {
    const text = lines(
      'Line ID,date,sku,quantity',
      'a1,2026-03-01,MUG,2',
      'a2,2026-03-01,MUG,2',
      'a1,2026-03-01,MUG,2',
    );
    const { mapping } = await inspectSalesCsv(text);
    expect(mapping.lineId).toBe('Line ID');
    expect((await read([await fileOf('a.csv', text)])).units).toBe(4);
  });

  it('is not a number that restarts in each order', async () => {
    const text = lines(
      'Order ID,Line ID,date,sku,quantity',
      ...[1, 2, 3, 4].map((order) => `${order},1,2026-03-01,MUG,1`),
    );
    expect((await inspectSalesCsv(text)).mapping).toMatchObject({ order: 'Order ID' });
    expect((await read([await fileOf('a.csv', text)])).units).toBe(4);
  });
});

describe('exports without numbers of orders that overlap', () => {
  const days = (from: number, to: number, units: (day: number) => number) =>
    lines(
      'date,sku,quantity',
      ...Array.from({ length: to - from + 1 }, (_, i) => {
        const day = String(from + i).padStart(2, '0');
        return `2026-03-${day},MUG,${units(from + i)}`;
      }),
    );
  const same = async () => [
    await fileOf(
      'a.csv',
      days(1, 20, (day) => day),
    ),
    await fileOf(
      'b.csv',
      days(15, 30, (day) => (day === 20 ? 50 : day)),
    ),
  ];

  it('are a question where they hold the same sales', async () => {
    const error = await read(await same()).catch((reason: unknown) => reason);
    if (!ForecastError.is(error)) throw new Error('expected a ForecastError');
    expect([error.code, error.path]).toEqual(['invalid-data', ['overlap']]);
    expect(error.hint).toContain('once');
  });

  it('count each day of a product in the last file that has it, or all', async () => {
    const sum = (30 * 31) / 2;
    expect((await read(await same(), 'once')).units).toBe(sum + 30);
    expect((await read(await same(), 'add')).units).toBe(sum + 30 + (15 + 16 + 17 + 18 + 19 + 20));
  });

  it('add up with a finding where they are of two shops', async () => {
    const north = await fileOf(
      'north.csv',
      days(1, 20, (day) => 2 * day),
    );
    const south = await fileOf(
      'south.csv',
      days(1, 20, (day) => day + 50),
    );
    const { units, found } = await read([north, south]);
    expect(units).toBe(3 * 210 + 1000);
    expect(found).toContainEqual(['overlap', 20]);
  });

  it('say nothing where no day is common', async () => {
    const first = await fileOf(
      'a.csv',
      days(1, 10, () => 1),
    );
    const second = await fileOf(
      'b.csv',
      days(11, 20, () => 1),
    );
    const { units, found } = await read([first, second]);
    expect(units).toBe(20);
    expect(found.map(([code]) => code)).not.toContain('overlap');
  });

  it('are reported in a file that was put together from both', async () => {
    const text = days(1, 20, (day) => day) + days(15, 30, (day) => day);
    const { found } = await read([await fileOf('both.csv', text)]);
    expect(found).toContainEqual(['overlap', 6]);
  });
});

describe('deliveries that overlap', () => {
  const records = [1, 2, 3].map((day) => ({ date: `2026-03-0${day}`, productId: 'MUG', units: 2 }));

  it('are reported by the ingest that adds to stored days', async () => {
    const forecaster = createForecaster();
    expect((await forecaster.ingest(records)).findings).toEqual([]);
    const { findings, accepted } = await forecaster.ingest(records.slice(1));
    expect(accepted).toBe(2);
    expect(findings).toMatchObject([{ code: 'overlap', severity: 'warning', count: 2 }]);
    expect((await forecaster.ingest(records, { mode: 'replace' })).findings).toEqual([]);
  });
});
