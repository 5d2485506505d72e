import { beforeAll, describe, expect, it, vi } from 'vitest';
import {
  createForecastCache,
  createForecaster,
  ForecastError,
  type Forecaster,
  type ForecasterOptions,
  formatDay,
  MemoryCacheStore,
  MemorySalesStorage,
  parseDay,
  type SalesRecord,
  snapshotFromJson,
  snapshotToJson,
  structural,
  TIME_PERIODS,
  type TrainingReport,
  weekdayMean,
} from '../../src/index.js';
import { generateSales } from '../../src/testing/index.js';

const now = () => new Date('2025-01-01T06:00:00Z');
const { records } = generateSales({ seed: 1 });
const model = weekdayMean({ weeks: 4 });

async function trained(sales: readonly SalesRecord[], options: ForecasterOptions = {}): Promise<Forecaster> {
  const forecaster = createForecaster({ model, now, ...options });
  await forecaster.ingest(sales);
  await forecaster.train();
  return forecaster;
}

async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return ForecastError.is(error) ? error.code : undefined;
}

/** Daily sales of one product. */
function daily(units: readonly number[], productId = 'A', category = 'Toys'): SalesRecord[] {
  const first = parseDay('2024-01-01');
  return units.map((value, i) => ({ date: formatDay(first + i), productId, category, units: value }));
}

describe('the forecaster, from sales records to answers', () => {
  let forecaster: Forecaster;
  let report: TrainingReport;
  beforeAll(async () => {
    forecaster = createForecaster({ now });
    const ingested = await forecaster.ingest(records);
    expect(ingested.accepted + ingested.rejected).toBe(records.length);
    report = await forecaster.train();
  });

  it('reports accuracy per product and category, better than the seasonal naive forecast', () => {
    const { validation } = report;
    expect(Object.keys(validation?.byProduct ?? {})).toHaveLength(60);
    expect(Object.keys(validation?.byCategory ?? {})).toHaveLength(6);
    expect(validation?.days).toBe(28);
    expect(validation?.model.products.wape).toBeLessThan(validation?.seasonalNaive.products.wape ?? 0);
    expect(validation?.model.products.mae).toBeLessThan(validation?.seasonalNaive.products.mae ?? 0);
    expect(validation?.intervalCoverage.calibrated).toBeGreaterThanOrEqual(0.79);
    expect(validation?.intervalCoverage.calibrated).toBeLessThan(0.9);
  });

  it.each(TIME_PERIODS)('ranks the products of the next %s', async (timePeriod) => {
    const { products, totalCount } = await forecaster.topProducts({ timePeriod, limit: 60 });
    expect(totalCount).toBe(60);
    expect(products.map((product) => product.rank)).toEqual(products.map((_, i) => i + 1));
    products.forEach((product, i) => {
      if (i > 0) expect(product.predictedUnits).toBeLessThanOrEqual(products[i - 1].predictedUnits);
      expect(product.lower).toBeGreaterThanOrEqual(0);
      expect(product.lower).toBeLessThanOrEqual(product.predictedUnits);
      expect(product.upper).toBeGreaterThanOrEqual(product.predictedUnits);
      expect(['up', 'down', 'flat']).toContain(product.trend.direction);
    });
  });

  it.each(TIME_PERIODS)(
    'makes categories the sums of their products over the next %s',
    async (timePeriod) => {
      const { products } = await forecaster.topProducts({ timePeriod, limit: 60 });
      const { predictions } = await forecaster.categories({ timePeriod });
      expect(predictions).toHaveLength(6);
      const { predictions: longer } = await forecaster.categories({ timePeriod, limit: 8 });
      for (const { category, predictedUnits, lower, upper, productCount, topProducts } of predictions) {
        const own = products.filter((product) => product.category === category);
        const sum = own.reduce((total, product) => total + product.predictedUnits, 0);
        expect(productCount).toBe(own.length);
        expect(predictedUnits).toBeCloseTo(sum, 6);
        expect(topProducts.map((p) => p.productId)).toEqual(own.slice(0, 5).map((p) => p.productId));
        const longerList = longer.find((prediction) => prediction.category === category)?.topProducts;
        expect(longerList?.map((p) => p.productId)).toEqual(own.slice(0, 8).map((p) => p.productId));
        expect(longerList?.slice(0, 5)).toEqual(topProducts);
        // The errors of different products partly cancel, so the interval of the sum is narrower than summed bounds.
        const summedWidth = own.reduce((total, product) => total + product.upper - product.predictedUnits, 0);
        expect((upper ?? 0) - predictedUnits).toBeLessThan(2 * summedWidth);
        expect(lower).toBeLessThanOrEqual(predictedUnits);
      }
    },
  );

  it('gives the trend of a category day by day, consistent with the period totals', async () => {
    const category = forecaster.snapshot()?.categories[0] ?? '';
    const { history, forecast, statistics } = await forecaster.trends(category);
    expect([history.length, forecast.length]).toEqual([90, 90]);
    expect(history[89].date).toBe(report.lastDay);
    expect(forecast[0].date).toBe(formatDay(parseDay(report.lastDay) + 1));
    const [week] = (await forecaster.predict({ timePeriod: 'week', categories: [category] })).predictions;
    const days = forecast.slice(0, 7).reduce((sum, point) => sum + point.units, 0);
    expect(days).toBeCloseTo(week.predictedUnits, 6);
    expect(statistics.forecastTotal).toBeCloseTo(
      forecast.reduce((sum, point) => sum + point.units, 0),
      6,
    );
    expect(statistics.historyTotal).toBeCloseTo(
      history.reduce((sum, point) => sum + point.units, 0),
      6,
    );
  });

  it('answers exactly the same from a snapshot that went through JSON', async () => {
    const snapshot = forecaster.snapshot();
    if (!snapshot) throw new Error('not trained');
    const other = createForecaster({ now });
    await other.useSnapshot(snapshotFromJson(JSON.parse(JSON.stringify(snapshotToJson(snapshot)))));
    for (const timePeriod of TIME_PERIODS) {
      expect(await other.topProducts({ timePeriod })).toEqual(await forecaster.topProducts({ timePeriod }));
      expect(await other.categories({ timePeriod })).toEqual(await forecaster.categories({ timePeriod }));
    }
  });
});

