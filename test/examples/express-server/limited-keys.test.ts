import { formatDay, parseDay } from 'commerce-forecast';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scope } from '../../../examples/express-server/security/roles.js';
import { post, startServer, type TestServer } from './server-fixture.js';

const START = parseDay('2024-01-01');
const DAYS = 120;
const NOW = new Date((START + DAYS) * 86_400_000 + 3_600_000);
const [FIRST, LAST] = [formatDay(START), formatDay(START + DAYS - 1)];
const RANGE = `from=${FIRST}&to=${LAST}`;
const AHEAD = formatDay(START + DAYS + 3);

const SHOP: Readonly<Record<string, readonly string[]>> = {
  Toys: ['toy-1', 'toy-2', 'toy-3'],
  Books: ['book-1', 'book-2'],
  Secret: ['secret-1', 'secret-2', 'secret-3', 'secret-4'],
};
const LOCATIONS = ['Rome', 'Oslo'];

const RECORDS = Object.entries(SHOP).flatMap(([category, products], c) =>
  products.flatMap((productId, p) =>
    LOCATIONS.flatMap((location, l) =>
      Array.from({ length: DAYS }, (_, i) => ({
        date: formatDay(START + i),
        productId,
        category,
        location,
        units: (c + 1) * 10 + p + l * 3 + (i % 7),
        price: 5,
      })),
    ),
  ),
);

const PLANS = [
  { date: AHEAD, product_id: 'toy-1', promo: true, note: 'plan of a toy' },
  { date: AHEAD, category: 'Secret', promo: true, note: 'plan of a secret' },
  { date: AHEAD, product_id: 'secret-2', price: 4, note: 'plan of a secret product' },
  { date: AHEAD, product_id: 'toy-2', location: 'Oslo', promo: true, note: 'plan in Oslo' },
  { date: AHEAD, all: true, open: false, note: 'plan for all' },
];

let server: TestServer;
const keys = {} as Record<'admin' | 'whole' | 'toys' | 'two' | 'rome' | 'romanToys', string>;

const limited = async (scope: Scope) =>
  (await server.composed.dependencies.access.apiKeys.issue('limited', 'merchant', scope)).text;

beforeAll(async () => {
  server = await startServer({ JWT_SECRET: 'a secret for tests with 32 characters or more' }, () => NOW);
  const { forecaster, trainings } = server.composed.dependencies;
  await forecaster.ingest(RECORDS);
  await trainings.start();
  await trainings.settled();
  keys.admin = await server.key('admin');
  keys.whole = await server.key('merchant');
  keys.toys = await limited({ categories: ['Toys'] });
  keys.two = await limited({ categories: ['Toys', 'Books'] });
  keys.rome = await limited({ locations: ['Rome'] });
  keys.romanToys = await limited({ categories: ['Toys'], locations: ['Rome'] });
  const planned = await server.send('/api/v1/plan', { key: keys.admin, ...post({ records: PLANS }) });
  expect(planned.status).toBe(200);
});
afterAll(() => server.close());

interface Question {
  readonly path: string;
  readonly init?: RequestInit;
}
interface Names {
  readonly category: string;
  readonly product: string;
}

const get = (path: string): Question => ({ path });
const send = (path: string, body: unknown): Question => ({ path, init: post(body) });
const table = (body: object) => send('/api/v1/forecast/table', { horizon: 7, granularity: 'total', ...body });

/** Questions of each endpoint that limited merchants may use, which name a category and a product, and which name none. */
const NAMED: Readonly<Record<string, (names: Names) => readonly Question[]>> = {
  topProducts: ({ category }) => [get(`/api/v1/forecast/top-products?time_period=week&category=${category}`)],
  trends: ({ category }) => [get(`/api/v1/forecast/trends/${category}`)],
  trendsByName: ({ category }) => [get(`/api/v1/forecast/trends?category=${category}`)],
  predict: ({ category }) => [
    send('/api/v1/forecast/predict', { time_period: 'week', categories: ['Toys', category] }),
  ],
  dailyForecast: ({ category, product }) => [
    get(`/api/v1/forecast/daily?category=${category}`),
    get(`/api/v1/forecast/daily?product_id=${product}`),
  ],
  pastForecasts: ({ category, product }) => [
    get(`/api/v1/forecast/past?category=${category}`),
    get(`/api/v1/forecast/past?product_id=${product}`),
  ],
  explain: ({ category, product }) => [
    get(`/api/v1/forecast/explain?time_period=week&category=${category}`),
    get(`/api/v1/forecast/explain?time_period=week&product_id=${product}`),
  ],
  alerts: ({ category }) => [get(`/api/v1/alerts?category=${category}`)],
  forecastTable: ({ category, product }) => [
    table({ category }),
    table({ category, level: 'product' }),
    table({ product_ids: ['toy-1', product] }),
    table({ product_ids: [product], level: 'total' }),
  ],
  whatIf: ({ category, product }) => [
    send('/api/v1/forecast/what-if', { time_period: 'week', plan: [{ date: AHEAD, category, promo: true }] }),
    send('/api/v1/forecast/what-if', {
      time_period: 'week',
      plan: [{ date: AHEAD, product_id: product, price: 3 }],
    }),
  ],
  stockPlan: ({ category, product }) => [
    send('/api/v1/forecast/stock-plan', { category, stock: [] }),
    send('/api/v1/forecast/stock-plan', { category: 'Toys', stock: [{ product_id: product, on_hand: 3 }] }),
  ],
  listPlan: ({ category, product }) => [
    get(`/api/v1/plan?category=${category}`),
    get(`/api/v1/plan?product_id=${product}`),
  ],
};

