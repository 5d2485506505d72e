import { describe, expect, it } from 'vitest';
import { buildPanel } from '../../../src/index.js';
import {
  inspectSalesCsv,
  openSalesCsv,
  readSalesCsv,
  type SalesCsvMapping,
} from '../../../src/panel/csv/index.js';
import { FindingCollector } from '../../../src/panel/data-report.js';

type Input = string | Uint8Array;

const lines = (...all: string[]) => `${all.join('\n')}\n`;
const bytes = (text: string, code: (character: string) => number) => Uint8Array.from([...text].map(code));
const numbered = (count: number, line: string) => Array.from({ length: count }, () => line);

async function look(input: Input) {
  const inspection = await inspectSalesCsv(input);
  const { mapping, questions } = inspection;
  const asked = questions.map(({ id, assumed }) => (assumed === undefined ? id : `${id}=${assumed}`));
  return {
    ...inspection,
    asked,
    ...(mapping.open ? { units: {}, days: [], codes: [] } : await total(input, mapping)),
  };
}

async function total(input: Input, mapping: SalesCsvMapping) {
  const units: Record<string, number> = {};
  const days = new Set<string>();
  const csv = readSalesCsv(input, { mapping });
  for await (const record of csv) {
    units[record.productId] = (units[record.productId] ?? 0) + record.units;
    days.add(String(record.date));
  }
  const findings = new FindingCollector(5);
  findings.merge(csv.rejections);
  return { units, days: [...days], codes: findings.findings().map(({ code, count }) => `${code} ${count}`) };
}

/** Input, units by product, and where given: questions, findings, days. All counted by hand. */
interface Also {
  readonly asked?: readonly string[];
  readonly codes?: readonly string[];
  readonly days?: readonly string[];
}

type Case = readonly [name: string, input: Input, units: Readonly<Record<string, number>>, also?: Also];

