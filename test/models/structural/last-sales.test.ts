import { describe, expect, it } from 'vitest';
import { runAtOnce } from '../../../src/long-call.js';
import { stepGrid } from '../../../src/models/step-grid.js';
import { structural } from '../../../src/models/structural/index.js';
import { lastSales } from '../../../src/models/structural/last-sales.js';
import { balancedIndices } from '../../../src/models/structural/pooling.js';
import { createRandom } from '../../../src/random.js';
import { poisson } from '../../../src/testing/distributions.js';
import { panelOf } from '../../../src/testing/index.js';

type Course = (day: number) => number;
const { NaN: missing } = Number;

function endsOf(days: number, courses: readonly Course[]): number[] {
  const rows = courses.map((course) => Array.from({ length: days }, (_, day) => course(day)));
  const sales = {
    units: Float64Array.from(rows.flat()),
    steps: days,
    seriesCount: rows.length,
    grid: stepGrid(1),
  };
  return Array.from(runAtOnce(lastSales(sales)));
}

const always: Course = () => 5;
/** Sold on the first 150 days of each year of 364. */
const summer: Course = (day) => (day % 364 < 150 ? 5 : 0);
const until =
  (end: number, course: Course): Course =>
  (day) =>
    day < end ? course(day) : 0;

describe('lastSales', () => {
  it('is the step after the last sale of a product that the year before sold on the same days', () => {
    expect(endsOf(700, [always, until(400, always)])).toEqual([700, 400]);
  });

  it('is no end out of season, but where a season was missed', () => {
    expect(endsOf(700, [always, summer])).toEqual([700, 700]);
    expect(endsOf(1100, [always, summer, until(700, summer)])).toEqual([1100, 1100, 514]);
  });

  it('is no end where chance explains the silence, or the whole shop is silent', () => {
    // The chance that none of ten sales falls on the last 200 of 720 days is (520 / 720)^9 = 0.05.
    expect(endsOf(720, [always, until(520, (day) => (day % 52 === 51 ? 1 : 0))])).toEqual([720, 720]);
    expect(endsOf(700, [until(400, always), () => 0])).toEqual([700, 700]);
  });
});

/** Half as much again at its height as on average. */
const seasonAt: Course = (day) => 1 + 0.5 * Math.sin((2 * Math.PI * day) / 364);

describe('balancedIndices', () => {
  it('holds the season that all products have, whichever days they are sold on', () => {
    const days = 728;
    const lives = [[0, 728], [0, 182], [182, 364], [364, 546], [546, 728]]; // biome-ignore format: one line
    const rows = lives.map(([from, to]) =>
      Array.from({ length: days }, (_, day) => (day >= from && day < to ? 40 * seasonAt(day) : missing)),
    );
    const sizes = rows.map((row) => {
      const sold = row.filter((units) => !Number.isNaN(units));
      return sold.reduce((sum, units) => sum + units, 0) / sold.length;
    });
    const groups = { steps: days, seriesCount: 5, groupCount: 1, groupOf: new Int32Array(5) };
    const pooling = { weight: new Float64Array(5).fill(1), size: Float64Array.from(sizes) };
    const index = runAtOnce(balancedIndices(groups, pooling, Float64Array.from(rows.flat())));
    const ratio = (at: number) => index[at + 91] / index[at + 273];
    // Right value: that of the season at its height and at its depth, 3.
    expect(ratio(0)).toBeGreaterThan(2.7);
    expect(ratio(364)).toBeGreaterThan(2.7);
  });
});

describe('an assortment that was replaced', () => {
  it('leaves no season, and no growth', async () => {
    const random = createRandom(4);
    const products = (from: number, to: number) =>
      Array.from({ length: 10 }, () =>
        Array.from({ length: 730 }, (_, day) => (day < from ? missing : day < to ? poisson(random, 40) : 0)),
      );
    for (const days of [450, 700, 730]) {
      const rows = [...products(0, 365), ...products(365, 730)].map((row) => row.slice(0, days));
      const fitted = await structural().fit(panelOf(rows));
      const { mean } = await fitted.forecast({ horizon: 365 });
      for (const horizon of [30, 365]) {
        let sum = 0;
        for (let s = 10; s < 20; s++) for (let h = 0; h < horizon; h++) sum += mean[s * 365 + h];
        // Right value: the 40 a day that all products are drawn with.
        expect(Math.abs(sum / (10 * horizon * 40) - 1)).toBeLessThan(0.03);
      }
    }
  });
});
