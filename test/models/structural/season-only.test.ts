import { structural } from 'commerce-forecast';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/random.js';
import { poisson } from '../../../src/testing/distributions.js';
import { panelOf } from '../../../src/testing/index.js';

const DAYS = 800;

describe('products that sell in some months only', () => {
  it('change nothing about the seasons of the others', async () => {
    const random = createRandom(7);
    const others = Array.from({ length: 60 }, (_, s) =>
      Array.from({ length: DAYS }, (_, d) =>
        poisson(random, 2 + (s % 7) + Math.sin((2 * Math.PI * d) / 365)),
      ),
    );
    const summer = Array.from({ length: DAYS }, (_, d) =>
      d % 365 > 150 && d % 365 < 240 ? poisson(random, 20) : 0,
    );
    const monthsOf = async (series: number[][]) => {
      const horizon = 28;
      const { mean } = await (await structural().fit(panelOf(series))).forecast({ horizon });
      return others.map((_, s) =>
        mean.subarray(s * horizon, (s + 1) * horizon).reduce((sum, value) => sum + value, 0),
      );
    };
    const [alone, beside] = [await monthsOf(others), await monthsOf([...others, summer])];
    others.forEach((_, s) => {
      expect(Math.abs(beside[s] / alone[s] - 1), `product ${s}`).toBeLessThan(0.02);
    });
  });
});
