import { describe, expect, it } from 'vitest';
import { backtest } from '../../src/backtest/backtest.js';
import { formatDay } from '../../src/calendar/day.js';
import { createForecaster } from '../../src/forecaster/index.js';
import { seasonalNaive } from '../../src/models/baselines/index.js';
import type { FitOptions, ForecastModel } from '../../src/models/contract.js';
import { structural } from '../../src/models/structural/index.js';
import type { Panel } from '../../src/panel/panel.js';
import { createPlanBook, knownPlans, type PlanRecord } from '../../src/plan/index.js';
import { createRandom } from '../../src/random.js';
import { MemoryDocumentStore } from '../../src/storage/memory/memory-document-store.js';
import { poisson } from '../../src/testing/distributions.js';
import { panelOf } from '../../src/testing/index.js';

const DAYS = 420;
const HORIZON = 14;
const CUTOFF = DAYS - HORIZON - 1;
const isPromoted = (d: number) => Math.floor(d / 5) % 8 === 3;

/** Promotions lift to three times; the records say which days had one, up to the cutoff. */
function shop(): Panel {
  const random = createRandom(1);
  const panel = panelOf(
    [30, 50, 80].map((level) =>
      Array.from({ length: DAYS }, (_, d) => poisson(random, level * (isPromoted(d) ? 3 : 1))),
    ),
  );
  const promo = Uint8Array.from({ length: 3 * DAYS }, (_, i) =>
    i % DAYS <= CUTOFF && isPromoted(i % DAYS) ? 1 : 0,
  );
  return { ...panel, promo };
}

const panel = shop();
const dateOf = (d: number) => formatDay(panel.startDay + d);
const plansFor = (knownSince: string): PlanRecord[] =>
  Array.from({ length: HORIZON }, (_, h) => CUTOFF + 1 + h)
    .filter(isPromoted)
    .map((d) => ({ date: dateOf(d), all: true, promo: true, knownSince }));

async function forecastWith(...records: PlanRecord[]) {
  const book = createPlanBook(new MemoryDocumentStore());
  if (records.length > 0) await book.add(records, panel.startDay + DAYS);
  const { runs, cutoffs } = await backtest(panel, [structural()], {
    horizon: HORIZON,
    origins: 1,
    plannedAt: knownPlans(book, HORIZON),
  });
  expect(cutoffs).toEqual([panel.startDay + CUTOFF]);
  const [{ forecast, actual }] = runs;
  let [error, size] = [0, 0];
  forecast.forEach((value, i) => {
    error += Math.abs(value - actual[i]);
    size += actual[i];
  });
  return { forecast, wape: error / size };
}

describe('plans in a backtest', () => {
  it('count from the day since when they are known', async () => {
    const none = await forecastWith();
    const known = await forecastWith(...plansFor(dateOf(CUTOFF)));
    const late = await forecastWith(...plansFor(dateOf(CUTOFF + 1)));
    expect(late.forecast).toEqual(none.forecast);
    // Told of the promotions, the noise of the counts is what is left.
    expect(known.wape).toBeLessThan(0.2);
    expect(none.wape).toBeGreaterThan(2 * known.wape);
  });

  it('are not changed by what was planned or taken back after the cutoff', async () => {
    const book = createPlanBook(new MemoryDocumentStore());
    const { ids } = await book.add(plansFor(dateOf(CUTOFF - 10)), panel.startDay + CUTOFF - 10);
    const options = { horizon: HORIZON, origins: 1, plannedAt: knownPlans(book, HORIZON) };
    const run = async () => (await backtest(panel, [structural()], options)).runs[0].forecast;
    const before = await run();
    await book.remove(ids, panel.startDay + CUTOFF + 1);
    await book.add(
      [
        { from: dateOf(CUTOFF + 1), to: dateOf(DAYS - 1), all: true, price: 1, open: false, event: 'Fair' },
        { from: dateOf(10), to: dateOf(20), all: true, promo: true },
      ],
      panel.startDay + CUTOFF + 1,
    );
    expect(await run()).toEqual(before);
  });

  it('fill in the past of the cutoff, and leave the panel of the days after it unseen', async () => {
    const seen: [Panel, FitOptions][] = [];
    const spy: ForecastModel = {
      ...seasonalNaive(),
      fit: (past, options = {}) => {
        seen.push([past, options]);
        return seasonalNaive().fit(past, options);
      },
    };
    const recorded = { ...panel, promo: panel.promo!.map(() => 1) };
    const book = createPlanBook(new MemoryDocumentStore());
    await book.add(
      [{ date: dateOf(CUTOFF - 3), all: true, price: 7, event: 'Fair', knownSince: dateOf(0) }],
      panel.startDay + DAYS,
    );
    const plannedAt = knownPlans(book, HORIZON);
    await backtest(recorded, [spy], { horizon: HORIZON, origins: 1, plannedAt });
    await backtest(recorded, [spy], { horizon: HORIZON, origins: 1 });
    const [[past, { covariates }], [, plain]] = seen;
    expect(past.price?.[CUTOFF - 3]).toBe(7);
    expect(covariates).toEqual({ events: [{ name: 'Fair', day: panel.startDay + CUTOFF - 3 }] });
    // Without plans, the columns of the panel are taken to be known ahead.
    expect(plain.covariates?.future?.promo).toHaveLength(3 * HORIZON);
  });
});

