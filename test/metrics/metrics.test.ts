import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ForecastError } from '../../src/errors.js';
import * as metrics from '../../src/metrics/index.js';

const { accuracy, bias, coverage, mae, mase, pinball, r2, rmse, rmsse, smape, topNHitRate, wape } = metrics;

const ACTUAL = [12, 0, 7.5, 3, 0, 20, -2, 9, 1, 15];
const FORECAST = [10, 1, 8, 3.5, 0, 26, 1, 7, 0, 14];
const HISTORY = [0, 0, 4, 6, 3, 0, 5, 9, 2, 7, 8, 1];
const LOWER = [9, 0, 8, 1, 0, 21, 0, 6, 0, 10];
const UPPER = [14, 2, 9, 3, 0, 30, 3, 9, 2, 15];

const POINT_METRICS = { accuracy, bias, mae, r2, rmse, smape, wape } as const;

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (ForecastError.is(error)) return error.code;
    throw error;
  }
  return undefined;
}

describe('metrics against other tools', () => {
  it('agree with scikit-learn 1.2.1', () => {
    // mean_absolute_error, sqrt(mean_squared_error), r2_score, mean_pinball_loss(alpha).
    expect(mae(ACTUAL, FORECAST)).toBeCloseTo(1.7, 14);
    expect(rmse(ACTUAL, FORECAST)).toBeCloseTo(2.3769728648009427, 14);
    expect(r2(ACTUAL, FORECAST)).toBeCloseTo(0.8849814239910427, 14);
    expect(pinball(ACTUAL, FORECAST, 0.1)).toBeCloseTo(1.05, 14);
    expect(pinball(ACTUAL, FORECAST, 0.5)).toBeCloseTo(0.85, 14);
    expect(pinball(ACTUAL, FORECAST, 0.9)).toBeCloseTo(0.65, 14);
  });

  it('agree with accuracy() of R forecast 8.20', () => {
    expect(mase(ACTUAL, FORECAST, HISTORY)).toBeCloseTo(0.45609756097560977, 14);
    expect(mase(ACTUAL, FORECAST, HISTORY, 3)).toBeCloseTo(0.58846153846153848, 14);
  });

  it('agree with NumPy 1.24 on the formulas that no library has in this form', () => {
    // sqrt(mean((f-y)^2) / mean(diff(h[2:])^2)), mean(2|f-y| / (|y|+|f|)) with 0/0 = 0, sum(f-y) / sum(y), and
    // mean((y >= lower) & (y <= upper)).
    expect(rmsse(ACTUAL, FORECAST, HISTORY)).toBeCloseTo(0.5214644126782186, 14);
    expect(smape(ACTUAL, FORECAST)).toBeCloseTo(0.6980015547155364, 14);
    expect(bias(ACTUAL, FORECAST)).toBeCloseTo(0.07633587786259542, 14);
    expect(wape(ACTUAL, FORECAST)).toBeCloseTo(0.2446043165467626, 14);
    expect(accuracy(ACTUAL, FORECAST)).toBeCloseTo(1 - 0.2446043165467626, 14);
    expect(coverage(ACTUAL, LOWER, UPPER)).toBeCloseTo(0.7, 14);
  });
});

describe('unobserved values', () => {
  it('are skipped', () => {
    const actual = Float64Array.of(...ACTUAL, Number.NaN);
    const forecast = Float64Array.of(...FORECAST, 1000);
    for (const metric of Object.values(POINT_METRICS)) {
      expect(metric(actual, forecast)).toBe(metric(ACTUAL, FORECAST));
    }
    expect(pinball(actual, forecast, 0.3)).toBe(pinball(ACTUAL, FORECAST, 0.3));
    expect(coverage(actual, [...LOWER, 0], [...UPPER, 9])).toBe(coverage(ACTUAL, LOWER, UPPER));
    expect(rmsse(actual, forecast, HISTORY)).toBe(rmsse(ACTUAL, FORECAST, HISTORY));
    expect(topNHitRate(actual, forecast, 3)).toBe(topNHitRate(ACTUAL, FORECAST, 3));
  });

  it('leave their two changes out of the scale of the history', () => {
    const gap = [4, 6, Number.NaN, 3, 0];
    // Changes that remain: 2 and -3.
    expect(mase([1], [0], gap)).toBeCloseTo(1 / 2.5, 14);
    expect(rmsse([1], [0], gap)).toBeCloseTo(Math.sqrt(1 / 6.5), 14);
  });
});

