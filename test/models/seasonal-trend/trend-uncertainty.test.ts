import { describe, expect, it } from 'vitest';
import { pointLaw, sumKernel, sumLaw } from '../../../src/models/seasonal-trend/trend-uncertainty.js';
import type { SymmetricLaw } from '../../../src/models/uncertainty/index.js';
import { centralHalfWidths } from '../../../src/models/uncertainty/index.js';
import { createRandom } from '../../../src/random.js';

const LEVELS = [0.5, 0.8, 0.95];
const changes = { rate: 25 / 729, scale: 0.3 };

function widths(law: SymmetricLaw): Float64Array {
  const out = new Float64Array(LEVELS.length);
  centralHalfWidths(law, LEVELS, out);
  return out;
}

/** Simulates what the laws describe: a Poisson process of Laplace changes of the slope, plus normal noise. */
function simulate(from: number, to: number, delay: number, noise: number, samples: number): Float64Array {
  const random = createRandom(1);
  const sums = new Float64Array(samples);
  for (let k = 0; k < samples; k++) {
    let sum = noise * random.normal();
    for (let time = 0; ; ) {
      time -= Math.log(1 - random.uniform()) / changes.rate;
      if (time >= to + delay) break;
      const u = random.uniform() - 0.5;
      const size = -changes.scale * Math.sign(u) * Math.log(1 - 2 * Math.abs(u));
      for (let h = from + 1; h <= to; h++) sum += size * Math.max(0, h + delay - time);
    }
    sums[k] = Math.abs(sum);
  }
  return sums.sort();
}

function expectSimulated(law: SymmetricLaw, sorted: Float64Array): void {
  const exact = widths(law);
  for (const [l, level] of LEVELS.entries()) {
    // 60,000 samples leave about 1 % of noise in a quantile.
    expect(exact[l] / sorted[Math.floor(level * sorted.length)]).toBeGreaterThan(0.97);
    expect(exact[l] / sorted[Math.floor(level * sorted.length)]).toBeLessThan(1.03);
  }
}

describe('pointLaw', () => {
  it.each([10, 60, 365])('agrees with a simulation %d days ahead', (horizon) => {
    expectSimulated(pointLaw(changes, horizon, 20), simulate(horizon - 1, horizon, 0, 20, 60_000));
  });

  it('is the noise alone at the end of the history and before', () => {
    expect(widths(pointLaw(changes, 0, 5))).toEqual(widths(pointLaw({ rate: 0, scale: 0 }, 9, 5)));
    expect(widths(pointLaw(changes, -30, 5))).toEqual(widths(pointLaw(changes, 0, 5)));
  });
});

describe('sumLaw', () => {
  it.each([
    [0, 7, 0],
    [0, 30, 0],
    [23, 30, 0],
    [0, 30, 10],
  ])('agrees with a simulation of days %d to %d, %d days after the last observation', (from, to, delay) => {
    expectSimulated(sumLaw(changes, sumKernel(from, to, delay), 100), simulate(from, to, delay, 100, 60_000));
  });

  it('of one day is that of the point', () => {
    for (const horizon of [1, 30, 365]) {
      const sum = widths(sumLaw(changes, sumKernel(horizon - 1, horizon, 0), 20));
      const point = widths(pointLaw(changes, horizon, 20));
      for (const [l] of LEVELS.entries()) expect(Math.abs(sum[l] / point[l] - 1)).toBeLessThan(1e-3);
    }
  });
});
