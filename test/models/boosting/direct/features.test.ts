import { describe, expect, it } from 'vitest';
import type { Panel } from '../../../../src/index.js';
import { runAtOnce } from '../../../../src/long-call.js';
import { FeatureSources } from '../../../../src/models/boosting/direct/feature-context.js';
import { FeatureWriter } from '../../../../src/models/boosting/direct/feature-writer.js';
import { FEATURE_NAMES } from '../../../../src/models/boosting/direct/features.js';
import { History } from '../../../../src/models/boosting/direct/history.js';
import { salesHistory, tailOf } from '../../../../src/models/boosting/direct/sales-history.js';
import { targetBases } from '../../../../src/models/boosting/direct/target-bases.js';
import { ForecastErrors, shrunkWeights } from '../../../../src/models/simplex-weights.js';
import { stepGrid } from '../../../../src/models/step-grid.js';
import { type Pooling, poolingOf } from '../../../../src/models/structural/pooling.js';
import { sliceDays } from '../../../../src/panel/slice.js';
import { generatePanel } from '../../../../src/testing/index.js';

const panel = generatePanel({ products: 6, categories: 2, days: 1300, seed: 9 });
const END = 1200;
const STEPS = [1, 6, 7, 8, 11, 28, 60, 90];
/** A holiday of every year, one of them just before and one just after the anchor, and a day of every month. */
const events = [
  ...[200, 565, 930, 1195, 1210].map((d) => ({ name: 'holiday', day: panel.startDay + d, upperWindow: 1 })),
  ...Array.from({ length: 43 }, (_, month) => ({ name: 'payday', day: panel.startDay + 30 * month })),
];

/** Features and bases of all series at the anchor, one row after the other. */
function rowsAt(data: Panel, end: number, whole = true, known?: Pooling): number[][] {
  const full = salesHistory(data, stepGrid(1));
  const sales = whole ? full : runAtOnce(tailOf(full));
  const sources = runAtOnce(
    FeatureSources.prepare(sales, 100, events, undefined, undefined, undefined, known),
  );
  const writer = new FeatureWriter(sales, 100, sources.extras, STEPS.length);
  const anchor = end - (full.steps - sales.steps);
  const columns = FEATURE_NAMES.map(() => new Float32Array(STEPS.length));
  const bases = targetBases(STEPS.length);
  return Array.from({ length: data.seriesCount }, (_, s) => {
    writer.startAnchor(sources.of(s), anchor, s, data.categoryOf[s]);
    writer.write(STEPS, columns, bases, 0);
    return STEPS.flatMap((_, i) => [...columns.map((column) => column[i]), bases.level[i], bases.weekday[i]]);
  });
}

describe('features of direct boosting', () => {
  it('do not change with anything after the anchor', () => {
    const changed = {
      ...panel,
      units: panel.units.map((units, i) => (i % panel.days < END ? units : 3 * units + 50 + (i % 11))),
    };
    // Weights of series in their category are one number for the whole history.
    const known = runAtOnce(poolingOf(salesHistory(panel, stepGrid(1))));
    const rows = rowsAt(panel, END, true, known);
    expect(rowsAt(changed, END, true, known)).toEqual(rows);
    expect(rowsAt(changed, END + 1, true, known)).not.toEqual(rowsAt(panel, END + 1, true, known));
    const holidayRow = STEPS.indexOf(1210 - END + 1) * (FEATURE_NAMES.length + 2);
    const responses = rows.map((row) => row[holidayRow + FEATURE_NAMES.indexOf('response')]);
    expect(responses.some(Number.isFinite)).toBe(true);
  });

  it('are the same from the stored tail as from the whole history', () => {
    const past = sliceDays(panel, 0, END);
    const whole = rowsAt(past, END);
    const tail = rowsAt(past, END, false);
    whole.forEach((row, s) => {
      row.forEach((value, j) => {
        if (Number.isNaN(value)) expect(tail[s][j]).toBeNaN();
        else expect(Math.abs(tail[s][j] - value)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(value)));
      });
    });
  });
});

describe('History', () => {
  const values = Float64Array.from({ length: 40 }, (_, i) =>
    i % 6 === 4 ? Number.NaN : i % 5 === 0 ? 0 : i,
  );
  const history = new History(40, stepGrid(1)).load(values);

  it('gives the figures of a window as a plain loop does', () => {
    for (const [from, to] of [
      [0, 40],
      [-10, 13],
      [7, 30],
      [38, 60],
    ]) {
      const window = Array.from(values.slice(Math.max(0, from), to)).filter((value) => !Number.isNaN(value));
      const mean = window.reduce((sum, value) => sum + value, 0) / window.length;
      const variance = window.reduce((sum, value) => sum + (value - mean) ** 2, 0) / window.length;
      expect(history.mean(from, to)).toBeCloseTo(mean, 10);
      if (window.length > 1) expect(history.deviation(from, to)).toBeCloseTo(Math.sqrt(variance), 8);
      expect(history.zeroShare(from, to)).toBeCloseTo(
        window.filter((value) => value === 0).length / window.length,
        12,
      );
    }
    expect(history.mean(50, 60)).toBeNaN();
  });

  it('averages the same weekday of several weeks', () => {
    const same = [37, 30, 23].map((i) => values[i]).filter((value) => !Number.isNaN(value));
    expect(history.sameWeekday(37, 3)).toBeCloseTo(same.reduce((sum, v) => sum + v, 0) / same.length, 10);
    const all = [37, 30, 23, 16, 9, 2].map((i) => values[i]).filter((value) => !Number.isNaN(value));
    expect(history.sameWeekday(37, 100)).toBeCloseTo(all.reduce((sum, v) => sum + v, 0) / all.length, 10);
    expect(history.sameWeekday(-1, 3)).toBeNaN();
  });
});

describe('shrunkWeights', () => {
  it('finds the mixture that the values were made of', () => {
    const errors = new ForecastErrors(3);
    for (let i = 0; i < 50; i++) {
      const forecasts = [i % 7, i % 5, i % 3];
      errors.add(0.7 * forecasts[0] + 0.3 * forecasts[2], forecasts, 1 + (i % 2));
    }
    const [first, second, third] = shrunkWeights(errors, 1);
    expect(first).toBeCloseTo(0.7, 12);
    expect(second).toBe(0);
    expect(third).toBeCloseTo(0.3, 12);
    expect(shrunkWeights(errors, 0, [0.5, 0.25, 0.25])).toEqual([0.5, 0.25, 0.25]);
    expect(shrunkWeights(new ForecastErrors(2))).toEqual([0.5, 0.5]);
  });
});
