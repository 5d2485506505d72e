import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShop, picture, type Shop, settled } from './shop.js';

const BUILT = join(import.meta.dirname, '../../../../examples/dashboard/dist');

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const PAGES = {
  overview: '/?period=week',
  categories: '/categories',
  category: '/categories/Drinks?period=year',
  products: '/products',
  product: '/products/P01',
  plan: '/plan',
  stock: '/stock?lead=10',
  data: '/data',
  models: '/models',
  keys: '/keys',
};

const WITH_CHART: ReadonlySet<string> = new Set(['category', 'product']);

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** Whether something makes the page wider than its window. */
const isTooWide = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

/** Titles of cards that something sticks out of. */
const tooNarrow = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('.card')]
      .filter((card) => card.scrollWidth > card.clientWidth)
      .map((card) => card.getAttribute('aria-label')),
  );

describe.each([
  { look: 'light', isDark: false, width: 1280, locale: 'en-US' },
  { look: 'dark on a phone', isDark: true, width: 360, locale: 'de-DE' },
])('in $look', ({ look, ...options }) => {
  let page: Page;
  beforeAll(async () => {
    page = await shop.visit('admin', options);
  });

  it.each(Object.entries(PAGES))('%s can be used by everybody', async (name, address) => {
    await page.goto(address);
    await settled(page);
    if (WITH_CHART.has(name)) await page.locator('.chart svg').waitFor();
    await picture(page, `${name} ${look}`);
    expect(await violations(page)).toEqual([]);
    await expect.poll(() => isTooWide(page)).toBe(false);
    expect(await tooNarrow(page)).toEqual([]);
  });

  it('the sign-in page is accessible', async () => {
    const other = await shop.open(options);
    await other.goto('/');
    await other.locator('input[name=key]').waitFor();
    await picture(other, `sign-in ${look}`);
    // Nothing has gone wrong yet, and there is no identity provider.
    expect(await other.locator('.problem:visible, .card:visible').count()).toBe(1);
    expect(await violations(other)).toEqual([]);
  });
});

describe('what has to be loaded', () => {
  const html = readFileSync(join(BUILT, 'index.html'), 'utf8');
  const scripts = (pattern: RegExp) => [...html.matchAll(pattern)].map(([, path = '']) => path);
  const bytes = (paths: readonly string[]) =>
    paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(BUILT, path))).length, 0);
  const first = scripts(/<script[^>]* src="\/(assets\/[^"]+\.js)"/g);

  it('is at most 12 kB of scripts for signing in, compressed, and no other file waits for them', () => {
    expect(first).toHaveLength(1);
    expect(bytes(first)).toBeLessThan(12_000);
    for (const path of first) {
      expect(readFileSync(join(BUILT, path), 'utf8'), path).not.toMatch(/(?:import|from)\s*"/);
    }
  });

  it('is at most 135 kB for the overview, without texts, and all of it is asked for with the document', () => {
    const others = scripts(/<link[^>]* href="\/(assets\/[^"]+\.js)"/g);
    expect(others.some((path) => path.includes('framework'))).toBe(true);
    expect(others.some((path) => path.includes('frame-'))).toBe(true);
    expect(bytes([...first, ...others])).toBeLessThan(135_000);
  });
});

describe('motion', () => {
  /** Animations and transitions of style sheets that begin while a person looks around. */
  async function movementsOf(page: Page): Promise<number> {
    await page.addInitScript(() => {
      Object.assign(window, { movements: 0 });
      for (const name of ['animationstart', 'transitionrun']) {
        addEventListener(name, () => Object.assign(window, { movements: Number(movements()) + 1 }), true);
      }
      const movements = () => ('movements' in window ? window.movements : 0);
    });
    // Answers so late that their places are drawn.
    await page.route('**/api/v1/forecast/**', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await route.continue();
    });
    let movements = 0;
    for (const address of ['/', '/products/P01']) {
      await page.goto(address);
      await settled(page);
      if (address !== '/') await lookAlongChart(page);
      movements += await page.evaluate(() => ('movements' in window ? Number(window.movements) : 0));
    }
    return movements;
  }

  async function lookAlongChart(page: Page): Promise<void> {
    const chart = page.locator('.chart svg');
    await chart.waitFor();
    const box = await chart.boundingBox();
    if (!box) throw new Error('The chart has no place');
    for (const x of [0.3, 0.5, 0.7]) await page.mouse.move(box.x + x * box.width, box.y + box.height / 2);
    await page.getByText('Year before:').first().waitFor();
  }

  it('is seen by this test where it is wanted', async () => {
    expect(await movementsOf(await shop.visit('merchant'))).toBeGreaterThan(1);
  });

  it('is none where less of it is asked for: in style sheets and in charts', async () => {
    const page = await shop.visit('merchant', { hasReducedMotion: true });
    expect(await movementsOf(page)).toBe(0);
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    // A series that goes away is gone with the next frame.
    const chart = page.locator('.chart svg');
    const legend = page.getByRole('button', { name: 'Year before', exact: true });
    const before = await chart.innerHTML();
    await legend.click();
    await expect.poll(() => chart.innerHTML()).not.toBe(before);
    const frames = await chart.evaluate(async (element) => {
      const seen = new Set<string>();
      for (let i = 0; i < 20; i++) {
        await new Promise(requestAnimationFrame);
        seen.add([...element.querySelectorAll('path')].map((path) => path.getAttribute('d')).join());
      }
      return seen.size;
    });
    expect(frames).toBe(1);
  });
});

