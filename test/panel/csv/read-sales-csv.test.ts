import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse as parseWithCsvParse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ForecastError } from '../../../src/errors.js';
import { buildPanel } from '../../../src/panel/build-panel.js';
import { type CsvInput, type CsvOptions, readSalesCsv } from '../../../src/panel/csv/index.js';
import type { SalesRecord } from '../../../src/panel/sales-record.js';

async function* pieces<T>(...items: T[]) {
  yield* items;
}

async function read(input: CsvInput, options?: CsvOptions): Promise<SalesRecord[]> {
  const records: SalesRecord[] = [];
  for await (const record of readSalesCsv(input, options)) records.push(record);
  return records;
}

/** The columns of records that a test looks at. */
const brief = (records: SalesRecord[]) =>
  records.map(({ date, productId, units }) => [date, productId, units].join(' '));

async function refusal(input: unknown, options?: unknown): Promise<ForecastError> {
  try {
    await read(input as CsvInput, options as CsvOptions);
  } catch (error) {
    if (ForecastError.is(error)) return error;
    throw error;
  }
  throw new Error('Nothing was refused');
}

const SIMPLE = 'date,productId,units\n2024-03-01,a,1\n2024-03-02,b,2.5\n';

describe('readSalesCsv', () => {
  it('reads columns named like those of a record', async () => {
    const csv = [
      'Date,Product ID,category,UNITS,revenue,price,promo,in_stock,location',
      '2024-03-01,a,"Toys, soft",3,30.5,10.25,yes,TRUE,North',
      '2024-03-02, b ,,-1,,,0,,',
    ].join('\n');
    expect(await read(csv)).toEqual([
      {
        date: '2024-03-01',
        productId: 'a',
        category: 'Toys, soft',
        units: 3,
        revenue: 30.5,
        price: 10.25,
        promo: true,
        inStock: true,
        location: 'North',
      },
      { date: '2024-03-02', productId: 'b', category: '', units: -1, promo: false, location: '' },
    ]);
  });

  it('maps columns by name, position and function', async () => {
    const csv = 'InvoiceDate,StockCode,Quantity,Country\n12/1/2010 8:26,85123A,6,France\n';
    const records = await read(csv, {
      columns: {
        date: 'InvoiceDate',
        productId: 1,
        units: 'Quantity',
        category: (row) => row.Country.toUpperCase(),
      },
      dateFormat: 'M/d/yyyy H:mm',
    });
    expect(records).toMatchObject([
      { date: '2010-12-01', productId: '85123A', units: 6, category: 'FRANCE' },
    ]);
  });

  it('reads files without a header by position', async () => {
    const records = await read('a;2024-03-01;1,5\n', {
      header: false,
      decimal: ',',
      columns: { date: 1, productId: 0, units: 2 },
    });
    expect(brief(records)).toEqual(['2024-03-01 a 1.5']);
  });

  it.each([
    ['a byte order mark', `\ufeff${SIMPLE}`],
    ['CRLF line ends', SIMPLE.replaceAll('\n', '\r\n')],
    ['CR line ends', SIMPLE.replaceAll('\n', '\r')],
    ['no last line end', SIMPLE.trimEnd()],
    ['empty lines', `\n\n${SIMPLE.replaceAll('\n', '\n\n')}`],
    ['semicolons', SIMPLE.replaceAll(',', ';')],
    ['tabs', SIMPLE.replaceAll(',', '\t')],
    ['quotes around everything', SIMPLE.replace(/[^,\n]+/g, '"$&"')],
    ['quotes and CRLF', SIMPLE.replace(/[^,\n]+/g, '"$&"').replaceAll('\n', '\r\n')],
    ['empty columns at the right', SIMPLE.replace(/\n2/g, ',,\n2')],
  ])('understands %s', async (_, csv) => {
    expect(brief(await read(csv))).toEqual(['2024-03-01 a 1', '2024-03-02 b 2.5']);
  });

  it('reads text, bytes, streams, blobs and gzip alike', async () => {
    const bytes = new TextEncoder().encode(SIMPLE);
    const zipped = gzipSync(bytes);
    const inputs: CsvInput[] = [
      pieces(SIMPLE),
      pieces(bytes),
      pieces(...Array.from(bytes, (byte) => Uint8Array.of(byte))),
      pieces(...SIMPLE),
      new Blob([bytes]),
      new Blob([bytes]).stream(),
      pieces(new Uint8Array(zipped)),
      pieces(...Array.from(zipped, (byte) => Uint8Array.of(byte))),
      new Blob([new Uint8Array(zipped)]),
    ];
    for (const input of inputs) expect(brief(await read(input))).toEqual(brief(await read(SIMPLE)));
  });

  it('reads a file of Node, which is closed when the reader stops early', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'csv-'));
    try {
      const file = join(folder, 'sales.csv');
      await writeFile(file, SIMPLE + '2024-03-03,c,1\n'.repeat(100_000));
      const stream = createReadStream(file);
      for await (const record of readSalesCsv(stream)) {
        expect(record.productId).toBe('a');
        break;
      }
      expect(stream.destroyed).toBe(true);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('decodes other encodings', async () => {
    const latin1 = Uint8Array.from('date,productId,units\n2024-03-01,caf\u00e9,1\n', (c) => c.charCodeAt(0));
    expect(brief(await read(pieces(latin1), { encoding: 'windows-1252' }))).toEqual([
      '2024-03-01 caf\u00e9 1',
    ]);
  });

  it('leaves wrong lines out and puts them into the report of the panel', async () => {
    const csv = [
      'date,productId,units,promo',
      '2024-03-01,a,1,yes',
      '2024-02-30,a,1,yes',
      '2024-03-01,,1,yes',
      '2024-03-01,a,one,yes',
      '2024-03-01,a,,yes',
      '2024-03-01,a,1,perhaps',
      '2024-03-01,a,1',
      '2024-03-01,a,1,yes,no',
      '',
      '2024-03-02,a,4,no',
    ].join('\n');
    const { panel, report } = await buildPanel(readSalesCsv(csv));
    // An optional value that is not understood costs itself, not its row.
    expect(panel.units).toEqual(Float64Array.of(2, 4));
    expect(report).toMatchObject({ rows: 9, accepted: 3, rejected: 6 });
    expect(report.rejectedBy).toEqual({
      'invalid-date': 1,
      'invalid-productId': 1,
      'invalid-units': 2,
      'malformed-line': 2,
    });
    expect(report.findings.find(({ code }) => code === 'invalid-units')?.examples).toEqual([
      { path: ['line', 5, 'units'], message: '"one"' },
      { path: ['line', 6, 'units'], message: '""' },
    ]);
    expect(report.findings.find(({ code }) => code === 'ignored-value')).toMatchObject({
      count: 1,
      examples: [{ path: ['line', 7, 'promo'], message: '"perhaps"' }],
    });
    expect(report.findings[0].examples).toEqual([
      { path: ['line', 8], message: '3 fields where the header has 4' },
      { path: ['line', 9], message: '5 fields where the header has 4' },
    ]);
  });

  it('loses to a stray quote its own line only', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `2024-03-01,p${i},1`);
    lines[2000] = '2024-03-01,"5" pipe,1';
    lines[4000] = '2024-03-01,"open,1';
    const { panel, report } = await buildPanel(readSalesCsv(['date,productId,units', ...lines].join('\n')));
    expect(panel.seriesCount).toBe(4998);
    expect(report.rejectedBy).toEqual({ 'malformed-line': 2 });
    expect(report.findings[0].examples.map(({ path }) => path)).toEqual([
      ['line', 2002],
      ['line', 4002],
    ]);
  });

  it('does not read on for ever after a quote that is never closed', async () => {
    const lines = Array.from({ length: 60_000 }, (_, i) => `2024-03-01,p${i},1`);
    lines[10] = '2024-03-01,"open,1';
    const csv = readSalesCsv(['date,productId,units', ...lines].join('\n'));
    let first = 0;
    let all = 0;
    for await (const batch of csv.batches()) {
      first ||= batch.length;
      all += batch.length;
    }
    expect(all).toBe(59_999);
    expect(first).toBeLessThan(30_000);
  });

  it('numbers the lines rightly below quoted fields of several lines', async () => {
    const csv = 'date,productId,units,note\n2024-03-01,a,1,"one\ntwo\r\nthree"\n2024-03-01,a,x,\n';
    const { report } = await buildPanel(readSalesCsv(csv));
    expect(report.findings.find(({ code }) => code === 'invalid-units')?.examples[0].path).toEqual([
      'line',
      5,
      'units',
    ]);
  });

  it('filters lines and counts them', async () => {
    const source = readSalesCsv(SIMPLE, { filter: (row) => row.productId !== 'b' });
    const { panel, report } = await buildPanel(source);
    expect(panel.ids).toEqual(['a']);
    expect(report.rejectedBy).toEqual({ filtered: 1 });
  });

  it('refuses an input that it cannot read', async () => {
    expect(await refusal('day,productId,units\n1,2,3\n')).toMatchObject({
      code: 'invalid-option',
      path: ['columns', 'date'],
      hint: expect.stringContaining('day, productId, units'),
    });
    expect(await refusal(SIMPLE, { columns: { units: 'Units' } })).toMatchObject({
      path: ['columns', 'units'],
    });
    expect(await refusal(SIMPLE, { columns: { unit: 'units' } })).toMatchObject({
      path: ['columns', 'unit'],
    });
    expect(await refusal(SIMPLE, { delimiter: '"' })).toMatchObject({ path: ['delimiter'] });
    expect(await refusal(SIMPLE, { encoding: 'klingon' })).toMatchObject({ path: ['encoding'] });
    expect(await refusal(12)).toMatchObject({ code: 'invalid-option', path: ['input'] });
    const half = new Uint8Array(gzipSync(SIMPLE.repeat(50))).subarray(0, 60);
    expect(await refusal(pieces(half))).toMatchObject({ code: 'invalid-data', path: ['input'] });
    expect(await refusal(pieces(SIMPLE), { gzip: true })).toMatchObject({ code: 'invalid-data' });
    await expect(buildPanel(readSalesCsv(''))).rejects.toMatchObject({ code: 'empty-data' });
    await expect(buildPanel(readSalesCsv('date,productId,units\n'))).rejects.toMatchObject({
      code: 'empty-data',
    });
  });

  it('passes an error of the source on as it is', async () => {
    const broken = async function* () {
      yield SIMPLE;
      throw new RangeError('disk gone');
    };
    await expect(read(broken())).rejects.toThrow(RangeError);
    const zipped = async function* () {
      yield new Uint8Array(gzipSync(SIMPLE)).subarray(0, 20);
      throw new RangeError('disk gone');
    };
    await expect(read(zipped())).rejects.toThrow(RangeError);
  });

  it('can be read only once', async () => {
    const csv = readSalesCsv(SIMPLE);
    await buildPanel(csv);
    await expect(buildPanel(csv)).rejects.toMatchObject({ code: 'invalid-option', path: ['input'] });
  });

  it('reports progress and can be aborted while the source hangs', async () => {
    const sizes: number[] = [];
    await read(pieces(SIMPLE, '2024-03-03,c,1\n'), { onProgress: ({ done }) => sizes.push(done) });
    expect(sizes).toEqual([SIMPLE.length, SIMPLE.length + 15]);
    const controller = new AbortController();
    const hanging = async function* () {
      yield SIMPLE;
      setTimeout(() => controller.abort(), 5);
      await new Promise(() => {});
    };
    const error = await refusal(hanging(), { signal: controller.signal });
    expect(error.code).toBe('aborted');
  });
});

