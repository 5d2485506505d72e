import type { Day } from '../calendar/day.js';
import type { Covariates } from './contract.js';

/** What was known at a cutoff: indicators lose what was published later. */
export function covariatesUntil(covariates: Covariates, cutoff: Day): Covariates {
  const { indicators } = covariates;
  if (!indicators) return covariates;
  return {
    ...covariates,
    indicators: indicators.map((series) => ({
      ...series,
      days: series.days.filter((day) => day <= cutoff),
      values: series.values.filter((_, i) => series.days[i] <= cutoff),
    })),
  };
}
