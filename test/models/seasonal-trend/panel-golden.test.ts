import { describe, expect, it } from 'vitest';
import { parseDay } from '../../../src/calendar/day.js';
import {
  fitPanel,
  type PanelValues,
  type PointInputs,
  type SeasonalTrendPanelOptions,
} from '../../../src/models/seasonal-trend/index.js';
import type { Panel } from '../../../src/panel/panel.js';
import { panelOf } from '../../../src/testing/index.js';
import {
  caseNames,
  futureOf,
  type GoldenCase,
  loadCase,
  numbers,
  optionsOf,
  SYNTHETIC_CASES,
} from './golden.js';
import { fitCase } from './golden-checks.js';

/** The fits of R prophet 1.0 as panels of one series, with every option of the case. */
const cases = caseNames(SYNTHETIC_CASES).map((name) => loadCase(SYNTHETIC_CASES, name));

const daysOf = (golden: GoldenCase, table: 'history' | 'future') =>
  (golden[table].get('ds') ?? []).map((date) => parseDay(date.slice(0, 10)));

function panelOfCase(golden: GoldenCase): Panel {
  const days = daysOf(golden, 'history');
  const values = numbers(golden.history, 'y');
  const units: number[] = [];
  for (let day = days[0]; day <= days[days.length - 1]; day++) {
    const row = days.indexOf(day);
    units.push(row < 0 ? Number.NaN : values[row]);
  }
  return { ...panelOf([units]), startDay: days[0] };
}

/** A column of the case over history and future, without gaps. */
function columnOf(golden: GoldenCase, name: string): PanelValues[] {
  const known = new Map<number, number>();
  for (const table of ['history', 'future'] as const) {
    const values = numbers(golden[table], name);
    daysOf(golden, table).forEach((day, row) => {
      known.set(day, values[row]);
    });
  }
  const startDay = Math.min(...known.keys());
  const values = Array.from({ length: Math.max(...known.keys()) - startDay + 1 }, (_, d) => {
    const value = known.get(startDay + d);
    return value === undefined || Number.isNaN(value) ? 0 : value;
  });
  return [{ startDay, values }];
}

function panelOptions(golden: GoldenCase): SeasonalTrendPanelOptions {
  const { yearlySeasonality, weeklySeasonality, dailySeasonality, events, intervalLevel, ...same } =
    optionsOf(golden);
  const given = same.seasonalities ?? [];
  const order = (name: string) => given.find((one) => one.name === name)?.fourierOrder ?? false;
  return {
    ...same,
    growth: golden.parameters.growth,
    ...(golden.parameters.growth === 'logistic' && {
      cap: columnOf(golden, 'cap'),
      ...(golden.history.has('floor') && { floor: columnOf(golden, 'floor') }),
    }),
    lookbackDays: 10_000,
    seasonalityPriorScale: given[0]?.priorScale,
    minYearlyDays: 0,
    minTrendDays: 0,
    weeklySeasonality: order('weekly'),
    yearlySeasonality: order('yearly'),
    seasonalities: given
      .filter(({ name }) => name !== 'weekly' && name !== 'yearly')
      .map(({ condition, ...seasonality }) => ({
        ...seasonality,
        ...(condition && { condition: rangesOf(golden, condition) }),
      })),
    regressors: (same.regressors ?? []).map((regressor) => ({
      ...regressor,
      values: columnOf(golden, regressor.name),
    })),
    holidays: true,
    strict: 'prophet',
  };
}

function rangesOf(golden: GoldenCase, condition: string) {
  const [{ startDay = 0, values }] = columnOf(golden, condition);
  return (values as number[]).flatMap((holds, d) =>
    holds === 1 ? { from: Number(startDay) + d, to: Number(startDay) + d } : [],
  );
}

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
