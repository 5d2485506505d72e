import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SalesRecord } from 'commerce-forecast';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShop, type Shop, settled, signIn } from './shop.js';

const RUNS = 'window.attacked=1';
const PRODUCT = `<img src=x onerror="${RUNS}">`;
const CATEGORY = `"><svg/onload=${RUNS}><script>${RUNS}</script>`;
const EVENT = `<img src=y onerror="${RUNS}">Fair`;

let shop: Shop;
let elsewhere: Server;
let origin: string;

beforeAll(async () => {
  const renamed = (record: SalesRecord): SalesRecord => ({
    ...record,
    ...(record.productId === 'P01' && { productId: PRODUCT }),
    ...(record.category === 'Drinks' && { category: CATEGORY }),
  });
  shop = await openShop({ COUNTRY: 'US' }, (records) => records.map(renamed));
  elsewhere = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>Elsewhere</title>');
  }).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  origin = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
});
afterAll(async () => {
  elsewhere.close();
  await shop.close();
});

describe('names that are markup', () => {
  it('are text on every page, in tips and in the plan', async () => {
    const page = await shop.visit('admin');
    page.on('dialog', () => expect.unreachable('a script ran'));
    const from = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    const { forecaster } = shop.server.composed.dependencies;
    await forecaster.plan([{ from, to: from, productId: PRODUCT, event: EVENT, note: EVENT }]);
    const addresses = [
      '/',
      '/categories',
      `/categories/${encodeURIComponent(CATEGORY)}`,
      '/products',
      `/products/${encodeURIComponent(PRODUCT)}`,
      '/plan',
      '/stock',
    ];
    for (const address of addresses) {
      await page.goto(address);
      await settled(page);
      const chart = page.locator('.chart svg');
      if (address.split('/').length > 2) {
        await chart.waitFor();
        const box = await chart.boundingBox();
        for (let x = 0.1; box && x < 1; x += 0.02) {
          await page.mouse.move(box.x + x * box.width, box.y + box.height / 2);
        }
      }
      expect(await page.evaluate(() => 'attacked' in window), address).toBe(false);
      expect(await page.locator('main img, main script').count(), address).toBe(0);
    }
    await page.goto(`/products/${encodeURIComponent(PRODUCT)}`);
    await page.getByRole('heading', { name: PRODUCT, level: 1 }).waitFor();
    expect(shop.complaints).toEqual([]);
  });
});

describe('a page of another port, which shares the cookies of the host', () => {
  it('changes nothing with the session of a visitor, and reads nothing', async () => {
    const page = await shop.visit('admin');
    const { trainings } = shop.server.composed.dependencies;
    const before = await trainings.find('latest');
    const api = `${shop.server.url}/api/v1`;
    const other = await page.context().newPage();
    await other.goto(origin);
    const answers = await other.evaluate(async (url) => {
      const attempts: [string, RequestInit][] = [
        ['/model/train', { method: 'POST' }],
        ['/model/train', { method: 'POST', headers: { 'X-CSRF-Protection': '1' } }],
        ['/sales?from=2020-01-01', { method: 'DELETE', headers: { 'X-CSRF-Protection': '1' } }],
        ['/api-keys', { method: 'GET' }],
      ];
      return Promise.all(
        attempts.map(([path, init]) =>
          fetch(url + path, { ...init, credentials: 'include' }).then(
            ({ status }) => status,
            () => 'refused by the browser',
          ),
        ),
      );
    }, api);
    expect(answers).toEqual(Array(4).fill('refused by the browser'));
    const [answer] = await Promise.all([
      other.waitForResponse((response) => response.url().endsWith('/model/train')),
      other.evaluate((url) => {
        const form = document.createElement('form');
        form.method = 'POST';
        form.action = `${url}/model/train`;
        document.body.append(form);
        form.submit();
      }, api),
    ]);
    expect(answer.status()).toBe(403);
    expect((await trainings.find('latest'))?.id).toBe(before?.id);
    expect((await shop.server.composed.dependencies.forecaster.storage.summary()).rows).toBeGreaterThan(0);
  });

  it('cannot put the dashboard into a frame', async () => {
    const page = await shop.open();
    await page.goto(origin);
    await page.evaluate((url) => {
      const frame = document.createElement('iframe');
      frame.src = url;
      document.body.append(frame);
    }, shop.server.url);
    // What the browser shows instead of a page that may not be in a frame.
    await expect
      .poll(() =>
        page
          .frames()
          .find((frame) => frame !== page.mainFrame())
          ?.url(),
      )
      .toBe('chrome-error://chromewebdata/');
  });
});

it('an address that leads elsewhere after signing in is not followed', async () => {
  for (const next of ['//evil.example', 'https://evil.example', '/\\\\evil.example', 'javascript:alert(1)']) {
    const page = await shop.open();
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await signIn(page, await shop.server.key('analyst'));
    expect(new URL(page.url()).origin, next).toBe(new URL(shop.server.url).origin);
  }
});
