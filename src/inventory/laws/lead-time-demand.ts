import { checkWholeNumber, invalidOption } from '../../errors.js';
import type { DemandLaw } from './demand-law.js';
import { mixtureDemand } from './mixture-demand.js';

/** Whole days from an order to its delivery: always the same, or several that may be, with how likely each is. */
export type LeadTime = number | readonly LeadTimeCase[];

export interface LeadTimeCase {
  readonly days: number;
  /** In proportion to the others. */
  readonly weight: number;
}

/** The cases of a lead time. @throws ForecastError `invalid-option` for days that are not whole, or without any case. */
export function leadTimeCases(leadTime: LeadTime): readonly LeadTimeCase[] {
  const cases = typeof leadTime === 'number' ? [{ days: leadTime, weight: 1 }] : leadTime;
  for (const { days, weight } of cases) {
    checkWholeNumber('leadTime', days, 0);
    if (!(weight >= 0)) invalidOption('leadTime', `The weight of ${days} days must be at least 0`);
  }
  if (!cases.some(({ weight }) => weight > 0)) invalidOption('leadTime', 'Give at least one lead time');
  return cases.filter(({ weight }) => weight > 0);
}

/** Mean and largest number of days of a lead time. */
export function leadTimeDays(leadTime: LeadTime): { readonly mean: number; readonly longest: number } {
  const cases = leadTimeCases(leadTime);
  const total = cases.reduce((sum, { weight }) => sum + weight, 0);
  return {
    mean: cases.reduce((sum, { days, weight }) => sum + (days * weight) / total, 0),
    longest: Math.max(...cases.map(({ days }) => days)),
  };
}

/**
 * Demand until a delivery comes, and `reviewPeriod` days on: the mixture over the lead times that may be. Its variance is that
 * of textbooks, `E[L] sd² + mean² Var[L]` for independent days.
 *
 * ```ts
 * import { leadTimeDemand, normalDemand } from 'commerce-forecast/inventory';
 *
 * const overDays = (days: number) => normalDemand(20 * days, 6 * Math.sqrt(days));
 * const demand = leadTimeDemand(overDays, [{ days: 5, weight: 3 }, { days: 12, weight: 1 }], 7);
 * ```
 *
 * @param demandOver law of the demand over so many days from now
 * @throws ForecastError `invalid-option` for a wrong lead time or review period.
 */
export function leadTimeDemand(
  demandOver: (days: number) => DemandLaw,
  leadTime: LeadTime,
  reviewPeriod = 0,
): DemandLaw {
  checkWholeNumber('reviewPeriod', reviewPeriod, 0);
  const cases = leadTimeCases(leadTime);
  return mixtureDemand(
    cases.map(({ days, weight }) => ({ weight, demand: demandOver(days + reviewPeriod) })),
  );
}
