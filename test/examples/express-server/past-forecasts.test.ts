import { formatDay } from 'commerce-forecast';
import type { PostgresStorage } from 'commerce-forecast/postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { START, salesOf, trainUpTo } from './rollout-fixture.js';
import { startServer, type TestServer } from './server-fixture.js';

const DAY_MS = 86_400_000;
const ALL = salesOf(START + 100, START + 115);
const OUT_OF_STOCK = ALL.filter(({ inStock }) => inStock === false).map(({ productId }) => productId);
const PRODUCT = String(ALL.find(({ productId }) => !OUT_OF_STOCK.includes(productId))?.productId);

let server: TestServer;
let admin: string;
/** Day of the clock of the server. */
let today = START + 101;

beforeAll(async () => {
  server = await startServer({ MODEL: 'weekday-mean' }, () => new Date(today * DAY_MS + DAY_MS / 4));
  admin = await server.key('admin');
});
afterAll(() => server.close());

const ask = async (path: string, key = admin) => {
  const response = await server.send(`/api/v1/forecast/${path}`, { key });
  return { status: response.status, body: await response.json() };
};

/** Lets days pass until a day, with their sales. */
async function liveUntil(day: number): Promise<void> {
  const { forecaster } = server.composed.dependencies;
  const sales = salesOf(today, day - 1);
  today = day;
  await forecaster.ingest(sales, { mode: 'replace' });
  await (forecaster.storage as PostgresStorage).refreshDailyTotals();
}

const soldOn = (date: string) =>
  salesOf(START, today)
    .filter((record) => record.productId === PRODUCT && record.date === date)
    .reduce((sum, { units }) => sum + units, 0);

interface Past {
  readonly date: string;
  readonly sold: number;
  readonly expected: number;
  readonly version: number;
}

it('are what the version in production said before the days, beside what was sold', async () => {
  expect((await ask(`past?product_id=${PRODUCT}`)).body.days).toEqual([]);
  await trainUpTo(server, START + 100, admin);
  const before: { date: string; units: number }[] = (await ask(`daily?product_id=${PRODUCT}&horizon=20`)).body
    .forecast;
  await liveUntil(START + 110);
  const { status, body } = await ask(`past?product_id=${PRODUCT}&days=28`);
  expect(status).toBe(200);
  expect(body.levels).toEqual([0.5, 0.8, 0.95]);
  // It was put to use in the course of day 101, and of day 109 more may come.
  expect(body.days.map(({ date }: Past) => date)).toEqual(
    Array.from({ length: 7 }, (_, i) => formatDay(START + 102 + i)),
  );
  for (const { date, sold, expected, version } of body.days as Past[]) {
    expect(sold).toBe(soldOn(date));
    expect(expected).toBe(before.find((day) => day.date === date)?.units);
    expect(version).toBe(1);
  }
});

it('change their version on the day after another one was put to use', async () => {
  await trainUpTo(server, START + 109, admin);
  const promoted = await server.send('/api/v1/model/versions/2/promote', { key: admin, method: 'POST' });
  expect([200, 409]).toContain(promoted.status);
  await liveUntil(START + 115);
  const { body } = await ask(`past?product_id=${PRODUCT}`);
  const versions = Object.fromEntries(body.days.map(({ date, version }: Past) => [date, version]));
  expect(versions[formatDay(START + 110)]).toBe(1);
  expect(versions[formatDay(START + 111)]).toBe(2);
  expect(body.days).toHaveLength(12);
  const few = await ask(`past?product_id=${PRODUCT}&days=4`);
  expect(few.body.days).toEqual(body.days.slice(-3));
});

it('are of categories for everybody, and of products for those who see products', async () => {
  const analyst = await server.key('analyst');
  const category = salesOf(START, START)[0]?.category;
  expect((await ask(`past?category=${category}`, analyst)).body.days).toHaveLength(12);
  expect((await ask(`past?product_id=${PRODUCT}`, analyst)).status).toBe(403);
  expect((await ask('past')).status).toBe(400);
  expect((await ask(`past?product_id=${PRODUCT}&days=91`)).status).toBe(400);
  const [emptied] = ALL.filter(({ productId, date, inStock }) => {
    const isCompared = String(date) > formatDay(START + 101) && String(date) < formatDay(START + 114);
    return isCompared && inStock === false && productId !== PRODUCT;
  });
  const { days } = (await ask(`past?product_id=${emptied?.productId}`)).body;
  expect(days.map(({ date }: Past) => date)).not.toContain(emptied?.date);
  expect(days.length).toBeLessThan(12);
  // Nobody forecast what does not exist.
  expect((await ask('past?product_id=nothing')).body.days).toEqual([]);
});
