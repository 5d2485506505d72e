import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDay, parseDay } from '../../src/calendar/day.js';
import { ForecastError } from '../../src/errors.js';
import { buildPanel } from '../../src/panel/build-panel.js';
import type { DataReport } from '../../src/panel/data-report.js';
import type { Panel } from '../../src/panel/panel.js';
import { PanelBuilder } from '../../src/panel/panel-builder.js';
import type { PanelOptions } from '../../src/panel/panel-options.js';
import type { SalesRecord } from '../../src/panel/sales-record.js';

const sale = (
  date: string,
  productId: string,
  units: number,
  more: Partial<SalesRecord> = {},
): SalesRecord => ({
  date,
  productId,
  units,
  category: 'Toys',
  ...more,
});

const unitsOf = (panel: Panel, id: string): number[] => {
  const series = panel.ids.indexOf(id);
  return Array.from(panel.units.subarray(series * panel.days, (series + 1) * panel.days));
};

/** A ledger without any change. */
const UNCHANGED = { floored: 0, spread: 0, blanked: 0, bounded: 0, winsorised: 0 };

const found = (report: DataReport, code: string) => report.findings.find((finding) => finding.code === code);

async function refusal(records: unknown, options?: unknown): Promise<ForecastError> {
  try {
    await buildPanel(records as SalesRecord[], options as PanelOptions);
  } catch (error) {
    if (ForecastError.is(error)) return error;
    throw error;
  }
  throw new Error('Nothing was refused');
}