describe('questions', () => {
  let forecaster: Forecaster;
  beforeAll(async () => {
    forecaster = await trained(records);
  });

  it('are refused before the first training', async () => {
    const untrained = createForecaster();
    expect(await codeOf(untrained.topProducts({ timePeriod: 'week' }))).toBe('not-trained');
    expect(await codeOf(untrained.trends('Toys'))).toBe('not-trained');
    expect(untrained.snapshot()).toBeUndefined();
  });

  it('are refused with wrong parameters', async () => {
    const timePeriod = 'decade' as 'week';
    expect(await codeOf(forecaster.topProducts({ timePeriod }))).toBe('invalid-option');
    expect(await codeOf(forecaster.categories({ timePeriod }))).toBe('invalid-option');
    for (const limit of [0, -1, 1.5, Number.NaN]) {
      expect(await codeOf(forecaster.topProducts({ timePeriod: 'week', limit }))).toBe('invalid-option');
      expect(await codeOf(forecaster.categories({ timePeriod: 'week', limit }))).toBe('invalid-option');
    }
    for (const days of [0, 731, 2.5])
      expect(await codeOf(forecaster.trends('Toys', { days }))).toBe('invalid-option');
    expect(await codeOf(forecaster.trends('Nothing'))).toBe('not-found');
    expect(await codeOf(forecaster.topProducts({ timePeriod: 'week', category: '__proto__' }))).toBe(
      'not-found',
    );
    expect(await codeOf(forecaster.predict({ timePeriod: 'week', categories: ['Toys', 'x'] }))).toBe(
      'not-found',
    );
  });

  it('return nothing for an empty list of categories', async () => {
    const { predictions } = await forecaster.predict({ timePeriod: 'week', categories: [] });
    expect(predictions).toEqual([]);
  });

  it('list fewer products than the limit where there are fewer', async () => {
    const [category] = forecaster.snapshot()?.categories ?? [];
    const { products } = await forecaster.topProducts({ timePeriod: 'week', category, limit: 1000 });
    expect(products).toHaveLength(10);
    expect(products.every((product) => product.rank === product.categoryRank)).toBe(true);
  });

  it('are answered from the cache until new data or a new model arrives', async () => {
    let asked = 0;
    const clocked = await trained(daily(Array.from({ length: 100 }, (_, i) => i % 7)), {
      now: () => new Date(1735689600000 + 1000 * asked++),
    });
    const first = await clocked.categories({ timePeriod: 'week' });
    expect((await clocked.categories({ timePeriod: 'week' })).generatedAt).toBe(first.generatedAt);
    await clocked.ingest(daily([5], 'B'));
    expect((await clocked.categories({ timePeriod: 'week' })).generatedAt).not.toBe(first.generatedAt);
  });

  it('about the trend of a category share their days, and no caller can change them', async () => {
    const [category] = forecaster.snapshot()!.categories;
    const long = await forecaster.trends(category, { days: 400 });
    const short = await forecaster.trends(category, { days: 10 });
    expect(await forecaster.trends(category, { days: 10 })).toBe(short);
    expect(short.history).toHaveLength(10);
    expect(short.history.every((point, i) => point === long.history[390 + i])).toBe(true);
    expect(short.forecast.every((point, i) => point === long.forecast[i])).toBe(true);
    for (const part of [short, short.history, short.history[0], short.forecast[0], short.statistics])
      expect(Object.isFrozen(part)).toBe(true);
  });

  it('are the same from the store of another process, of which a trend takes no more than its statistics', async () => {
    const kept: unknown[] = [];
    const store = new MemoryCacheStore();
    const set = store.set.bind(store);
    store.set = async (key, value, options) => {
      kept.push(value);
      await set(key, value, options);
    };
    const snapshot = forecaster.snapshot()!;
    const [one, two] = await Promise.all(
      ['2025-01-02T00:00:00Z', '2025-01-03T00:00:00Z'].map(async (time) => {
        const cache = createForecastCache({ store });
        const process = createForecaster({ cache, now: () => new Date(time) });
        await process.useSnapshot(snapshot);
        return process;
      }),
    );
    const [category] = snapshot.categories;
    const first = await one.trends(category, { days: 365 });
    await vi.waitFor(() => expect(kept).toHaveLength(1));
    expect(await two.trends(category, { days: 365 })).toEqual(first);
    expect(two.cache.stats().computations).toBe(0);
    expect(JSON.stringify(kept).length).toBeLessThan(1_000);
  });

  it('rank a product among all and in its category, whatever the limit', async () => {
    const all = await forecaster.topProducts({ timePeriod: 'month', limit: 1_000 });
    expect(all.totalCount).toBe(all.products.length);
    for (const category of forecaster.snapshot()!.categories) {
      const own = all.products.filter((product) => product.category === category);
      const { products, totalCount } = await forecaster.topProducts({
        timePeriod: 'month',
        category,
        limit: 3,
      });
      expect(totalCount).toBe(own.length);
      expect(own.map((product) => product.categoryRank)).toEqual(own.map((_, i) => i + 1));
      expect(products).toEqual(own.slice(0, 3).map((product, i) => ({ ...product, rank: i + 1 })));
    }
  });
});

