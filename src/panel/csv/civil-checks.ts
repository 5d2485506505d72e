import { type Day, dayFromCivil } from '../../calendar/day.js';

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Day number of a year, month and day of month if there is such a day. */
export function dayFromCivilChecked(year: number, month: number, dayOfMonth: number): Day | undefined {
  const days = DAYS[month - 1];
  if (days === undefined || dayOfMonth < 1) return undefined;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return dayOfMonth > days + (leap ? 1 : 0) ? undefined : dayFromCivil(year, month, dayOfMonth);
}
