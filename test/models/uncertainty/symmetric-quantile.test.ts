import { describe, expect, it } from 'vitest';
import { centralHalfWidths, normalQuantile } from '../../../src/models/uncertainty/index.js';

const LEVELS = [0.5, 0.8, 0.95, 0.99];

describe('centralHalfWidths', () => {
  it('is the normal quantile without another part', () => {
    const out = new Float64Array(LEVELS.length);
    centralHalfWidths({ noise: 3, otherDeviation: 0, tailScale: 0, logCharacteristic: () => 0 }, LEVELS, out);
    for (const [l, level] of LEVELS.entries())
      expect(out[l]).toBeCloseTo(3 * normalQuantile((1 + level) / 2), 12);
  });

  it('adds variances when the other part is normal too', () => {
    const out = new Float64Array(LEVELS.length);
    const law = { noise: 3, otherDeviation: 4, tailScale: 1, logCharacteristic: (u: number) => -8 * u * u };
    centralHalfWidths(law, LEVELS, out);
    for (const [l, level] of LEVELS.entries())
      expect(out[l]).toBeCloseTo(5 * normalQuantile((1 + level) / 2), 6);
  });

  it('gives the quantile of a Laplace law with next to no noise', () => {
    const out = new Float64Array(LEVELS.length);
    const scale = 2;
    const law = {
      noise: 0.02,
      otherDeviation: scale * Math.SQRT2,
      tailScale: scale,
      logCharacteristic: (u: number) => -Math.log1p(scale * scale * u * u),
    };
    centralHalfWidths(law, LEVELS, out);
    // P(|X| <= x) = 1 - exp(-x / scale); the noise moves the quantile by about noise^2 / (2 * scale).
    for (const [l, level] of LEVELS.entries())
      expect(out[l] / (-scale * Math.log(1 - level))).toBeCloseTo(1, 3);
  });

  it('stays finite without any noise', () => {
    const out = new Float64Array(1);
    const law = { noise: 0, otherDeviation: 1, tailScale: 1, logCharacteristic: (u: number) => -0.5 * u * u };
    centralHalfWidths(law, [0.9], out);
    expect(out[0]).toBeCloseTo(1.6448536269514722, 3);
  });
});
