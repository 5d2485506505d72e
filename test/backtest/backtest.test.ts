import { describe, expect, it } from 'vitest';
import { backtestCutoffs } from '../../src/backtest/cutoffs.js';
import { backtest, formatLeaderboard, leaderboard } from '../../src/backtest/index.js';
import { formatDay } from '../../src/calendar/day.js';
import { ForecastError } from '../../src/errors.js';
import { coverage, dieboldMariano, mae, rmsse, wape } from '../../src/metrics/index.js';
import { seasonalNaive, tsb, weekdayMean } from '../../src/models/baselines/index.js';
import type { FitOptions, ForecastModel } from '../../src/models/contract.js';
import { lastDay, type Panel } from '../../src/panel/panel.js';
import { sliceDays } from '../../src/panel/slice.js';
import { generatePanel, panelOf } from '../../src/testing/index.js';

const panel = generatePanel({ products: 20, categories: 4, days: 300, seed: 3 });
const models = [seasonalNaive(), weekdayMean(), tsb()];
const options = { horizon: 14, origins: 3, step: 7, levels: [0.8] };

async function rejectionOf(action: () => unknown): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** A model that records its arguments. */
function spying(seen: { panel: Panel; options: FitOptions | undefined }[]): ForecastModel {
  const model = seasonalNaive();
  return {
    ...model,
    name: 'spy',
    fit(history, fitOptions) {
      seen.push({ panel: history, options: fitOptions });
      return model.fit(history, fitOptions);
    },
  };
}

describe('backtestCutoffs', () => {
  it('ends with the last whole window and goes back in steps', () => {
    const last = lastDay(panel) - 14;
    expect(backtestCutoffs(panel, options)).toEqual([last - 14, last - 7, last]);
    expect(backtestCutoffs(panel, { horizon: 28 })).toHaveLength(3);
    expect(backtestCutoffs(panel, { horizon: 14, cutoffs: [last, last - 3, last] })).toEqual([
      last - 3,
      last,
    ]);
  });

  it('refuses cutoffs without a whole window', async () => {
    const last = lastDay(panel);
    for (const [wrong, code, path] of [
      [{ horizon: 0 }, 'invalid-option', 'horizon'],
      [{ horizon: 7, origins: 0.5 }, 'invalid-option', 'origins'],
      [{ horizon: 7, step: -1 }, 'invalid-option', 'step'],
      [{ horizon: 7, cutoffs: [last - 6] }, 'invalid-option', 'cutoffs'],
      [{ horizon: 7, cutoffs: [panel.startDay - 1] }, 'invalid-option', 'cutoffs'],
      [{ horizon: 7, cutoffs: [Number.NaN] }, 'invalid-option', 'cutoffs'],
      [{ horizon: 7, cutoffs: [] }, 'invalid-option', 'cutoffs'],
      [{ horizon: 101, origins: 3 }, 'too-short', 'origins'],
    ] as const) {
      const error = await rejectionOf(() => backtestCutoffs(panel, wrong));
      expect(ForecastError.is(error) && [error.code, error.path[0]]).toEqual([code, path]);
    }
  });
});

