import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShop, type Shop, settled } from './shop.js';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

describe('a first visit', () => {
  /** What somebody meets whose browser has kept nothing but the session. */
  async function firstVisit(address: string, width: number, role: 'merchant' | 'admin' = 'merchant') {
    const page = await shop.visit(role, { width });
    await settled(page);
    await page.evaluate(
      () =>
        new Promise((resolve) => {
          indexedDB.deleteDatabase('answers').onsuccess = resolve;
        }),
    );
    const asked: string[] = [];
    page.on('request', (request) => request.url().includes('/api/') && asked.push(request.url()));
    await page.goto(address);
    await settled(page);
    return { page, asked };
  }

  const WIDTHS = [360, 412, 768, 1280, 1920];
  const ADDRESSES = ['/', '/categories/Drinks', '/products/P01'];

  it.each(ADDRESSES.flatMap((address) => WIDTHS.map((width) => [address, width] as const)))(
    'of %s stays where it is while answers come, at %i px',
    async (address, width) => {
      const { page } = await firstVisit(address, width);
      const shift = await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            new PerformanceObserver((list) => {
              const shifts = list.getEntries().map((entry) => ('value' in entry ? Number(entry.value) : 0));
              resolve(shifts.reduce((sum, value) => sum + value, 0));
            }).observe({ type: 'layout-shift', buffered: true });
            // Without a single shift nothing is reported.
            setTimeout(() => resolve(0), 1_000);
          }),
      );
      // The bound of a good page: https://web.dev/articles/cls
      expect(shift).toBeLessThan(0.1);
    },
  );

  it('of the overview asks for each answer once, the first ones before its scripts are loaded', async () => {
    const { asked } = await firstVisit('/', 1280);
    expect(asked.length).toBeGreaterThan(5);
    expect(new Set(asked).size).toBe(asked.length);
    const paths = asked.map((url) => new URL(url).pathname);
    expect(paths.slice(0, 5)).toEqual([
      '/api/v1/session',
      '/api/v1/model',
      '/api/v1/forecast/categories',
      '/api/v1/alerts',
      '/api/v1/forecast/top-products',
    ]);
  });

  it.each(['/categories/Drinks', '/products/P01'])(
    'of %s asks for each answer once, the first ones before its scripts are loaded',
    async (address) => {
      const { asked } = await firstVisit(address, 1280);
      expect(new Set(asked).size).toBe(asked.length);
      const paths = asked.map((url) => new URL(url).pathname);
      expect(paths.slice(0, 5)).toEqual([
        '/api/v1/session',
        '/api/v1/forecast/daily',
        '/api/v1/forecast/past',
        '/api/v1/plan',
        '/api/v1/forecast/top-products',
      ]);
      expect(paths).toContain('/api/v1/forecast/explain');
    },
  );

  it.each([
    [
      '/data',
      [
        '/api/v1/sales/summary',
        '/api/v1/model/trainings/latest',
        '/api/v1/sales/deliveries',
        '/api/v1/sales/removals',
      ],
    ],
    ['/models', ['/api/v1/model/versions', '/api/v1/model/trainings/latest']],
  ])('of %s asks for each answer once, all before its scripts are loaded', async (address, wanted) => {
    const { asked } = await firstVisit(address, 1280, 'admin');
    expect(new Set(asked).size).toBe(asked.length);
    const paths = asked.map((url) => new URL(url).pathname);
    expect(paths.slice(0, wanted.length + 1)).toEqual(['/api/v1/session', ...wanted]);
  });
});
