import { describe, expect, it } from 'vitest';
import { buildSnapshot, forecastAll } from '../../src/forecaster/build-snapshot.js';
import { NO_CALIBRATION } from '../../src/forecaster/calibration.js';
import { runAtOnce } from '../../src/long-call.js';
import { weekdayMean } from '../../src/models/baselines/index.js';
import { panelOf } from '../../src/testing/index.js';

const DAYS = 400;

/** Three products of one category: 10 a day, 20 a day but for the last ten of 25 days, and nothing in the last year. */
const panel = panelOf([
  Array.from({ length: DAYS }, () => 10),
  Array.from({ length: DAYS }, (_, d) => (d >= DAYS - 25 && d < DAYS - 15 ? Number.NaN : 20)),
  Array.from({ length: DAYS }, (_, d) => (d < DAYS - 366 ? 7 : Number.NaN)),
]);

async function snapshotOf() {
  const plan = { panel, intervalLevel: 0.8, alignment: 'rolling' as const };
  const fitted = await weekdayMean().fit(panel);
  const forecasts = await forecastAll(fitted, plan, NO_CALIBRATION);
  const built = buildSnapshot({
    ...plan,
    forecasts,
    modelVersion: 'v',
    trainedAt: '2024-01-01T00:00:00Z',
    calibration: NO_CALIBRATION,
    validation: undefined,
    lifeCycle: undefined,
    lineage: {} as never,
  });
  return runAtOnce(built);
}

describe('units before the cutoff of a snapshot', () => {
  it('are scaled from the observed days of a product to as many days as the period has', async () => {
    const { periods } = await snapshotOf();
    // 20 of 30 days were observed at 20 units each: 600 over a month, and not 400.
    expect([...periods.month.products.daysBefore]).toEqual([300, 600, Number.NaN]);
    expect([...periods.week.products.daysBefore]).toEqual([70, 140, Number.NaN]);
    expect([...periods.year.products.daysBefore]).toEqual([3650, 7300, Number.NaN]);
  });

  it('add up over the products of a category that were observed', async () => {
    const { periods } = await snapshotOf();
    expect([...periods.month.categories.daysBefore]).toEqual([900]);
  });

  it('keeps the sales of a category by day, with 0 where nothing was observed', async () => {
    const { historyDays, history } = (await snapshotOf()).categoryDays;
    expect(historyDays).toBe(DAYS);
    expect(history[0]).toBe(37);
    expect(history[DAYS - 20]).toBe(10);
    expect(history[DAYS - 1]).toBe(30);
  });
});