describe('periods', () => {
  const sales = daily(Array.from({ length: 110 }, (_, i) => 5 + (i % 7))); // to 2024-04-19, a Friday

  it('are the days after the last one by default', async () => {
    const { firstDay, lastDay } = await (await trained(sales)).topProducts({ timePeriod: 'month' });
    expect([firstDay, lastDay]).toEqual(['2024-04-20', '2024-05-19']);
  });

  it.each([
    ['week', '2024-04-22', '2024-04-28'],
    ['month', '2024-05-01', '2024-05-31'],
    ['year', '2025-01-01', '2025-12-31'],
  ] as const)('can follow the calendar: the next %s is %s to %s', async (timePeriod, first, last) => {
    const forecaster = await trained(sales, { periodAlignment: 'calendar' });
    const { firstDay, lastDay } = await forecaster.topProducts({ timePeriod });
    expect([firstDay, lastDay]).toEqual([first, last]);
  });
});

describe('the clock of the shop', () => {
  const history = daily(Array.from({ length: 120 }, (_, i) => 10 + (i % 7)));
  const dayAfter = parseDay('2024-01-01') + 120;
  const forecastsAt = async (extra: readonly SalesRecord[], time: string, timeZone = 'UTC') => {
    const clocked = await trained([...history, ...extra], { now: () => new Date(time), panel: { timeZone } });
    const { modelVersion, trainedAt, ...snapshot } = clocked.snapshot()!;
    return snapshot;
  };
  const morning = `${formatDay(dayAfter)}T09:00:00Z`;

  it('keeps a day after now, and today, which is not over, from changing a forecast', async () => {
    const expected = await forecastsAt([], morning);
    for (const day of [parseDay('2062-03-01'), dayAfter + 1, dayAfter]) {
      const typo = { ...history[0], date: formatDay(day), units: 4 };
      expect(await forecastsAt([typo, { ...typo, productId: 'new' }], morning)).toEqual(expected);
    }
  });

  it('determines today in the time zone of the shop', async () => {
    const extra = [{ ...history[0], date: formatDay(dayAfter), units: 4 }];
    const early = `${formatDay(dayAfter + 1)}T02:00:00Z`;
    expect((await forecastsAt(extra, early)).cutoffDay).toBe(dayAfter);
    expect((await forecastsAt(extra, early, 'America/New_York')).cutoffDay).toBe(dayAfter - 1);
  });

  it('reports what it left out', async () => {
    const forecaster = createForecaster({ model, now: () => new Date(morning) });
    const report = await forecaster.ingest([...history, { ...history[0], date: '2062-03-01' }]);
    expect(report).toMatchObject({ rejected: 1, findings: [{ code: 'future-day', count: 1 }] });
    expect((await forecaster.train()).data.rejectedBy).toEqual({});
  });

  it('leaves out of a training what was stored by a wrong clock', async () => {
    const storage = new MemorySalesStorage();
    const ahead = createForecaster({ storage, now: () => new Date('2063-01-01') });
    await ahead.ingest([...history, { ...history[0], date: '2062-03-01' }]);
    const { data } = await createForecaster({ storage, model, now: () => new Date(morning) }).train();
    expect(data.rejectedBy).toEqual({ 'future-day': 1 });
  });
});

