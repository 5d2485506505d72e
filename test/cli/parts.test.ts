import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseCategoryRules } from '../../src/cli/category-rules.js';
import { ProgressLine } from '../../src/cli/progress.js';
import { textTable } from '../../src/cli/text-table.js';
import { inspectSalesCsv } from '../../src/panel/csv/index.js';
import { html } from '../../src/report/html.js';

describe('recognised columns', () => {
  const mappingOf = async (...lines: string[]) => (await inspectSalesCsv(lines.join('\n'))).mapping.columns;

  it('are those of the M5 items', async () => {
    const header = 'date,item,store,category,department,units,price';
    expect(await mappingOf(header, '2016-01-02,FOODS_1,CA_1,FOODS,FOODS_A,3,2.5')).toMatchObject({
      date: { column: 'date' },
      productId: { column: 'item' },
      location: { column: 'store' },
      category: { column: 'category' },
      units: { column: 'units' },
      price: { column: 'price' },
    });
  });

  it('are those of Online Retail II', async () => {
    const header = 'Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country';
    const columns = await mappingOf(header, '489434,85048,15CM LIGHTS,12,2009-12-01 07:45:00,6.95,13085,UK');
    expect(columns).toMatchObject({
      date: { column: 'InvoiceDate' },
      productId: { column: ['StockCode', 'Description'] },
      units: { column: 'Quantity' },
      price: { column: 'Price' },
    });
    expect([columns?.category, columns?.revenue]).toEqual([undefined, undefined]);
  });
});

describe('the rules for Online Retail II', async () => {
  const path = new URL('../../examples/quickstart/online-retail-categories.json', import.meta.url);
  const rules = parseCategoryRules(JSON.parse(await readFile(path, 'utf8')));

  it.each(['POST', 'DOT', 'M', 'm', 'BANK CHARGES', 'AMAZONFEE', 'ADJUST2', 'TEST001', 'gift_0001_20'])(
    '%s is no product',
    (code) => expect(rules.isProduct(code)).toBe(false),
  );

  it.each(['85123A', '22423', '15056BL', 'DCGS0058', 'SP1002'])('%s is a product', (code) =>
    expect(rules.isProduct(code)).toBe(true),
  );

  it.each([
    ['JUMBO BAG RED RETROSPOT', 'Bags and purses'],
    ['WHITE HANGING HEART T-LIGHT HOLDER', 'Lights and candles'],
    ['REGENCY CAKESTAND 3 TIER', 'Party and baking'],
    ['WORLD WAR 2 GLIDERS ASSTD DESIGNS', 'Toys and games'],
    ["PAPER CHAIN KIT 50'S CHRISTMAS", 'Christmas'],
    ['DOORMAT UNION FLAG', 'Storage and signs'],
    ['something else', 'Other'],
  ])('%s is of %s', (description, category) => expect(rules.categoryOf(description)).toBe(category));
});

describe('textTable', () => {
  it('aligns its columns and cuts long text', () => {
    const columns = [
      { title: 'Name', maxWidth: 6 },
      { title: 'Units', align: 'right' },
    ] as const;
    const rows = [
      ['short', '12'],
      ['rather\tlong', '1,234'],
    ];
    expect(textTable(columns, rows)).toEqual([
      '  Name    Units',
      '  ──────  ─────',
      '  short      12',
      '  rathe…  1,234',
    ]);
  });
});

describe('ProgressLine', () => {
  function reported(isTTY: boolean): string {
    let text = '';
    let now = 0;
    const output = { isTTY, write: (more: string) => (text += more) };
    const progress = new ProgressLine(output, () => now);
    for (const done of [1, 50, 100]) {
      progress.report({ phase: 'read csv', done, total: 100 });
      progress.report({ phase: 'ingest', done, total: Number.NaN });
      now += 1000;
    }
    progress.report({ phase: 'train: recursive-boosting: boost', done: 1, total: 4 });
    progress.finish();
    return text;
  }

  it('writes one line per step in a log', () => {
    expect(reported(false)).toBe('   0.0 s  Read the sales\n   3.0 s  Train: gradient boosting\n');
  });

  it('redraws one line on a terminal, and leaves one line a step', () => {
    const screen = reported(true)
      .split('\n')
      .map((line) => line.split('\r\x1b[2K').at(-1));
    expect(screen).toEqual(['   3.0 s  Read the sales', '   3.0 s  Train: gradient boosting', '']);
    expect(reported(true)).toContain('50 %');
  });
});

describe('html', () => {
  it('escapes values and keeps its own markup', () => {
    const inner = html`<b>${'a & b'}</b>`;
    expect(html`<p title="${'"\''}">${inner}${[inner, html`<i>${1}</i>`]}</p>`.text).toBe(
      '<p title="&quot;&#39;"><b>a &amp; b</b><b>a &amp; b</b><i>1</i></p>',
    );
  });
});