const READ: readonly Case[] = [
  [
    'an order of dates that a late line decides',
    lines('Date,Product,Qty', ...numbered(6000, '03/04/2026,Mug,1'), '03/25/2026,Mug,1'),
    { Mug: 6001 },
    { days: ['2026-03-04', '2026-03-25'] },
  ],
  [
    'two-digit years by the whole column',
    lines('Date;Artikel;Menge', '06-09-25;Mug;1', '27-09-25;Mug;1', '28-10-26;Mug;1'),
    { Mug: 3 },
    { days: ['2025-09-06', '2025-09-27', '2026-10-28'] },
  ],
  [
    'an order of dates that another column decides',
    lines('Order date,Ship date,SKU,Qty', '03/04/2026,03/25/2026,A,1'),
    { A: 1 },
    { days: ['2026-03-04'] },
  ],
  [
    'grouped thousands beside a price with a point',
    lines('date,sku,qty,price', '2026-01-01,A,"1,200",2.50', '2026-01-02,A,"3,450",3.00'),
    { A: 4650 },
  ],
  [
    'grouped thousands beside a price with a comma',
    lines('datum;artikel;menge;preis', '01.01.2026;A;1.200;2,50', '02.01.2026;A;3.450;3,00'),
    { A: 4650 },
  ],
  [
    'French',
    lines(
      'Date de vente;R\u00e9f\u00e9rence;D\u00e9signation;Quantit\u00e9;Montant HT',
      '05/01/2026;T1;Tasse;2;1 234,50',
      '25/01/2026;;Bol;1;12,00',
      'Total;;;3;1 246,50',
    ),
    { T1: 2, Bol: 1 },
    { codes: ['title-or-total 1'] },
  ],
  [
    'Spanish',
    lines(
      'Fecha;C\u00f3digo;Art\u00edculo;Cantidad;Importe',
      '13-01-2026;A1;Taza;3;30,00 \u20ac',
      '14-01-2026;A1;Taza;-1;-10,00 \u20ac',
      'TOTAL GENERAL;;;2;20,00 \u20ac',
    ),
    { A1: 2 },
    { codes: ['title-or-total 1'] },
  ],
  [
    'Italian with months by name',
    lines(
      'Data,Codice,Descrizione,Quantit\u00e0,Importo',
      '"13 gen 2026",A1,Tazza,3,"30,00"',
      '"14 mag 2026",A1,Tazza,1,"10,00"',
      'Totale,,,4,"40,00"',
    ),
    { A1: 4 },
    { days: ['2026-01-13', '2026-05-14'], codes: ['title-or-total 1'] },
  ],
  [
    'Dutch with whole amounts',
    lines(
      'Datum;Artikelnummer;Omschrijving;Aantal;Bedrag',
      '13-1-2026;K1;Kop;3;\u20ac 30,-',
      '14-1-2026;K1;Kop;1;\u20ac 10,-',
      'Totaal;;;4;\u20ac 40,-',
    ),
    { K1: 4 },
    { codes: ['title-or-total 1'] },
  ],
  [
    'German with months by name',
    lines('Datum;Artikel;Anzahl', '1. M\u00e4rz 2026;Tasse;2', '12. Dezember 2026;Tasse;3'),
    { Tasse: 5 },
    { days: ['2026-03-01', '2026-12-12'] },
  ],
  [
    'bars below titles',
    lines('Sales report', 'Period|2026', '', 'Date|Item|Qty', '2026-01-01|Mug|1', 'Total||1'),
    { Mug: 1 },
    { codes: ['title-or-total 1'] },
  ],
  [
    'lines of bare delimiters',
    lines('date,sku,qty', ',,', '2026-01-01,A,1', ',,', ',,'),
    { A: 1 },
    { codes: [] },
  ],
  [
    'no header',
    lines('2026-01-01,Mug,3', '2026-01-02,Mug,4'),
    { Mug: 7 },
    { asked: ['missing-column:date=0', 'missing-column:productId=1', 'missing-column:units=2'] },
  ],
  [
    'signs in place of codes',
    lines('Date,SKU,Item,Qty', '2026-01-01,N/A,Mug,1', '2026-01-01,-,Tee,2', '2026-01-01,0,Cap,3'),
    { Mug: 1, Tee: 2, Cap: 3 },
  ],
  [
    'a name that is the code of another item',
    lines('Date,SKU,Item,Qty', '2026-01-01,Tee,Shirt,1', '2026-01-01,,Tee,2'),
    { Tee: 1, 'Tee (no code)': 2 },
    { codes: ['name-is-code 1'] },
  ],
  [
    'codes as formulas',
    lines('Date,SKU,Qty', '2026-01-01,="00123",1', "2026-01-02,'00123,2"),
    { '00123': 3 },
  ],
  [
    'a type that no word tells',
    lines('Date,SKU,Qty,Type', ...numbered(4, '2026-01-01,A,1,Sale'), '2026-01-02,A,2,Frobnicate'),
    { A: 6 },
    { codes: ['unknown-type 1'] },
  ],
  [
    'a return that only its amount tells',
    lines('Date,SKU,Qty,Amount', '2026-01-01,A,2,20.00', '2026-01-02,A,1,-10.00'),
    { A: 3 },
    { codes: ['opposite-signs 1'] },
  ],
  [
    'amounts in two currencies',
    lines(
      'Date,SKU,Qty,Amount',
      '2026-01-01,A,2,20.00 USD',
      '2026-01-02,A,1,$10.00',
      '2026-01-03,A,3,30.00 EUR',
    ),
    { A: 6 },
    { codes: ['mixed-currencies 1'] },
  ],
  [
    'a column of currencies',
    lines(
      'Date,SKU,Qty,Total,Currency',
      '2026-01-01,A,2,20.00,USD',
      '2026-01-02,A,1,9.00,EUR',
      '2026-01-03,A,1,10.00,USD',
    ),
    { A: 4 },
    { codes: ['mixed-currencies 1'] },
  ],
  [
    'one currency in several spellings',
    lines(
      'Date,SKU,Qty,Amount',
      '2026-01-01,A,2,"€ 20,00"',
      '2026-01-02,A,1,"10,00 EUR"',
      '2026-01-03,A,1,"10,00"',
    ),
    { A: 4 },
    { codes: [] },
  ],
  [
    'numbers in parentheses',
    lines('Date,SKU,Qty,Amount', '2026-01-01,A,2,$20.00', '2026-01-02,A,(1.00),($10.00)'),
    { A: 1 },
    { codes: [] },
  ],
  [
    'minus behind the number',
    lines('Datum;Material;Menge', '01.02.2026;A;2,000', '02.02.2026;A;1,000-', '03.02.2026;A;0,500'),
    { A: 1.5 },
  ],
  [
    'two files in one',
    lines('date,sku,qty', '2026-01-01,A,1', 'date,sku,qty', '2026-01-02,A,2'),
    { A: 3 },
    { codes: ['title-or-total 1'] },
  ],
  [
    'a product whose name begins with Total',
    lines('date,sku,qty', '2026-01-01,Total Cereal,1', '2026-01-01,Total,9'),
    { 'Total Cereal': 1 },
    { codes: ['title-or-total 1'] },
  ],
  [
    'subtotals of days',
    lines('date,product,qty', '2026-01-01,Mug,1', '2026-01-01,Tee,2', '2026-01-01,Subtotal,3'),
    { Mug: 1, Tee: 2 },
    { codes: ['title-or-total 1'] },
  ],
  [
    'days as titles',
    lines(
      'Product,Qty,Amount',
      '01.02.2026,,',
      'Mug,2,"20,00"',
      'Tee,1,"25,00"',
      '02.02.2026,,',
      'Mug,3,"30,00"',
      'Total,6,"75,00"',
    ),
    { Mug: 5, Tee: 1 },
    { days: ['2026-02-01', '2026-02-02'], codes: ['title-or-total 1'] },
  ],
  [
    'an order that only its first line names',
    lines('Order,Date,Product,Qty', '1,2026-01-01,Mug,1', ',,Tee,2', '2,2026-01-02,Mug,1'),
    { Mug: 2, Tee: 2 },
  ],
  [
    'a cancelled order of two lines',
    lines(
      'Order ID,Date,Status,Product,Quantity',
      '1,2026-01-01,Cancelled,Mug,1',
      '1,2026-01-01,,Tee,1',
      '2,2026-01-02,Completed,Mug,4',
    ),
    { Mug: 4 },
    { codes: ['no-sale 2'] },
  ],
  [
    'refunded units in a column of their own',
    lines('Date,SKU,Quantity,Qty Refunded,Price', '2026-01-01,A,3,1,2.00'),
    { A: 2 },
  ],
  [
    'states of the country',
    lines('date,sku,qty,state', '2026-01-01,A,1,NY', '2026-01-02,A,1,CA'),
    { A: 2 },
    { codes: [] },
  ],
  [
    'weeks',
    lines('Week,Date,SKU,Units', 'x,2026-W01,A,7', 'y,2026-W02,A,9'),
    { A: 16 },
    { days: ['2025-12-29', '2026-01-05'] },
  ],
  [
    'timestamps of JavaScript',
    lines('Timestamp,SKU,Qty', '"Mon Aug 04 2025 05:24:22 GMT+0500 (Pakistan Standard Time)",A,1'),
    { A: 1 },
    { days: ['2025-08-04'] },
  ],
  [
    'twelve hours',
    lines('Date,SKU,Qty', '3/25/2026 9:05 PM,A,1', '3/26/2026 12:05 a.m.,A,1'),
    { A: 2 },
    { days: ['2026-03-25', '2026-03-26'] },
  ],
  [
    'times in UTC',
    lines('created_at,sku,quantity', '2026-03-01T23:30:00Z,A,1'),
    { A: 1 },
    { asked: ['time-zone=UTC'], days: ['2026-03-01'] },
  ],
  [
    'Unix times',
    lines('timestamp,sku,quantity', '1767225600,A,1', '1767312000,A,2'),
    { A: 3 },
    { asked: ['time-zone=UTC'], days: ['2026-01-01', '2026-01-02'] },
  ],
  [
    'day numbers of Excel',
    lines('Date,SKU,Qty', '46242,A,1', '46243.5,A,2'),
    { A: 3 },
    { days: ['2026-08-08', '2026-08-09'] },
  ],
  [
    'torn lines',
    lines('date,sku,qty,price', '2026-01-01,A,1,2', '2026-01-02,A', '2026-01-03,A,1,2,3'),
    { A: 1 },
    { codes: ['malformed-line 2'] },
  ],
  [
    'sales as whole numbers',
    lines('date,store,item,sales', '2026-01-01,1,1,13', '2026-01-02,1,1,11'),
    { 1: 24 },
    { asked: ['missing-column:units=sales'] },
  ],
  [
    'names that say nothing',
    lines('wann;was;wieviel', '01.02.2026;Tasse;3', '02.02.2026;Teller;4'),
    { Tasse: 3, Teller: 4 },
    { asked: ['missing-column:date=wann', 'missing-column:productId=was', 'missing-column:units=wieviel'] },
  ],
  [
    'an amount that is no number',
    lines('date,sku,qty,revenue', ...numbered(5, '2026-01-01,A,1,2'), '2026-01-02,A,2,abc'),
    { A: 7 },
    { codes: ['ignored-value 1'] },
  ],
  [
    'Macintosh',
    bytes(
      'date,sku,qty\n2026-01-01,M\u00e4r,1\n2026-01-01,M\u00f6r,2\n',
      (c) => ({ '\u00e4': 0x8a, '\u00f6': 0x9a })[c] ?? c.charCodeAt(0),
    ),
    { 'M\u00e4r': 1, 'M\u00f6r': 2 },
    { asked: ['encoding=macintosh'], codes: ['wrong-encoding 1'] },
  ],
  [
    'Cyrillic',
    bytes(
      'date,sku,qty\n2026-01-01,\u041a\u0440\u0443\u0436\u043a\u0430,1\n2026-01-01,\u0427\u0430\u0448\u043a\u0430,2\n',
      (c) => (c > '\u0400' ? c.charCodeAt(0) - 0x350 : c.charCodeAt(0)),
    ),
    { '\u041a\u0440\u0443\u0436\u043a\u0430': 1, '\u0427\u0430\u0448\u043a\u0430': 2 },
    { asked: ['encoding=windows-1251'], codes: ['wrong-encoding 1'] },
  ],
  [
    'UTF-16 without a mark',
    Uint8Array.from(
      [...'date,sku,qty\n2026-01-01,MUG,1\n2026-01-02,TEE,2\n'].flatMap((c) => [c.charCodeAt(0), 0]),
    ),
    { MUG: 1, TEE: 2 },
  ],
  [
    'UTF-8 and Windows-1252 in one file',
    Uint8Array.from([
      ...new TextEncoder().encode('date,sku,qty\n2026-01-01,M\u00e4r,1\n'),
      ...bytes('2026-01-02,M\u00e4r,2\n', (c) => c.charCodeAt(0)),
    ]),
    { 'M\u00e4r': 3 },
    { asked: ['encoding=windows-1252'], codes: ['wrong-encoding 1'] },
  ],
  [
    'weeks of a year that has no week 53',
    lines('Week,SKU,Units', '2025-W52,A,7', '2025-W53,A,9', '2026-W53,A,1'),
    { A: 8 },
    { days: ['2025-12-22', '2026-12-28'], codes: ['invalid-date 1'] },
  ],
  [
    'Swiss apostrophes, and blanks that group nothing',
    lines(
      'Datum;Artikel;Menge',
      "13.01.2026;A;1'234",
      '14.01.2026;A;1 2',
      '15.01.2026;A;1 1/2',
      '16.01.2026;A;4',
    ),
    { A: 1238 },
    { codes: ['invalid-units 2'] },
  ],
  [
    'codes that a spreadsheet has destroyed',
    lines('date,sku,qty', '2026-01-05,1.23457E+12,2', '2026-01-06,#REF!,3', '2026-01-07,4006381,4'),
    { 4006381: 4 },
    { codes: ['invalid-productId 2'] },
  ],
  [
    'destroyed codes beside names',
    lines(
      'date,sku,item,qty',
      '2026-01-05,1.23457E+12,Mug,2',
      '2026-01-06,1.23457E+12,Tee,3',
      '2026-01-07,#N/A,Cap,4',
    ),
    { Mug: 2, Tee: 3, Cap: 4 },
  ],
  [
    'blanks without a width in codes',
    lines('date,sku,qty', '2026-01-05,\u200bA,2', '2026-01-06,A\ufeff,3'),
    { A: 5 },
  ],
];

