import { createHash } from 'node:crypto';
import { backtest, createForecaster, type SalesRecord, seasonalNaive, weekdayMean } from 'commerce-forecast';
import { toHtmlReport } from 'commerce-forecast/report';
import { generatePanel, generateSales } from 'commerce-forecast/testing';
import { Window } from 'happy-dom';
import { beforeAll, describe, expect, it } from 'vitest';
import { SORT_SCRIPT, SORT_SCRIPT_HASH } from '../../src/report/sort-script.js';
import { errorOf } from '../error-of.js';

const HOSTILE = `"><img src=x onerror=alert(1)></script><script>alert(2)</script>'`;

async function trained(records: readonly SalesRecord[]) {
  const forecaster = createForecaster({ model: weekdayMean(), now: () => new Date('2030-01-01T06:00:00Z') });
  const ingest = await forecaster.ingest(records);
  return { forecaster, ingest, training: await forecaster.train() };
}

/** The page as a browser has it after running its script, without the charts, which this document cannot read. */
function opened(page: string) {
  const window = new Window();
  window.document.write(page.replace(SORT_SCRIPT, '').replace(/<svg[\s\S]*?<\/svg>/g, ''));
  // This document does not run scripts by itself.
  new Function('document', SORT_SCRIPT)(window.document);
  return window.document as unknown as Document;
}

const texts = (cells: Iterable<{ textContent: string | null }>) => [...cells].map((cell) => cell.textContent);

describe('the report of a forecast', () => {
  const { records } = generateSales({ seed: 4, products: 6, categories: 2, days: 800 });
  let page: string;

  beforeAll(async () => {
    const { forecaster, ingest, training } = await trained(records);
    const { products } = await forecaster.topProducts({ timePeriod: 'month', limit: 100 });
    const stock = products.map(({ productId }) => ({ productId, onHand: 3 }));
    const orders = await forecaster.stockPlan({ stock });
    page = await toHtmlReport(forecaster, {
      training,
      ingest,
      orders,
      currency: 'EUR',
      title: 'A & B',
      names: new Map([[products[0].productId, HOSTILE]]),
    });
  });

  it('loads nothing and runs only the script whose hash it states', () => {
    const hash = createHash('sha256').update(SORT_SCRIPT).digest('base64');
    expect(SORT_SCRIPT_HASH).toBe(`sha256-${hash}`);
    expect(page).toContain(`script-src 'sha256-${hash}'`);
    expect(page.match(/<script/g)).toHaveLength(1);
    const addresses = page.match(/https?:\/\/[^"'\s<]+/g) ?? [];
    expect(addresses.filter((address) => !address.startsWith('http://www.w3.org/'))).toEqual([]);
  });

  it('shows hostile names as text', () => {
    const document = opened(page);
    expect(page).not.toContain('<img');
    expect(document.querySelectorAll('main img, main script')).toHaveLength(0);
    expect(texts(document.querySelectorAll('th[scope=row]')).some((text) => text?.includes(HOSTILE))).toBe(
      true,
    );
    expect(document.title).toBe('Sales forecast: A & B');
  });

  it('tells the change on last year before all other figures', () => {
    const heads = opened(page).querySelectorAll('table')[0].querySelectorAll('thead th');
    expect(texts(heads).slice(0, 3)).toEqual(['Category', 'On last year', 'On the days before']);
  });

  it('shows money and orders', () => {
    const document = opened(page);
    const heads = texts(document.querySelectorAll('table.sortable')[1].querySelectorAll('thead th'));
    expect(heads).toEqual(expect.arrayContaining(['Revenue', 'Order', 'By']));
    expect(page).toMatch(/€[\d,]+/);
    expect(page).not.toMatch(/NaN|undefined|\[object/);
  });

  it('sorts by the head of a column, numbers from the largest, and back', () => {
    const document = opened(page);
    const table = document.querySelectorAll('table.sortable')[1];
    const head = [...table.querySelectorAll('thead th')].findIndex((th) => th.textContent === 'Revenue');
    const values = () =>
      [...table.querySelectorAll('tbody tr')].map((row) =>
        Number(row.children[head].getAttribute('data-value')),
      );
    const th = table.querySelectorAll('thead th')[head];
    const button = th.querySelector('button');
    expect(button?.getAttribute('type')).toBe('button');
    const before = values();
    button?.click();
    expect(values()).toEqual([...before].sort((a, b) => b - a));
    expect(th.getAttribute('aria-sort')).toBe('descending');
    button?.click();
    expect(values()).toEqual([...before].sort((a, b) => a - b));
    expect(th.getAttribute('aria-sort')).toBe('ascending');
    table.querySelectorAll<HTMLButtonElement>('thead th button')[1].click();
    expect(table.querySelectorAll('[aria-sort]')).toHaveLength(1);
  });

  it('has each chart twice, for wide screens and for phones, and lets tables scroll by keyboard', () => {
    const document = opened(page);
    expect(page.match(/<svg [^>]*class="chart wide"/g)).toHaveLength(3);
    expect(page.match(/<svg [^>]*class="chart narrow"/g)).toHaveLength(3);
    const tables = document.querySelectorAll('table');
    expect([...tables].every((table) => table.parentElement?.getAttribute('tabindex') === '0')).toBe(true);
  });

  it('leaves out what it is not given', async () => {
    const { forecaster } = await trained(
      records.map(({ price: _price, revenue: _revenue, ...record }) => record),
    );
    const bare = await toHtmlReport(forecaster, { timePeriod: 'week', limit: 1 });
    expect(bare).not.toMatch(/Revenue|<h2>Accuracy|<h2>Data|>Order</);
    expect(bare).toContain('The first 1 of');
  });
});

describe('the report of a backtest', () => {
  it('lists the models best first and draws the error by distance', async () => {
    const panel = generatePanel({ products: 4, categories: 2, days: 300, seed: 3 });
    const result = await backtest(panel, [seasonalNaive({ season: 7 }), weekdayMean()], {
      horizon: 14,
      levels: [0.8],
    });
    const page = await toHtmlReport(result, { title: HOSTILE });
    const document = opened(page);
    const accuracy = [...document.querySelectorAll('tbody tr')].map((row) =>
      Number(row.children[2].getAttribute('data-value')),
    );
    expect(accuracy).toHaveLength(2);
    expect(accuracy[0]).toBeGreaterThanOrEqual(accuracy[1]);
    expect(page.match(/<svg /g)).toHaveLength(2);
    expect(page).not.toContain('<img');
  });
});

describe('toHtmlReport', () => {
  it('refuses what it does not know', async () => {
    const forecaster = createForecaster();
    for (const options of [{ currency: 'euro' }, { titel: 'x' }]) {
      expect(await errorOf(toHtmlReport(forecaster, options))).toMatchObject({
        code: 'invalid-option',
      });
    }
  });

  it('needs a training', async () => {
    expect(await errorOf(toHtmlReport(createForecaster()))).toMatchObject({ code: 'not-trained' });
  });
});