const OPEN: Readonly<Record<string, readonly Question[]>> = {
  topProducts: [get('/api/v1/forecast/top-products?time_period=week&limit=1000')],
  categories: [get('/api/v1/forecast/categories?time_period=week')],
  predict: [send('/api/v1/forecast/predict', { time_period: 'week' })],
  alerts: [get('/api/v1/alerts?days=28')],
  forecastTable: [
    table({}),
    table({ level: 'category' }),
    table({ level: 'product' }),
    table({ level: 'total' }),
  ],
  whatIf: [send('/api/v1/forecast/what-if', { time_period: 'week', plan: [] })],
  listPlan: [get('/api/v1/plan'), get('/api/v1/plan?removed=true')],
  categoryTotals: [get(`/api/v1/sales/totals?${RANGE}`)],
  productTotals: [get(`/api/v1/sales/totals/products?${RANGE}`)],
  model: [get('/api/v1/model')],
  session: [get('/api/v1/session')],
  openSession: [{ path: '/api/v1/session', init: { method: 'POST' } }],
  closeSession: [{ path: '/api/v1/session', init: { method: 'DELETE' } }],
  issueToken: [{ path: '/api/v1/auth/token', init: { method: 'POST' } }],
};

const ask = async ({ path, init }: Question, key: string) => {
  const response = await server.send(path, { key, ...init });
  return { status: response.status, text: await response.text(), etag: response.headers.get('etag') };
};
const json = async (question: Question, key: string) => JSON.parse((await ask(question, key)).text);

async function expectOutOfScope(question: Question, key: string): Promise<void> {
  const { status, text } = await ask(question, key);
  expect(status, `${question.path} ${text}`).toBe(403);
  expect(JSON.parse(text)).toMatchObject({
    code: 'out-of-scope',
    hint: expect.stringContaining('is limited to'),
  });
}