describe('reading a sloppy file', () => {
  for (const [name, input, units, also = {}] of READ) {
    it(name, async () => {
      const found = await look(input);
      expect(found.units).toEqual(units);
      expect(found.asked).toEqual(also.asked ?? []);
      if (also.codes) expect(found.codes).toEqual(also.codes);
      if (also.days) expect(found.days).toEqual(also.days);
    });
  }
});

const ASKED: readonly (readonly [name: string, input: string, id: string, choices: readonly string[]])[] = [
  [
    'day or month first',
    lines('Date,Product,Qty', '03/04/2026,Mug,1', '03/05/2026,Mug,2'),
    'date-order',
    ['DMY', 'MDY'],
  ],
  [
    'dates in both orders',
    lines('Date,Product,Qty', '13/04/2026,Mug,1', '04/13/2026,Mug,1'),
    'date-order',
    ['DMY', 'MDY'],
  ],
  [
    'two-digit years',
    lines('Date;Artikel;Menge', '06-09-25;Mug;1', '07-09-25;Mug;1'),
    'date-order',
    ['DMY', 'MDY', 'YMD'],
  ],
  [
    'thousands or decimals',
    lines('date,sku,qty', '2026-01-01,A,"1,200"', '2026-01-02,A,"3,450"'),
    'decimal:qty',
    ['.', ','],
  ],
  [
    'thousands or decimals with points',
    lines('datum;artikel;menge', '01.01.2026;A;1.200', '02.01.2026;A;3.450'),
    'decimal:menge',
    ['.', ','],
  ],
  [
    'commas and points in one column',
    lines('date;sku;qty', '2026-01-01;A;1,5', '2026-01-02;A;2.5'),
    'decimal:qty',
    ['.', ','],
  ],
  [
    'no units',
    lines('Date,Product,Sales', '2026-01-01,Mug,12.50', '2026-01-02,Mug,25.00'),
    'missing-column:units',
    ['Sales', 'one-per-line'],
  ],
  [
    'a total of the order is the only number',
    lines('Date,Product,Order Total Amount', '2026-01-05,Mug,35', '2026-01-06,Mug,12'),
    'missing-column:units',
    ['Order Total Amount', 'one-per-line'],
  ],
  [
    'a stock is the only number',
    lines('Date,Product,Qty on hand', '2026-01-05,Mug,200', '2026-01-06,Mug,197'),
    'missing-column:units',
    ['Qty on hand', 'one-per-line'],
  ],
  [
    'several items in one cell',
    lines('Date,Qty,Line Items', '2026-01-05,3,Mug x2; Tote x1', '2026-01-06,1,Mug x1'),
    'missing-column:productId',
    ['Qty', 'Line Items'],
  ],
];

