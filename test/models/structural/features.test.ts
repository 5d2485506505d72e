import { describe, expect, it } from 'vitest';
import { runAtOnce } from '../../../src/long-call.js';
import { structuralFeatures } from '../../../src/models/structural/features.js';
import { structuralSettings } from '../../../src/models/structural/options.js';
import { createRandom } from '../../../src/random.js';
import { poisson } from '../../../src/testing/distributions.js';
import { panelOf } from '../../../src/testing/index.js';

const settings = structuralSettings({});

describe('structuralFeatures', () => {
  it('splits a constant into its level and a factor of one, whatever year is left out', () => {
    const panel = panelOf([Array.from({ length: 800 }, () => 12)]);
    const features = runAtOnce(structuralFeatures(panel, {}, settings));
    expect([features.from, features.steps, features.years]).toEqual([0, 800, 3]);
    for (const leftOut of [-1, 0, 1, 2]) {
      const { level, fast, slow, factor, event } = features.of(0, leftOut);
      for (const day of [1, 400, 800]) {
        for (const column of [level, fast, slow]) expect(column[day]).toBeCloseTo(12, 9);
      }
      expect(factor[500]).toBeCloseTo(1, 9);
      expect(event[500]).toBe(1);
    }
  });

  it('keeps what only the year left out has seen out of its factors', () => {
    const random = createRandom(1);
    // A jump to four times the sales for 30 days, in the last year only.
    const jump = (d: number) => d >= 900 && d < 930;
    const series = Array.from({ length: 3 }, () =>
      Array.from({ length: 1095 }, (_, d) => poisson(random, 50 * (jump(d) ? 4 : 1))),
    );
    const features = runAtOnce(structuralFeatures(panelOf(series), {}, settings));
    const meanFactor = (leftOut: number) => {
      const { factor } = features.of(0, leftOut);
      return factor.subarray(905, 925).reduce((sum, x) => sum + x, 0) / 20;
    };
    expect(features.yearOf[910]).toBe(0);
    expect(meanFactor(0)).toBeLessThan(1.15);
    expect(meanFactor(1)).toBeGreaterThan(meanFactor(0));
  });
});
