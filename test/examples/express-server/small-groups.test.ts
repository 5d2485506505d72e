import { formatDay, parseDay } from 'commerce-forecast';
import type { PostgresStorage } from 'commerce-forecast/postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, startServer, type TestServer } from './server-fixture.js';

const START = parseDay('2024-01-01');
const DAYS = 120;
const NOW = new Date((START + DAYS) * 86_400_000 + 3_600_000);
const LAST = formatDay(START + DAYS - 1);

/** Products of each category; those of `gone` stopped selling long ago, so that one is left. */
const SHOP: Readonly<Record<string, readonly string[]>> = {
  Toys: ['toy-1', 'toy-2', 'toy-3', 'toy-4'],
  Books: ['book-1', 'book-2', 'book-3'],
  Secret: ['secret-1'],
  Pair: ['pair-1', 'pair-2'],
  Gone: ['gone-1', 'gone-2', 'gone-3'],
};
const VISIBLE = ['Toys', 'Books'];
const HIDDEN = ['Secret', 'Pair', 'Gone'];

/** Sales that differ between categories by far, so that no sum of hidden ones is met by chance. */
function salesOf(from: number, to: number) {
  return Object.entries(SHOP).flatMap(([category, products], c) =>
    products.flatMap((productId, p) =>
      Array.from({ length: to - from + 1 }, (_, i) => from + i)
        .filter((day) => !(category === 'Gone' && p > 0 && day > START + 40))
        .map((day) => ({
          date: formatDay(day),
          productId,
          category,
          units: (c + 1) * 10 + p + ((day % 7) + 1) * (c + 1) + (day === to ? 400 * (c + 1) : 0),
          price: 3 + c,
        })),
    ),
  );
}

let server: TestServer;
let analyst: string;
let admin: string;

beforeAll(async () => {
  server = await startServer({ JWT_SECRET: 'a secret for tests with 32 characters or more' }, () => NOW);
  [admin, analyst] = [await server.key('admin'), await server.key('analyst')];
  const { forecaster, trainings } = server.composed.dependencies;
  await forecaster.ingest(salesOf(START, START + DAYS - 2));
  await trainings.start();
  await trainings.settled();
  await forecaster.ingest(salesOf(START + DAYS - 1, START + DAYS - 1));
  await (forecaster.storage as PostgresStorage).refreshDailyTotals();
});
afterAll(() => server.close());

interface Question {
  readonly path: string;
  readonly init?: RequestInit;
}

/** Everything that an analyst may ask of each endpoint, about a category where it takes one. */
const QUESTIONS: Readonly<Record<string, (category: string) => readonly Question[]>> = {
  categories: () => [
    { path: '/api/v1/forecast/categories?time_period=week' },
    { path: '/api/v1/forecast/categories?time_period=year&quantiles=0.5&confidence_level=0.5' },
  ],
  trends: (category) => [{ path: `/api/v1/forecast/trends/${category}?days=60` }],
  trendsByName: (category) => [{ path: `/api/v1/forecast/trends?days=60&category=${category}` }],
  predict: (category) => [
    { path: '/api/v1/forecast/predict', init: post({ time_period: 'week' }) },
    { path: '/api/v1/forecast/predict', init: post({ time_period: 'week', categories: [category] }) },
    { path: '/api/v1/forecast/predict', init: post({ time_period: 'week', categories: ['Toys', category] }) },
  ],
  forecastTable: (category) =>
    [{}, { level: 'total' }, { level: 'category' }, { category }, { category, level: 'total' }].map(
      (body) => ({
        path: '/api/v1/forecast/table',
        init: post({ ...body, horizon: 7, granularity: 'total' }),
      }),
    ),
  alerts: (category) => [
    { path: '/api/v1/alerts?days=3' },
    { path: `/api/v1/alerts?days=3&category=${category}` },
  ],
  explain: (category) => [{ path: `/api/v1/forecast/explain?time_period=week&category=${category}` }],
  dailyForecast: (category) => [{ path: `/api/v1/forecast/daily?category=${category}` }],
  pastForecasts: (category) => [{ path: `/api/v1/forecast/past?category=${category}` }],
  categoryTotals: () => [{ path: `/api/v1/sales/totals?from=${formatDay(START)}&to=${LAST}` }],
  model: () => [{ path: '/api/v1/model' }],
  session: () => [{ path: '/api/v1/session' }],
  openSession: () => [{ path: '/api/v1/session', init: { method: 'POST' } }],
  closeSession: () => [{ path: '/api/v1/session', init: { method: 'DELETE' } }],
  issueToken: () => [{ path: '/api/v1/auth/token', init: { method: 'POST' } }],
  // Last, as it replaces the key.
  rotateOwnApiKey: () => [{ path: '/api/v1/api-keys/self/rotate', init: { method: 'POST' } }],
};

const ask = async ({ path, init }: Question, key = analyst) => {
  const response = await server.send(path, { key, ...init });
  return { status: response.status, text: await response.text() };
};
const json = async (question: Question, key?: string) => JSON.parse((await ask(question, key)).text);

