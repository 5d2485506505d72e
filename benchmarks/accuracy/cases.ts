import { join } from 'node:path';
import { type Day, parseDay } from '../../src/calendar/day.js';
import type { Panel } from '../../src/panel/panel.js';
import { selectSeries } from '../../src/panel/slice.js';
import { readTable, type Table } from './table.js';

export type CaseName = 'A' | 'B' | 'C' | 'D';

export const CASE_NAMES: readonly CaseName[] = ['A', 'B', 'C', 'D'];

/** A partition of the series that is forecast as sums. */
export interface SeriesGroups {
  readonly name: string;
  readonly groupOf: Int32Array;
  readonly count: number;
}

/** One accuracy case: the data, and where its test windows lie. */
export interface AccuracyCase {
  readonly name: CaseName;
  /** Steps of the grid are days, or weeks in case D, whose first week is then at `startDay`. */
  readonly panel: Panel;
  readonly grid: 'day' | 'week';
  readonly horizon: number;
  /** Index of the last training step of each window. */
  readonly cutoffs: readonly number[];
  /** Steps of the first week and of the "month". */
  readonly weekSteps: number;
  readonly monthSteps: number;
  readonly groups: readonly SeriesGroups[];
  /** Measure the top ten series of each category. */
  readonly topTen: boolean;
  /** Weight of each step of the panel in the weighted mean absolute error; case D only. */
  readonly stepWeights?: Float64Array;
}

interface CaseSource {
  readonly file: string;
  readonly date: string;
  readonly value: string;
  /** Columns whose values make up the key of a series. */
  readonly key: readonly string[];
  /** Name of each grouping and the column that it is read from; the first is the category. */
  readonly groups: readonly (readonly [string, string])[];
  readonly stepDays: number;
}

const M5 = { date: 'date', value: 'units', stepDays: 1 } as const;
const DAILY = { grid: 'day', weekSteps: 7, topTen: false } as const;

/** The windows that the published figures are of, or earlier ones, by which settings may be chosen. */
export type Windows = 'test' | 'earlier';

export const WINDOWS: readonly Windows[] = ['test', 'earlier'];

/** Last training days. An earlier window ends before the first test window begins. */
const CUTOFFS: Readonly<Record<Windows, Readonly<Record<CaseName, readonly string[]>>>> = {
  test: {
    A: ['2016-03-27', '2016-02-28', '2016-01-31'],
    B: ['2017-10-02'],
    C: ['2016-03-27', '2016-02-28'],
    D: ['2012-07-27'],
  },
  earlier: {
    A: ['2015-03-01', '2015-06-21', '2015-10-11', '2016-01-03'],
    B: ['2016-10-03', '2017-07-04'],
    C: [
      '2014-03-02',
      '2014-06-22',
      '2014-09-14',
      '2014-12-07',
      '2015-03-01',
      '2015-06-21',
      '2015-08-16',
      '2015-10-11',
      '2015-12-06',
      '2016-01-31',
    ],
    D: ['2012-04-27'],
  },
};

export function loadCase(name: CaseName, dataFolder: string, windows: Windows = 'test'): AccuracyCase {
  const dates = CUTOFFS[windows][name];
  switch (name) {
    case 'A': {
      const groups = [
        ['category', 'category'],
        ['department', 'department'],
        ['store', 'store'],
      ] as const;
      const file = 'm5/store_dept.csv.gz';
      const loaded = loadSeries(dataFolder, { ...M5, file, key: ['store', 'department'], groups });
      const cutoffs = cutoffsOf(loaded.panel, dates);
      return {
        name,
        ...DAILY,
        panel: loaded.panel,
        groups: loaded.groups,
        horizon: 28,
        cutoffs,
        monthSteps: 28,
      };
    }
    case 'B': {
      const groups = [
        ['category', 'item'],
        ['store', 'store'],
      ] as const;
      const file = 'store-item/daily.csv.gz';
      const loaded = loadSeries(dataFolder, { ...M5, file, key: ['item', 'store'], groups });
      const cutoffs = cutoffsOf(loaded.panel, dates);
      return {
        name,
        ...DAILY,
        panel: loaded.panel,
        groups: loaded.groups,
        horizon: 90,
        cutoffs,
        monthSteps: 30,
      };
    }
    case 'C': {
      const groups = [
        ['category', 'category'],
        ['department', 'department'],
      ] as const;
      const file = 'm5/items_1000.csv.gz';
      const loaded = loadSeries(dataFolder, { ...M5, file, key: ['item', 'store'], groups });
      const panel = { ...loaded.panel, firstDay: firstOnSale(loaded) };
      const cutoffs = cutoffsOf(panel, dates);
      return {
        name,
        ...DAILY,
        panel,
        groups: loaded.groups,
        horizon: 28,
        cutoffs,
        monthSteps: 28,
        topTen: true,
      };
    }
    case 'D':
      return loadWeeklyCase(dataFolder, dates);
  }
}

