import {
  createForecaster,
  type Explanation,
  ForecastError,
  type PromotionReport,
  type SalesRecord,
  structural,
  type WhatIf,
} from 'commerce-forecast';
import { readPlanCsv } from 'commerce-forecast/csv';

/** Answers for a merchant before a promotion is printed. */
export interface WeekPlan {
  readonly scenario: WhatIf;
  /** Parts of the forecast of the product that changes most. */
  readonly reasons: Explanation | undefined;
  /** Effects of its promotions of the last year. */
  readonly before: PromotionReport | undefined;
}

/**
 * Judges the plan of a week from a file before it is stored: what it would change, what the product that changes most sells
 * today and why, and what its promotions did in the past.
 */
export async function judgeWeek(
  sales: readonly SalesRecord[],
  planFile: string,
  now: () => Date = () => new Date(),
): Promise<WeekPlan> {
  const forecaster = createForecaster({ model: structural(), now });
  await forecaster.ingest(sales);
  await forecaster.train();
  const { records, problems } = await readPlanCsv(planFile);
  const [problem] = problems;
  if (problem) {
    const { line, column, message } = problem;
    throw new ForecastError('invalid-data', `Line ${line} of the plan, ${column}: ${message}`);
  }
  const timePeriod = 'week';
  const scenario = await forecaster.whatIf({ plan: records, timePeriod });
  const [most] = scenario.products;
  if (!most) return { scenario, reasons: undefined, before: undefined };
  const { productId } = most;
  return {
    scenario,
    reasons: await forecaster.explain({ productId, timePeriod }),
    before: await forecaster.promotionReport({ productId }),
  };
}
