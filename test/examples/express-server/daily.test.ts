import { formatDay, parseDay } from 'commerce-forecast';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../../examples/express-server/security/roles.js';
import { startServer, type TestServer, trainSmallMerchant } from './server-fixture.js';

let server: TestServer;
const keys = {} as Record<Role, string>;
// The small merchant's sales end on 2 March 2024.
const LAST = '2024-03-02';

beforeAll(async () => {
  server = await startServer({}, () => new Date('2024-03-06T06:00:00Z'));
  await trainSmallMerchant(server);
  for (const role of ['admin', 'merchant', 'analyst'] as const) keys[role] = await server.key(role);
});
afterAll(() => server.close());

async function ask(path: string, role: Role = 'merchant') {
  const response = await server.send(path, { key: keys[role] });
  return { status: response.status, body: await response.json() };
}

describe('daily forecasts', () => {
  it('have bounds at several levels, one inside the other, that agree with those of the week', async () => {
    const { body } = await ask('/api/v1/forecast/daily?product_id=P01&history=28&horizon=7');
    expect(body).toMatchObject({ product_id: 'P01', last_day: LAST, levels: [0.5, 0.8, 0.95] });
    expect(body.forecast).toHaveLength(7);
    for (const { units, lower, upper } of body.forecast) {
      const inOrder = [lower[2], lower[1], lower[0], units, upper[0], upper[1], upper[2]];
      expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
      expect(lower[2]).toBeGreaterThanOrEqual(0);
    }
    const ranking = await ask('/api/v1/forecast/top-products?time_period=week&limit=50');
    const own = ranking.body.products.find(({ product_id }: { product_id: string }) => product_id === 'P01');
    const sum = body.forecast.reduce((total: number, { units }: { units: number }) => total + units, 0);
    // Answers are rounded to what their interval leaves certain: here to whole units.
    expect(Math.round(sum)).toBe(own.predicted_sales);
    expect(body.sales.every(({ date }: { date: string }) => date > '2024-02-03' && date <= LAST)).toBe(true);
  });

  it('of a category have the bounds that its trend has', async () => {
    const [category] = server.composed.dependencies.models.production()!.model.snapshot.categories;
    const daily = await ask(`/api/v1/forecast/daily?category=${category}&horizon=7`, 'analyst');
    const trend = await ask(`/api/v1/forecast/trends/${category}?days=7`, 'analyst');
    daily.body.forecast.forEach((day: { date: string; units: number }, i: number) => {
      const { date, sales } = trend.body.forecast_data[i];
      expect([day.date, Math.round(day.units)]).toEqual([date, sales]);
    });
    const history = trend.body.historical_data.at(-1);
    expect(daily.body.sales.at(-1)).toMatchObject({ date: history.date, units: history.sales });
  });

  it('show what was sold since the training', async () => {
    await server.composed.dependencies.forecaster.ingest([
      { date: '2024-03-04', productId: 'P01', category: 'Toys', units: 3, location: 'Rome', promo: true },
      { date: '2024-03-04', productId: 'P01', category: 'Toys', units: 2, location: 'Oslo' },
    ]);
    const { body } = await ask('/api/v1/forecast/daily?product_id=P01');
    expect(body.sales.at(-1)).toMatchObject({ date: '2024-03-04', units: 5, promo: true });
    expect(body.last_day).toBe(LAST);
  });

  it('are of products for those who see products, and of something', async () => {
    expect((await ask('/api/v1/forecast/daily?product_id=P01', 'analyst')).status).toBe(403);
    expect((await ask('/api/v1/forecast/daily?product_id=nobody')).status).toBe(404);
    expect((await ask('/api/v1/forecast/daily?category=none')).body.path).toEqual(['query', 'category']);
    expect((await ask('/api/v1/forecast/daily')).status).toBe(400);
    expect((await ask('/api/v1/forecast/daily?product_id=P01&category=Toys')).status).toBe(400);
    expect((await ask('/api/v1/forecast/daily?product_id=P01&horizon=366')).status).toBe(400);
  });
});

describe('totals of sales', () => {
  it('are sums of the days that were asked for', async () => {
    const range = 'from=2024-02-01&to=2024-02-29';
    const products = await ask(`/api/v1/sales/totals/products?${range}`);
    const categories = await ask(`/api/v1/sales/totals?${range}`, 'analyst');
    const sumOf = (rows: { units: number }[]) => rows.reduce((sum, { units }) => sum + units, 0);
    let units = 0;
    for await (const rows of server.composed.dependencies.storage.read({
      from: parseDay('2024-02-01'),
      to: parseDay('2024-02-29'),
    })) {
      for (const row of rows) units += row.units;
    }
    expect(sumOf(products.body.products)).toBe(units);
    expect(sumOf(categories.body.categories)).toBe(units);
    expect(categories.body).toMatchObject({ from: '2024-02-01', to: '2024-02-29' });
    expect(categories.body.categories[0].days).toBeLessThanOrEqual(29);
    expect(categories.body.categories[0].revenue).toBeGreaterThan(0);
  });

  it('are of a span that makes sense', async () => {
    const wide = formatDay(parseDay('2024-02-01') + 366);
    expect((await ask(`/api/v1/sales/totals?from=2024-02-01&to=${wide}`)).body.path).toEqual(['query', 'to']);
    expect((await ask('/api/v1/sales/totals?from=2024-02-02&to=2024-02-01')).status).toBe(400);
    expect((await ask('/api/v1/sales/totals?from=2024-02-30&to=2024-03-01')).status).toBe(400);
    expect((await ask('/api/v1/sales/totals/products?from=2024-02-01&to=2024-02-02', 'analyst')).status).toBe(
      403,
    );
  });
});

describe('a training', () => {
  it('is watched to its end', async () => {
    const { trainings } = server.composed.dependencies;
    await trainings.start();
    const response = await server.send('/api/v1/model/trainings/latest/events', { key: keys.admin });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const events = (await response.text())
      .split('\n\n')
      .filter((text) => text !== '')
      .map((text) => JSON.parse(text.replace(/^data: /, '')));
    expect(events.map(({ status }) => status)).toContain('running');
    expect(events.at(-1)).toMatchObject({ status: 'succeeded', version: 2 });
    expect(new Set(events.map(({ id }) => id)).size).toBe(1);
    await trainings.settled();
  });
});

describe('a CSV file', () => {
  it('is read by the columns and answers that come with it', async () => {
    const body = 'Tag,Ware,Zahl,Menge\n2024-03-01,Mug,7,2\n';
    const send = (query: Record<string, string>) =>
      server.send(`/api/v1/sales?${new URLSearchParams(query)}`, {
        key: keys.admin,
        method: 'POST',
        headers: { 'content-type': 'text/csv' },
        body,
      });
    const columns = JSON.stringify({ date: 'Tag', productId: 'Ware', units: 'Zahl' });
    expect(await (await send({ columns })).json()).toMatchObject({ accepted: 1, rejected: 0 });
    const stored = [];
    for await (const rows of server.composed.dependencies.storage.read({ productIds: ['Mug'] }))
      stored.push(...rows);
    expect(stored).toMatchObject([{ units: 7 }]);
    expect((await send({ columns: '{' })).status).toBe(400);
    expect((await send({ columns: JSON.stringify({ colour: 'Tag' }) })).status).toBe(400);
  });
});
