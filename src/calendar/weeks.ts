/** Days of a week. */
export const WEEK_DAYS = 7;

/** Days of 52 weeks: that long before a day lies the same weekday, about a year earlier. */
export const DAYS_OF_52_WEEKS = 52 * WEEK_DAYS;