describe('a key that is limited to categories', () => {
  it('is tried here at every endpoint that merchants may use', () => {
    const open = server.endpoints.filter(
      ({ access }) => Array.isArray(access) && access.includes('merchant'),
    );
    const tried = new Set([...Object.keys(NAMED), ...Object.keys(OPEN), 'rotateOwnApiKey']);
    expect([...tried].sort()).toEqual(open.map(({ operationId }) => operationId).sort());
  });

  it.each(Object.keys(NAMED))(
    '%s: is answered about its own, and refused about others with the reason',
    async (name) => {
      for (const question of NAMED[name]!({ category: 'Toys', product: 'toy-2' })) {
        const { status, text } = await ask(question, keys.toys);
        expect(status, `${question.path} ${text}`).toBe(200);
        expect(text).not.toMatch(/secret|book/i);
      }
      // What does not exist is refused like what belongs to others.
      for (const other of [
        { category: 'Secret', product: 'secret-1' },
        { category: 'Nothing', product: 'nothing' },
      ]) {
        for (const question of NAMED[name]!(other)) await expectOutOfScope(question, keys.toys);
      }
    },
  );

  it.each(Object.keys(OPEN))('%s: leaves out what is of others', async (name) => {
    for (const question of OPEN[name]!) {
      for (const key of [keys.toys, keys.two]) {
        const { status, text } = await ask(question, key);
        expect(status, `${question.path} ${text}`).toBeLessThan(300);
        expect(text).not.toMatch(/secret/i);
        if (key === keys.toys) expect(text).not.toMatch(/book/i);
      }
    }
  });

  it('is refused by every endpoint of administrators', async () => {
    const closed = server.endpoints.filter(
      ({ access }) => Array.isArray(access) && !access.includes('merchant'),
    );
    for (const { method, path } of closed) {
      const target = path.replace('{id}', '0123456789abcdef').replace('{version}', '1');
      for (const key of [keys.toys, keys.rome]) {
        expect((await server.send(target, { key, method: method.toUpperCase() })).status, path).toBe(403);
      }
    }
  });

  it('gets the ranking that a whole key gets of its products, with the same figures', async () => {
    const question = OPEN['topProducts']![0]!;
    const all = await json(question, keys.whole);
    const own = all.products.filter(({ category }: { category: string }) => category !== 'Secret');
    const two = await json(question, keys.two);
    expect(two.products).toEqual(own.map((product: object, i: number) => ({ ...product, rank: i + 1 })));
    expect(two.total_count).toBe(5);
    const few = await json(get('/api/v1/forecast/top-products?time_period=week&limit=2'), keys.two);
    expect(few.products).toEqual(two.products.slice(0, 2));
    expect(few.total_count).toBe(5);
  });

  it('gets totals of its own only', async () => {
    const units = async (key: string, body: object) =>
      (await json(table(body), key)).rows.reduce((sum: number, row: { units: number }) => sum + row.units, 0);
    const own = await units(keys.whole, { category: 'Toys' });
    expect(await units(keys.toys, {})).toBeCloseTo(own, 6);
    expect(await units(keys.whole, {})).toBeGreaterThan(2 * own);
    const categories = await json(OPEN['categories']![0]!, keys.toys);
    expect(categories).toMatchObject({ accuracy_score: null, predictions: [{ category: 'Toys' }] });
    expect(categories.predictions[0].top_products).toHaveLength(3);
    expect(await json(get('/api/v1/model'), keys.toys)).toMatchObject({
      categories: ['Toys'],
      products: 3,
      validation: null,
    });
    const whatIf = send('/api/v1/forecast/what-if', {
      time_period: 'week',
      plan: [{ date: AHEAD, category: 'Toys', price: 4 }],
    });
    const [{ total, categories: changed }] = [await json(whatIf, keys.toys)];
    const sum = changed.reduce((all: number, own: { base_units: number }) => all + own.base_units, 0);
    expect(total.base_units).toBeCloseTo(sum, 6);
  });

  it('orders for one of its categories at a time, and plans nothing for all', async () => {
    const all = await ask(send('/api/v1/forecast/stock-plan', { stock: [] }), keys.toys);
    expect(
      JSON.parse(all.text)
        .rows.map(({ product_id }: { product_id: string }) => product_id)
        .sort(),
    ).toEqual(SHOP['Toys']);
    await expectOutOfScope(send('/api/v1/forecast/stock-plan', { stock: [] }), keys.two);
    for (const record of [
      { date: AHEAD, all: true, open: false },
      { date: AHEAD, location: 'Rome', open: false },
    ]) {
      const body = { time_period: 'week', plan: [record] };
      await expectOutOfScope(send('/api/v1/forecast/what-if', body), keys.toys);
    }
  });

  it('sees the plans that concern it', async () => {
    const notes = async (key: string) =>
      (await json(get('/api/v1/plan'), key)).plans.map(({ note }: { note: string }) => note).sort();
    expect(await notes(keys.toys)).toEqual(['plan for all', 'plan in Oslo', 'plan of a toy']);
    expect(await notes(keys.whole)).toHaveLength(5);
    expect(await notes(keys.romanToys)).toEqual(['plan for all', 'plan of a toy']);
    expect(await notes(keys.rome)).toHaveLength(4);
    await expectOutOfScope(get('/api/v1/plan?location=Oslo'), keys.rome);
    expect((await ask(get('/api/v1/plan?location=Rome'), keys.rome)).status).toBe(200);
  });

  it('is not answered from what others were answered, whoever asked first', async () => {
    for (const question of [OPEN['categories']![0]!, OPEN['predict']![0]!, OPEN['topProducts']![0]!]) {
      const answers = new Map<string, Awaited<ReturnType<typeof ask>>>();
      for (const key of [keys.whole, keys.toys, keys.two, keys.toys, keys.whole]) {
        const answer = await ask(question, key);
        const before = answers.get(key);
        const etag = answer.etag;
        if (before) expect({ ...answer, etag }).toMatchObject({ status: before.status });
        answers.set(key, answer);
      }
      const [whole, toys] = [answers.get(keys.whole)!, answers.get(keys.toys)!];
      expect(whole.text).toMatch(/secret/i);
      expect(toys.etag).not.toBe(whole.etag);
      // The tag of another's answer brings nobody a "not modified" for it.
      const response = await server.send(question.path, {
        key: keys.toys,
        ...question.init,
        headers: { ...(question.init?.headers as Record<string, string>), 'if-none-match': whole.etag! },
      });
      expect(response.status).toBe(200);
      expect(await response.text()).not.toMatch(/secret/i);
    }
  });
});

