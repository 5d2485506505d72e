import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openShop, picture, type Shop, settled, untilKept } from './shop.js';

const BUILT = join(import.meta.dirname, '../../../../examples/dashboard/dist');

let folder: string;
let shop: Shop;
let page: Page;

beforeAll(async () => {
  // A copy, as a newer version is put there.
  folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
  cpSync(BUILT, folder, { recursive: true });
  shop = await openShop({ DASHBOARD_DIR: folder });
  page = await shop.visit('merchant');
  await page.evaluate(() => navigator.serviceWorker.ready);
  for (const [address, answers] of [
    ['/products?period=week', ['"products","week"']],
    [
      '/products/P01',
      ['"daily",{"product_id":"P01"', '"past",{"product_id":"P01"', '"explain",{"product_id":"P01"'],
    ],
  ] as const) {
    await page.goto(address);
    await settled(page);
    for (const answer of answers) await untilKept(page, answer);
  }
  await page.locator('.chart svg').waitFor();
});
afterAll(async () => {
  await shop.close();
  rmSync(folder, { recursive: true, force: true });
});

afterEach(() => page.context().setOffline(false));

describe('without a connection', () => {
  it('opens with the last answers and says how old they are', async () => {
    await page.context().setOffline(true);
    await page.reload();
    await page.getByText(/You are offline. This data was loaded .+ (ago|now)\./).waitFor();
    await page.locator('.chart svg').waitFor();
    await picture(page, 'offline');
    await page.goto('/products?period=week');
    await page.getByRole('link', { name: 'P01' }).first().waitFor();
  });

  it('says of a page without answers that it will come', async () => {
    await page.context().setOffline(true);
    await page.goto('/products/P07?period=year');
    await page.getByText('It will load as soon as you are connected again.').first().waitFor();
    await page.context().setOffline(false);
    await page.locator('.chart svg').waitFor();
  });

  it('keeps nothing for whoever comes after signing out', async () => {
    const other = await shop.visit('merchant');
    await other.evaluate(() => navigator.serviceWorker.ready);
    await settled(other);
    await untilKept(other, '"categories"');
    await other.getByRole('button', { name: 'Settings' }).click();
    await other.getByRole('button', { name: 'Sign out' }).click();
    await other.locator('input[name=key]').waitFor();
    await other.context().setOffline(true);
    await other.goto('/');
    await other.locator('input[name=key]').waitFor();
    expect(await other.getByText('Best sellers').count()).toBe(0);
  });
});

describe('a newer version', () => {
  it('is offered, and takes over when it is wanted', async () => {
    await page.goto('/products');
    await settled(page);
    appendFileSync(join(folder, 'sw.js'), '\n// newer\n');
    await page.reload();
    await page.getByText('A new version is ready.').waitFor();
    await picture(page, 'newer version');
    await page.evaluate(() => Object.assign(window, { isOld: true }));
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.waitForFunction(() => !('isOld' in window));
    await settled(page);
    expect(await page.getByText('A new version is ready.').count()).toBe(0);
  });
});
