import type { QueryClient } from '@tanstack/react-query';
import { firstAnswers } from '../api/first-answers.js';
import type { TimePeriod } from '../api/periods.js';
import {
  alertsQuery,
  categoriesQuery,
  categoryTotalsQuery,
  latestTrainingQuery,
  modelQuery,
  productsQuery,
  sessionQuery,
  versionsQuery,
} from '../api/queries.js';
import { seesProducts } from '../api/roles.js';
import { priceDays, yearBefore } from './shop-totals.js';

/** Asks for what the overview shows, all at once. */
export function overviewAnswers(client: QueryClient, period: TimePeriod): Promise<void> {
  const role = client.getQueryData(sessionQuery.queryKey)?.role;
  return firstAnswers(client, (ask) => [
    ask(modelQuery),
    ask(alertsQuery),
    ask(categoriesQuery(period)).then((categories) =>
      Promise.all([priceDays, yearBefore].map((days) => ask(categoryTotalsQuery(...days(categories))))),
    ),
    ...(role && seesProducts(role) ? [ask(productsQuery(period))] : []),
    ...(role === 'admin' ? [ask(versionsQuery), ask(latestTrainingQuery)] : []),
  ]);
}
