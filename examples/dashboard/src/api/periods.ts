export const TIME_PERIODS = ['week', 'month', 'year'] as const;

export type TimePeriod = (typeof TIME_PERIODS)[number];

export const DEFAULT_PERIOD: TimePeriod = 'month';

/** The period that a part of an address names; undefined for anything else. */
export function periodNamed(name: unknown): TimePeriod | undefined {
  return TIME_PERIODS.find((period) => period === name);
}
