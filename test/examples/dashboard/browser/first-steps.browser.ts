import { formatDay, parseDay } from 'commerce-forecast';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openShop, picture, type Shop } from './shop.js';

let shop: Shop;

beforeAll(async () => {
  shop = await openShop({}, () => []);
});
afterAll(() => shop.close());

const DAYS = 200;
const WEEK = [3, 4, 5, 6, 9, 12, 2];

/** An export of two products whose sales repeat every week, until yesterday. */
function salesFile(): string {
  const today = parseDay(new Date().toISOString().slice(0, 10));
  const lines = Array.from({ length: DAYS }, (_, i) => {
    const day = formatDay(today - DAYS + i);
    return `${day},Tea,Drinks,${WEEK[i % 7]}\n${day},Cup,Household,${2 * (WEEK[i % 7] ?? 0)}`;
  });
  return `date,product,category,units\n${lines.join('\n')}\n`;
}

it('a shop without sales is led to its first forecast, which shows by itself', async () => {
  const merchant = await shop.visit('merchant');
  await merchant.getByRole('heading', { name: 'There is no forecast yet' }).waitFor();
  await merchant.getByText('An administrator has to upload sales and start a training.').waitFor();
  expect(await merchant.getByRole('alert').count()).toBe(0);

  const page = await shop.visit('admin', { width: 360, height: 780 });
  await page.getByRole('heading', { name: 'There is no forecast yet' }).waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
  await picture(page, 'first steps on a phone');
  await page.getByRole('link', { name: 'Upload your sales' }).click();
  await page
    .getByLabel('CSV file')
    .setInputFiles({ name: 'sales.csv', mimeType: 'text/csv', buffer: Buffer.from(salesFile()) });
  await page.getByRole('button', { name: 'Upload', exact: true }).click();
  await page.getByText(`${2 * DAYS} rows were accepted.`).waitFor();
  await page.getByRole('button', { name: 'Start a training' }).click();
  await page.getByText(/The last training ended/).waitFor();

  await merchant.getByRole('region', { name: 'Best sellers' }).getByRole('link', { name: 'Cup' }).waitFor();
  expect(shop.complaints).toEqual([]);
});

it('the page that one is on can be seen among the pages of a phone', async () => {
  const page = await shop.visit('admin', { width: 360, height: 780 });
  for (const [address, name] of [
    ['/keys', 'Keys'],
    ['/', 'Overview'],
  ] as const) {
    await page.goto(address);
    const link = page.getByRole('navigation').getByRole('link', { name });
    await expect
      .poll(async () => {
        const box = await link.boundingBox();
        return box !== null && box.x >= 0 && box.x + box.width <= 360;
      })
      .toBe(true);
  }
});
