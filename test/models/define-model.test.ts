import { describe, expect, it } from 'vitest';
import { createForecaster } from '../../src/index.js';
import { defineModel, type ModelDefinition } from '../../src/models/define-model.js';
import { checkForecaster, generateSales, panelOf } from '../../src/testing/index.js';

const movingAverage = (days: number) =>
  defineModel({
    name: `moving-average-${days}`,
    options: { days },
    fit({ units }) {
      const known = units.filter((value) => !Number.isNaN(value)).slice(-days);
      return known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
    },
    forecast: (mean, horizon) => new Float64Array(horizon).fill(mean),
  });

describe('defineModel', () => {
  it('meets the contract', async () => {
    const report = await checkForecaster(movingAverage(28), { remake: () => movingAverage(28) });
    expect(report.skipped).toEqual([]);
    expect(report.passed.length).toBeGreaterThan(15);
  });

  it('forecasts what the method forecasts, with the errors that it would have made', async () => {
    // Alternates between 0 and 10: the mean of the last two days is 5, and it is wrong by 5 every day.
    const panel = panelOf([Array.from({ length: 200 }, (_, d) => 10 * (d % 2))]);
    const fitted = await movingAverage(2).fit(panel);
    const { mean, intervals } = await fitted.forecast({ horizon: 3, levels: [0.8] });
    expect([...mean]).toEqual([5, 5, 5]);
    // 1.2816 is the 90 % quantile of the normal distribution, from a table.
    expect(intervals[0].upper[0]).toBeCloseTo(5 + 1.2816 * 5, 3);
  });

  it('sees no day after the cutoff of a fit, and gets a copy', async () => {
    const lengths = new Set<number>();
    const spoiling = defineModel({
      name: 'spoiling',
      fit({ units }) {
        lengths.add(units.length);
        units.fill(99);
        return 1;
      },
      forecast: (value, horizon) => Array.from({ length: horizon }, () => value),
    });
    const panel = panelOf([Array.from({ length: 40 }, () => 3)]);
    await spoiling.fit(panel);
    expect([...lengths]).toEqual([14, 28, 40]);
    expect(panel.units[0]).toBe(3);
  });

  it('keeps text that looks like what JSON loses, and a null', async () => {
    const states = [{ note: 'a,null' }, null];
    for (const state of states) {
      const model = defineModel({ name: 'x', fit: () => state, forecast: (_, n) => new Float64Array(n) });
      const fitted = await model.fit(panelOf([[1, 2, 3]]));
      expect(JSON.parse(JSON.stringify(fitted.toJSON())).states).toEqual([state]);
    }
  });

  it('serves a forecaster', async () => {
    const forecaster = createForecaster({ model: movingAverage(28), now: () => new Date('2025-01-01') });
    await forecaster.ingest(generateSales({ seed: 3, products: 4, days: 200 }).records);
    await forecaster.train();
    const { products } = await forecaster.topProducts({ timePeriod: 'week' });
    expect(products).toHaveLength(4);
  });

  it.each<[string, Partial<ModelDefinition<unknown>>, string, string?]>([
    ['no name', { name: '' }, 'invalid-option'],
    ['no method', { fit: undefined }, 'invalid-option'],
    ['an unknown part', { predict: 1 } as never, 'invalid-option'],
    ['too few values', { forecast: () => [1] }, 'engine-failed'],
    ['NaN', { forecast: (_, horizon) => new Array(horizon).fill(Number.NaN) }, 'engine-failed'],
    ['a state that JSON loses', { fit: () => ({ mean: Number.NaN }) }, 'engine-failed'],
    ['no state', { fit: () => undefined }, 'engine-failed'],
    ['a typed array as state', { fit: ({ units }) => units }, 'engine-failed', 'plain JSON'],
    ['a date in the state', { fit: () => ({ at: [new Date(0)] }) }, 'engine-failed', 'plain JSON'],
    ['too many values', { forecast: () => [1, 2, 3, 4] }, 'engine-failed', '2 finite numbers, but 4 numbers'],
    [
      'one infinite value',
      { forecast: () => [1, Number.POSITIVE_INFINITY] },
      'engine-failed',
      'numbers, but Infinity',
    ],
  ])('refuses %s', async (_, part, code, message = '') => {
    const whole = {
      name: 'x',
      fit: () => 0,
      forecast: (_: unknown, n: number) => new Float64Array(n),
      ...part,
    };
    const use = async () => {
      const fitted = await defineModel(whole as ModelDefinition<unknown>).fit(panelOf([[1, 2, 3]]));
      await fitted.forecast({ horizon: 2 });
    };
    await expect(use()).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