describe('any CSV', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', '7', ' ', ',', '"', '\n', ';', '\u00e9', '\ud83d\ude00'),
  });
  const table = fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 12 });
  const quoted = (field: string) => `"${field.replaceAll('"', '""')}"`;

  it('comes out as csv-parse reads it, however the bytes are cut', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 9 }), fc.boolean(), async (rows, size, zip) => {
        const lines = rows.map(([id, place]) => `2024-03-01,${quoted(`x${id}`)},1,${quoted(place)}`);
        const csv = ['date,productId,units,location', ...lines].join('\n');
        const expected = (parseWithCsvParse(csv, { columns: true }) as Record<string, string>[]).map(
          (row) => [row.productId.trim(), row.location.trim()],
        );
        const encoded = zip ? new Uint8Array(gzipSync(csv)) : new TextEncoder().encode(csv);
        const cuts: Uint8Array[] = [];
        for (let at = 0; at < encoded.length; at += size) cuts.push(encoded.subarray(at, at + size));
        const records = await read(pieces(...cuts));
        expect(records.map(({ productId, location }) => [productId, location])).toEqual(expected);
        compared += expected.length;
      }),
      { seed: 20240304, numRuns: 150 },
    );
    expect(compared).toBeGreaterThan(500);
  });

  it('never fails on garbage: every line is a record or counted', async () => {
    const garbage = fc.string({ unit: fc.constantFrom('2024-03-01', ',', '"', '\n', '\r', 'a', '1', ' ') });
    await fc.assert(
      fc.asyncProperty(garbage, fc.integer({ min: 1, max: 20 }), async (rest, size) => {
        const csv = SIMPLE + rest;
        const cuts = csv.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
        const { report } = await buildPanel(readSalesCsv(pieces(...cuts)));
        expect(report.accepted + report.rejected).toBe(report.rows);
        expect(report.accepted).toBeGreaterThanOrEqual(2);
      }),
      { seed: 20240305, numRuns: 300 },
    );
  });
});
