import { civilFromDay, type Day, dayFromCivil, dayOfWeek } from '../calendar/day.js';
import type { CalendarEvent } from '../calendar/events.js';
import { cos, exp, pow } from '../math/index.js';
import type { Random } from '../random.js';

/** One holiday of the generated merchant, with its factors on its day and in its windows. */
interface Holiday {
  readonly name: string;
  readonly dayIn: (year: number) => Day;
  readonly effect: number;
  readonly lowerWindow: number;
  readonly upperWindow: number;
  readonly windowEffect: number;
}

const SUNDAY = 6;
const FRIDAY = 4;

const HOLIDAYS: readonly Holiday[] = [
  fixed('New Year', 1, 1, 0.5, 0, 0, 1),
  { ...fixed("Mother's Day", 5, 1, 1.5, -3, 0, 1.3), dayIn: (year) => nthWeekday(year, 5, SUNDAY, 2) },
  fixed('Independence Day', 7, 4, 0.8, -2, 0, 1.25),
  { ...fixed('Black Friday', 11, 1, 2.2, 0, 3, 1.5), dayIn: (year) => nthWeekday(year, 11, FRIDAY, 4) },
  fixed('Christmas', 12, 25, 0.15, -10, 0, 1.5),
];

/** The holidays between two days, both included, with the windows that they touch. */
export function merchantEvents(from: Day, to: Day): CalendarEvent[] {
  const events: CalendarEvent[] = [];
  for (let year = civilFromDay(from).year - 1; year <= civilFromDay(to).year + 1; year++) {
    for (const holiday of HOLIDAYS) {
      const day = holiday.dayIn(year);
      if (day + holiday.upperWindow < from || day + holiday.lowerWindow > to) continue;
      const { name, lowerWindow, upperWindow } = holiday;
      events.push({ name, day, lowerWindow, upperWindow });
    }
  }
  return events;
}

/** Makes the daily factors for the sales of one category: weekday, time of the year, growth and holidays. */
export function categoryFactors(startDay: Day, days: number, random: Random): Float64Array {
  const weekday = weekdayProfile(random);
  const yearly = 0.1 + 0.25 * random.uniform();
  const peak = 365.25 * random.uniform();
  const halfYearly = 0.1 * random.uniform();
  const growthPerYear = -0.05 + 0.2 * random.uniform();
  const sensitivity = 0.5 + random.uniform();
  const factors = new Float64Array(days);
  for (let d = 0; d < days; d++) {
    const angle = (2 * Math.PI * (startDay + d - peak)) / 365.25;
    const season = yearly * cos(angle) + halfYearly * cos(2 * angle);
    factors[d] = weekday[dayOfWeek(startDay + d)] * exp(season + (growthPerYear * d) / 365.25);
  }
  applyHolidays(factors, startDay, sensitivity);
  return factors;
}

function applyHolidays(factors: Float64Array, startDay: Day, sensitivity: number): void {
  const byName = new Map(HOLIDAYS.map((holiday) => [holiday.name, holiday]));
  for (const event of merchantEvents(startDay, startDay + factors.length - 1)) {
    const holiday = byName.get(event.name);
    if (!holiday) continue;
    const { lowerWindow, upperWindow, effect, windowEffect } = holiday;
    for (let offset = lowerWindow; offset <= upperWindow; offset++) {
      const index = event.day + offset - startDay;
      if (index < 0 || index >= factors.length) continue;
      factors[index] *= pow(offset === 0 ? effect : windowEffect, sensitivity);
    }
  }
}

/** Seven multipliers with mean 1, Monday first: a quiet start of the week and a busy end. */
function weekdayProfile(random: Random): number[] {
  const typical = [0.85, 0.8, 0.85, 0.95, 1.15, 1.35, 1.05];
  const profile = typical.map((factor) => factor * exp(0.1 * random.normal()));
  const mean = profile.reduce((sum, factor) => sum + factor, 0) / 7;
  return profile.map((factor) => factor / mean);
}

function fixed(
  name: string,
  month: number,
  dayOfMonth: number,
  effect: number,
  lowerWindow: number,
  upperWindow: number,
  windowEffect: number,
): Holiday {
  const dayIn = (year: number) => dayFromCivil(year, month, dayOfMonth);
  return { name, dayIn, effect, lowerWindow, upperWindow, windowEffect };
}

function nthWeekday(year: number, month: number, weekday: number, nth: number): Day {
  const first = dayFromCivil(year, month, 1);
  return first + ((weekday - dayOfWeek(first) + 7) % 7) + 7 * (nth - 1);
}
