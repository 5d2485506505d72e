import { describe, expect, it } from 'vitest';
import { formatDay, parseDay } from '../../src/calendar/day.js';
import { ForecastError } from '../../src/errors.js';
import { findOutliers } from '../../src/panel/outliers.js';
import { PanelBuilder } from '../../src/panel/panel-builder.js';
import type { PanelOptions } from '../../src/panel/panel-options.js';

/** Half a year with a strong week, a slow trend and small regular noise. */
const regular = () =>
  Float64Array.from({ length: 182 }, (_, d) => 100 + 40 * (d % 7) + d / 2 + ((d * 5) % 11));

function indices(values: Float64Array, threshold = 8, skip?: Uint8Array): number[] {
  const found: number[] = [];
  findOutliers(values, skip, threshold, (index) => found.push(index));
  return found;
}

describe('findOutliers', () => {
  it('finds nothing in a regular week with a trend', () => {
    expect(indices(regular())).toEqual([]);
  });

  it('finds single days far above and below the usual', () => {
    const values = regular();
    values[50] += 900;
    values[101] = 0;
    expect(indices(values)).toEqual([50, 101]);
  });

  it('is not blinded by several of them, and finds those at the ends', () => {
    const values = regular();
    for (const day of [0, 40, 80, 120, 181]) values[day] *= 12;
    expect(indices(values)).toEqual([0, 40, 80, 120, 181]);
  });

  it('treats a lasting change of level as a change, not as outliers', () => {
    const values = regular().map((value, d) => (d < 91 ? value : value + 60));
    expect(indices(values)).toEqual([]);
  });

  it('does not take the sales of a slow seller for outliers', () => {
    const values = Float64Array.from({ length: 200 }, (_, d) => (d % 9 === 0 ? 3 : 0));
    expect(indices(values)).toEqual([]);
    values[100] = 80;
    expect(indices(values)).toEqual([100]);
  });

  it('never calls what the noise of counts explains an outlier', () => {
    // Of 100 expected a count has a standard deviation of 10: with a threshold of 4 the limit is 40, however regular
    // the other days are.
    const values = new Float64Array(182).fill(100);
    values[90] = 139;
    expect(indices(values, 4)).toEqual([]);
    values[90] = 141;
    expect(indices(values, 4)).toEqual([90]);
    let accepted = 0;
    findOutliers(values, undefined, 4, (_, usual, limit) => (accepted = usual + limit));
    expect(accepted).toBe(140);
  });

  it('takes the noise of a count below one for that of one', () => {
    const values = new Float64Array(182);
    values[90] = 4;
    expect(indices(values, 4)).toEqual([]);
    values[90] = 5;
    expect(indices(values, 4)).toEqual([90]);
  });

  it('passes over promotions and missing days', () => {
    const values = regular();
    values[50] += 900;
    values[60] = Number.NaN;
    const promo = new Uint8Array(values.length);
    promo[50] = 1;
    expect(indices(values, 8, promo)).toEqual([]);
  });

  it.each([
    ['nothing', new Float64Array(0)],
    ['one value', Float64Array.of(5)],
    ['only missing values', new Float64Array(100).fill(Number.NaN)],
    ['a constant', new Float64Array(100).fill(7)],
    ['zeros', new Float64Array(100)],
    ['three weeks', Float64Array.from({ length: 21 }, (_, d) => (d === 10 ? 1000 : 1))],
  ])('finds nothing in %s', (_, values) => {
    expect(indices(values)).toEqual([]);
  });
});

describe('outliers of a panel', () => {
  const build = (options: PanelOptions) => {
    const builder = new PanelBuilder(options);
    const values = regular();
    values[50] += 900;
    values.forEach((units, d) => {
      builder.add({ date: formatDay(parseDay('2024-01-01') + d), productId: 'a', category: 'x', units });
    });
    return { values, ...builder.finish() };
  };

  it('are reported and kept by default', () => {
    const { panel, report, values } = build({});
    expect(panel.units).toEqual(values);
    const finding = report.findings.find(({ code }) => code === 'outlier');
    expect(finding).toMatchObject({
      count: 1,
      amount: 0,
      examples: [{ path: ['series', 'a', '2024-02-20'] }],
    });
  });

  it('are moved to the limit if asked to, which the report accounts for', () => {
    const { panel, report, values } = build({ outliers: { action: 'winsorise' } });
    expect(panel.units[50]).toBeLessThan(values[50]);
    expect(panel.units[50]).toBeGreaterThan(values[43]);
    expect(report.units.winsorised).toBeCloseTo(panel.units[50] - values[50], 9);
    expect(panel.units.filter((units, d) => units !== values[d])).toHaveLength(1);
  });

  it('are not looked for if asked not to', () => {
    const { report } = build({ outliers: { action: 'ignore' } });
    expect(report.findings).toEqual([]);
    expect(() => new PanelBuilder({ outliers: { threshold: 0 } })).toThrow(ForecastError);
  });
});
