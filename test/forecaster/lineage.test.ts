import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type CalendarEvent,
  createForecastCache,
  createForecaster,
  createLineage,
  type ForecasterOptions,
  type ForecastSnapshot,
  formatDay,
  parseDay,
  type SalesRecord,
  seasonalNaive,
  snapshotFromJson,
  snapshotToJson,
  weekdayMean,
  weightedAverage,
} from 'commerce-forecast';
import { generatePanel, generateSales } from 'commerce-forecast/testing';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/canonical-json.js';
import { PACKAGE_VERSION } from '../../src/package-version.js';

const { records } = generateSales({ products: 4, categories: 2, days: 150, seed: 9 });
const last = parseDay(String(records.at(-1)!.date));

const blend = (first: number, second: number) =>
  weightedAverage({
    members: [
      { model: seasonalNaive(), weight: first },
      { model: weekdayMean(), weight: second },
    ],
  });
const event = (name: string): CalendarEvent => ({ name, day: last - 10 });
const cpi = (value: number) => ({ name: 'inflation', days: [last - 100], values: [value] });

async function train(options: ForecasterOptions, sales: readonly SalesRecord[] = records) {
  const forecaster = createForecaster({
    model: weekdayMean(),
    now: () => new Date('2030-01-01'),
    ...options,
  });
  await forecaster.ingest(sales);
  const report = await forecaster.train();
  return { report, snapshot: forecaster.snapshot()! };
}

/** Pairs of trainings that may forecast differently. */
const PAIRS: [string, ForecasterOptions, ForecasterOptions][] = [
  ['weights of members', { model: blend(1, 0) }, { model: blend(0, 1) }],
  ['options of the model', { model: seasonalNaive() }, { model: seasonalNaive({ fallbackDays: 7 }) }],
  ['events', { events: [event('sale')] }, { events: [event('fair')] }],
  ['indicators', { indicators: [cpi(1)] }, { indicators: [cpi(2)] }],
  ['seeds', { seed: 1 }, { seed: 2 }],
  ['settings', { intervalLevel: 0.8 }, { intervalLevel: 0.9 }],
  ['rules for the panel', {}, { panel: { lastDay: formatDay(last - 7) } }],
];

describe('the version of a model', () => {
  it.each(PAIRS)('differs for other %s, and the cache keeps them apart', async (_, one, other) => {
    const cache = createForecastCache();
    const served = createForecaster({ cache });
    const versions = new Set<string>();
    // The forecasts are marked, so that an answer tells which snapshot it was made from.
    for (const [i, options] of [one, other].entries()) {
      const { snapshot } = await train(options);
      versions.add(snapshot.modelVersion);
      await served.useSnapshot(marked(snapshot, i));
      const { products } = await served.topProducts({ timePeriod: 'week' });
      expect(products.map(({ predictedUnits }) => predictedUnits)).toEqual(products.map(() => i));
    }
    expect(versions.size).toBe(2);
  });

  it('answers from the ensemble that is in use: 1:0 and 0:1 are their members', async () => {
    const answers = async (model: ForecasterOptions['model'], cache = createForecastCache()) => {
      const { snapshot } = await train({ model });
      const served = createForecaster({ cache });
      await served.useSnapshot(snapshot);
      const { products } = await served.topProducts({ timePeriod: 'week' });
      return products.map(({ productId, predictedUnits }) => [productId, predictedUnits]);
    };
    const shared = createForecastCache();
    expect(await answers(blend(1, 0), shared)).toEqual(await answers(seasonalNaive()));
    expect(await answers(blend(0, 1), shared)).toEqual(await answers(weekdayMean()));
  });

  it('differs for other prices, promotions and stock', async () => {
    const versions = new Set<string>();
    for (const extra of [
      {},
      { price: 2 },
      { price: 3 },
      { promo: true },
      { inStock: false },
      { revenue: 5 },
    ]) {
      const sales = records.map((record, i) => ({
        date: record.date,
        productId: record.productId,
        category: record.category,
        units: record.units,
        ...(i === 40 && extra),
      }));
      versions.add((await train({}, sales)).report.modelVersion);
    }
    expect(versions.size).toBe(6);
  });

  it('is the last day and the beginning of the SHA-256 of the lineage', async () => {
    const { report } = await train({});
    const { lineage } = report;
    // Expected: node:crypto.
    const hash = createHash('sha256').update(canonicalJson(lineage)).digest('hex');
    expect(report.modelVersion).toBe(`${lineage.lastDay}-${hash.slice(0, 16)}`);
    expect((await train({})).report).toEqual(report);
  });
});

