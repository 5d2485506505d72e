import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShop, type Shop, settled } from './shop.js';

let shop: Shop;
let page: Page;

beforeAll(async () => {
  shop = await openShop();
  // The worker would have the scripts that do not come.
  page = await shop.visit('admin', { hasNoWorker: true });
});
afterAll(() => shop.close());

const focused = () => page.evaluate(() => document.activeElement?.textContent);

describe('a window whose script does not come', () => {
  it('says so in its place, comes when it is tried again, and gives the focus back', async () => {
    await page.goto('/keys');
    await settled(page);
    await page.route('**/assets/dialogs-*', (route) => route.abort());
    const issue = page.getByRole('button', { name: 'Issue a key' });
    await issue.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('The server cannot be reached.').waitFor();
    await page.getByRole('heading', { name: 'API keys', level: 1, includeHidden: true }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(focused).toBe('Issue a key');
    await page.keyboard.press('Enter');
    await dialog.getByText('The server cannot be reached.').waitFor();
    await page.unroute('**/assets/dialogs-*');
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await dialog.getByLabel('Name').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(focused).toBe('Issue a key');
  });

  it('is none that shows a new key, which is shown only once', async () => {
    await page.goto('/keys');
    await settled(page);
    await page.getByRole('button', { name: 'Issue a key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('till');
    await page.route('**/assets/**', (route) => route.abort());
    await dialog.getByRole('button', { name: 'Issue a key' }).click();
    await dialog.locator('output').filter({ hasText: 'cf_' }).waitFor();
    await page.unroute('**/assets/**');
  });

  it('is told of settings too', async () => {
    await page.route('**/assets/settings-popover-*', (route) => route.abort());
    await page.goto('/plan');
    await settled(page);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('dialog').getByText('The server cannot be reached.').waitFor();
    await page.unroute('**/assets/settings-popover-*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByLabel('Language').waitFor();
  });
});

describe('a page that cannot be shown', () => {
  it('leaves the way to all others', async () => {
    await page.goto('/');
    await settled(page);
    await page.route('**/assets/stock-page-*', (route) => route.abort());
    await page.getByRole('link', { name: 'Stock', exact: true }).click();
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).waitFor();
    await page.getByRole('link', { name: 'Plan', exact: true }).click();
    await page.getByRole('heading', { name: 'Plan', level: 1 }).waitFor();
    await page.unroute('**/assets/stock-page-*');
  });

  it('has a heading and that way where there is none', async () => {
    await page.goto('/nowhere/at/all');
    await page.getByRole('heading', { name: 'This page does not exist', level: 1 }).waitFor();
    expect(await page.getByRole('navigation').getByRole('link').count()).toBe(8);
  });
});
