import type { QueryClient } from '@tanstack/react-query';
import { firstAnswers } from '../api/first-answers.js';
import { HORIZONS, type TimePeriod } from '../api/periods.js';
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

/** Asks for what the page of a product or category shows, all at once, unless the role may not see it. */
export async function detailAnswers(
  client: QueryClient,
  subject: Subject,
  period: TimePeriod,
): Promise<void> {
  const role = client.getQueryData(sessionQuery.queryKey)?.role;
  const isSeen = role !== undefined && seesProducts(role);
  if ('product_id' in subject && !isSeen) return;
  await firstAnswers(client, (ask) => [
    ask(dailyQuery(subject, HORIZONS[period])).then(() => {
      // It takes the server longer than all others: the chart does not wait for it.
      void client.prefetchQuery(explainQuery(subject, period));
    }),
    // Without days that are over, the test of the model is shown.
    ask(pastQuery(subject)).then(({ days }) => Promise.all(days.length === 0 ? [ask(modelQuery)] : [])),
    ...(isSeen
      ? [ask(planQuery), ask(productsQuery(period, 'category' in subject ? subject.category : undefined))]
      : []),
  ]);
}
