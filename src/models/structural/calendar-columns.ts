import { civilFromDay, type Day, dayFromCivil, dayOfWeek } from '../../calendar/day.js';
import type { StepGrid } from '../step-grid.js';

/** Positions of steps in the week and in the year. */
export interface CalendarColumns {
  /** 0 to 6; 0 throughout where a step is a week. */
  readonly weekday: Uint8Array;
  /** Day of a leap year from 0 to 365, so that 1 March is the same in every year; or week from 0 to 51. */
  readonly position: Uint16Array;
}

const LEAP_YEAR = 2000;

/** Positions of a season: the days of a leap year, or 52 weeks. */
export function seasonPositions(grid: StepGrid): number {
  return grid.stepDays === 1 ? 366 : 52;
}

/**
 * Calendar of `steps` steps from `startDay` on. Weeks are numbered from `cutoffDay` backwards and forwards, 52 to a year:
 * the same week of each year then has the same weekday as its last day.
 */
export function calendarColumns(
  startDay: Day,
  steps: number,
  grid: StepGrid,
  cutoffDay: Day,
): CalendarColumns {
  const weekday = new Uint8Array(steps);
  const position = new Uint16Array(steps);
  const firstOfLeapYear = dayFromCivil(LEAP_YEAR, 1, 1);
  for (let i = 0; i < steps; i++) {
    const day = startDay + i * grid.stepDays;
    if (grid.stepDays === 1) {
      const { month, dayOfMonth } = civilFromDay(day);
      weekday[i] = dayOfWeek(day) % 7;
      position[i] = dayFromCivil(LEAP_YEAR, month, dayOfMonth) - firstOfLeapYear;
    } else {
      const weeks = (day - cutoffDay) / grid.stepDays;
      position[i] = ((weeks % 52) + 52) % 52;
    }
  }
  return { weekday, position };
}
