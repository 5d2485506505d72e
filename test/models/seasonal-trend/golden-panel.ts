import { parseDay } from '../../../src/calendar/day.js';
import type { PanelValues, SeasonalTrendPanelOptions } from '../../../src/models/seasonal-trend/index.js';
import type { Panel } from '../../../src/panel/panel.js';
import { panelOf } from '../../../src/testing/index.js';
import { type GoldenCase, numbers, optionsOf } from './golden.js';

/** Days of the rows. */
export const daysOf = (golden: GoldenCase, table: 'history' | 'future') =>
  (golden[table].get('ds') ?? []).map((date) => parseDay(date.slice(0, 10)));

/** The history of a case as a panel of one series. */
export function panelOfCase(golden: GoldenCase): Panel {
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

/** The options with which R fitted the case, for a panel. */
export function panelOptions(golden: GoldenCase): SeasonalTrendPanelOptions {
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
    // The prior of the weekly and the yearly seasonality; others have their own.
    seasonalityPriorScale: given.find(({ name }) => name === 'yearly' || name === 'weekly')?.priorScale,
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
