import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { post, startServer, type TestServer, trainSmallMerchant } from './server-fixture.js';

const CUSTOMER = 'ada.lovelace@example.org';
const PRODUCT = 'mug-of-the-customer';
let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startServer();
  key = await server.key('admin');
});
afterAll(() => server.close());

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Files of the folder that hold the text in their bytes. */
function filesWith(text: string): string[] {
  return filesUnder(server.directory).filter((file) => readFileSync(file).includes(text));
}

it('leaves nothing of a customer in answers, database, artifacts and logs', async () => {
  await trainSmallMerchant(server);
  const sale = { date: '2024-03-03', product_id: PRODUCT, category: 'Toys', units: 1 };
  const records = [{ ...sale, customer_email: CUSTOMER, customer: { name: CUSTOMER }, [CUSTOMER]: 1 }];
  const json = await server.send('/api/v1/sales', { key, ...post({ records }) });
  expect(json.status).toBe(200);
  // A good line, one that is wrong in a documented column, and one that is no CSV.
  const lines = [
    `2024-03-04,${PRODUCT},1,${CUSTOMER}`,
    `someday,${PRODUCT},1,${CUSTOMER}`,
    `"2024,${CUSTOMER}`,
  ];
  const csv = await server.send('/api/v1/sales', {
    key,
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: `date,product_id,units,customer_id\n${lines.join('\n')}\n`,
  });
  expect(csv.status).toBe(200);
  expect(`${await json.text()}${await csv.text()}`).not.toContain(CUSTOMER);
  const { trainings, forecaster, models } = server.composed.dependencies;
  await trainings.start();
  await trainings.settled();
  expect(JSON.stringify((await models.registry.load(2)).snapshot)).toContain(PRODUCT);

  const { storage } = forecaster;
  let stored = '';
  for await (const rows of storage.read()) stored += JSON.stringify(rows);
  expect(stored).toContain(PRODUCT);
  expect(stored).not.toContain(CUSTOMER);
  expect(server.log()).not.toContain(CUSTOMER);
  // The folder holds the files of the embedded database, its write-ahead log too, and the artifacts.
  const places = filesWith(PRODUCT);
  expect(places.some((file) => file.includes('database'))).toBe(true);
  expect(places.some((file) => file.includes('artifacts'))).toBe(true);
  expect(filesWith(CUSTOMER)).toEqual([]);
});
