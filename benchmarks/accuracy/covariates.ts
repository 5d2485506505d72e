import { join } from 'node:path';
import { countryHolidays } from '../../src/calendar/country-holidays.js';
import { civilFromDay, type Day, dayFromCivil, parseDay } from '../../src/calendar/day.js';
import type { CalendarEvent } from '../../src/calendar/events.js';
import type { Covariates, IndicatorSeries } from '../../src/models/contract.js';
import type { AccuracyCase } from './cases.js';
import { readTable } from './table.js';

/** Months from the start of a period until its figure is taken to be known. */
const RELEASE_LAG = { gdp: 5, inflation: 2, consumer_confidence: 2 } as const;

/** United States federal holidays, and the macro indicators of the protocol with their release lags. */
export async function caseCovariates(data: AccuracyCase, dataFolder: string): Promise<Covariates> {
  const stepDays = data.grid === 'day' ? 1 : 7;
  const from = data.panel.startDay - 7;
  const to = data.panel.startDay + (data.panel.days + data.horizon) * stepDays;
  const holidays = await countryHolidays('US');
  const prices = readMonths(join(dataFolder, 'macro/CPIAUCSL.csv'));
  return {
    events: holidays(from, to),
    indicators: [
      published('gdp', readMonths(join(dataFolder, 'macro/GDP.csv')), RELEASE_LAG.gdp),
      published('inflation', changeOnYear(prices), RELEASE_LAG.inflation),
      published(
        'consumer_confidence',
        readMonths(join(dataFolder, 'macro/UMCSENT.csv')),
        RELEASE_LAG.consumer_confidence,
      ),
    ],
  };
}

/**
 * The covariates of the protocol's strong boosting peers: for the M5 cases the events and the food-stamp (SNAP) days of
 * its calendar in place of the federal holidays.
 */
export async function richCovariates(data: AccuracyCase, dataFolder: string): Promise<Covariates> {
  const covariates = await caseCovariates(data, dataFolder);
  if (data.name !== 'A' && data.name !== 'C') return covariates;
  return { ...covariates, events: readM5Events(join(dataFolder, 'm5/calendar.csv')) };
}

function readM5Events(path: string): CalendarEvent[] {
  const table = readTable(path);
  const names = ['event_name_1', 'event_name_2'].map((name) => table.column(name));
  const states = ['CA', 'TX', 'WI'].map((state) => ({ state, column: table.column(`snap_${state}`) }));
  return table.rows.flatMap((row) => {
    const day = parseDay(row[table.column('date')]);
    return [
      ...names.filter((column) => row[column] !== '').map((column) => ({ name: row[column], day })),
      ...states
        .filter(({ column }) => row[column] === '1')
        .map(({ state }) => ({ name: `SNAP ${state}`, day })),
    ];
  });
}

interface Observation {
  /** First day of the period. */
  readonly day: Day;
  readonly value: number;
}

function readMonths(path: string): Observation[] {
  const table = readTable(path);
  const [date, value] = [table.column('date'), table.column('value')];
  return table.rows
    .filter((row) => row[value] !== '')
    .map((row) => ({ day: parseDay(row[date]), value: Number(row[value]) }));
}

/** Percentage change on the same month of the year before. */
function changeOnYear(observations: readonly Observation[]): Observation[] {
  const valueAt = new Map(observations.map(({ day, value }) => [day, value]));
  return observations.flatMap(({ day, value }) => {
    const before = valueAt.get(monthsLater(day, -12));
    return before === undefined ? [] : { day, value: 100 * (value / before - 1) };
  });
}

function published(name: string, observations: readonly Observation[], lagMonths: number): IndicatorSeries {
  return {
    name,
    days: observations.map(({ day }) => monthsLater(day, lagMonths)),
    values: observations.map(({ value }) => value),
  };
}

function monthsLater(day: Day, months: number): Day {
  const { year, month, dayOfMonth } = civilFromDay(day);
  return dayFromCivil(year, month + months, dayOfMonth);
}
