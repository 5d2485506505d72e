import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShop, picture, type Shop, settled } from './shop.js';

let shop: Shop;
let page: Page;

beforeAll(async () => {
  shop = await openShop();
  page = await shop.visit('admin');
});
afterAll(() => shop.close());

const background = (part: Locator) => part.evaluate((element) => getComputedStyle(element).backgroundColor);

describe('a page on paper', () => {
  it('is dark on white, also for whoever has chosen the dark appearance', async () => {
    await page.goto('/products/P01');
    await settled(page);
    const heading = page.getByRole('heading', { level: 1 });
    const colour = () => heading.evaluate((element) => getComputedStyle(element).color);
    const light = await colour();
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByLabel('Appearance').selectOption('dark');
    expect(await colour()).not.toBe(light);
    await page.emulateMedia({ media: 'print' });
    expect(await colour()).toBe(light);
    await page.emulateMedia({ media: 'screen' });
    await page.getByLabel('Appearance').selectOption('system');
  });

  it('shows all columns of a table', async () => {
    await page.goto('/stock');
    await settled(page);
    await page.emulateMedia({ media: 'print' });
    const table = page.locator('.table-scroll').first();
    expect(await table.evaluate((element) => getComputedStyle(element).overflowX)).toBe('visible');
    await page.emulateMedia({ media: 'screen' });
  });
});

describe('in colours that the system forces', () => {
  it('what is chosen and how wide a range is can be seen', async () => {
    await page.emulateMedia({ forcedColors: 'active' });
    await page.goto('/?period=week');
    await settled(page);
    const choice = (name: string) => page.locator('.switch-item').filter({ hasText: name });
    expect(await background(choice('Week'))).not.toBe(await background(choice('Month')));
    const link = (name: string) => page.getByRole('navigation').getByRole('link', { name });
    expect(await background(link('Overview'))).not.toBe(await background(link('Categories')));
    const card = await background(page.locator('.card').first());
    expect(await background(page.locator('.interval-mark').first())).not.toBe(card);
    await page.goto('/products/P01');
    await settled(page);
    await page.locator('.chart svg').waitFor();
    expect(await background(page.locator('.zoom-range'))).not.toBe(card);
    expect(await background(page.locator('.part-bar').first())).not.toBe(card);
    await picture(page, 'forced colours');
    await page.goto('/plan');
    await settled(page);
    const pressed = page.locator('.day[aria-pressed=true]').first();
    expect(await background(pressed)).not.toBe(await background(page.locator('.day').first()));
    await page.emulateMedia({ forcedColors: 'none' });
  });
});

describe('the bar below a chart', () => {
  it('has its ends where the days are that they stand for', async () => {
    await page.goto('/products/P01');
    await settled(page);
    await page.locator('.chart svg').waitFor();
    const bar = await page.locator('.zoom-track').boundingBox();
    if (!bar) throw new Error('The bar has no place');
    // The last day is shown: its end reaches as far to the right of it as to the left.
    for (const distance of [-9, 9]) {
      const isEnd = await page.evaluate(
        ([x, y]) => document.elementFromPoint(x ?? 0, y ?? 0)?.matches('.zoom-end'),
        [bar.x + bar.width + distance, bar.y + bar.height / 2],
      );
      expect(isEnd, `${distance} px beside the last day`).toBe(true);
    }
  });
});