describe('an analyst', () => {
  it('is asked here for every endpoint that the role may use', () => {
    const open = server.endpoints.filter(({ access }) => Array.isArray(access) && access.includes('analyst'));
    expect(open.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(QUESTIONS).sort());
  });

  it.each(Object.keys(QUESTIONS))('%s: gets the large categories and no other', async (operation) => {
    const questions = QUESTIONS[operation]!;
    for (const question of questions('Toys')) {
      const { status, text } = await ask(question);
      expect(status, `${question.path} ${text}`).toBeLessThan(300);
      for (const name of [...HIDDEN, ...Object.values(SHOP).flat()]) expect(text).not.toContain(name);
    }
    for (const category of HIDDEN) {
      const asked = questions(category);
      const unknown = questions('Nothing');
      for (const [i, question] of asked.entries()) {
        const answer = await ask(question);
        if (JSON.stringify(question) === JSON.stringify(questions('Toys')[i])) continue;
        expect(answer.status, question.path).toBe(404);
        // Nothing tells a small category from one that does not exist.
        const same = await ask(unknown[i]!);
        const plain = (text: string, name: string) => ({
          ...JSON.parse(text.replaceAll(name, '?')),
          request_id: '',
        });
        expect(plain(answer.text, category)).toEqual(plain(same.text, 'Nothing'));
        for (const name of HIDDEN.filter((other) => other !== category))
          expect(answer.text).not.toContain(name);
      }
    }
  });

  it('gets figures of the large categories as others do', async () => {
    const question = { path: '/api/v1/forecast/categories?time_period=week' };
    const [all, some] = [await json(question, admin), await json(question)];
    expect(all.predictions).toHaveLength(5);
    const visible = all.predictions.filter(({ category }: { category: string }) =>
      VISIBLE.includes(category),
    );
    expect(some.predictions).toEqual(visible.map((item: object) => ({ ...item, top_products: [] })));
    expect(await json({ path: '/api/v1/model' })).toMatchObject({
      categories: ['Books', 'Toys'],
      products: 7,
    });
  });

  it('gets alerts about them, though the sales of a day did change in all', async () => {
    const question = { path: '/api/v1/alerts?days=3' };
    const categoriesOf = ({ alerts }: { alerts: { category: string }[] }) =>
      new Set(alerts.map(({ category }) => category));
    expect(categoriesOf(await json(question, admin))).toContain('Secret');
    const seen = categoriesOf(await json(question));
    expect(seen.size).toBeGreaterThan(0);
    expect(VISIBLE).toEqual(expect.arrayContaining([...seen]));
  });

  it('gets totals whose difference to what is shown is nothing', async () => {
    const table = (body: object, key?: string) =>
      json(
        { path: '/api/v1/forecast/table', init: post({ horizon: 28, granularity: 'total', ...body }) },
        key,
      );
    const units = ({ rows }: { rows: { units: number }[] }) => rows.reduce((sum, row) => sum + row.units, 0);
    const [total, parts] = [
      units(await table({ level: 'total' })),
      units(await table({ level: 'category' })),
    ];
    expect(total).toBeCloseTo(parts, 6);
    expect(units(await table({ level: 'total' }, admin))).toBeGreaterThan(1.5 * total);
  });

  it('learns the history of no category that the model does not show', async () => {
    const path = `/api/v1/sales/totals?from=${LAST}&to=${LAST}`;
    const stored = { date: LAST, product_id: 'old-1', category: 'Renamed', units: 5 };
    const sales = { path: '/api/v1/sales', init: post({ records: [stored] }) };
    expect((await ask(sales, admin)).status).toBe(200);
    await (server.composed.dependencies.storage as PostgresStorage).refreshDailyTotals();
    const names = ({ categories }: { categories: { category: string }[] }) =>
      categories.map(({ category }) => category).sort();
    expect(names(await json({ path }, admin))).toContain('Renamed');
    expect(names(await json({ path }))).toEqual(['Books', 'Toys']);
  });
});

describe('the least number of products', () => {
  it('is set by the operator, and 1 shows every category', async () => {
    for (const [least, seen] of [
      ['4', ['Toys']],
      ['1', ['Books', 'Gone', 'Pair', 'Secret', 'Toys']],
      ['100', []],
    ] as const) {
      const own = await startServer({ ANALYST_LEAST_PRODUCTS: least }, () => NOW);
      try {
        const { forecaster, trainings } = own.composed.dependencies;
        await forecaster.ingest(salesOf(START, START + DAYS - 2));
        const key = await own.key('analyst');
        const totals = `/api/v1/sales/totals?from=${LAST}&to=${LAST}`;
        // Without a model there is nothing to count products by.
        if (least !== '1') expect((await own.send(totals, { key })).status).toBe(503);
        await trainings.start();
        await trainings.settled();
        const { categories, validation } = await (await own.send('/api/v1/model', { key })).json();
        expect(categories).toEqual(seen);
        expect(validation === null).toBe(seen.length === 0);
        const table = await own.send('/api/v1/forecast/table', { key, ...post({ horizon: 7 }) });
        expect(table.status).toBe(seen.length === 0 ? 404 : 200);
        const answer = await (await own.send('/api/v1/forecast/categories?time_period=week', { key })).json();
        expect(answer.predictions).toHaveLength(seen.length);
      } finally {
        await own.close();
      }
    }
  });
});
