import { describe, expect, it } from 'vitest';
import { fitSeasonalTrend, loadSeasonalTrend } from '../../../src/models/seasonal-trend/index.js';
import { createRandom } from '../../../src/random.js';

/** Day 0 is a Thursday, day 3 a Sunday. */
const FIRST = 19_723 - (19_723 % 7);

function series(length: number, seed: number) {
  const random = createRandom(seed);
  const days = Array.from({ length }, (_, d) => FIRST + d);
  const weekday = [10, -30, 25, 0, 5, -20, 10];
  const values = days.map((day, d) => 380 + 0.05 * d + weekday[day % 7] + random.normal());
  return { days, values };
}

describe('a regressor that the history does not identify', () => {
  const { days, values } = series(200, 1);

  it.each([
    ['never varied', () => 5],
    ['varied by rounding errors', (d: number) => 5 + 1e-9 * (d % 3)],
    ['varied by 1e-9 around zero', (d: number) => 1e-9 * (d % 3)],
  ])('is left out with a warning: it %s', (_, value) => {
    const price = days.map((_, d) => value(d));
    const options = { regressors: [{ name: 'price' }] };
    const fit = fitSeasonalTrend({ days, values, regressors: { price } }, options);
    const plain = fitSeasonalTrend({ days, values });
    expect(fit.warnings.join()).toMatch(/regressor "price" does not vary/);
    const future = fit.forecast({ horizon: 7, regressors: { price: new Array(7).fill(25) } });
    expect(future.mean).toEqual(plain.forecast({ horizon: 7 }).mean);
    expect(fit.regressorCoefficients()).toEqual([]);
    // Prophet keeps it, and follows it anywhere.
    const strict = fitSeasonalTrend(
      { days, values, regressors: { price } },
      { ...options, strict: 'prophet' },
    );
    expect(strict.regressorCoefficients()).toHaveLength(1);
    expect(strict.warnings).not.toEqual(fit.warnings);
  });

  it('is kept where it varies, however little', () => {
    const price = days.map((_, d) => 1 + 1e-3 * (d % 3));
    const fit = fitSeasonalTrend(
      { days, values, regressors: { price } },
      { regressors: [{ name: 'price' }] },
    );
    expect(fit.regressorCoefficients()).toHaveLength(1);
  });
});