describe('buildPanel', () => {
  const records = [
    sale('2024-03-03', 'b', 1, { category: 'Games' }),
    sale('2024-03-01', 'a', 3),
    sale('2024-03-04', 'a', 2),
    sale('2024-03-04', 'a', 5),
  ];

  it('sums the records of a day and fills the days between with zeros', async () => {
    const { panel, report } = await buildPanel(records);
    expect(panel).toEqual({
      startDay: parseDay('2024-03-01'),
      days: 4,
      seriesCount: 2,
      ids: ['a', 'b'],
      categories: ['Games', 'Toys'],
      categoryOf: Int32Array.of(1, 0),
      units: Float64Array.of(3, 0, 0, 7, NaN, NaN, 1, 0),
      firstDay: Int32Array.of(0, 2),
    });
    expect(report).toMatchObject({
      rows: 4,
      accepted: 4,
      rejected: 0,
      rejectedBy: {},
      units: { ...UNCHANGED, accepted: 11, panel: 11 },
      series: 2,
      categories: 2,
      firstDay: '2024-03-01',
      lastDay: '2024-03-04',
    });
    expect(found(report, 'duplicate')).toMatchObject({
      count: 1,
      examples: [{ path: ['series', 'a', '2024-03-04'] }],
    });
    expect(found(report, 'gap')).toMatchObject({ count: 3, unit: 'days' });
    expect(found(report, 'empty-day')).toMatchObject({
      count: 1,
      examples: [{ path: ['day', '2024-03-02'] }],
    });
  });

  it('leaves gaps missing, and counts days before the first record as zero, if asked to', async () => {
    const { panel } = await buildPanel(records, { gaps: 'missing', beforeFirst: 'zero' });
    expect(unitsOf(panel, 'a')).toEqual([3, NaN, NaN, 7]);
    expect(unitsOf(panel, 'b')).toEqual([0, 0, 1, NaN]);
  });

  it('takes returns off the day, and counts a negative day as zero', async () => {
    const returned = [sale('2024-03-01', 'a', 5), sale('2024-03-01', 'a', -2), sale('2024-03-02', 'a', -4)];
    const { panel, report } = await buildPanel(returned);
    expect(unitsOf(panel, 'a')).toEqual([3, 0]);
    expect(report.units).toEqual({
      ...UNCHANGED,
      accepted: -1,
      floored: 4,
      panel: 3,
    });
    expect(found(report, 'negative-day')).toMatchObject({ count: 1, amount: 4 });
  });

  it('leaves negative rows out if the options refuse them', async () => {
    const rows = [sale('2024-03-01', 'a', 5), sale('2024-03-01', 'a', -2)];
    const { panel, report } = await buildPanel(rows, { negativeUnits: 'reject' });
    expect(unitsOf(panel, 'a')).toEqual([5]);
    expect(report.rejectedBy).toEqual({ 'negative-units': 1 });
  });

  it('leaves wrong rows out and says where they are', async () => {
    const wrong = [
      sale('2024-03-01', 'a', 1),
      sale('2023-02-29', 'a', 1),
      sale('2024-03-01', '', 1),
      sale('2024-03-01', 'a', Number.NaN),
      sale('2024-03-01', 'a', '7' as unknown as number),
      sale('2024-03-01', 'a', 1, { price: -1 }),
      sale('2024-03-01', 'a', 1, { revenue: Number.POSITIVE_INFINITY }),
      sale('2024-03-01', 'a', 1, { promo: 'yes' as unknown as boolean }),
      sale('2024-03-01', 'a', 1, { inStock: 1 as unknown as boolean }),
      sale('2024-03-01', 'a', 1, { location: 5 as unknown as string }),
      sale('2024-03-01', 'a', 1, { category: 5 as unknown as string }),
      sale('0024-03-01', 'a', 1),
      null as unknown as SalesRecord,
    ];
    const { panel, report } = await buildPanel(wrong);
    expect(unitsOf(panel, 'a')).toEqual([1]);
    expect(report.rejectedBy).toEqual({
      'invalid-date': 2,
      'invalid-productId': 1,
      'invalid-units': 2,
      'invalid-price': 1,
      'invalid-revenue': 1,
      'invalid-promo': 1,
      'invalid-inStock': 1,
      'invalid-location': 1,
      'invalid-category': 1,
      'invalid-record': 1,
    });
    expect(found(report, 'invalid-units')?.examples).toEqual([
      { path: ['row', 4, 'units'], message: 'NaN' },
      { path: ['row', 5, 'units'], message: '"7"' },
    ]);
    expect(report.findings.slice(0, 2).map(({ severity }) => severity)).toEqual(['error', 'error']);
  });

  it('keeps locations apart if asked to', async () => {
    const rows = [
      sale('2024-03-01', 'a', 1, { location: 'North' }),
      sale('2024-03-01', 'a', 2, { location: 'South' }),
      sale('2024-03-01', 'a', 4),
    ];
    expect((await buildPanel(rows)).panel.units).toEqual(Float64Array.of(7));
    const { panel } = await buildPanel(rows, { byLocation: true });
    expect(panel.ids).toEqual(['a', 'a@North', 'a@South']);
    expect(panel.units).toEqual(Float64Array.of(4, 1, 2));
  });

  it('cuts the panel to the days asked for and accounts for the rest', async () => {
    const { panel, report } = await buildPanel(records, { startDay: '2024-03-02', lastDay: '2024-03-03' });
    expect([formatDay(panel.startDay), panel.days, panel.ids]).toEqual(['2024-03-02', 2, ['b']]);
    expect(report.rejectedBy).toEqual({ 'before-start-day': 1, 'after-last-day': 2 });
  });

  it('reaches to the last day asked for, even without records', async () => {
    const { panel } = await buildPanel([sale('2024-03-01', 'a', 1)], {
      startDay: '2024-02-29',
      lastDay: parseDay('2024-03-03'),
    });
    expect(unitsOf(panel, 'a')).toEqual([NaN, 1, 0, 0]);
  });

  it('leaves short series out if asked to', async () => {
    const { panel, report } = await buildPanel(records, { minDays: 3 });
    expect(panel.ids).toEqual(['a']);
    expect(panel.categories).toEqual(['Toys']);
    expect(report).toMatchObject({ accepted: 3, rejectedBy: { 'short-series': 1 }, units: { accepted: 10 } });
  });

  it('uses the category of the latest day and reports the change', async () => {
    const rows = [
      sale('2024-03-03', 'a', 1, { category: 'Games' }),
      sale('2024-03-01', 'a', 1),
      sale('2024-03-05', 'a', 1, { category: null }),
      sale('2024-03-05', 'b', 1, { category: '' }),
    ];
    const { panel, report } = await buildPanel(rows);
    expect(panel.categories).toEqual(['Games', 'uncategorized']);
    expect(found(report, 'category-changed')).toMatchObject({
      count: 1,
      examples: [{ path: ['series', 'a'], message: '"Games", elsewhere "Toys"' }],
    });
    expect(found(report, 'uncategorized')).toMatchObject({ count: 1, examples: [{ path: ['series', 'b'] }] });
  });

  it('keeps revenue, prices, promotions and stock', async () => {
    const rows = [
      sale('2024-03-01', 'a', 1, { price: 10, promo: true }),
      sale('2024-03-01', 'a', 3, { revenue: 60, promo: false }),
      sale('2024-03-02', 'a', -1, { revenue: -10 }),
      sale('2024-03-03', 'a', 2, { price: 5, revenue: 8, inStock: false }),
      sale('2024-03-04', 'a', 1),
    ];
    const { panel, report } = await buildPanel(rows, { outOfStock: 'missing' });
    expect(panel.units).toEqual(Float64Array.of(4, 0, NaN, 1));
    expect(panel.revenue).toEqual(Float64Array.of(70, 0, 8, 0));
    expect(panel.price).toEqual(Float32Array.of(17.5, NaN, 5, NaN));
    expect(panel.promo).toEqual(Uint8Array.of(1, 0, 0, 0));
    expect(panel.inStock).toEqual(Uint8Array.of(1, 1, 0, 1));
    expect(report.units).toEqual({
      ...UNCHANGED,
      accepted: 6,
      floored: 1,
      blanked: -2,
      panel: 5,
    });
    expect(found(report, 'missing-revenue')).toMatchObject({ count: 1 });
    expect(found(report, 'negative-revenue-day')).toMatchObject({ count: 1, amount: 10 });
  });

  it('reports a product that never sold', async () => {
    const { report } = await buildPanel([sale('2024-03-01', 'a', 0), sale('2024-03-01', 'b', 1)]);
    expect(found(report, 'never-sold')).toMatchObject({ count: 1, examples: [{ path: ['series', 'a'] }] });
  });

  it('reads dates in another format and in the time zone of the shop', async () => {
    const late = new Date('2024-03-02T03:00:00Z');
    const inNewYork = await buildPanel([{ ...records[0], date: late }], { timeZone: 'America/New_York' });
    expect(inNewYork.report.firstDay).toBe('2024-03-01');
    const american = await buildPanel([sale('12/31/2023 9:05', 'a', 1)], { dateFormat: 'M/d/yyyy H:mm' });
    expect(american.report.firstDay).toBe('2023-12-31');
  });

  it('says what is wrong if no row is left', async () => {
    expect(await refusal([])).toMatchObject({
      code: 'empty-data',
      message: 'There are no sales records',
      hint: expect.stringContaining('ingest()'),
    });
    expect(await refusal([sale('yesterday', 'a', 1)])).toMatchObject({
      code: 'empty-data',
      message: 'None of 1 rows was accepted (1 invalid-date)',
      path: ['row', 1, 'date'],
    });
    expect(await refusal(null)).toMatchObject({ code: 'invalid-option', path: ['records'] });
    expect(await refusal('a,b')).toMatchObject({ code: 'invalid-option', path: ['records'] });
  });

  it.each([
    [{ gaps: 'none' }, ['gaps']],
    [{ lastDay: '2024-02-30' }, ['lastDay']],
    [{ startDay: '2024-03-02', lastDay: '2024-03-01' }, ['lastDay']],
    [{ minDays: 0 }, ['minDays']],
    [{ outliers: { threshold: -1 } }, ['outliers', 'threshold']],
    [{ timeZone: 'Mars/Olympus' }, ['timeZone']],
    [{ dateFormat: 'MM/yyyy' }, ['dateFormat']],
    [{ unknown: 1 }, ['unknown']],
  ])('refuses the options %j', async (options, path) => {
    expect(await refusal(records, options)).toMatchObject({ code: 'invalid-option', path });
  });

  it('refuses a grid that a mistyped date stretches beyond the limit', async () => {
    const error = await refusal([sale('1924-03-01', 'a', 1), ...records], { maxCells: 10_000 });
    expect(error).toMatchObject({ code: 'limit-exceeded', path: ['maxCells'] });
    expect(error.message).toContain('1924-03-01');
  });

  it('takes async streams, and stops them when it is aborted', async () => {
    async function* stream() {
      yield* records;
    }
    expect(await buildPanel(stream())).toEqual(await buildPanel(records));

    const controller = new AbortController();
    async function* hanging() {
      yield records[0];
      controller.abort();
      await new Promise(() => {});
      yield records[1];
    }
    await expect(buildPanel(hanging(), { signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  it('closes an endless stream when it is aborted', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 5);
    let close = () => {};
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    async function* endless() {
      try {
        for (;;) yield records[0];
      } finally {
        close();
      }
    }
    await expect(buildPanel(endless(), { signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
    });
    await closed;
  });

  it('lets an abort come through while it builds from an array', async () => {
    const many = Array.from({ length: 300_000 }, (_, i) =>
      sale(formatDay(19_000 + (i % 1000)), `p${i % 300}`, i % 7),
    );
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    await expect(buildPanel(many, { signal: controller.signal })).rejects.toMatchObject({ code: 'aborted' });
  });

  it('reports progress', async () => {
    const phases = new Set<string>();
    const many = Array.from({ length: 10_000 }, (_, i) => sale('2024-03-01', `p${i % 3}`, 1));
    await buildPanel(many, { onProgress: ({ phase }) => phases.add(phase) });
    expect([...phases]).toEqual([
      'read rows',
      'read days',
      'sum rows',
      'find cadence',
      'count sales',
      'repair series',
      'note series',
    ]);
  });
});

describe('PanelBuilder', () => {
  it('can be finished, extended and finished again', () => {
    const builder = new PanelBuilder();
    builder.add(sale('2024-03-01', 'b', 1));
    const first = builder.finish();
    expect(builder.finish()).toEqual(first);
    expect(builder.addDaily({ day: parseDay('2024-03-02'), productId: 'a', units: 2 })).toBe(true);
    expect(builder.addDaily({ day: 0.5, productId: 'a', units: 2 })).toBe(false);
    const second = builder.finish();
    expect(second.panel.ids).toEqual(['a', 'b']);
    expect(second.panel.units).toEqual(Float64Array.of(NaN, 2, 1, 0));
    expect(second.report.rejectedBy).toEqual({ 'invalid-date': 1 });
    expect(first.panel.ids).toEqual(['b']);
  });
});

describe('every panel', () => {
  const day = fc.integer({ min: 19_700, max: 19_760 }).map(formatDay);
  const record = fc.record(
    {
      date: fc.oneof(
        { weight: 9, arbitrary: day },
        { weight: 1, arbitrary: fc.constantFrom('', '2024-13-01') },
      ),
      productId: fc.constantFrom('a', 'b', 'c', 'd', ''),
      category: fc.constantFrom('x', 'x', null, ''),
      units: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -20, max: 100 }) }, fc.constant(Number.NaN)),
      revenue: fc.option(fc.integer({ min: -50, max: 500 })),
      inStock: fc.option(fc.boolean()),
      location: fc.constantFrom('n', 's', undefined),
    },
    { requiredKeys: ['date', 'productId', 'units'] },
  ) as fc.Arbitrary<SalesRecord>;
  const options = fc.record(
    {
      gaps: fc.constantFrom('zero', 'missing'),
      beforeFirst: fc.constantFrom('zero', 'missing'),
      negativeUnits: fc.constantFrom('net', 'reject'),
      outOfStock: fc.constantFrom('keep', 'missing'),
      outages: fc.constantFrom('missing', 'zero'),
      cadence: fc.constantFrom('spread', 'daily'),
      today: fc.constantFrom(19_735, 19_770),
      byLocation: fc.boolean(),
      startDay: fc.constantFrom(19_710, 19_720),
      lastDay: fc.constantFrom(19_740, 19_780),
      minDays: fc.constantFrom(1, 20, 40),
      outliers: fc.record({
        action: fc.constantFrom('ignore', 'report', 'bound', 'winsorise'),
        threshold: fc.constant(1.5),
      }),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<PanelOptions>;

  const build = (records: SalesRecord[], chosen: PanelOptions) => {
    const builder = new PanelBuilder(chosen);
    for (const one of records) builder.add(one);
    return builder.finish();
  };
  const isEmpty = (error: unknown) => ForecastError.is(error) && error.code === 'empty-data';

  it('accounts for every row and every unit, whatever the options', () => {
    let built = 0;
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 150, size: 'max' }),
        options,
        (records, chosen) => {
          let result: ReturnType<typeof build>;
          try {
            result = build(records, chosen);
          } catch (error) {
            if (isEmpty(error)) return;
            throw error;
          }
          built++;
          const { panel, report } = result;
          const rejected = Object.values(report.rejectedBy).reduce((sum, count) => sum + count, 0);
          expect(report.rows).toBe(records.length);
          expect(report.accepted + rejected).toBe(records.length);
          const observed = panel.units.filter((units) => !Number.isNaN(units));
          const { accepted, floored, spread, blanked, bounded, winsorised } = report.units;
          const sum = observed.reduce((total, units) => total + units, 0);
          expect(report.units.panel).toBeCloseTo(sum, 6);
          expect(accepted + floored + spread + blanked + bounded + winsorised).toBeCloseTo(sum, 6);
          expect(observed.every((units) => units >= 0)).toBe(true);
        },
      ),
      { seed: 20240301, numRuns: 400 },
    );
    expect(built).toBeGreaterThan(300);
  });

  it('is the same in whatever order the records arrive', () => {
    const pair = fc
      .array(record, { minLength: 1, maxLength: 60 })
      .chain((records) =>
        fc.tuple(fc.constant(records), fc.shuffledSubarray(records, { minLength: records.length })),
      );
    fc.assert(
      fc.property(pair, options, ([records, shuffled], chosen) => {
        const panelOf = (rows: SalesRecord[]) => {
          try {
            return build(rows, chosen).panel;
          } catch (error) {
            if (isEmpty(error)) return 'empty';
            throw error;
          }
        };
        expect(panelOf(shuffled)).toEqual(panelOf(records));
      }),
      { seed: 20240302, numRuns: 200 },
    );
  });
});