describe('ingest', () => {
  it('reports bad records and stores the good ones', async () => {
    const forecaster = createForecaster();
    const report = await forecaster.ingest([
      ...daily([1, 2, 3]),
      { date: '2024-02-30', productId: 'A', units: 1 },
      { date: '2024-02-01', productId: '', units: 1 },
      { date: '2024-02-01', productId: 'A', units: Number.NaN },
      null as unknown as SalesRecord,
    ]);
    expect(report).toMatchObject({ rows: 7, accepted: 3, rejected: 4, written: 3 });
    const counts = Object.fromEntries(report.findings.map(({ code, count }) => [code, count]));
    expect(counts).toEqual({
      'invalid-date': 1,
      'invalid-productId': 1,
      'invalid-units': 1,
      'invalid-record': 1,
    });
  });

  it('skips a delivery that was written before', async () => {
    const forecaster = createForecaster();
    const first = await forecaster.ingest(daily([1, 2]), { batchId: 'monday' });
    const again = await forecaster.ingest(daily([1, 2]), { batchId: 'monday' });
    expect([first.written, again.written, again.alreadyWritten]).toEqual([2, 0, 2]);
  });

  it('stores 45,000 rows except one with a bad value, which it names', async () => {
    const forecaster = createForecaster();
    const rows: SalesRecord[] = Array.from({ length: 45_000 }, (_, i) => ({
      date: formatDay(19_000 + (i % 450)),
      productId: `P${Math.floor(i / 450)}`,
      units: 1,
    }));
    rows[41_234] = { ...rows[41_234], productId: 'a\0b' };
    const report = await forecaster.ingest(rows, { batchId: 'large' });
    expect(report).toMatchObject({ rows: 45_000, accepted: 44_999, rejected: 1, written: 44_999 });
    expect(report.findings).toMatchObject([
      { code: 'invalid-productId', count: 1, examples: [{ path: ['row', 41_235, 'productId'] }] },
    ]);
    expect((await forecaster.storage.summary()).rows).toBe(44_999);
  });

  it('stores nothing of records that fail on the way, and takes the corrected delivery under the same key', async () => {
    const forecaster = createForecaster();
    const failure = new Error('The line was cut');
    async function* cut() {
      for (let i = 0; i < 45_000; i++) yield { ...daily([1])[0], productId: `P${i}` };
      throw failure;
    }
    await expect(forecaster.ingest(cut(), { batchId: 'cut' })).rejects.toBe(failure);
    expect((await forecaster.storage.summary()).rows).toBe(0);
    expect(await forecaster.ingest(daily([1, 2]), { batchId: 'cut' })).toMatchObject({ written: 2 });
  });

  it('refuses another delivery under the same key', async () => {
    const forecaster = createForecaster();
    await forecaster.ingest(daily([1, 2]), { batchId: 'monday' });
    expect(await codeOf(forecaster.ingest(daily([1, 3]), { batchId: 'monday' }))).toBe('key-reused');
    expect(await codeOf(forecaster.ingest(daily([1, 2, 3]), { batchId: 'monday' }))).toBe('key-reused');
    expect((await forecaster.storage.summary()).rows).toBe(2);
  });

  it('takes async records, and replaces days by option', async () => {
    async function* stream() {
      yield* daily([1, 2]);
    }
    const forecaster = createForecaster();
    await forecaster.ingest(stream());
    await forecaster.ingest(daily([7]), { mode: 'replace' });
    await forecaster.ingest(daily([1]));
    const stored = [];
    for await (const rows of forecaster.storage.read()) stored.push(...rows.map((row) => row.units));
    expect(stored).toEqual([8, 2]);
  });

  it('refuses what is no list of records, and stops when aborted', async () => {
    const forecaster = createForecaster();
    expect(await codeOf(forecaster.ingest(5 as unknown as SalesRecord[]))).toBe('invalid-option');
    expect(await codeOf(forecaster.ingest({} as unknown as SalesRecord[]))).toBe('invalid-option');
    expect(await codeOf(forecaster.ingest(daily([1]), { signal: AbortSignal.abort() }))).toBe('aborted');
  });
});