describe('unseen phases of a seasonality', () => {
  it('take the mean of the others: a shop closed on Sundays', () => {
    const { days, values } = series(728, 2);
    const open = values.map((value, d) => (days[d] % 7 === 3 ? null : value));
    const fit = fitSeasonalTrend({ days, values: open });
    expect(fit.warnings.join()).toMatch(/no observation for Sunday in the seasonality "weekly"/);
    const { weekly } = fit.components({ horizon: 7 });
    const next = fit.forecast({ horizon: 7 });
    const sunday = next.days.findIndex((day) => day % 7 === 3);
    const others = weekly.filter((_, h) => h !== sunday);
    expect(weekly[sunday]).toBeCloseTo(others.reduce((sum, value) => sum + value, 0) / 6, 9);
    // The generated mean of the six weekdays: 380 + 0.05 * 730, and no effect.
    expect(next.mean[sunday]).toBeGreaterThan(412);
    expect(next.mean[sunday]).toBeLessThan(421);
    expect(loadSeasonalTrend(JSON.parse(JSON.stringify(fit.toJSON()))).forecast({ horizon: 7 })).toEqual(
      next,
    );
    const strict = fitSeasonalTrend({ days, values: open }, { strict: 'prophet' });
    expect(strict.warnings.join()).not.toMatch(/Sunday/);
    // The days that were seen are the same for both.
    const seen = Array.from(next.mean).filter((_, h) => h !== sunday);
    expect(seen).toEqual(Array.from(strict.forecast({ horizon: 7 }).mean).filter((_, h) => h !== sunday));
  });

  it('take it too where only a part of the year was seen', () => {
    const { days, values } = series(150, 3);
    const fit = fitSeasonalTrend({ days, values }, { yearlySeasonality: true });
    expect(fit.warnings.join()).toMatch(/no observation for 5\d % of its period in the seasonality "yearly"/);
    const seen = fit.components({ days })['yearly'];
    const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length;
    const { yearly } = fit.components({ days: days.slice(0, 100).map((day) => day + 180) });
    for (const value of yearly) expect(value).toBeCloseTo(mean, 9);
  });

  it('are not extrapolated: a yearly seasonality after two months', () => {
    // A level of 100 with noise: its mean on any day to come is 100. What Prophet does is 500 and more away.
    for (const seed of [1, 2, 3]) {
      const random = createRandom(seed);
      const days = Array.from({ length: 60 }, (_, d) => FIRST + d);
      const data = { days, values: days.map(() => 100 + 5 * random.normal()) };
      const [ours, prophets] = [{}, { strict: 'prophet' } as const].map((strict) =>
        fitSeasonalTrend(data, { yearlySeasonality: true, ...strict })
          .forecast({ horizon: 60 })
          .mean.reduce((worst, value) => Math.max(worst, Math.abs(value - 100)), 0),
      );
      expect(ours).toBeLessThan(150);
      expect(prophets).toBeGreaterThan(2 * ours);
    }
  });

  it('go over to the mean in a straight line', () => {
    const { days, values } = series(150, 3);
    const fit = fitSeasonalTrend({ days, values }, { yearlySeasonality: true });
    const at = (day: number) => fit.components({ days: [days[149] + day] })['yearly'][0];
    // The resolution is 365.25 / 21 days; an eighth of it counts as observed, and half of it reaches the mean.
    const [first, last] = [365.25 / 21 / 8, 365.25 / 42];
    const [edge, mean] = [at(first), at(last + 1)];
    for (const share of [0.25, 0.5, 0.75])
      expect(at(first + share * (last - first))).toBeCloseTo(edge + share * (mean - edge), 9);
  });

  it('are not the first days of months, whose phases differ between years', () => {
    const monthly = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) =>
        new Date(Date.UTC(2018, from + i, 1)).toISOString().slice(0, 10),
      );
    const random = createRandom(4);
    const dates = monthly(0, 36);
    const data = {
      dates,
      values: dates.map((_, i) => 100 + 30 * Math.sin((Math.PI * i) / 6) + random.normal()),
    };
    const [ours, prophets] = [{}, { strict: 'prophet' } as const].map(
      (strict) =>
        fitSeasonalTrend(data, { yearlySeasonality: true, ...strict }).forecast({ dates: monthly(36, 48) })
          .mean,
    );
    expect(ours).toEqual(prophets);
  });

  it('do not arise in a history that has them all', () => {
    const { days, values } = series(731, 4);
    expect(fitSeasonalTrend({ days, values }).warnings).toEqual([]);
  });
});

describe('a constant series under logistic growth', () => {
  const days = Array.from({ length: 60 }, (_, d) => FIRST + d);

  it.each([5, 50, 99])('stays what it is: %i of 100', (level) => {
    const fit = fitSeasonalTrend({ days, values: days.map(() => level), cap: 100 }, { growth: 'logistic' });
    const next = fit.forecast({ horizon: 30, cap: 100, samples: 50 });
    for (const value of next.mean) expect(value).toBeCloseTo(level, 6);
    expect(fit.diagnostics().logPosterior).toBe(Infinity);
    expect(fit.diagnostics().noise).toBeLessThan(1e-6);
  });

  it('is fitted as any other where its capacity moves or it is beyond it', () => {
    for (const cap of [days.map((_, d) => 100 + d), days.map(() => 40)]) {
      const fit = fitSeasonalTrend({ days, values: days.map(() => 50), cap }, { growth: 'logistic' });
      expect(fit.diagnostics().logPosterior).toBeLessThan(Infinity);
    }
  });
});

