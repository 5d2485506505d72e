import { describe, expect, it } from 'vitest';
import { discoveries } from '../../../src/forecaster/alerts/false-discovery.js';
import {
  bandBound,
  TAIL_PROBABILITIES,
  tailDeviation,
  tailProbability,
  tailQuantiles,
} from '../../../src/forecaster/alerts/tail-probability.js';
import { stretchesOf } from '../../../src/forecaster/alerts/unusual-stretches.js';
import { poissonDemand } from '../../../src/inventory/index.js';
import { countQuantile } from '../../../src/models/uncertainty/index.js';

describe('discoveries', () => {
  // Benjamini and Hochberg (1995), section 4.1: 15 p-values, of which 4 are rejected at 0.05, and 3 by Bonferroni.
  const example = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
    0.759, 1,
  ];

  it('finds those of the example in the paper, in any order', () => {
    expect(discoveries(example, 15, 0.05)).toEqual([0, 1, 2, 3]);
    const reversed = [...example].reverse();
    expect(discoveries(reversed, 15, 0.05).map((i) => reversed[i])).toEqual(example.slice(0, 4));
  });

  it('counts tests that are not listed', () => {
    expect(discoveries(example.slice(0, 4), 15, 0.05)).toEqual([0, 1, 2, 3]);
    expect(discoveries(example.slice(0, 4), 1500, 0.05)).toEqual([]);
    expect(discoveries([], 0, 0.05)).toEqual([]);
  });

  it('takes a p-value above its own bound along with a larger one below its bound', () => {
    expect(discoveries([0.03, 0.039], 2, 0.04)).toEqual([0, 1]);
  });
});

describe('tail probabilities', () => {
  const mean = 12;
  const columns = TAIL_PROBABILITIES.map((p) => Float64Array.of(countQuantile(mean, mean, p)));
  const quantiles = tailQuantiles(columns, 0);

  it('are those of a Poisson law', () => {
    const law = poissonDemand(mean);
    for (const units of [20, 24, 28, 33, 40]) {
      const exact = 1 - law.cdf(units - 1);
      const found = tailProbability(tailDeviation(units, 'upper', quantiles));
      expect(Math.abs(Math.log(found / exact))).toBeLessThan(0.3);
    }
    for (const units of [0, 1, 3, 5]) {
      const found = tailProbability(tailDeviation(units, 'lower', quantiles));
      expect(Math.abs(Math.log(found / law.cdf(units)))).toBeLessThan(0.3);
    }
  });

  it('are a half on this side of the median, and larger for a wider spread', () => {
    expect(tailProbability(tailDeviation(12, 'upper', quantiles))).toBe(0.5);
    expect(tailProbability(tailDeviation(5, 'upper', quantiles))).toBe(0.5);
    const deviation = tailDeviation(30, 'upper', quantiles);
    expect(tailProbability(deviation, 1.5)).toBeGreaterThan(10 * tailProbability(deviation));
    expect(tailProbability(tailDeviation(1e6, 'upper', quantiles))).toBeCloseTo(1e-15, 17);
  });

  it('end the 99 % interval at its quantiles, or further out', () => {
    expect(bandBound('upper', quantiles, 1)).toBeCloseTo(countQuantile(mean, mean, 0.995), 6);
    expect(bandBound('lower', quantiles, 1)).toBeCloseTo(countQuantile(mean, mean, 0.005), 6);
    expect(bandBound('upper', quantiles, 1.5)).toBeGreaterThan(bandBound('upper', quantiles, 1));
    expect(bandBound('lower', quantiles, 1.5)).toBeLessThan(bandBound('lower', quantiles, 1));
  });
});

it('looks at each day, and at each stretch up to the last', () => {
  expect(stretchesOf(1)).toEqual([{ from: 0, to: 1 }]);
  expect(stretchesOf(3)).toEqual([
    { from: 0, to: 1 },
    { from: 1, to: 2 },
    { from: 2, to: 3 },
    { from: 0, to: 3 },
    { from: 1, to: 3 },
  ]);
});
