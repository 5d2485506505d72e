export const TIME_PERIODS = ['week', 'month', 'year'] as const;

export type TimePeriod = (typeof TIME_PERIODS)[number];

export const DEFAULT_PERIOD: TimePeriod = 'month';

/** The period that a part of an address names; undefined for anything else. */
export function periodNamed(name: unknown): TimePeriod | undefined {
  return TIME_PERIODS.find((period) => period === name);
}

/** Days after the last sale whose forecasts are shown for a period. */
export const HORIZONS = { week: 28, month: 90, year: 365 } as const;

/** Days that forecasts are compared with sales on. */
export const PAST_DAYS = 28;