describe('min-max scaling', () => {
  it('is the fit of the values above their smallest, moved up by it', () => {
    const { days, values } = series(300, 5);
    const low = Math.min(...values);
    const moved = fitSeasonalTrend({ days, values }, { scaling: 'minmax' });
    const plain = fitSeasonalTrend({ days, values: values.map((value) => value - low) });
    expect(moved.specification.floor).toBe(low);
    expect(moved.specification.scale).toBeCloseTo(plain.specification.scale, 9);
    const [a, b] = [moved, plain].map((fit) => fit.forecast({ horizon: 30 }));
    for (let h = 0; h < 30; h++) {
      expect(a.mean[h] - low).toBeCloseTo(b.mean[h], 6);
      expect(a.intervals[0].upper[h] - low).toBeCloseTo(b.intervals[0].upper[h], 6);
    }
    expect(() => fitSeasonalTrend({ days, values }, { scaling: 'max' as 'minmax' })).toThrow(/no scaling/);
  });

  it('goes from the smallest floor to the largest capacity under logistic growth', () => {
    const { days, values } = series(100, 6);
    const cap = days.map((_, d) => 500 + d);
    const fit = fitSeasonalTrend(
      { days, values, cap, floor: 100 },
      { growth: 'logistic', scaling: 'minmax' },
    );
    // Prophet's initialize_scales: y_scale = cap.max() - floor.min().
    expect(fit.specification.scale).toBe(499);
  });
});

describe('predictive samples', () => {
  it('have the intervals that are computed exactly', () => {
    const { days, values } = series(400, 7);
    const fit = fitSeasonalTrend({ days, values });
    const { outcome, trend } = fit.predictiveSamples({ horizon: 60, samples: 4000, seed: 1 });
    expect(outcome).toHaveLength(60);
    const { intervals, mean } = fit.forecast({ horizon: 60, levels: [0.8] });
    for (const h of [0, 59]) {
      const sorted = outcome[h].slice().sort();
      const half = (intervals[0].upper[h] - intervals[0].lower[h]) / 2;
      expect(Math.abs(sorted[400] - intervals[0].lower[h])).toBeLessThan(0.12 * half);
      expect(Math.abs(sorted[3600] - intervals[0].upper[h])).toBeLessThan(0.12 * half);
      expect(Math.abs(sorted[2000] - mean[h])).toBeLessThan(0.1 * half);
      expect(trend[h].every(Number.isFinite)).toBe(true);
    }
    expect(fit.predictiveSamples({ horizon: 1, samples: 3 })).toEqual(
      fit.predictiveSamples({ horizon: 1, samples: 3 }),
    );
  });
});

describe('regressor coefficients', () => {
  it.each(['additive', 'multiplicative'] as const)('are what one unit more changes, %s', (mode) => {
    const { days, values } = series(300, 8);
    const random = createRandom(9);
    const price = days.map(() => 10 + random.normal());
    const sold = values.map((value, d) => value - 8 * price[d]);
    const fit = fitSeasonalTrend(
      { days, values: sold, regressors: { price } },
      { regressors: [{ name: 'price', mode }] },
    );
    const [{ name, coefficient, center }] = fit.regressorCoefficients();
    expect(name).toBe('price');
    const [low, high] = [12, 13].map((value) => fit.forecast({ horizon: 1, regressors: { price: [value] } }));
    const change =
      mode === 'additive' ? high.mean[0] - low.mean[0] : (high.mean[0] - low.mean[0]) / low.trend[0];
    expect(coefficient).toBeCloseTo(change, 9);
    if (mode === 'additive') expect(coefficient).toBeCloseTo(-8, 0);
    expect(fit.components({ horizon: 1, regressors: { price: [center] } })['price'][0]).toBeCloseTo(0, 9);
  });
});

describe('multiplicative effects above a floor', () => {
  const days = Array.from({ length: 140 }, (_, d) => 19_000 + d);
  const values = days.map((day) => 100 + 20 * Math.sin((2 * Math.PI * day) / 7));
  const warningOf = (data: object, options: object) =>
    fitSeasonalTrend(
      { days, values, ...data },
      { seasonalityMode: 'multiplicative', ...options },
    ).warnings.some((text) => /multiply the floor/.test(text));

  // The trend of Prophet's forecast contains the floor when the effects multiply it; that of its fit does not.
  it.each([
    ['min-max scaling', {}, { scaling: 'minmax' }, true],
    ['a floor of logistic growth', { cap: 200, floor: 70 }, { growth: 'logistic' }, true],
    ['a floor of 0', { cap: 200, floor: 0 }, { growth: 'logistic' }, false],
    ['no floor', {}, {}, false],
    ['additive effects', {}, { scaling: 'minmax', seasonalityMode: 'additive' }, false],
  ])('come with a warning where forecasts multiply the floor too: %s', (_, data, options, expected) => {
    expect(warningOf(data, options)).toBe(expected);
  });
});
