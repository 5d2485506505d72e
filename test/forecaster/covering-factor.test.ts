import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CoveredOutcomes, coverageProbabilities } from '../../src/forecaster/covering-factor.js';
import {
  createForecaster,
  type ForecastModel,
  formatDay,
  parseDay,
  type SalesRecord,
  structural,
  weekdayMean,
} from '../../src/index.js';
import { countQuantile } from '../../src/models/uncertainty/count-quantile.js';
import { normalQuantile } from '../../src/models/uncertainty/index.js';
import { createRandom } from '../../src/random.js';
import { poisson } from '../../src/testing/distributions.js';

const LEVEL = 0.8;

/** Quantiles that a forecast of the same law for each outcome would have. */
function columnsOf(count: number, quantile: (probability: number) => number, level = LEVEL): Float64Array[] {
  return coverageProbabilities(level).map((p) => new Float64Array(count).fill(quantile(p)));
}

/** Counts in proportion to their probabilities, from quantiles that spread each over the unit around it. */
function countsOf(quantile: (probability: number) => number, count = 4000): number[] {
  return Array.from({ length: count }, (_, i) => Math.round(quantile((i + 0.5) / count)));
}

describe('the factor on the spread of intervals', () => {
  it.each([0.5, 0.8, 0.95, 0.99, 0.999_999_99])(
    'is how much more outcomes vary than normal laws say, at level %s',
    (level) => {
      const actual = Array.from({ length: 999 }, (_, i) => 100.001 + 15 * normalQuantile((i + 1) / 1000));
      const columns = columnsOf(actual.length, (p) => 100.001 + 10 * normalQuantile(p), level);
      const outcomes = new CoveredOutcomes(actual, columns, level);
      const factor = outcomes.factor() ?? Number.NaN;
      // The one more outcome counts for most far out.
      expect(factor).toBeGreaterThan(1.49);
      expect(factor).toBeLessThan(level > 0.98 ? 1.6 : 1.51);
    },
  );

  it.each([
    [0.05, 0.06],
    [0.7, 0.9],
    [2, 2],
    [2, 9],
    [9, 40],
    [200, 3000],
  ])('is 1 for counts that follow their law: mean %s, variance %s', (mean, variance) => {
    const quantile = (p: number) => countQuantile(mean, variance, p);
    const actual = countsOf(quantile);
    const outcomes = new CoveredOutcomes(actual, columnsOf(actual.length, quantile), LEVEL);
    expect(Math.abs(outcomes.coverage(1) - LEVEL)).toBeLessThan(0.015);
    expect(Math.abs((outcomes.factor() ?? 0) - 1)).toBeLessThan(0.05);
  });

  it.each([20, 40, 99])('is told by %s outcomes at a level that they cannot reach', (count) => {
    const quantile = (p: number) => countQuantile(2, 2, p);
    const factor = new CoveredOutcomes(
      countsOf(quantile, count),
      columnsOf(count, quantile, 0.99),
      0.99,
    ).factor();
    expect(factor).toBeGreaterThan(0.9);
    expect(factor).toBeLessThan(1.4);
  });

  it('covers at least the level of the outcomes it was made from', () => {
    const value = fc.double({ min: 0, max: 30, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 25, maxLength: 80 }),
        fc.constantFrom(0.5, 0.8, 0.95),
        (actual, level) => {
          const outcomes = new CoveredOutcomes(
            actual,
            columnsOf(actual.length, (p) => Math.max(0, 15 + 4 * normalQuantile(p)), level),
            level,
          );
          expect(outcomes.coverage(outcomes.factor() ?? 0)).toBeGreaterThanOrEqual(level - 1e-9);
        },
      ),
      { seed: 7, numRuns: 200 },
    );
  });

  it('is undefined with few or missing outcomes or laws without width, and lies between 0.5 and 10', () => {
    const law = (p: number) => 5 + normalQuantile(p);
    const of = (actual: number[], quantile = law) =>
      new CoveredOutcomes(actual, columnsOf(actual.length, quantile), LEVEL);
    const repeated = (value: number) => Array.from({ length: 50 }, () => value);
    expect(of(repeated(5.1).slice(0, 19)).factor()).toBeUndefined();
    expect(of(repeated(Number.NaN)).factor()).toBeUndefined();
    expect(of(repeated(5.1), () => 5).factor()).toBeUndefined();
    expect(of([]).coverage(1)).toBe(1);
    expect(of(repeated(1000)).factor()).toBe(10);
    expect(of(repeated(5.001)).factor()).toBe(0.5);
  });
});

describe('the calibration of a training', () => {
  const DAYS = 200;

  /** Products that sell 1 to 8 units a day, with Poisson's variation; some days of some are out of stock. */
  async function calibrationOf(model: ForecastModel, outOfStock = 0) {
    const random = createRandom(11);
    const records = Array.from({ length: 24 * DAYS }, (_, i): SalesRecord => {
      const product = Math.floor(i / DAYS);
      const units = poisson(random, 1 + (product % 8));
      const inStock = random.uniform() >= outOfStock;
      return {
        date: formatDay(parseDay('2024-01-01') + (i % DAYS)),
        productId: `P${product}`,
        category: `C${product % 2}`,
        units: inStock ? units : 0,
        inStock,
      };
    });
    const forecaster = createForecaster({ model });
    await forecaster.ingest(records);
    const { validation } = await forecaster.train();
    return { calibration: forecaster.snapshot()?.calibration, coverage: validation?.intervalCoverage };
  }

  it.each([0, 0.25])(
    'leaves laws as they are that are right, with %s of the days out of stock',
    async (share) => {
      const { calibration, coverage } = await calibrationOf(structural(), share);
      for (const factor of [calibration?.productDays, calibration?.categoryDays]) {
        expect(factor).toBeGreaterThan(0.9);
        expect(factor).toBeLessThan(1.15);
      }
      expect(coverage?.raw).toBeCloseTo(0.8, 1);
      expect(coverage?.calibrated).toBeCloseTo(0.8, 1);
    },
  );

  it('trusts a model with laws of its own about sums beyond the holdout, and no other', async () => {
    const own = await calibrationOf(structural());
    expect(own.calibration?.productTotals.fadesAfter).toBe(28);
    const symmetric = await calibrationOf(weekdayMean());
    expect(symmetric.calibration?.productTotals.fadesAfter).toBeNull();
  });
});
