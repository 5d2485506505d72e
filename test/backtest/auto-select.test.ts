import { describe, expect, it } from 'vitest';
import { type AutoSelectOptions, autoSelect } from '../../src/backtest/index.js';
import { ForecastError } from '../../src/errors.js';
import { createPacer } from '../../src/long-call.js';
import { seasonalNaive, weekdayMean } from '../../src/models/baselines/index.js';
import type { ForecastModel } from '../../src/models/contract.js';
import { createRandom } from '../../src/random.js';
import { poisson } from '../../src/testing/distributions.js';
import { panelOf } from '../../src/testing/index.js';

const random = createRandom(4);
/** Noisy products without a trend, on which the mean of four weeks beats the last week. */
const panel = panelOf(
  [10, 20, 30].map((level) =>
    Array.from({ length: 400 }, (_, d) => poisson(random, level * (d % 7 > 4 ? 1.5 : 1))),
  ),
);

/** A clock that the fits move on. */
class FitClock {
  ms = 0;
  readonly now = () => this.ms;

  /** The model under another name, with fits that take so many seconds and report their progress by the second. */
  slowed(model: ForecastModel, name: string, seconds: number): ForecastModel {
    return {
      ...model,
      name,
      fit: async (history, options) => {
        const pace = createPacer(options);
        for (let s = 0; s < seconds; s++) {
          this.ms += 1000;
          await pace({ phase: 'fit', done: s, total: seconds });
        }
        return model.fit(history, options);
      },
    };
  }
}

function select(clock: FitClock, models: readonly ForecastModel[], options: Partial<AutoSelectOptions> = {}) {
  return autoSelect(panel, { models, budgetSeconds: 60, clock: clock.now, horizon: 14, ...options });
}

const fitsAll: ForecastModel = {
  ...weekdayMean(),
  name: 'failing',
  fit: () => Promise.reject(new ForecastError('too-short', 'Not enough history')),
};

describe('autoSelect', () => {
  it('takes the lowest error over all cutoffs, and says why', async () => {
    const clock = new FitClock();
    const choice = await select(clock, [seasonalNaive(), weekdayMean()]);
    expect(choice.model.name).toBe('weekday-mean-4');
    expect(choice.reason).toMatch(/^weekday-mean-4: WAPE [\d.]+ % over \d cutoffs?/);
    expect(choice.cutoffs).toBeGreaterThan(0);
  });

  it('leaves out what is hopeless after the first cutoff', async () => {
    const clock = new FitClock();
    const zero: ForecastModel = {
      ...weekdayMean(),
      name: 'zero',
      async fit(history, options) {
        const fitted = await weekdayMean().fit(history, options);
        return Object.assign(Object.create(fitted), {
          forecast: async (asked: { horizon: number }) => {
            const forecast = await fitted.forecast(asked);
            return { ...forecast, mean: forecast.mean.map(() => 0) };
          },
        });
      },
    };
    const choice = await select(clock, [zero, weekdayMean(), weekdayMean({ weeks: 8 })]);
    expect(choice.dropped).toMatchObject([{ model: 'zero', why: 'worse' }]);
    expect(choice.leaderboard.map(({ model }) => model).sort()).toEqual(['weekday-mean-4', 'weekday-mean-8']);
    expect(choice.cutoffs).toBe(4);
  });

  it('chooses the faster of two equally good models', async () => {
    const clock = new FitClock();
    const models = [clock.slowed(weekdayMean(), 'slow', 5), clock.slowed(weekdayMean(), 'fast', 1)];
    const choice = await select(clock, models);
    expect(choice.model.name).toBe('fast');
    expect(choice.seconds).toBe(4 * 6);
  });

  it('stays within the budget: fewer cutoffs first, then without unfinished models', async () => {
    const clock = new FitClock();
    const models = [clock.slowed(weekdayMean(), 'one', 4), clock.slowed(weekdayMean({ weeks: 5 }), 'two', 4)];
    const choice = await select(clock, models, { budgetSeconds: 18 });
    expect(choice.cutoffs).toBe(2);
    expect(choice.seconds).toBe(16);
    const endless = clock.slowed(weekdayMean(), 'endless', 1000);
    const without = await select(clock, [weekdayMean(), endless], { budgetSeconds: 10 });
    expect(without.model.name).toBe('weekday-mean-4');
    expect(without.dropped).toMatchObject([{ model: 'endless', why: 'too-slow' }]);
    await expect(select(clock, [endless], { budgetSeconds: 10 })).rejects.toMatchObject({
      code: 'limit-exceeded',
      path: ['budgetSeconds'],
    });
  });

  it('goes on without a model that fails, and fails with it if there is no other', async () => {
    const clock = new FitClock();
    const choice = await select(clock, [fitsAll, weekdayMean()]);
    expect(choice.dropped).toMatchObject([{ model: 'failing', why: 'failed' }]);
    expect(choice.reason).toContain('every other model was left out');
    await expect(select(clock, [fitsAll])).rejects.toMatchObject({ code: 'too-short' });
  });

  it('refuses wrong options, and stops when aborted', async () => {
    const clock = new FitClock();
    await expect(select(clock, [])).rejects.toMatchObject({ code: 'invalid-option', path: ['models'] });
    await expect(select(clock, [weekdayMean()], { budgetSeconds: 0 })).rejects.toMatchObject({
      path: ['budgetSeconds'],
    });
    await expect(select(clock, [weekdayMean()], { horizon: 500 })).rejects.toMatchObject({
      code: 'too-short',
    });
    const signal = AbortSignal.abort();
    await expect(select(clock, [weekdayMean()], { signal })).rejects.toMatchObject({ code: 'aborted' });
  });
});