describe('a chart', () => {
  it('is read, moved and stretched with the mouse', async () => {
    const page = await shop.visit('merchant');
    await page.goto('/products/P01');
    await settled(page);
    const chart = page.getByRole('img', { name: 'Sales and forecast: P01' });
    const box = await chart.boundingBox();
    if (!box) throw new Error('The chart has no place');
    const [first, last] = [page.getByRole('slider').first(), page.getByRole('slider').last()];
    const shown = () => Promise.all([first, last].map(async (end) => Number(await end.inputValue())));
    const [from = 0, to = 0] = await shown();
    const at = (share: number) => [box.x + share * box.width, box.y + box.height / 2] as const;
    await page.mouse.move(...at(0.25));
    await page.getByText('Sold:').waitFor();
    await page.mouse.down();
    await page.mouse.move(...at(0.75), { steps: 5 });
    await page.mouse.up();
    const half = (to - from) / 2;
    await expect.poll(shown).toEqual([Math.round(from - half), Math.round(from - half) + to - from]);
    const [, moved = 0] = await shown();
    // Twice as many days, of which the right end stays.
    await page.mouse.move(...at(1));
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, 300);
    await page.keyboard.up('Control');
    await expect.poll(async () => (await shown())[0]).toBe(Math.max(0, moved - 2 * (to - from)));
    // The bar below: an end, and what lies between the ends.
    const bar = await page.locator('.zoom-track').boundingBox();
    if (!bar) throw new Error('The bar has no place');
    const height = bar.y + bar.height / 2;
    const all = Number(await first.getAttribute('max'));
    const placeOf = (day: number) => bar.x + (day / all) * bar.width;
    const [left = 0] = await shown();
    await page.mouse.move(placeOf(left), height);
    await page.mouse.down();
    await page.mouse.move(placeOf(left) + bar.width / 4, height, { steps: 5 });
    await page.mouse.up();
    let before = '';
    await expect
      .poll(async () => {
        const last = before;
        before = String(await shown());
        return before === last;
      })
      .toBe(true);
    const [narrower = 0, right = 0] = await shown();
    expect(narrower).toBeGreaterThan(Math.max(0, moved - 2 * (to - from)));
    const middle = placeOf((narrower + right) / 2);
    await page.mouse.move(middle, height);
    await page.mouse.down();
    await page.mouse.move(middle + bar.width, height, { steps: 5 });
    await page.mouse.up();
    await expect.poll(shown).toEqual([all - (right - narrower), all]);
    // The keyboard, which leaves a week at least.
    await last.focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(shown).toEqual([all - (right - narrower), all - 1]);
    await page.keyboard.press('Home');
    await expect.poll(shown).toEqual([all - (right - narrower), all - (right - narrower) + 7]);
  });
});

describe('a screen of any size', () => {
  it('is filled without a sideways bar', async () => {
    const page = await shop.visit('merchant', { width: 3840, height: 2160 });
    await page.goto('/products/P01');
    await settled(page);
    await page.locator('.chart svg').waitFor();
    await picture(page, 'product 4K');
    for (const width of [3840, 1920, 1024, 768, 360]) {
      await page.setViewportSize({ width, height: 900 });
      await expect.poll(() => isTooWide(page), { message: `${width} px` }).toBe(false);
    }
  });
});

describe('the keyboard', () => {
  it('gets to the content at once, and everywhere else', async () => {
    const page = await shop.visit('admin');
    await settled(page);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('content');
    await page.getByRole('link', { name: 'Keys' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor();
    const issue = page.getByRole('button', { name: 'Issue a key' });
    await issue.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => issue.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('opens settings, which change language and appearance at once', async () => {
    const page = await shop.visit('merchant');
    await page.getByRole('button', { name: 'Settings' }).press('Enter');
    await page.getByLabel('Language').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Language').selectOption('de');
    await page.getByRole('heading', { name: 'Übersicht', level: 1 }).waitFor();
    await expect.poll(() => page.evaluate(() => document.documentElement.lang)).toBe('de');
    await page.getByLabel('Darstellung').selectOption('dark');
    await expect
      .poll(() => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme))
      .toBe('dark');
    await page.reload();
    await page.getByRole('heading', { name: 'Übersicht', level: 1 }).waitFor();
  });
});

it('nothing failed, and nothing was against the content security policy', () => {
  expect(shop.complaints).toEqual([]);
});
