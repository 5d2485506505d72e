import type { QueryClient } from '@tanstack/react-query';
import { type Ask, firstAnswers } from '../api/first-answers.js';
import {
  deliveriesQuery,
  latestTrainingQuery,
  removalsQuery,
  salesSummaryQuery,
  sessionQuery,
  versionsQuery,
} from '../api/queries.js';

/** Asks for what the page of versions shows, all at once. */
export function modelsAnswers(client: QueryClient): Promise<void> {
  return answersOfAdmin(client, (ask) => [ask(versionsQuery), ask(latestTrainingQuery)]);
}

/** Asks for what the page of sales shows, all at once. */
export function dataAnswers(client: QueryClient): Promise<void> {
  return answersOfAdmin(client, (ask) => [
    ask(salesSummaryQuery),
    ask(latestTrainingQuery),
    ask(deliveriesQuery),
    ask(removalsQuery),
  ]);
}

/** Whoever may not see a page is told so without a question to the server. */
async function answersOfAdmin(
  client: QueryClient,
  wanted: (ask: Ask) => readonly Promise<unknown>[],
): Promise<void> {
  if (client.getQueryData(sessionQuery.queryKey)?.role === 'admin') await firstAnswers(client, wanted);
}