describe('the lineage', () => {
  it('records the inputs of the training in the report, the snapshot and its JSON', async () => {
    const { report, snapshot } = await train({ trainingDays: 60, validationDays: 7, seed: 5 });
    expect(report.lineage).toEqual({
      dataFingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      firstDay: report.firstDay,
      lastDay: report.lastDay,
      model: weekdayMean().config,
      parts: {
        events: createHash('sha256').update('[]').digest('hex'),
        indicators: createHash('sha256').update('[]').digest('hex'),
        plans: createHash('sha256').update('[]').digest('hex'),
      },
      settings: {
        trainingDays: 60,
        validationDays: 7,
        intervalLevel: 0.8,
        periodAlignment: 'rolling',
        calibrateIntervals: true,
      },
      seed: 5,
      packageVersion: PACKAGE_VERSION,
    });
    expect(snapshot.lineage).toEqual(report.lineage);
    const reloaded = snapshotFromJson(JSON.parse(JSON.stringify(snapshotToJson(snapshot))));
    expect(reloaded).toEqual(snapshot);
  });

  it.each([undefined, {}, { seed: 'x' }, { model: { name: 'a' } }])(
    'of a snapshot is checked: %j',
    async (wrong) => {
      const { snapshot } = await train({});
      const lineage = wrong && {
        ...snapshot.lineage,
        ...(Object.keys(wrong).length > 0 ? wrong : { parts: 1 }),
      };
      expect(() => snapshotFromJson({ ...snapshotToJson(snapshot), lineage })).toThrowError(
        expect.objectContaining({ code: 'invalid-model', path: ['lineage'] }),
      );
    },
  );

  it('has a fingerprint for every kind of covariate', async () => {
    const panel = generatePanel({ products: 2, days: 30 });
    const plans = { plans: [{ day: 4, price: 2 }] };
    const { parts } = await createLineage({ panel, model: weekdayMean(), covariates: plans as object });
    expect(Object.keys(parts)).toEqual(['events', 'indicators', 'plans']);
    expect(parts['plans']).toBe(createHash('sha256').update('[{"day":4,"price":2}]').digest('hex'));
  });

  it.each([
    ['a config with a function', { options: { run: () => 1 } }, ['model', 'config', 'options', 'run']],
    ['a config without options', {}, ['model', 'config', 'options']],
    ['a config with NaN', { options: { weight: Number.NaN } }, ['model', 'config', 'options', 'weight']],
  ])('refuses %s', async (_, config, path) => {
    const model = { ...weekdayMean(), config: { name: 'mine', ...config } as never };
    const panel = generatePanel({ products: 2, days: 30 });
    await expect(createLineage({ panel, model })).rejects.toMatchObject({ code: 'invalid-option', path });
  });

  it('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(PACKAGE_VERSION).toBe(version);
  });
});

/** The snapshot with forecasts of `units` for every product. */
function marked(snapshot: ForecastSnapshot, units: number): ForecastSnapshot {
  const { week } = snapshot.periods;
  const mean = week.products.mean.map(() => units);
  return {
    ...snapshot,
    periods: { ...snapshot.periods, week: { ...week, products: { ...week.products, mean } } },
  };
}