describe('train', () => {
  it('needs sales', async () => {
    expect(await codeOf(createForecaster().train())).toBe('empty-data');
  });

  it.each([
    ['one record', daily([5])],
    ['zero sales', daily(Array(100).fill(0))],
    ['a constant series', daily(Array(100).fill(4))],
    ['returns only', daily(Array(100).fill(-2))],
    ['gaps and duplicates', [...daily([3, 4]), ...daily([3, 4]), ...daily(Array(200).fill(1)).slice(150)]],
    [
      'a product that has just started',
      [...daily(Array(200).fill(3)), ...daily(Array(200).fill(9), 'B').slice(195)],
    ],
    ['no category', [{ date: '2024-01-01', productId: 'A', units: 2 }]],
  ])('copes with %s, with the default model', async (_, sales) => {
    const forecaster = await trained(sales, { model: undefined });
    for (const timePeriod of TIME_PERIODS) {
      const { products } = await forecaster.topProducts({ timePeriod });
      for (const { predictedUnits, lower, upper } of products) {
        expect(Number.isFinite(predictedUnits)).toBe(true);
        expect(lower).toBeLessThanOrEqual(predictedUnits);
        expect(upper).toBeGreaterThanOrEqual(predictedUnits);
        expect(lower).toBeGreaterThanOrEqual(0);
      }
    }
    const category = forecaster.snapshot()?.categories[0] ?? '';
    const text = JSON.stringify(await forecaster.trends(category));
    expect(text).not.toMatch(/NaN|Infinity/);
    const { strongestWeekday, ...figures } = (await forecaster.trends(category)).statistics;
    expect(strongestWeekday).toMatch(/day$/);
    expect(Object.values(figures).every((v) => v === null || Number.isFinite(v))).toBe(true);
  });

  it('forecasts a constant series as that constant', async () => {
    const forecaster = await trained(daily(Array(200).fill(4)), { model: undefined });
    const { products } = await forecaster.topProducts({ timePeriod: 'week' });
    expect(products[0].predictedUnits).toBeCloseTo(28, 1);
    expect(products[0].trend.direction).toBe('flat');
  });

  it('takes 10,000 products', async () => {
    const sales = Array.from({ length: 10_000 }, (_, i) => daily([i % 50, 3], `P${i}`, `C${i % 40}`)).flat();
    const forecaster = await trained(sales);
    const { products, totalCount } = await forecaster.topProducts({ timePeriod: 'week', limit: 3 });
    expect([products.length, totalCount]).toEqual([3, 10_000]);
    expect((await forecaster.categories({ timePeriod: 'week' })).predictions).toHaveLength(40);
  });

  it('is deterministic, and names versions by data and settings', async () => {
    const versions = await Promise.all(
      [{}, {}, { seed: 1 }, { intervalLevel: 0.9 }].map((options) => trained(records, options)),
    );
    const [a, b, c, d] = versions.map((forecaster) => JSON.stringify(snapshotToJson(forecaster.snapshot()!)));
    expect(a).toBe(b);
    const names = versions.map((forecaster) => forecaster.snapshot()?.modelVersion);
    expect(new Set(names).size).toBe(3);
    expect(c).not.toBe(d);
  });

  it('uses no more than the last days', async () => {
    const long = daily(Array.from({ length: 400 }, (_, i) => (i < 200 ? 1000 : 5)));
    const short = await trained(long, { trainingDays: 100 });
    expect(short.snapshot()?.categoryDays.historyDays).toBe(130);
  });

  it('reports progress, refuses a second run meanwhile, and can be aborted without losing the old forecasts', async () => {
    const toys = records.filter(({ category }) => category === 'Toys');
    const forecaster = await trained(toys, { model: structural() });
    const before = forecaster.snapshot();
    const phases = new Set<string>();
    const controller = new AbortController();
    const running = forecaster.train({
      signal: controller.signal,
      onProgress: ({ phase }) => {
        phases.add(phase.split(':')[0]);
        if (phase.startsWith('train')) controller.abort();
      },
    });
    expect(await codeOf(forecaster.train())).toBe('conflict');
    expect(await codeOf(running)).toBe('aborted');
    expect([...phases]).toEqual(expect.arrayContaining(['read sales', 'validate', 'train']));
    expect(forecaster.snapshot()).toBe(before);
    await forecaster.train();
    expect(forecaster.snapshot()).not.toBe(before);
  });

  it('passes events and indicators to the model, and loads indicators up to the last day only', async () => {
    const ranges: unknown[] = [];
    const forecaster = await trained(daily(Array.from({ length: 120 }, (_, i) => i % 7)), {
      indicators: async ({ from, to }) => {
        ranges.push([formatDay(from), formatDay(to)]);
        return [{ name: 'gdp', days: [from], values: [1] }];
      },
    });
    expect(forecaster.snapshot()).toBeDefined();
    expect(ranges).toEqual([['2024-01-01', '2024-04-29']]);
  });
});