describe('backtest', () => {
  it('gives the rows that the metrics give for a forecast made by hand', async () => {
    const result = await backtest(panel, models, options);
    expect(result.runs).toHaveLength(9);
    for (const cutoff of result.cutoffs) {
      const end = cutoff - panel.startDay + 1;
      const history = sliceDays(panel, 0, end);
      const future = sliceDays(panel, end, end + 14);
      for (const model of models) {
        const { mean } = await (await model.fit(history)).forecast({ horizon: 14 });
        const rows = result.rows.filter((row) => row.model === model.name && row.cutoff === cutoff);
        for (const row of rows) {
          const actual = future.units.subarray(row.series * 14, row.series * 14 + 14);
          const forecast = mean.subarray(row.series * 14, row.series * 14 + 14);
          const known = history.units.subarray(row.series * end, (row.series + 1) * end);
          expect(row.id).toBe(panel.ids[row.series]);
          expect(row.mae).toBeCloseTo(mae(actual, forecast), 12);
          expect(row.wape).toBeCloseTo(wape(actual, forecast), 12);
          expect(row.rmsse).toBeCloseTo(rmsse(actual, forecast, known), 12);
        }
        const observed = Array.from({ length: 20 }, (_, s) => s).filter((s) =>
          future.units.subarray(s * 14, s * 14 + 14).some((value) => !Number.isNaN(value)),
        );
        expect(rows.map((row) => row.series)).toEqual(observed);
      }
    }
  });

  it('shows a model nothing from after the cutoff', async () => {
    const seen: { panel: Panel; options: FitOptions | undefined }[] = [];
    const days = [panel.startDay + 10, lastDay(panel) - 20, lastDay(panel) - 5];
    const indicators = [{ name: 'gdp', days, values: [1, 2, 3] }];
    const result = await backtest(panel, [spying(seen)], { ...options, covariates: { indicators } });
    expect(seen.map((fit) => lastDay(fit.panel))).toEqual(result.cutoffs);
    for (const { panel: history, options: fitOptions } of seen) {
      expect(history.units).toHaveLength(20 * history.days);
      expect(history.units.buffer.byteLength).toBe(8 * 20 * history.days);
      const published = fitOptions?.covariates?.indicators?.[0];
      expect(published?.days).toEqual(days.filter((day) => day <= lastDay(history)));
      expect(published?.values).toHaveLength(published?.days.length ?? -1);
    }
  });

  it('forecasts the same when everything after the first cutoff is changed', async () => {
    const [cutoff] = backtestCutoffs(panel, options);
    const changed = { ...panel, units: panel.units.slice() };
    for (let s = 0; s < 20; s++) {
      const from = s * panel.days + (cutoff - panel.startDay) + 1;
      for (let i = from; i < (s + 1) * panel.days; i++) changed.units[i] = 1e6;
    }
    const [before, after] = [
      await backtest(panel, models, options),
      await backtest(changed, models, options),
    ];
    for (let k = 0; k < models.length; k++) {
      expect(after.runs[k].cutoff).toBe(cutoff);
      expect(after.runs[k].forecast).toEqual(before.runs[k].forecast);
      expect(after.runs[k].actual).not.toEqual(before.runs[k].actual);
    }
  });

  it('reports progress and stops when aborted', async () => {
    const phases: string[] = [];
    await backtest(panel, models, {
      ...options,
      onProgress: ({ phase, done, total }) => phases.push(`${phase} ${done}/${total}`),
    });
    expect(phases.filter((phase) => phase.startsWith('backtest')).at(-1)).toBe('backtest 9/9');
    const [cutoff] = backtestCutoffs(panel, options);
    expect(phases).toContain(`tsb at ${formatDay(cutoff)}: tsb 20/20`);

    const controller = new AbortController();
    const aborted = backtest(panel, models, {
      ...options,
      signal: controller.signal,
      onProgress: ({ phase }) => phase === 'backtest' && controller.abort(),
    });
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
  });

  it('names the model and the cutoff in the error of a model', async () => {
    const failing: ForecastModel = {
      ...seasonalNaive(),
      name: 'demanding',
      fit: () => Promise.reject(new ForecastError('too-short', 'not enough', { path: ['days'] })),
    };
    const [cutoff] = backtestCutoffs(panel, options);
    await expect(backtest(panel, [failing], options)).rejects.toMatchObject({
      code: 'too-short',
      path: ['demanding', formatDay(cutoff), 'days'],
    });
  });

  it('refuses no models and two of the same name', async () => {
    await expect(backtest(panel, [], options)).rejects.toMatchObject({ code: 'invalid-option' });
    await expect(backtest(panel, [tsb(), tsb()], options)).rejects.toMatchObject({ path: ['models', 1] });
  });

  it('measures time by the clock that it is given', async () => {
    let now = 0;
    const result = await backtest(panel, [tsb()], { ...options, clock: () => (now += 5) });
    expect(result.runs.map((run) => run.milliseconds)).toEqual([5, 5, 5]);
    expect(leaderboard(result)[0].milliseconds).toBe(15);
  });
});