describe('plans in a training', () => {
  const sales = () =>
    ['A', 'B'].flatMap((productId) =>
      Array.from({ length: DAYS }, (_, d) => ({
        date: dateOf(d),
        productId,
        category: productId === 'A' ? 'Toys' : 'Tools',
        units: 10 + (d % 7),
      })),
    );
  const now = () => new Date(`${dateOf(DAYS)}T12:00:00Z`);

  it('reach the validation only if they were known before it, with their events', async () => {
    const fits: FitOptions[] = [];
    const base = structural();
    const spy: ForecastModel = {
      ...base,
      fit: (past, options = {}) => {
        fits.push(options);
        return base.fit(past, options);
      },
    };
    const forecaster = createForecaster({ model: spy, now, validationDays: 30 });
    await forecaster.ingest(sales());
    const span = { from: dateOf(DAYS - 10), to: dateOf(DAYS + 5) };
    await forecaster.plan([
      { ...span, productId: 'A', promo: true, event: 'Early', knownSince: dateOf(DAYS - 40) },
      { ...span, productId: 'B', promo: true, event: 'Late', knownSince: dateOf(DAYS - 5) },
    ]);
    const { covariates } = await forecaster.train();
    const [validation, final] = fits.map(({ covariates: told }) => told!);
    const names = ({ events = [] }: typeof validation) => [...new Set(events.map(({ name }) => name))];
    expect(names(validation)).toEqual(['Early']);
    expect(names(final)).toEqual(['Early', 'Late']);
    const promoted = (told: typeof validation) => {
      const { promo, days } = told.future!;
      return [0, 1].map((s) => promo!.subarray(s * days, (s + 1) * days).includes(1));
    };
    expect(promoted(validation)).toEqual([true, false]);
    expect(promoted(final)).toEqual([true, true]);
    expect(covariates).toEqual({ given: ['events', 'promo'], used: ['events', 'promo'], ignored: [] });
  });

  it('are reported as ignored where the model has no use for them', async () => {
    const options = {
      pastOnly: [{ name: 'rain', startDay: panel.startDay, values: [1, 2, 3] }],
      attributes: [{ productId: 'A', brand: 'Acme' }],
    };
    const forecaster = createForecaster({ model: seasonalNaive(), now, ...options });
    await forecaster.ingest(sales());
    await forecaster.plan([{ date: dateOf(DAYS + 2), all: true, promo: true }]);
    const { covariates, lineage } = await forecaster.train();
    expect(covariates.used).toEqual([]);
    expect(covariates.ignored.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['promo', 'unused'],
      ['pastOnly', 'unused'],
      ['static', 'unused'],
    ]);
    expect(Object.keys(lineage.parts)).toEqual(expect.arrayContaining(['pastOnly', 'static', 'plans']));
  });
});
