import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StockPlan } from '../../src/index.js';
import { errorOf } from '../error-of.js';
import { runText as run } from './run-text.js';

let folder: string;
let sales: string;
let stock: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stock-'));
  const lines = ['Date,SKU,Category,Qty'];
  for (let d = 0; d < 150; d++) {
    const date = new Date(Date.UTC(2024, 0, 1) + d * 86_400_000).toISOString().slice(0, 10);
    lines.push(`${date},MUG,Kitchen,${4 + (d % 3)}`, `${date},CUP,Kitchen,${2 + (d % 2)}`);
  }
  sales = join(folder, 'sales.csv');
  stock = join(folder, 'stock.csv');
  await writeFile(sales, `${lines.join('\n')}\n`);
  await writeFile(stock, 'sku,on hand,pack size,cost\nMUG,20,12,3\nCUP,500,1,2\nOLD,3,1,1\nBAD,x,1,1\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('says what to order, and writes CSV, JSON and HTML', async () => {
  const [csv, json, html] = ['out.csv', 'out.json', 'out.html'].map((name) => join(folder, name));
  const outputs = ['--csv', csv, '--json', json, '--html', html];
  const text = await run(
    'stock',
    sales,
    '--stock',
    stock,
    '--model',
    'structural',
    '--lead-time',
    '5',
    '--review',
    '7',
    ...outputs,
  );
  expect(text).toMatch(/MUG: 20 on hand, which last/);
  expect(text).toMatch(/no sales are known of are left out: OLD/);
  expect(text).toMatch(/line 5, onHand/);
  const plan = JSON.parse(await readFile(json, 'utf8')) as StockPlan;
  const mug = plan.rows[0];
  expect(mug).toMatchObject({ productId: 'MUG', action: 'order-now', leadTimeDays: 5 });
  expect((mug.orderQuantity ?? 0) % 12).toBe(0);
  expect(plan.rows[1]).toMatchObject({ productId: 'CUP', orderQuantity: 0 });
  const [header, first] = (await readFile(csv, 'utf8')).split('\n');
  expect(header).toMatch(/^product,category,action,order,/);
  expect(first).toMatch(/^MUG,Kitchen,order-now,\d+,/);
  expect(await readFile(html, 'utf8')).toContain('<h1>What to order</h1>');
});

it('gives reorder points without a file of stock', async () => {
  expect(await run('stock', sales, '--model', 'structural', '--fill-rate', '0.98')).toMatch(
    /No stock is given/,
  );
});

it('refuses options that belong elsewhere, and numbers that are none', async () => {
  expect((await errorOf(run('forecast', sales, '--stock', stock))).path).toEqual(['--stock']);
  expect((await errorOf(run('stock', sales, '--service-level', 'high'))).path).toEqual(['--service-level']);
  expect((await errorOf(run('stock', sales, '--what-if', stock))).path).toEqual(['--what-if']);
});
