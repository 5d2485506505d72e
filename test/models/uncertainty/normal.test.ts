import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../../src/models/uncertainty/index.js';

// R 4.2.2, qnorm(p), options(digits = 17).
const FROM_R: readonly (readonly [number, number])[] = [
  [1e-300, -37.047096299361201],
  [1e-12, -7.0344838253011321],
  [0.001, -3.0902323061678132],
  [0.1, -1.2815515655446008],
  [0.6, 0.25334710313579978],
  [0.975, 1.9599639845400536],
  [0.999, 3.0902323061678132],
];

describe('normalQuantile', () => {
  it.each(FROM_R)('agrees with R at %d', (probability, expected) => {
    expect(Math.abs(normalQuantile(probability) / expected - 1)).toBeLessThan(1e-13);
  });

  it('is zero at one half, odd around it and infinite at the ends', () => {
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(0.25)).toBeCloseTo(-normalQuantile(0.75), 14);
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(1)).toBe(Infinity);
    expect(normalQuantile(Number.NaN)).toBeNaN();
    expect(normalQuantile(1.5)).toBeNaN();
  });
});
