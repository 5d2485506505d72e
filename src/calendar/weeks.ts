/** Days of a week. */
export const WEEK_DAYS = 7;

/** Days of the week as ISO 8601 orders them: Monday is 0, as in `dayOfWeek`. */
export const WEEKDAYS = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;

export type Weekday = (typeof WEEKDAYS)[number];

/** Days of 52 weeks: that long before a day lies the same weekday, about a year earlier. */
export const DAYS_OF_52_WEEKS = 52 * WEEK_DAYS;
