import { describe, expect, it } from 'vitest';
import { runAtOnce } from '../../../src/long-call.js';
import { stepGrid } from '../../../src/models/step-grid.js';
import { firstSales } from '../../../src/models/structural/first-sales.js';
import { structural } from '../../../src/models/structural/index.js';
import { createRandom } from '../../../src/random.js';
import { poisson } from '../../../src/testing/distributions.js';
import { panelOf } from '../../../src/testing/index.js';

const history = (rows: readonly (readonly number[])[]) => ({
  units: Float64Array.from(rows.flat()),
  steps: rows[0].length,
  seriesCount: rows.length,
  grid: stepGrid(1),
});
const { NaN: missing } = Number;

describe('firstSales', () => {
  it('finds series that are known from their first sale on', () => {
    const rows = [
      [missing, 3, 1, 2, 1],
      [missing, 0, 1, 2, 1],
      [2, 0, 0, 2, 1],
      [missing, missing, missing, missing, missing],
    ];
    expect(runAtOnce(firstSales(history(rows)))).toEqual([
      { step: 1, share: 1 },
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('shrinks the share of selling steps to that of all by a week', () => {
    const sold = (selling: number) => [
      missing,
      1,
      ...Array.from({ length: 20 }, (_, i) => (i < selling ? 1 : 0)),
    ];
    // In all 10 of 40 steps.
    expect(runAtOnce(firstSales(history([sold(10), sold(0)]))).map((one) => one?.share)).toEqual([
      (10 + 7 / 4) / 27,
      7 / 4 / 27,
    ]);
  });
});

describe('a tail of rare products', () => {
  const MEAN = 0.03;
  const random = createRandom(8);
  const rows = Array.from({ length: 400 }, () => Array.from({ length: 90 }, () => poisson(random, MEAN)))
    .filter((row) => row.some((units) => units > 0))
    .map((row) => row.map((units, d) => (d < row.findIndex((value) => value > 0) ? missing : units)));

  it('is expected to sell as much as it does, although each product is known by a sale', async () => {
    const fitted = await structural().fit(panelOf(rows));
    const { mean } = await fitted.forecast({ horizon: 28 });
    const right = 28 * MEAN * rows.length;
    expect(Math.abs(mean.reduce((a, b) => a + b, 0) / right - 1)).toBeLessThan(0.2);
  });

  it('has the weekdays of its category where the sales of a product fall in one half of the weeks', async () => {
    const one = Array.from({ length: 90 }, (_, d) => ([20, 34].includes(d) ? 1 : 0));
    const steady = Array.from({ length: 90 }, (_, d) => (d % 7 === 6 ? 12 : 6));
    const { state } = await structural().fit(panelOf([steady, one]));
    for (let k = 0; k < 7; k++) expect(Math.abs(state.weekday[7 + k] - state.weekday[k])).toBeLessThan(0.03);
  });
});

describe('products that sell every seventh week', () => {
  it('are not taken to rise when one sells twice within two weeks', async () => {
    const random = createRandom(12);
    const rows = Array.from({ length: 200 }, () => Array.from({ length: 800 }, () => poisson(random, 0.02)));
    const { mean } = await (await structural().fit(panelOf(rows))).forecast({ horizon: 28 });
    expect(Math.abs(mean.reduce((a, b) => a + b, 0) / (28 * 0.02 * rows.length) - 1)).toBeLessThan(0.06);
  });
});
