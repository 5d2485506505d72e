import { describe, expect, it } from 'vitest';
import { fitPanel, type PointInputs } from '../../../src/models/seasonal-trend/index.js';
import { caseNames, fitCase, futureOf, loadCase, numbers, optionsOf, SYNTHETIC_CASES } from './golden.js';
import { daysOf, panelOfCase, panelOptions } from './golden-panel.js';

/** The fits of R prophet 1.0 as panels of one series, with every option of the case. */
const cases = caseNames(SYNTHETIC_CASES).map((name) => loadCase(SYNTHETIC_CASES, name));

/** Some rows of the future. */
function rowsOf(future: PointInputs, rows: readonly number[]): PointInputs {
  const pick = <T>(column: ArrayLike<T> | undefined) => column && rows.map((row) => column[row]);
  const pickAll = <T>(columns: Readonly<Record<string, ArrayLike<T>>> = {}) =>
    Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [name, rows.map((row) => column[row])]),
    );
  return {
    dates: pick(future.dates),
    cap: pick(future.cap as Float64Array | undefined),
    floor: pick(future.floor as Float64Array | undefined),
    regressors: pickAll(future.regressors),
    conditions: pickAll(future.conditions),
  };
}

/** Prior scales of single events are an option of single series only. */
const shared = cases.filter(({ holidays }) => !holidays?.has('prior_scale'));

describe.each(shared.map((golden) => [golden.name, golden] as const))('a panel of %s', (_, golden) => {
  const events = optionsOf(golden).events as [];
  const fitted = fitPanel(panelOfCase(golden), panelOptions(golden), { events });
  const days = daysOf(golden, 'future');
  const horizon = days[days.length - 1] - fitted.cutoffDay;

  it('is forecast like the exact posterior mode of Prophet, within 1e-6', async () => {
    const { mean } = await fitted.forecast({ horizon });
    const exact = numbers(golden.exactForecast, 'yhat');
    days.forEach((day, row) => {
      const ours = mean[day - fitted.cutoffDay - 1];
      expect(Math.abs(ours - exact[row])).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(exact[row])));
    });
  });

  it('has the half-widths of a single series, which R confirms', async () => {
    const level = golden.parameters.interval_width;
    const { intervals } = await fitted.forecast({ horizon, levels: [level] });
    const rows = [0, 1, Math.floor(days.length / 4), days.length - 1];
    const { intervals: single } = fitCase(golden).forecast({
      ...rowsOf(futureOf(golden), rows),
      levels: [level],
      samples: 20_000,
    });
    const tolerance = golden.parameters.growth === 'logistic' ? 0.08 : 0.01;
    for (const [i, row] of rows.entries()) {
      const h = days[row] - fitted.cutoffDay - 1;
      const half = (intervals[0].upper[h] - intervals[0].lower[h]) / 2;
      const theirs = (single[0].upper[i] - single[0].lower[i]) / 2;
      expect(Math.abs(half / theirs - 1), `step ${h}`).toBeLessThan(tolerance);
    }
  });
});
