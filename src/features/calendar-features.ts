import { civilFromDay, type Day, dayOfWeek, isoWeek } from '../calendar/day.js';
import { type CalendarEvent, eventMask } from '../calendar/events.js';

/** Features that are known for every day in advance, one value per day; shared by all series. */
export interface CalendarFeatures {
  readonly startDay: Day;
  readonly days: number;
  /** Monday 0 to Sunday 6. */
  readonly dayOfWeek: Float32Array;
  readonly dayOfMonth: Float32Array;
  /** ISO week 1..53. */
  readonly weekOfYear: Float32Array;
  readonly month: Float32Array;
  readonly quarter: Float32Array;
  /** 1 on days that an event or its window touches. */
  readonly isHoliday: Float32Array;
}

/** Calendar features of `days` days from `startDay`. */
export function calendarFeatures(
  startDay: Day,
  days: number,
  events: readonly CalendarEvent[] = [],
): CalendarFeatures {
  const features = {
    startDay,
    days,
    dayOfWeek: new Float32Array(days),
    dayOfMonth: new Float32Array(days),
    weekOfYear: new Float32Array(days),
    month: new Float32Array(days),
    quarter: new Float32Array(days),
    isHoliday: Float32Array.from(eventMask(events, startDay, days)),
  };
  for (let i = 0; i < days; i++) {
    const day = startDay + i;
    const { month, dayOfMonth } = civilFromDay(day);
    features.dayOfWeek[i] = dayOfWeek(day);
    features.dayOfMonth[i] = dayOfMonth;
    features.weekOfYear[i] = isoWeek(day);
    features.month[i] = month;
    features.quarter[i] = Math.floor((month + 2) / 3);
  }
  return features;
}
