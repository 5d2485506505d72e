import { formatDay, parseDay } from 'commerce-forecast';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openShop, picture, type Shop, settled } from './shop.js';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

const yesterday = parseDay(new Date().toISOString().slice(0, 10)) - 1;

it('what happened to sales that came over HTTP is listed on the overview, and leads to the product', async () => {
  const before = await shop.visit('merchant');
  await settled(before);
  const attention = before.getByRole('region', { name: 'Needs attention' });
  expect(await attention.getByRole('link', { name: 'P08' }).count()).toBe(0);

  // P08 sells some 60 units a day and P07 some 50: one sells nothing for four days, the other twenty times as much on one.
  const key = await shop.server.key('admin');
  const days = [3, 2, 1, 0].map((ago) => formatDay(yesterday - ago));
  const records = [
    ...days.map((date) => ({ date, product_id: 'P08', category: 'Snacks', units: 0 })),
    { date: formatDay(yesterday), product_id: 'P07', category: 'Drinks', units: 1_000 },
  ];
  const stored = await shop.server.send('/api/v1/sales?mode=replace', {
    key,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ records }),
  });
  expect(await stored.json()).toMatchObject({ accepted: records.length });
  await shop.server.send('/api/v1/model/train', { key, method: 'POST' });
  const training = async () =>
    (await (await shop.server.send('/api/v1/model/trainings/latest', { key })).json()).status;
  await expect.poll(training).toBe('succeeded');

  const page = await shop.visit('merchant');
  await settled(page);
  const facts = page.getByRole('region', { name: 'Needs attention' });
  const stopped = facts.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'P08' }) });
  await stopped.getByText(/has not sold since .*units were expected/).waitFor();
  const spike = facts.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'P07' }) });
  await spike.getByText(/sold far more than expected: 1,000 units/).waitFor();
  // What costs sales comes before what brought some.
  const texts = await facts.getByRole('listitem').allTextContents();
  expect(texts.findIndex((text) => text.includes('P08'))).toBeLessThan(
    texts.findIndex((text) => text.includes('P07')),
  );
  await picture(page, 'overview with alerts');

  await stopped.getByRole('link', { name: 'P08' }).click();
  await page.waitForURL(/\/products\/P08/);
  await page.getByRole('heading', { name: 'P08', level: 1 }).waitFor();
  await page.locator('.chart svg').waitFor();
  expect(shop.complaints).toEqual([]);
});
