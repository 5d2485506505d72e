// Expected values are from mpmath with 200 bits; `write-reference.py` says how.
import { describe, expect, it } from 'vitest';
import { atan, cos, exp, expm1, log, log1p, logGamma, pow, sin, square } from '../../src/math/index.js';
import { createRandom } from '../../src/random.js';
import reference from './reference.json' with { type: 'json' };

/** Distance of a double from the next one. */
function ulp(value: number): number {
  const bits = new BigInt64Array(new Float64Array([Math.abs(value)]).buffer);
  return new Float64Array(new BigInt64Array([bits[0] + 1n]).buffer)[0] - Math.abs(value);
}

type Rows = readonly (readonly number[])[];
type Compute = (x: number, y: number) => number;

/** Absolute errors, from the nearest double of the right value and what is left of it. */
function errors(rows: Rows, compute: Compute) {
  return rows.map((row) => {
    const [nearest, rest] = row.slice(-2);
    return { nearest, error: Math.abs(compute(row[0], row[1]) - nearest - rest) };
  });
}

const worst = (numbers: readonly number[]) => numbers.reduce((most, x) => (x <= most ? most : x), 0);

describe('bit-stable functions', () => {
  it.each<[keyof typeof reference, Compute, number]>([
    ['exp', exp, 1],
    ['expm1', expm1, 3],
    ['log', log, 1],
    ['log1p', log1p, 1.5],
    ['sin', sin, 1.5],
    ['cos', cos, 1.5],
    ['atan', atan, 4],
  ])('%s is off by few units in the last place', (name, compute, most) => {
    const units = errors(reference[name], compute).map(({ nearest, error }) => error / ulp(nearest));
    expect(units.length).toBeGreaterThan(100);
    expect(worst(units)).toBeLessThan(most);
  });

  it('takes powers to the stated relative precision', () => {
    const shares = errors(reference.pow, pow).map(
      ({ nearest, error }) => error / nearest / (1 + Math.abs(Math.log(nearest))),
    );
    expect(worst(shares)).toBeLessThan(4e-16);
  });

  it('takes the logarithm of gamma to the stated precision', () => {
    const [below, above] = [(x: number) => x < 10, (x: number) => x >= 10].map((part) =>
      errors(
        reference.logGamma.filter(([x]) => part(x)),
        logGamma,
      ),
    );
    expect(worst(below.map(({ error }) => error))).toBeLessThan(1e-14);
    expect(worst(above.map(({ error, nearest }) => error / nearest))).toBeLessThan(1e-15);
  });

  it('has the limits of the language', () => {
    const { POSITIVE_INFINITY: infinity, NaN: none } = Number;
    expect([exp(-infinity), exp(0), exp(infinity), exp(710), exp(none)]).toEqual([
      0,
      1,
      infinity,
      infinity,
      none,
    ]);
    expect([expm1(-infinity), expm1(0), expm1(infinity), expm1(none)]).toEqual([-1, 0, infinity, none]);
    expect([log(0), log(1), log(infinity), log(-1), log(none)]).toEqual([-infinity, 0, infinity, none, none]);
    expect([log1p(-1), log1p(0), log1p(infinity), log1p(-2), log1p(none)]).toEqual([
      -infinity,
      0,
      infinity,
      none,
      none,
    ]);
    expect([sin(0), cos(0), sin(infinity), cos(none)]).toEqual([0, 1, none, none]);
    expect([atan(0), atan(infinity), atan(-infinity), atan(none)]).toEqual([
      0,
      Math.PI / 2,
      -Math.PI / 2,
      none,
    ]);
    expect([pow(0, 0), pow(0, 2), pow(0, -1), pow(2, 0), pow(-2, 0.5)]).toEqual([1, 0, infinity, 1, none]);
    expect([logGamma(0), logGamma(infinity)]).toEqual([infinity, infinity]);
    expect(square(-3)).toBe(9);
  });

  it('takes numbers near the smallest and the largest', () => {
    for (const x of [5e-324, 1e-310, 2.3e-308, 1.7e308, Number.MAX_VALUE]) {
      expect(log(x) / Math.log(x)).toBeCloseTo(1, 14);
    }
    expect(exp(-740) / Math.exp(-740)).toBeCloseTo(1, 2);
    expect(exp(709.7) / Math.exp(709.7)).toBeCloseTo(1, 13);
  });

  it('gives the very bits that every engine gives', () => {
    // Of the same draws in Node 20, 22 and 24, Bun, Deno, workerd and Chromium.
    const random = createRandom(3);
    let hash = 0;
    const bits = new Uint32Array(2);
    const number = new Float64Array(bits.buffer);
    for (let i = 0; i < 20_000; i++) {
      const x = 40 * random.uniform() - 20;
      const size = Math.abs(x);
      const values = [
        exp(x),
        expm1(x),
        log(size),
        log1p(size),
        sin(x),
        cos(x),
        atan(x),
        logGamma(size),
        pow(size, x),
      ];
      for (const value of values) {
        number[0] = value;
        hash = Math.imul(Math.imul(hash ^ bits[0], 0x01000193) ^ bits[1], 0x01000193);
      }
    }
    expect((hash >>> 0).toString(16)).toBe('2d16751e');
  });
});
