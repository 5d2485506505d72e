import type { QueryClient } from '@tanstack/react-query';
import { firstAnswers } from '../api/first-answers.js';
import type { TimePeriod } from '../api/periods.js';
import {
  dailyQuery,
  explainQuery,
  modelQuery,
  pastQuery,
  planQuery,
  productsQuery,
  type Subject,
  sessionQuery,
} from '../api/queries.js';
import { seesProducts } from '../api/roles.js';

/** Days after the last sale that are shown for a period. */
export const HORIZONS = { week: 28, month: 90, year: 365 } as const;

/** Asks for what the page of a product or category shows, all at once. */
export function detailAnswers(client: QueryClient, subject: Subject, period: TimePeriod): Promise<void> {
  const role = client.getQueryData(sessionQuery.queryKey)?.role;
  return firstAnswers(client, (ask) => [
    ask(dailyQuery(subject, HORIZONS[period])),
    ask(explainQuery(subject, period)),
    // Without days that are over, the test of the model is shown.
    ask(pastQuery(subject)).then(({ days }) => Promise.all(days.length === 0 ? [ask(modelQuery)] : [])),
    ...(role && seesProducts(role)
      ? [ask(planQuery), ask(productsQuery(period, 'category' in subject ? subject.category : undefined))]
      : []),
  ]);
}
