import type { Schemas } from '../api/client.js';
import type { PlannedSpan } from '../charts/forecast-plot.js';
import type { Daily } from '../charts/forecast-series.js';

type PlanEntry = Schemas['PlanEntry'];

/** First and last day of a plan. */
export function spanOf({
  date,
  from,
  to,
}: Pick<PlanEntry, 'date' | 'from' | 'to'>): readonly [string, string] {
  const first = date ?? from ?? '';
  return [first, date ?? to ?? first];
}

/** Plans for a product or category on the days of its forecast. */
export function plannedSpans(plans: readonly PlanEntry[], daily: Daily): PlannedSpan[] {
  const last = daily.forecast.at(-1)?.date ?? daily.last_day;
  return plans
    .filter(({ product_id, category }) =>
      product_id !== undefined
        ? product_id === daily.product_id
        : category === undefined || category === daily.category,
    )
    .map((plan) => {
      const [from, to] = spanOf(plan);
      return { name: plan.event ?? plan.note ?? '', from, to };
    })
    .filter(({ from, to }) => to > daily.last_day && from <= last)
    .map(({ name, from, to }) => ({ name, from, to: to > last ? last : to }));
}
