import { onlineManager, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem, NOT_TRAINED } from './problem.js';
import { sessionQuery } from './queries.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Refusals that another try does not change. */
const FINAL = (error: unknown) =>
  error instanceof ApiProblem && ((error.status >= 400 && error.status < 500) || error.code === NOT_TRAINED);
const RETRIES = 2;

/** Answers are kept for a week, so that there is something to see offline. */
export const ANSWERS_MS = 7 * DAY_MS;

export function createQueryClient(): QueryClient {
  // It learns of changes only, and takes a page that opens offline for online.
  onlineManager.setOnline(navigator.onLine);
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        // The session has ended: whoever looks at a page is asked to sign in.
        if (error instanceof ApiProblem && error.status === 401)
          client.setQueryData(sessionQuery.queryKey, null);
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: MINUTE_MS,
        gcTime: ANSWERS_MS,
        retry: (failures, error) => failures < RETRIES && !FINAL(error),
      },
    },
  });
  return client;
}