function loadWeeklyCase(dataFolder: string, dates: readonly string[]): AccuracyCase {
  const horizon = 13;
  const loaded = loadSeries(dataFolder, {
    file: 'walmart/weekly_sales.csv.gz',
    date: 'week',
    value: 'revenue',
    key: ['store', 'department'],
    groups: [
      ['category', 'department'],
      ['store', 'store'],
    ],
    stepDays: 7,
  });
  const [cutoff] = cutoffsOf(loaded.panel, dates, 7);
  const kept = seriesWithRecords(loaded.panel, cutoff, horizon, 104);
  const weights = new Float64Array(loaded.panel.days).fill(1);
  const [week, holiday] = [loaded.table.column('week'), loaded.table.column('is_holiday')];
  for (const row of loaded.table.rows) {
    if (row[holiday] === 'True') weights[(parseDay(row[week]) - loaded.panel.startDay) / 7] = 5;
  }
  return {
    name: 'D',
    grid: 'week',
    panel: selectSeries(loaded.panel, kept),
    horizon,
    cutoffs: [cutoff],
    weekSteps: 1,
    monthSteps: 4,
    groups: loaded.groups.map((group) => ({
      ...group,
      groupOf: group.groupOf.filter((_, s) => kept.includes(s)),
    })),
    topTen: false,
    stepWeights: weights,
  };
}

/** Series with enough recorded weeks up to the cutoff and a record in every test week. */
function seriesWithRecords(panel: Panel, cutoff: number, horizon: number, minimum: number): number[] {
  const recorded = (series: number, from: number, to: number) =>
    panel.units.subarray(series * panel.days + from, series * panel.days + to).filter((v) => !Number.isNaN(v))
      .length;
  return panel.ids.flatMap((_, s) =>
    recorded(s, 0, cutoff + 1) >= minimum && recorded(s, cutoff + 1, cutoff + 1 + horizon) === horizon
      ? s
      : [],
  );
}

interface LoadedSeries {
  readonly table: Table;
  readonly panel: Panel;
  readonly groups: readonly SeriesGroups[];
  /** Series and step of each row of the table. */
  readonly seriesOf: Int32Array;
  readonly stepOf: Int32Array;
}

/** Reads a file of one row per series and step; series are numbered in the order of the file. */
function loadSeries(dataFolder: string, source: CaseSource): LoadedSeries {
  const table = readTable(join(dataFolder, source.file));
  const { rows } = table;
  const [date, value] = [table.column(source.date), table.column(source.value)];
  const key = source.key.map((name) => table.column(name));
  const dayOf = memoize(parseDay);
  const seriesIndex = new Map<string, number>();
  const firstRows: (readonly string[])[] = [];
  const seriesOf = new Int32Array(rows.length);
  const dayOfRow = new Int32Array(rows.length);
  let [startDay, endDay] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  rows.forEach((row, i) => {
    const id = key.map((column) => row[column]).join('@');
    let series = seriesIndex.get(id);
    if (series === undefined) {
      series = seriesIndex.size;
      seriesIndex.set(id, series);
      firstRows.push(row);
    }
    seriesOf[i] = series;
    dayOfRow[i] = dayOf(row[date]);
    startDay = Math.min(startDay, dayOfRow[i]);
    endDay = Math.max(endDay, dayOfRow[i]);
  });
  const stepOf = dayOfRow.map((day) => (day - startDay) / source.stepDays);
  const steps = (endDay - startDay) / source.stepDays + 1;
  const units = new Float64Array(seriesIndex.size * steps).fill(Number.NaN);
  rows.forEach((row, i) => {
    units[seriesOf[i] * steps + stepOf[i]] = Number(row[value]);
  });
  const groups = source.groups.map(([name, column]) => groupBy(name, firstRows, table.column(column)));
  const labels = new Set(firstRows.map((row) => row[table.column(source.groups[0][1])]));
  const panel: Panel = {
    startDay,
    days: steps,
    seriesCount: seriesIndex.size,
    ids: [...seriesIndex.keys()],
    categories: [...labels],
    categoryOf: groups[0].groupOf,
    units,
    firstDay: new Int32Array(seriesIndex.size),
  };
  return { table, panel, groups, seriesOf, stepOf };
}

function groupBy(name: string, firstRows: readonly (readonly string[])[], column: number): SeriesGroups {
  const labels = new Map<string, number>();
  const groupOf = Int32Array.from(firstRows, (row) => {
    const known = labels.get(row[column]);
    if (known !== undefined) return known;
    labels.set(row[column], labels.size);
    return labels.size - 1;
  });
  return { name, groupOf, count: labels.size };
}

/** Step of the first row with a price: before it the item was not on sale. */
function firstOnSale({ table, panel, seriesOf, stepOf }: LoadedSeries): Int32Array {
  const price = table.column('price');
  const first = new Int32Array(panel.seriesCount).fill(panel.days);
  table.rows.forEach((row, i) => {
    if (row[price] !== '' && stepOf[i] < first[seriesOf[i]]) first[seriesOf[i]] = stepOf[i];
  });
  return first;
}

function cutoffsOf(panel: Panel, dates: readonly string[], stepDays = 1): number[] {
  return dates.map((date) => (parseDay(date) - panel.startDay) / stepDays);
}

function memoize(parse: (text: string) => Day): (text: string) => Day {
  const known = new Map<string, Day>();
  return (text) => {
    const day = known.get(text) ?? parse(text);
    known.set(text, day);
    return day;
  };
}