describe('files that are no CSV', () => {
  const start = (...codes: number[]) => Uint8Array.from([...codes, ...numbered(200, 'x').map(() => 65)]);
  it.each([
    ['a workbook', start(0x50, 0x4b, 3, 4), 'Excel workbook'],
    ['an old workbook', start(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1), 'old Excel workbook'],
    ['a PDF', '%PDF-1.7\n1 0 obj\n', 'PDF'],
    ['a web page', '\ufeff <html><table><tr><td>date</td></tr></table></html>', 'web page'],
    ['JSON', '[\n  {"date":"2026-01-05","sku":"A","qty":2}\n]', 'JSON'],
  ])('are named: %s', async (_, input, name) => {
    const refused = { code: 'invalid-data', path: ['input'], message: expect.stringContaining(name) };
    await expect(inspectSalesCsv(input)).rejects.toMatchObject(refused);
    const columns = { date: 0, productId: 1, units: 2 };
    await expect(buildPanel(readSalesCsv(input, { columns, header: false }))).rejects.toMatchObject(refused);
  });

  it('are not suspected where a title begins with a bracket', async () => {
    const { units } = await look(lines('[Report] 2026', 'date,sku,qty', '2026-01-05,A,2'));
    expect(units).toEqual({ A: 2 });
  });
});

