import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Alerts, SalesForecast } from '../../src/index.js';
import { errorOf } from '../error-of.js';
import { runText as run } from './run-text.js';

let folder: string;
let sales: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tables-'));
  const lines = ['Date,SKU,Category,Qty,Unit price'];
  for (let d = 0; d < 150; d++) {
    const date = new Date(Date.UTC(2024, 0, 1) + d * 86_400_000).toISOString().slice(0, 10);
    if (d < 146) lines.push(`${date},MUG,Kitchen,${14 + (d % 3)},5`);
    lines.push(`${date},CUP,Kitchen,${12 + (d % 2)},2`, `${date},LAMP,Light,${20 + (d % 4)},9`);
  }
  sales = join(folder, 'sales.csv');
  await writeFile(sales, `${lines.join('\n')}\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const forecast = (...args: string[]) => run('forecast', sales, '--model', 'structural', ...args);

it('forecasts a table, and writes it as CSV and JSON', async () => {
  const [csv, json] = ['table.csv', 'table.json'].map((name) => join(folder, name));
  const text = await forecast(
    '--by',
    'week',
    '--level',
    'product',
    '--horizon',
    '14',
    '--csv',
    csv,
    '--json',
    json,
  );
  expect(text).toMatch(/CUP +2024-05-30 +2024-06-05/);
  const rows: Record<string, string>[] = parse(await readFile(csv, 'utf8'), { columns: true });
  expect(rows.map(({ product }) => product)).toEqual(['CUP', 'CUP', 'LAMP', 'LAMP', 'MUG', 'MUG']);
  expect(Number(rows[2]['revenue']) / Number(rows[2]['units'])).toBeCloseTo(9, 3);
  const stored = JSON.parse(await readFile(json, 'utf8')) as SalesForecast;
  expect(stored.rows).toHaveLength(6);
  const one = await forecast(
    '--by',
    'day',
    '--product',
    'CUP',
    '--to',
    '2024-06-01',
    '--quantiles',
    '0.05, 0.95',
  );
  expect(one).toMatch(/5 % +95 %/);
  expect(one.match(/CUP/g)).toHaveLength(3);
  expect(await forecast('--by', 'total', '--category', 'Light')).toMatch(/Light +2024-05-30 +2024-06-28/);
});

it('tells alerts, and shows them in the report', async () => {
  const [csv, json, html] = ['alerts.csv', 'alerts.json', 'report.html'].map((name) => join(folder, name));
  const text = await run('alerts', sales, '--csv', csv, '--json', json);
  expect(text).toMatch(/MUG has sold nothing since 2024-05-26/);
  expect(text).not.toMatch(/LAMP/);
  const stored = JSON.parse(await readFile(json, 'utf8')) as Alerts;
  expect(stored.alerts.find(({ productId }) => productId === 'MUG')).toMatchObject({ kind: 'stopped' });
  const rows: Record<string, string>[] = parse(await readFile(csv, 'utf8'), { columns: true });
  expect(rows.find(({ product }) => product === 'MUG')).toMatchObject({ kind: 'stopped', units: '0' });
  expect(await run('alerts', sales, '--category', 'Light', '--days', '3')).toMatch(/0 alerts/);
  await forecast('--html', html);
  expect(await readFile(html, 'utf8')).toMatch(/<li>MUG has sold nothing since 2024-05-26/);
});

it('refuses options that belong elsewhere, and values that are none', async () => {
  const pathOf = async (...args: string[]) => (await errorOf(run(...args))).path;
  expect(await pathOf('forecast', sales, '--by', 'year')).toEqual(['--by']);
  expect(await pathOf('forecast', sales, '--by', 'day', '--level', 'shop')).toEqual(['--level']);
  expect(await pathOf('forecast', sales, '--by', 'day', '--html', 'x.html')).toEqual(['--html']);
  expect(await pathOf('forecast', sales, '--horizon', '7')).toEqual(['--horizon']);
  expect(await pathOf('forecast', sales, '--by', 'day', '--quantiles', '10%')).toEqual(['--quantiles']);
  expect(await pathOf('forecast', sales, '--days', '7')).toEqual(['--days']);
  expect(await pathOf('stock', sales, '--by', 'day')).toEqual(['--by']);
  expect(await pathOf('alerts', sales, '--what-if', sales)).toEqual(['--what-if']);
  expect(await pathOf('alerts', sales, '--html', 'x.html')).toEqual(['--html']);
});
