import { readFile } from 'node:fs/promises';
import { formatDay, parseDay } from 'commerce-forecast';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keptAnswers, openShop, picture, type Shop, settled, signIn, untilKept } from './shop.js';

let shop: Shop;
let page: Page;

beforeAll(async () => {
  shop = await openShop();
  page = await shop.visit('admin');
});
afterAll(() => shop.close());

const pagesOf = (window: Page) => window.getByRole('navigation').getByRole('link').allTextContents();

const today = () => parseDay(new Date().toISOString().slice(0, 10));

describe('signing in', () => {
  it('keeps the key nowhere in the browser', async () => {
    const [cookie] = await page.context().cookies(`${shop.server.url}/api/v1/session`);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/api/v1' });
    expect(cookie?.value).toMatch(/^cs_/);
    await untilKept(page, '"categories"');
    const others = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
    );
    expect(others + (await keptAnswers(page))).not.toMatch(/c[fs]_[0-9a-f]{16}/);
  });

  it('refuses a wrong key with what to do, and leads back to where one wanted to go', async () => {
    const other = await shop.open();
    await other.goto('/products/P01?period=week');
    await other.locator('input[name=key]').fill('cf_wrong');
    await other.keyboard.press('Enter');
    await other.getByRole('alert').filter({ hasText: 'not valid' }).waitFor();
    await signIn(other, await shop.server.key('merchant'));
    await other.getByRole('heading', { name: 'P01', level: 1 }).waitFor();
    expect(other.url()).toContain('period=week');
    await other.getByRole('button', { name: 'Settings' }).click();
    await other.getByRole('button', { name: 'Sign out' }).click();
    await other.getByRole('heading', { name: 'Sales forecasts', level: 1 }).waitFor();
    await expect.poll(() => other.context().cookies()).toEqual([]);
  });
});

describe('looking', () => {
  it('follows the period in the address', async () => {
    await page.goto('/');
    await page.getByRole('radio', { name: 'Week' }).click();
    await page.waitForURL(/period=week/);
    await page.getByRole('link', { name: 'Products', exact: true }).click();
    await page.waitForURL(/products\?period=week/);
  });

  it('shows why, how sure, and the numbers behind a chart', async () => {
    await page.goto('/products/P01');
    await settled(page);
    await page.locator('.chart svg').waitFor();
    const why = page.getByRole('region', { name: 'Why' });
    await why.getByText('Usual level', { exact: true }).waitFor();
    const forecast = page.getByRole('region', { name: 'Sales and forecast' }).first();
    await forecast.getByRole('radio', { name: 'Table' }).check();
    await forecast.getByRole('columnheader', { name: 'Lower bound 95%' }).waitFor();
    // A week that was, and then what is expected; each day on a line of its own.
    const tomorrow = forecast.getByRole('row').nth(8);
    expect(await tomorrow.getByRole('cell').nth(2).textContent()).toMatch(/\d/);
    expect((await tomorrow.boundingBox())?.height).toBeLessThan(40);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      forecast.getByRole('button', { name: 'Download CSV' }).click(),
    ]);
    const csv = await readFile(await download.path(), 'utf8');
    expect(csv.split('\r\n')[0]).toContain('Day,Sold,Expected,Lower bound 50%,Upper bound 50%');
    expect(csv.split('\r\n').length).toBeGreaterThan(430);
  });

  it('says for which days, and how sure, wherever units are expected', async () => {
    for (const address of ['/products?period=week', '/categories?period=week']) {
      await page.goto(address);
      await page
        .locator('.page-head')
        .getByText(/\w+ \d+, \d{4} to \w+ \d+, \d{4}/)
        .waitFor();
    }
    await page.getByRole('table').first().getByRole('link').first().click();
    await page
      .locator('.page-head')
      .getByText(/units · 80% range: [\d,]+ to [\d,]+/)
      .waitFor();
  });

  it('finds a product, and says so where there is none', async () => {
    await page.goto('/products');
    await page.getByLabel('Find a product').fill('p03');
    await page.getByRole('link', { name: 'P03' }).waitFor();
    await expect.poll(() => page.getByRole('row').count()).toBe(2);
    await page.goto('/products/nobody');
    await page.getByText('This does not exist.').first().waitFor();
  });
});

