import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/random.js';
import { gamma, negativeBinomial, poisson } from '../../src/testing/distributions.js';

const DRAWS = 60_000;

function momentsOf(draw: () => number): { mean: number; variance: number } {
  const values = Array.from({ length: DRAWS }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / DRAWS;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (DRAWS - 1);
  return { mean, variance };
}

describe('poisson', () => {
  for (const mean of [0.05, 1, 9.9, 10, 35, 4000]) {
    it(`has mean and variance ${mean}`, () => {
      const random = createRandom(1);
      const moments = momentsOf(() => poisson(random, mean));
      // Five standard errors; the variance of a Poisson's sample variance is (mean + 2 mean²) / n.
      expect(Math.abs(moments.mean - mean)).toBeLessThan(5 * Math.sqrt(mean / DRAWS));
      expect(Math.abs(moments.variance - mean)).toBeLessThan(5 * Math.sqrt((mean + 2 * mean ** 2) / DRAWS));
    });
  }

  // Probabilities from scipy 1.10.1, scipy.stats.poisson.pmf([25, 30, 35], 30); and pmf([0, 1, 2], 1.5).
  it.each([
    [30, [25, 30, 35], [0.05111533742894147, 0.07263452647159181, 0.04530820008655223]],
    [1.5, [0, 1, 2], [0.22313016014842982, 0.33469524022264474, 0.25102143016698353]],
  ])('draws the counts of mean %d as often as they are probable', (mean, counts, probabilities) => {
    const random = createRandom(4);
    const seen = new Map<number, number>();
    for (let i = 0; i < DRAWS; i++) {
      const count = poisson(random, mean);
      seen.set(count, (seen.get(count) ?? 0) + 1);
    }
    counts.forEach((count, i) => {
      const p = probabilities[i];
      const error = Math.abs((seen.get(count) ?? 0) / DRAWS - p);
      expect(error).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / DRAWS));
    });
  });

  it('is 0 for a mean of 0', () => {
    expect(poisson(createRandom(1), 0)).toBe(0);
  });
});

describe('gamma', () => {
  for (const shape of [1, 12]) {
    it(`has mean and variance ${shape}`, () => {
      const random = createRandom(2);
      const moments = momentsOf(() => gamma(random, shape));
      // Fourth central moment of a gamma: 3 k² + 6 k.
      expect(Math.abs(moments.mean - shape)).toBeLessThan(5 * Math.sqrt(shape / DRAWS));
      expect(Math.abs(moments.variance - shape)).toBeLessThan(
        5 * Math.sqrt((2 * shape ** 2 + 6 * shape) / DRAWS),
      );
    });
  }
});

describe('negativeBinomial', () => {
  it('has the variance mean + mean²/shape', () => {
    const random = createRandom(3);
    const moments = momentsOf(() => negativeBinomial(random, 20, 12));
    const variance = 20 + 400 / 12;
    expect(Math.abs(moments.mean - 20)).toBeLessThan(5 * Math.sqrt(variance / DRAWS));
    expect(Math.abs(moments.variance / variance - 1)).toBeLessThan(0.05);
  });
});
