import { describe, expect, it } from 'vitest';
import {
  buildPanel,
  directBoosting,
  type ForecastModel,
  type Panel,
  parseDay,
  seasonalMean,
  seasonalNaive,
} from '../../../../src/index.js';
import { sliceDays } from '../../../../src/panel/slice.js';
import { checkForecaster, generatePanel, generateSales } from '../../../../src/testing/index.js';

const fast = { rounds: 12, maxDepth: 4 };
const small = { params: fast, rowsPerBooster: 3000 };

function total(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0);
}

async function wapeOf(model: ForecastModel, panel: Panel, horizon: number): Promise<number> {
  const fitted = await model.fit(sliceDays(panel, 0, panel.days - horizon));
  const { mean } = await fitted.forecast({ horizon });
  const actual = sliceDays(panel, panel.days - horizon, panel.days).units;
  let error = 0;
  let sum = 0;
  for (let i = 0; i < actual.length; i++) {
    if (Number.isNaN(actual[i])) continue;
    error += Math.abs(actual[i] - mean[i]);
    sum += actual[i];
  }
  return error / sum;
}

describe('directBoosting', () => {
  it('meets the contract of a forecast model', async () => {
    const report = await checkForecaster(
      directBoosting({ params: fast, rowsPerBooster: 1000, horizon: 7, longHorizon: 30 }),
      {
        panel: generatePanel({ products: 6, categories: 3, days: 250 }),
        fitOptions: {
          covariates: {
            events: [0, 1, 2].flatMap((year) => [
              { name: 'sale', day: parseDay(`${2022 + year}-11-25`), lowerWindow: -1, upperWindow: 2 },
              { name: 'new year', day: parseDay(`${2023 + year}-01-01`) },
            ]),
          },
        },
      },
    );
    expect(report.passed.length).toBeGreaterThan(20);
  });

  it('leaves out the long horizon for a fit that will not be asked for it, and forecasts the near days alike', async () => {
    const panel = generatePanel({ products: 6, days: 400, seed: 4 });
    const model = directBoosting(small);
    const whole = await model.fit(panel);
    const near = await model.fit(panel, { horizon: 28 });
    expect(whole.toJSON()).toMatchObject({ far: expect.anything() });
    expect(near.toJSON()).toMatchObject({ far: null });
    const forecast = async (fitted: typeof near) => (await fitted.forecast({ horizon: 28 })).mean;
    expect(await forecast(near)).toEqual(await forecast(whole));
    expect((await near.forecast({ horizon: 60 })).mean.every((value) => value >= 0)).toBe(true);
    await expect(model.fit(panel, { horizon: 0 })).rejects.toMatchObject({ code: 'invalid-option' });
  });

  it('trains as many boosters as it is told', async () => {
    const panel = generatePanel({ products: 6, days: 300, seed: 4 });
    const learnersOf = async (boosters: 1 | 2) => {
      const fitted = await directBoosting({ ...small, boosters }).fit(panel, { horizon: 28 });
      const { near } = fitted.toJSON() as unknown as { near: { learners: { base: string }[] } };
      return near.learners.map(({ base }) => base);
    };
    expect(await learnersOf(1)).toEqual(['structural']);
    expect(await learnersOf(2)).toHaveLength(2);
    expect(() => directBoosting({ boosters: 3 as never })).toThrow(/boosters must be 1 or 2/);
  });

  it('learns a weekday pattern, a season and an event of every year', async () => {
    const days = 4 * 365;
    const startDay = parseDay('2020-01-01');
    const eventDays = [300, 660, 1020, 1380, 1440];
    const expected = (s: number, d: number) =>
      (s + 1) *
      10 *
      (d % 7 === 5 ? 2 : 1) *
      (1 + 0.3 * Math.sin((2 * Math.PI * d) / 364)) *
      (eventDays.includes(d) ? 3 : 1);
    const seriesCount = 6;
    const units = new Float64Array(seriesCount * days);
    for (let i = 0; i < units.length; i++) units[i] = expected(Math.floor(i / days), i % days);
    const panel: Panel = {
      startDay,
      days,
      seriesCount,
      ids: Array.from({ length: seriesCount }, (_, s) => `S${s}`),
      categories: ['a', 'b'],
      categoryOf: Int32Array.from({ length: seriesCount }, (_, s) => s % 2),
      units,
      firstDay: new Int32Array(seriesCount),
    };
    const past = sliceDays(panel, 0, 1430);
    const events = eventDays.map((d) => ({ name: 'festival', day: startDay + d }));
    const model = directBoosting({ horizon: 28, longHorizon: 0, rowsPerBooster: 8_000 });
    const fitted = await model.fit(past, { covariates: { events } });
    const { mean } = await fitted.forecast({ horizon: 28 });
    let error = 0;
    let sum = 0;
    for (let s = 0; s < seriesCount; s++) {
      for (let h = 0; h < 28; h++) {
        error += Math.abs(mean[s * 28 + h] - expected(s, 1430 + h));
        sum += expected(s, 1430 + h);
      }
      expect(mean[s * 28 + 10] / expected(s, 1440), `event of series ${s}`).toBeGreaterThan(0.75);
    }
    const naive = await (await seasonalNaive({ season: 364 }).fit(past)).forecast({ horizon: 28 });
    let naiveError = 0;
    for (let s = 0; s < seriesCount; s++) {
      for (let h = 0; h < 28; h++) naiveError += Math.abs(naive.mean[s * 28 + h] - expected(s, 1430 + h));
    }
    expect(error / sum).toBeLessThan(0.1);
    expect(error).toBeLessThan(naiveError);
    const unaware = await (await model.fit(past)).forecast({ horizon: 28 });
    expect(mean[10]).toBeGreaterThan(1.5 * unaware.mean[10]);
  });

  it('forecasts the same whatever happens after the cutoff', async () => {
    const panel = generatePanel({ products: 8, days: 500, seed: 4 });
    const cutoff = 400;
    const changed = {
      ...panel,
      units: panel.units.map((units, i) => (i % 500 < cutoff ? units : 7 * units + 90)),
    };
    const forecastOf = async (whole: Panel) => {
      const fitted = await directBoosting({ ...small, horizon: 14 }).fit(sliceDays(whole, 0, cutoff));
      return (await fitted.forecast({ horizon: 60, levels: [0.8] })).mean;
    };
    expect(await forecastOf(changed)).toEqual(await forecastOf(panel));
  });

  it('keeps the year near the last one, with and without a booster of far steps', async () => {
    const { panel } = await buildPanel(generateSales({ seed: 7, products: 12 }).records);
    const lastYear = total(sliceDays(panel, panel.days - 365, panel.days).units.map((units) => units || 0));
    for (const longHorizon of [365, 0]) {
      const fitted = await directBoosting({ ...small, params: { rounds: 60 }, longHorizon }).fit(panel);
      const { mean } = await fitted.totals({
        ranges: [{ from: 0, to: 365 }],
        groupOf: new Int32Array(panel.seriesCount),
        groupCount: 1,
      });
      expect(mean[0] / lastYear).toBeGreaterThan(0.8);
      expect(mean[0] / lastYear).toBeLessThan(1.35);
    }
  });

  it('runs on a panel of weeks', async () => {
    const weeks = 150;
    const seriesCount = 10;
    const units = new Float64Array(seriesCount * weeks);
    for (let i = 0; i < units.length; i++) {
      const week = i % weeks;
      units[i] =
        (1 + Math.floor(i / weeks)) * (100 + 60 * Math.sin((2 * Math.PI * week) / 52) + 5 * (week % 3));
    }
    const panel: Panel = {
      startDay: parseDay('2019-01-04'),
      days: weeks,
      seriesCount,
      ids: Array.from({ length: seriesCount }, (_, s) => `S${s}`),
      categories: ['all'],
      categoryOf: new Int32Array(seriesCount),
      units,
      firstDay: new Int32Array(seriesCount),
    };
    const model = directBoosting({ stepDays: 7, horizon: 13, longHorizon: 0, params: { rounds: 150 } });
    const last = seasonalMean({ season: 1, cycles: 4 });
    expect(await wapeOf(model, panel, 13)).toBeLessThan(0.5 * (await wapeOf(last, panel, 13)));
  });

  it.each([
    [{ horizon: 0 }, 'horizon'],
    [{ longHorizon: -1 }, 'longHorizon'],
    [{ lookbackDays: 1.5 }, 'lookbackDays'],
    [{ rowsPerBooster: 0 }, 'rowsPerBooster'],
    [{ stepDays: 2 as 7 }, 'stepDays'],
  ])('refuses %j', (options, path) => {
    expect(() => directBoosting(options)).toThrowError(
      expect.objectContaining({ code: 'invalid-option', path: [path] }),
    );
  });
});