describe('leaderboard', () => {
  it('ranks by pooled WAPE and pools what the runs hold', async () => {
    const result = await backtest(panel, models, options);
    const entries = leaderboard(result);
    expect(entries.map((entry) => entry.rank)).toEqual([1, 2, 3]);
    for (let i = 1; i < 3; i++) expect(entries[i].wape).toBeGreaterThanOrEqual(entries[i - 1].wape);
    for (const entry of entries) {
      const runs = result.runs.filter((run) => run.model === entry.model);
      const join = (pick: (run: (typeof runs)[number]) => Float64Array) =>
        runs.flatMap((run) => Array.from(pick(run)));
      const actual = join((run) => run.actual);
      expect(entry.wape).toBeCloseTo(
        wape(
          actual,
          join((run) => run.forecast),
        ),
        12,
      );
      expect(entry.coverage).toHaveLength(1);
      expect(entry.coverage[0].coverage).toBeCloseTo(
        coverage(
          actual,
          join((run) => run.intervals[0].lower),
          join((run) => run.intervals[0].upper),
        ),
        12,
      );
      const rows = result.rows.filter((row) => row.model === entry.model);
      expect(entry.rmsseMean).toBeCloseTo(rows.reduce((sum, row) => sum + row.rmsse, 0) / rows.length, 12);
    }
  });

  it('gives WAPE and accuracy of days, weeks, horizons and categories as computed by hand', async () => {
    // Two products of one category repeat 10 units a day; in the 14 days of the test they sell 15 and 8 in the first
    // week, 10 and 4 in the second. The forecast is 10 throughout.
    const sold = (first: number, second: number) =>
      Array.from({ length: 74 }, (_, d) => (d < 60 ? 10 : d < 67 ? first : second));
    const small: Panel = {
      ...panelOf([sold(15, 10), sold(8, 4)]),
      categories: ['c'],
      categoryOf: Int32Array.of(0, 0),
    };
    const result = await backtest(small, [seasonalNaive()], { horizon: 14, origins: 1 });
    const [entry] = leaderboard(result);
    // Days: 7 (5 + 2 + 0 + 6) of 7 (15 + 8 + 10 + 4).
    expect(entry.wape).toBeCloseTo(13 / 37, 12);
    expect(entry.accuracy).toBeCloseTo(24 / 37, 12);
    // First week: 35 + 14 of 105 + 56.
    expect(entry.wapeWeek).toBeCloseTo(49 / 161, 12);
    // Totals: |140 - 175| + |140 - 84| of 175 + 84.
    expect(entry.wapeTotal).toBeCloseTo(91 / 259, 12);
    // The category: |280 - 259| of 259.
    expect(entry.wapeCategoryTotal).toBeCloseTo(21 / 259, 12);
    const [titles, figures] = formatLeaderboard([entry])
      .split('\n')
      .map((line) => line.trim().split(/ {2,}/));
    const column = (title: string) => figures[titles.indexOf(title) + 1];
    expect([column('accuracy'), column('WAPE')]).toEqual(['64.9 %', '35.1 %']);
    expect([column('week'), column('total'), column('category')]).toEqual(['30.4 %', '35.1 %', '8.1 %']);
  });

  it('reports forecast value added, its significance, and the error of each step', async () => {
    const result = await backtest(panel, models, options);
    const baseline = 'seasonal-naive-7';
    const entries = leaderboard(result, { baseline });
    const naive = entries.find(({ model }) => model === baseline)!;
    expect(naive.valueAdded).toBe(0);
    expect(naive.pValue).toBeUndefined();
    for (const entry of entries) {
      expect(entry.valueAdded).toBeCloseTo(naive.wape - entry.wape, 12);
      const runs = result.runs.filter(({ model }) => model === entry.model);
      const at = (step: number, pick: 'actual' | 'forecast') =>
        runs.flatMap((run) => Array.from(run[pick]).filter((_, i) => i % run.horizon === step));
      expect(entry.wapeByStep[5]).toBeCloseTo(wape(at(5, 'actual'), at(5, 'forecast')), 12);
      expect(entry.wapeByStep).toHaveLength(14);
    }
    const dailyLosses = (name: string) =>
      result.runs
        .filter(({ model }) => model === name)
        .flatMap(({ actual, forecast, horizon }) =>
          Array.from({ length: horizon }, (_, h) =>
            actual.reduce(
              (sum, value, i) =>
                i % horizon === h && !Number.isNaN(value) ? sum + Math.abs(value - forecast[i]) : sum,
              0,
            ),
          ),
        );
    const [tsbEntry] = entries.filter(({ model }) => model.startsWith('tsb'));
    const found = dieboldMariano(dailyLosses(tsbEntry.model), dailyLosses(baseline), { horizon: 14 });
    expect(tsbEntry.pValue).toBeCloseTo(found!.pValue, 12);
    // One cutoff says nothing about chance.
    const [one] = leaderboard(await backtest(panel, models, { ...options, origins: 1 }), { baseline });
    expect(one.pValue).toBeUndefined();
  });

  it('gives an accuracy below zero where errors exceed the sales', async () => {
    // 19 units a day, then 2: each of the last days is wrong by 17.
    const falling = panelOf([Array.from({ length: 67 }, (_, d) => (d < 60 ? 19 : 2))]);
    const [entry] = leaderboard(await backtest(falling, [seasonalNaive()], { horizon: 7, origins: 1 }));
    expect(entry).toMatchObject({ wape: 8.5, accuracy: -7.5 });
  });

  it('counts wins against the baseline, ties half', async () => {
    const result = await backtest(panel, models, options);
    const entries = leaderboard(result, { baseline: 'seasonal-naive-7' });
    expect(entries.find((entry) => entry.model === 'seasonal-naive-7')?.winRate).toBe(0.5);
    const [best, second] = leaderboard(result);
    expect(best.winRate + leaderboard(result, { baseline: best.model })[1].winRate).toBeCloseTo(1, 12);
    expect(second.model).not.toBe(best.model);
    await expect(rejectionOf(() => leaderboard(result, { baseline: 'none' }))).resolves.toMatchObject({
      code: 'invalid-option',
    });
  });

  it('finds the top products of each category', async () => {
    const steady = [50, 40, 30, 20].map((level) => Array.from({ length: 60 }, () => level));
    const changing = [5, 45].map((level) =>
      Array.from({ length: 60 }, (_, d) => (d < 53 ? level : 50 - level)),
    );
    const mixed = panelOf([...steady, ...changing]);
    const result = await backtest(mixed, [weekdayMean()], { horizon: 7, origins: 1 });
    // True totals 350, 280, 210, 140, 315, 35: the top three are 0, 4, 1; the forecast expects 0, 5, 1.
    expect(leaderboard(result, { topN: 3 })[0].topHitRate).toBeCloseTo(2 / 3, 12);
  });

  it('leaves series that never changed out of the mean RMSSE', async () => {
    const constant = Array.from({ length: 60 }, () => 7);
    const weekly = Array.from({ length: 60 }, (_, d) => 10 + ((d * d) % 11));
    const result = await backtest(panelOf([constant, weekly]), [seasonalNaive()], { horizon: 7, origins: 1 });
    expect(leaderboard(result)[0].rmsseMean).toBe(result.rows[1].rmsse);
    expect(result.rows[0].rmsse).toBe(0);
  });

  it('prints a table with a line per model', async () => {
    const result = await backtest(panel, models, options);
    const lines = formatLeaderboard(leaderboard(result)).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/model +accuracy +WAPE .*in 80 %$/);
    expect(lines.slice(1).map((line) => line.split(/ +/)[1])).toEqual(
      leaderboard(result).map((entry) => entry.model),
    );
  });
});