describe('the merchant’s day', () => {
  it('uploads an export of a shop, answers its questions, and sees the result', async () => {
    await page.goto('/data');
    // All days are of a month's first days, so that either order of day and month may be meant.
    const lines = Array.from(
      { length: 8 },
      (_, i) => `0${1 + (i % 8)}/0${1 + (i % 3)}/2026;Mug ${i % 2};2,50;3`,
    );
    const wrong = '01/02/2026;Mug 1;x;viele';
    const file = `Verkäufe der Filiale\nDatum;Artikel;Betrag;Menge\n${lines.join('\n')}\n${wrong}\n`;
    await page.getByLabel('CSV file').setInputFiles({
      name: 'verkauf.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(file),
    });
    await page.getByRole('heading', { name: 'The first rows as they will be read' }).waitFor();
    await picture(page, 'upload preview');
    const send = page.getByRole('button', { name: 'Upload', exact: true });
    await expect.poll(() => send.isDisabled()).toBe(true);
    await page.getByLabel('In which order are day, month and year?').selectOption('DMY');
    await page.getByRole('cell', { name: 'Mug 1' }).first().waitFor();
    await send.click();
    const report = page.getByRole('region', { name: 'Result' });
    await report.getByText('8 rows were accepted.').waitFor();
    await report.getByText(/1 row was left out/).waitFor();
    await report.getByText(wrong).waitFor();
    await picture(page, 'upload report');
    await send.click();
    await report.getByText('The same file was uploaded before.').waitFor();
  });

  it('takes the upload back, which is logged, and may send it again', async () => {
    const stored = async () =>
      (await shop.server.composed.dependencies.forecaster.storage.summary()).products;
    const deliveries = page.getByRole('region', { name: 'Deliveries' }).first();
    const before = await stored();
    await deliveries.getByRole('button', { name: /^Undo/ }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/daily rows will be as they were before/).waitFor();
    await dialog.getByLabel(/Reason/).fill('wrong branch');
    await dialog.getByRole('button', { name: 'Undo' }).click();
    await dialog.waitFor({ state: 'detached' });
    await deliveries.getByRole('cell', { name: 'wrong branch' }).waitFor();
    await picture(page, 'upload taken back');
    await expect.poll(stored).toBe(before - 2);
    await page.getByRole('button', { name: 'Upload', exact: true }).click();
    await page.getByRole('region', { name: 'Result' }).getByText('8 rows were accepted.').waitFor();
    await expect.poll(stored).toBe(before);
  });

  it('trains, and watches it', async () => {
    await page.goto('/models');
    await page.getByRole('button', { name: 'Start a training' }).click();
    await page.getByText(/A training has been running since/).waitFor();
    await page.getByText(/The last training ended/).waitFor();
    const versions = page.getByRole('region', { name: 'Versions' }).first();
    await versions.getByRole('cell', { name: '2', exact: true }).waitFor();
  });

  it('tries a promotion, plans it, and takes it back', async () => {
    await page.goto('/plan?period=week');
    const [from, to] = [formatDay(today() + 1), formatDay(today() + 3)];
    await page.getByLabel('From').fill(from);
    await page.getByLabel('To (included)').fill(to);
    await page.getByLabel('For', { exact: true }).selectOption('product');
    await page.getByLabel('Product').fill('P01');
    await page.getByRole('button', { name: 'Try (what if)' }).click();
    const tried = page.getByRole('region', { name: 'What if' }).first();
    await tried
      .getByText(/likely between|makes no difference|cannot say/)
      .first()
      .waitFor();
    await picture(page, 'what if');
    await page.getByRole('button', { name: 'Add to the plan' }).click();
    await page.getByText('Planned. Forecasts change with the next training.').waitFor();
    const list = page.getByRole('region', { name: 'Planned' }).first();
    await list.getByRole('cell', { name: 'P01' }).waitFor();

    // Changed in place, with the keyboard: the form has the focus, and afterwards what undoes the change.
    await list.getByRole('button', { name: /Change/ }).press('Enter');
    await page.getByRole('heading', { name: 'Change the plan entry' }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('SELECT');
    await page.getByLabel('Note').fill('two days only');
    await page.getByLabel('To (included)').fill(formatDay(today() + 2));
    await page.getByRole('button', { name: 'Save the change' }).press('Enter');
    await page.getByText('Changed. Forecasts change with the next training.').waitFor();
    await list.getByRole('cell', { name: 'two days only' }).waitFor();
    await expect.poll(() => list.getByRole('row').count()).toBe(2);
    await picture(page, 'plan changed');
    await page.keyboard.press('Enter');
    await page.getByText('Undone: the plan is as it was before.').waitFor();
    await list.getByRole('cell', { name: 'two days only' }).waitFor({ state: 'detached' });
    await expect.poll(() => list.getByRole('row').count()).toBe(2);

    await list.getByRole('button', { name: /Remove/ }).click();
    await page.getByText('Nothing is planned.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await list.getByRole('cell', { name: 'P01' }).waitFor();
    await list.getByRole('button', { name: /Remove/ }).click();
    await page.getByText('Nothing is planned.').waitFor();
  });

  it('plans orders for the stock of a file, corrects it, and takes the list away', async () => {
    await page.goto('/stock');
    await page.getByLabel('Lead time in days').fill('14');
    await page.getByRole('button', { name: 'Plan the orders' }).click();
    await page.waitForURL(/lead=14/);
    await page.getByLabel('Stock as a CSV file').setInputFiles({
      name: 'stock.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('SKU;Stock;Pack size\nP01;0;6\nP02;100000;1\nP03;many;1\n'),
    });
    await page.getByText('The stock of 2 products was read. Lines that were not understood: 4.').waitFor();
    const orders = page.getByRole('region', { name: 'Orders' }).first();
    const short = orders.getByRole('row', { name: /P01/ });
    await short.getByText('order now').click();
    await short.getByText(/A delivery takes 14 days/).waitFor();
    await orders.getByRole('row', { name: /P02/ }).getByText('enough').waitFor();
    await picture(page, 'stock plan');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      orders.getByRole('button', { name: 'Download CSV' }).click(),
    ]);
    const [header, first] = (await readFile(await download.path(), 'utf8')).split('\r\n');
    expect(header).toMatch(/^\ufeff?Product,Category,What to do,"Order, units",.*,Why$/);
    const ordered = Number(first?.split(',')[3]);
    expect(first).toMatch(/^P01,/);
    expect(ordered % 6).toBe(0);
    expect(ordered).toBeGreaterThan(0);
    await page.getByLabel('Units on hand of P01').fill('100000');
    await page.keyboard.press('Enter');
    await short.getByText('enough').waitFor();
    // It is there after a reload, and gone once the person signs out or removes it.
    await untilKept(page, '"product_id":"P01","on_hand":100000');
    await page.reload();
    await short.getByText('enough').waitFor();
    await page.getByRole('button', { name: 'Remove the stock entered here' }).click();
    await short.getByText('stock unknown').waitFor();
  });

  it('promotes a version and rolls back', async () => {
    await page.goto('/models');
    const versions = page.getByRole('region', { name: 'Versions' }).first();
    const other = versions.getByRole('button', { name: /^Promote/ }).first();
    await other.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/Reason/).fill('a look at it');
    await dialog.getByRole('button', { name: 'Promote' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText(/a look at it/).waitFor();
    await page.getByRole('button', { name: /Roll back to version/ }).click();
    await dialog.getByRole('button', { name: /Roll back/ }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('rolled-back').or(page.getByText('rolled back')).first().waitFor();
  });

  it('issues a key that works, and revokes it', async () => {
    await page.goto('/keys');
    await page.getByRole('button', { name: 'Issue a key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('till');
    await dialog.getByLabel('Role').selectOption('analyst');
    await dialog.getByRole('button', { name: 'Issue a key' }).click();
    const key = (await dialog.locator('output').filter({ hasText: 'cf_' }).textContent()) ?? '';
    const role = async () => (await shop.server.send('/api/v1/session', { key })).json();
    expect(await role()).toMatchObject({ role: 'analyst' });
    await page.keyboard.press('Escape');
    await page
      .getByRole('row', { name: /till/ })
      .getByRole('button', { name: /Revoke/ })
      .click();
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await shop.server.send('/api/v1/session', { key })).status).toBe(401);
  });
});

describe('roles', () => {
  it('an analyst sees categories, and gets no product', async () => {
    const analyst = await shop.open();
    const bodies: Promise<string>[] = [];
    analyst.on('response', (response) => {
      if (response.url().includes('/api/')) bodies.push(response.text().catch(() => ''));
    });
    await analyst.goto('/');
    await signIn(analyst, await shop.server.key('analyst'));
    await settled(analyst);
    await picture(analyst, 'overview of an analyst');
    await expect.poll(() => pagesOf(analyst)).toEqual(['Overview', 'Categories']);
    await analyst.getByRole('table').first().getByRole('link').first().click();
    await analyst.waitForURL(/categories\/./);
    await settled(analyst);
    await analyst.locator('.chart svg').waitFor();
    const seen = (await Promise.all(bodies)).join();
    const { productIds } = shop.server.composed.dependencies.models.production()!.model.snapshot;
    expect(productIds.filter((id) => seen.includes(`"${id}"`))).toEqual([]);
    await analyst.goto('/products');
    await analyst.getByText('The role Analyst has no access to this page.').waitFor();
  });

  it('a merchant sees products and the plan, and changes nothing', async () => {
    const merchant = await shop.visit('merchant');
    await expect
      .poll(() => pagesOf(merchant))
      .toEqual(['Overview', 'Categories', 'Products', 'Plan', 'Stock']);
    await merchant.goto('/plan');
    await merchant.getByText('Your role can view the plan.').waitFor();
    expect(await merchant.getByRole('button', { name: 'Add to the plan' }).count()).toBe(0);
    await merchant.goto('/keys');
    await merchant.getByText('The role Merchant has no access to this page.').waitFor();
  });
});

it('nothing failed, and nothing was against the content security policy', () => {
  expect(shop.complaints).toEqual([]);
});