describe('questions of a file', () => {
  it.each(ASKED)('is asked: %s', async (_, input, id, choices) => {
    const { questions, mapping, sample } = await inspectSalesCsv(input);
    expect(questions.map((question) => [question.id, question.assumed])).toEqual([[id, undefined]]);
    expect(questions[0].choices.map(({ value }) => value)).toEqual(choices);
    expect(mapping.open).toEqual([id]);
    expect(sample).toEqual([]);
    expect(() => readSalesCsv(input, { mapping })).toThrow(`"${id}"`);
    const answered = await inspectSalesCsv(input, { answers: { [id]: choices[0] } });
    expect(answered.questions).toEqual([]);
    await total(input, answered.mapping);
  });

  it('decides what the answer says', async () => {
    const dates = ASKED[0][1];
    const read = async (answer: string) => {
      const { mapping } = await inspectSalesCsv(dates, { answers: { 'date-order': answer } });
      return (await total(dates, mapping)).days;
    };
    expect(await read('DMY')).toEqual(['2026-04-03', '2026-05-03']);
    expect(await read('MDY')).toEqual(['2026-03-04', '2026-03-05']);
    const numbers = ASKED[3][1];
    const { mapping } = await inspectSalesCsv(numbers, { answers: { decimal: ',' } });
    expect((await total(numbers, mapping)).units.A).toBeCloseTo(4.65, 9);
  });

  it('takes a column by its name although two thirds of it are errors, which are reported by line', async () => {
    const lines = ['2024-03-01,cup,4', 'someday,cup,many', 'later,cup,none'];
    const { sales } = await openSalesCsv(`date,product_id,units\n${lines.join('\n')}\n`);
    const { report } = await buildPanel(sales);
    expect([report.rows, report.accepted, report.rejected]).toEqual([3, 1, 2]);
  });

  it('does not take units of measure for units sold', async () => {
    const text = 'date,product,Units\n2024-03-01,Tea,kg\n2024-03-02,Tea,kg\n';
    await expect(openSalesCsv(text)).rejects.toMatchObject({ path: ['missing-column:units'] });
  });
});