describe('a key that is limited to locations', () => {
  it('is refused where locations are summed, and sees its own elsewhere', async () => {
    const local = new Set(['listPlan', 'categoryTotals', 'productTotals']);
    const personal = new Set(['session', 'openSession', 'closeSession', 'issueToken']);
    const all = [
      ...Object.entries(OPEN),
      ...Object.entries(NAMED).map(
        ([name, make]) => [name, make({ category: 'Toys', product: 'toy-2' })] as const,
      ),
    ];
    for (const [name, questions] of all) {
      if (local.has(name) || personal.has(name)) continue;
      for (const question of questions) {
        for (const key of [keys.rome, keys.romanToys]) await expectOutOfScope(question, key);
      }
    }
    const sold = (location: string, category?: string) =>
      RECORDS.filter(
        (record) => record.location === location && (category ?? record.category) === record.category,
      )
        .map(({ units }) => units)
        .reduce((a, b) => a + b);
    for (const [name, list] of [
      ['categoryTotals', 'categories'],
      ['productTotals', 'products'],
    ] as const) {
      const sum = async (key: string) =>
        (await json(OPEN[name]![0]!, key))[list].reduce(
          (all: number, own: { units: number }) => all + own.units,
          0,
        );
      expect(await sum(keys.rome)).toBeCloseTo(sold('Rome'), 6);
      expect(await sum(keys.romanToys)).toBeCloseTo(sold('Rome', 'Toys'), 6);
      expect(await sum(keys.whole)).toBeCloseTo(sold('Rome') + sold('Oslo'), 6);
    }
  });
});

describe('the limits of a key', () => {
  const issue = (body: object) =>
    server.send('/api/v1/api-keys', { key: keys.admin, ...post({ name: 'one', ...body }) });

  it('are given with it, listed, kept by rotation, tokens and sessions', async () => {
    const scope = { categories: ['Books'], locations: null };
    const issued = await issue({ role: 'merchant', scope: { categories: ['Books'] } });
    expect(issued.status).toBe(201);
    const { key, id, scope: given } = await issued.json();
    expect(given).toEqual(scope);
    const { keys: listed } = await (
      await server.send('/api/v1/api-keys?limit=1000', { key: keys.admin })
    ).json();
    expect(listed.find((item: { id: string }) => item.id === id)).toMatchObject({ role: 'merchant', scope });

    const rotated = await (await server.send('/api/v1/api-keys/self/rotate', { key, method: 'POST' })).json();
    expect(rotated.scope).toEqual(scope);
    const { access_token } = await (
      await server.send('/api/v1/auth/token', { key: rotated.key, method: 'POST' })
    ).json();
    const opened = await server.send('/api/v1/session', { key: rotated.key, method: 'POST' });
    const cookie = String(opened.headers.get('set-cookie')).split(';')[0]!;
    const trend = '/api/v1/forecast/trends/Toys';
    for (const answer of [
      await server.send(trend, { key }),
      await server.send(trend, { key: rotated.key }),
      await server.send(trend, { key: access_token }),
      await server.send(trend, { headers: { cookie } }),
    ]) {
      expect(answer.status).toBe(403);
    }
    expect((await server.send('/api/v1/forecast/trends/Books', { headers: { cookie } })).status).toBe(200);
  });

  it('are for merchants, and not empty', async () => {
    for (const role of ['admin', 'analyst']) {
      expect((await issue({ role, scope: { categories: ['Toys'] } })).status).toBe(400);
    }
    for (const scope of [{}, { categories: [] }, { products: ['toy-1'] }, { categories: 'Toys' }, null]) {
      expect((await issue({ role: 'merchant', scope })).status).toBe(400);
    }
  });

  it('are unknown to older servers, which refuse the key instead of opening all to it', async () => {
    const { database } = server.composed;
    const { rows } = await database.query<{ role: string }>(
      'SELECT role FROM api_keys WHERE scope IS NOT NULL',
    );
    expect(rows.length).toBeGreaterThan(0);
    // Their roles are these three.
    for (const { role } of rows) expect(['admin', 'merchant', 'analyst']).not.toContain(role);
  });

  it('show nothing where they cannot be read', async () => {
    const text = await limited({ categories: ['Toys'] });
    const [, id] = text.split('_');
    await server.composed.database.query('UPDATE api_keys SET scope = NULL WHERE id = $1', [id]);
    const { predictions } = await json(OPEN['categories']![0]!, text);
    expect(predictions).toEqual([]);
  });
});