describe('degenerate data', () => {
  it('leaves an accuracy below zero as it is', () => {
    expect([wape([2], [19]), accuracy([2], [19])]).toEqual([8.5, -7.5]);
  });

  it('gives 0 to an exact forecast and 1 to any other where the scale is zero', () => {
    const zeros = [0, 0, 0];
    for (const metric of [wape, bias]) {
      expect(metric(zeros, zeros)).toBe(0);
      expect(metric(zeros, [0, 2, 0])).toBe(1);
    }
    expect(bias([1, -1], [0, -1])).toBe(-1);
    expect(accuracy(zeros, zeros)).toBe(1);
    expect(accuracy(zeros, [0, 2, 0])).toBe(0);
    expect(smape(zeros, zeros)).toBe(0);
    expect(smape(zeros, [0, 2, 0])).toBeCloseTo(2 / 3, 14);
    for (const history of [[], [5], [3, 3, 3], [Number.NaN, 1, Number.NaN]]) {
      expect(mase([3], [3], history)).toBe(0);
      expect(mase([3], [4], history)).toBe(1);
      expect(rmsse([3], [3], history)).toBe(0);
      expect(rmsse([3], [4], history)).toBe(1);
    }
  });

  it('scores R2 on constant actuals as scikit-learn does', () => {
    expect(r2([2, 2, 2], [2, 2, 2])).toBe(1);
    expect(r2([2, 2, 2], [2, 2, 3])).toBe(0);
  });

  it('is refused where there is nothing to measure', () => {
    for (const metric of Object.values(POINT_METRICS)) {
      expect(codeOf(() => metric([], []))).toBe('empty-data');
      expect(codeOf(() => metric([Number.NaN], [1]))).toBe('empty-data');
      expect(codeOf(() => metric([1], [1, 2]))).toBe('invalid-data');
      expect(codeOf(() => metric([1], [Number.NaN]))).toBe('invalid-data');
      expect(codeOf(() => metric([Number.POSITIVE_INFINITY], [1]))).toBe('invalid-data');
    }
    expect(codeOf(() => coverage([1], [0], [Number.NaN]))).toBe('invalid-data');
    expect(codeOf(() => pinball([1], [1], 1.5))).toBe('invalid-option');
    expect(codeOf(() => mase([1], [1], [1, 2], 0))).toBe('invalid-option');
    expect(codeOf(() => topNHitRate([1], [1], 0))).toBe('invalid-option');
  });
});

describe('topNHitRate', () => {
  it('counts the products that both tops name', () => {
    // The three largest of ACTUAL stand at 5, 9, 0, of FORECAST too; the four largest differ (7 against 2).
    expect(topNHitRate(ACTUAL, FORECAST, 3)).toBe(1);
    expect(topNHitRate(ACTUAL, FORECAST, 4)).toBe(0.75);
  });

  it('gives ties to the product that comes first, and takes all products where there are fewer', () => {
    expect(topNHitRate([5, 5, 5], [1, 1, 1], 2)).toBe(1);
    expect(topNHitRate([5, 5, 5], [1, 2, 3], 1)).toBe(0);
    expect(topNHitRate([5, 4], [1, 2], 10)).toBe(1);
  });
});

describe('properties', () => {
  const pairs = fc.array(
    fc.tuple(
      fc.oneof(fc.constant(0), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    ),
    { minLength: 1, maxLength: 40 },
  );
  const settings = { seed: 1, numRuns: 300 };

  it('give finite results for any finite data', () => {
    fc.assert(
      fc.property(pairs, (data) => {
        const actual = data.map(([value]) => value);
        const forecast = data.map(([, value]) => value);
        const results = [
          ...Object.values(POINT_METRICS).map((metric) => metric(actual, forecast)),
          pinball(actual, forecast, 0.8),
          mase(actual, forecast, actual),
          rmsse(actual, forecast, actual),
          topNHitRate(actual, forecast, 5),
        ];
        expect(results.every(Number.isFinite)).toBe(true);
      }),
      settings,
    );
  });

  it('score an exact forecast as perfect', () => {
    fc.assert(
      fc.property(pairs, (data) => {
        const actual = data.map(([value]) => value);
        expect([mae, rmse, wape, smape, bias].map((metric) => metric(actual, actual))).toEqual([
          0, 0, 0, 0, 0,
        ]);
        expect([accuracy(actual, actual), r2(actual, actual), topNHitRate(actual, actual, 3)]).toEqual([
          1, 1, 1,
        ]);
      }),
      settings,
    );
  });

  it('keep relative metrics unchanged, and scale the others, when all values are doubled', () => {
    fc.assert(
      fc.property(pairs, (data) => {
        const actual = data.map(([value]) => value);
        const forecast = data.map(([, value]) => value);
        const twice = (values: number[]) => values.map((value) => 2 * value);
        for (const metric of [wape, bias, accuracy]) {
          expect(metric(twice(actual), twice(forecast))).toBeCloseTo(metric(actual, forecast), 9);
        }
        expect(mae(twice(actual), twice(forecast))).toBeCloseTo(2 * mae(actual, forecast), 9);
      }),
      settings,
    );
  });
});
