import type { CheckedJson } from '../../../checked-json.js';
import { MOST } from '../../../checked-json.js';
import { readArray, readDay } from '../../model-json.js';
import type { EventKinds } from '../event-columns.js';
import type { OccasionalSales } from './occasional-sales.js';
import { CYCLES, type MonthCycle, type OrderSchedule, ROLLS } from './order-schedule.js';

/** Longest interval between two orders, in days. */
const LONGEST_INTERVAL = 36_600;

/** Reads occasional sales. @throws ForecastError `invalid-model` */
export function readOccasional(
  json: CheckedJson,
  seriesCount: number,
  { eventOf }: EventKinds,
): OccasionalSales {
  const seriesOf = (entry: CheckedJson) => entry.integer('series', 0, seriesCount - 1);
  const amount = (entry: CheckedJson, name: string) => entry.number(name, 0, MOST);
  return {
    events: json.objects('events').map((entry) => ({
      series: seriesOf(entry),
      units: readArray(entry, 'units', 'float64', eventOf.length, { least: 0 }),
    })),
    promotions: json.objects('promotions').map((entry) => ({
      series: seriesOf(entry),
      units: amount(entry, 'units'),
    })),
    orders: json.objects('orders').map((entry) => ({
      series: seriesOf(entry),
      units: amount(entry, 'units'),
      dispersion: amount(entry, 'dispersion'),
      perDay: amount(entry, 'perDay'),
      schedule: entry.optional('schedule', () => readSchedule(entry.object('schedule'))),
    })),
  };
}

function readSchedule(json: CheckedJson): OrderSchedule {
  const kind = json.oneOf('kind', ['day-of-month', 'weekday-of-month', 'interval']);
  if (kind === 'interval') {
    return { kind, days: json.integer('days', 1, LONGEST_INTERVAL), first: readDay(json, 'first') };
  }
  const months = readCycle(json.object('months'));
  if (kind === 'weekday-of-month') {
    return { kind, weekday: json.integer('weekday', 0, 6), nth: json.integer('nth', 1, 5), months };
  }
  return { kind, dayOfMonth: json.integer('dayOfMonth', 1, 31), roll: json.oneOf('roll', ROLLS), months };
}

function readCycle(json: CheckedJson): MonthCycle {
  const every = json.oneOf('every', CYCLES);
  return { every, month: json.integer('month', 0, every - 1) };
}
