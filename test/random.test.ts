import { describe, expect, it } from 'vitest';
import { ForecastError } from '../src/errors.js';
import { createRandom, randomFromState } from '../src/random.js';

function draw(count: number, next: () => number): number[] {
  return Array.from({ length: count }, next);
}

describe('randomFromState', () => {
  it('gives the numbers of the reference implementation', () => {
    // Output of xoshiro128starstar.c 1.1 for the state 1, 2, 3, 4, as published in the tests of rand_xoshiro.
    expect(draw(10, randomFromState([1, 2, 3, 4]).uint32)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });
});

describe('createRandom', () => {
  it('repeats for the same seed and stream, and differs for others', () => {
    const first = draw(20, createRandom(7, 3).uint32);
    expect(draw(20, createRandom(7, 3).uint32)).toEqual(first);
    for (const other of [
      createRandom(8, 3),
      createRandom(7, 4),
      createRandom(-7, 3),
      createRandom(7 + 2 ** 32, 3),
    ]) {
      expect(draw(20, other.uint32)).not.toEqual(first);
    }
  });

  it('gives neighbouring seeds and streams different first numbers', () => {
    const firsts = new Set<number>();
    for (let seed = 0; seed < 100; seed++) {
      for (let stream = 0; stream < 100; stream++) firsts.add(createRandom(seed, stream).uint32());
    }
    // Of 10,000 independent 32-bit draws, more than 3 equal pairs would have probability below 1e-8.
    expect(firsts.size).toBeGreaterThan(9996);
  });

  it('draws uniforms with the mean, variance and correlation of independent ones', () => {
    const values = draw(100_000, createRandom(1).uniform);
    let sum = 0;
    let squares = 0;
    let products = 0;
    for (let i = 0; i < values.length; i++) {
      sum += values[i];
      squares += (values[i] - 0.5) ** 2;
      if (i > 0) products += (values[i] - 0.5) * (values[i - 1] - 0.5);
    }
    // Five standard errors: sqrt(1/12/n) = 0.00091, sqrt(1/180/n) = 0.00024, 1/12/sqrt(n) = 0.00026.
    expect(Math.abs(sum / 1e5 - 0.5)).toBeLessThan(0.0046);
    expect(Math.abs(squares / 1e5 - 1 / 12)).toBeLessThan(0.0012);
    expect(Math.abs(products / 1e5)).toBeLessThan(0.0014);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('draws every whole number below the limit equally often', () => {
    const random = createRandom(2);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[random.integer(7)]++;
    const chiSquare = counts.reduce((total, count) => total + (count - 10_000) ** 2 / 10_000, 0);
    // scipy.stats.chi2.isf(1e-6, 6) = 38.26
    expect(chiSquare).toBeLessThan(38.26);
  });

  it('draws normals with the moments of the standard normal', () => {
    const values = draw(100_000, createRandom(3).normal);
    const moment = (power: number) =>
      values.reduce((total, value) => total + value ** power, 0) / values.length;
    // Five standard errors of the first four moments: sqrt(1, 2, 15, 96) / sqrt(n).
    expect(Math.abs(moment(1))).toBeLessThan(0.016);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.023);
    expect(Math.abs(moment(3))).toBeLessThan(0.062);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.155);
  });

  it('refuses a seed, stream or limit that is not a whole number', () => {
    const codeOf = (action: () => unknown) => {
      try {
        action();
      } catch (error) {
        return ForecastError.is(error) ? [error.code, ...error.path] : error;
      }
      return undefined;
    };
    expect(codeOf(() => createRandom(Number.NaN))).toEqual(['invalid-option', 'seed']);
    expect(codeOf(() => createRandom(1, 0.5))).toEqual(['invalid-option', 'stream']);
    expect(codeOf(() => createRandom(1).integer(0))).toEqual(['invalid-option', 'limit']);
    expect(codeOf(() => createRandom(1).integer(1.5))).toEqual(['invalid-option', 'limit']);
  });
});