describe('the stage of a product', () => {
  it('stands in answers and in snapshots that were saved: new, ended, active', async () => {
    const days = 366;
    const units = (of: (d: number) => number) => Array.from({ length: days }, (_, d) => of(d));
    const sales = [
      ...daily(
        units((d) => 20 + (d % 5)),
        'steady',
      ),
      ...daily(
        units((d) => (d < 250 ? 30 + (d % 3) : 0)),
        'stopped',
      ),
      ...daily(units((d) => (d < 351 ? 0 : 12)))
        .filter(({ units: sold }) => sold > 0)
        .map((sale) => ({ ...sale, productId: 'fresh' })),
    ];
    const forecaster = await trained(sales, { model: structural() });
    const stagesOf = async (of: Forecaster) =>
      Object.fromEntries(
        (await of.topProducts({ timePeriod: 'month' })).products.map(({ productId, lifeCycle }) => [
          productId,
          lifeCycle,
        ]),
      );
    const stages = await stagesOf(forecaster);
    expect(stages.steady).toMatchObject({ status: 'active' });
    expect(stages.stopped).toMatchObject({ status: 'ended', since: formatDay(parseDay('2024-01-01') + 250) });
    expect(stages.fresh).toMatchObject({ status: 'new', since: formatDay(parseDay('2024-01-01') + 351) });
    const other = createForecaster({ now });
    await other.useSnapshot(
      snapshotFromJson(JSON.parse(JSON.stringify(snapshotToJson(forecaster.snapshot()!)))),
    );
    expect(await stagesOf(other)).toEqual(stages);
    // A model without life-cycle stages leaves them out.
    const plain = await trained(sales);
    expect(await stagesOf(plain)).toEqual({ steady: undefined, stopped: undefined, fresh: undefined });
  });
});

describe('options', () => {
  it.each([
    [{ trainingDays: 5 }, 'trainingDays'],
    [{ validationDays: -1 }, 'validationDays'],
    [{ intervalLevel: 80 }, 'intervalLevel'],
    [{ periodAlignment: 'lunar' as 'rolling' }, 'periodAlignment'],
  ])('refuses %j', (options, path) => {
    const error = expect.objectContaining({ code: 'invalid-option', path: [path] });
    expect(() => createForecaster(options)).toThrowError(error);
  });
});
