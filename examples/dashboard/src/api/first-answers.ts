import type { EnsureQueryDataOptions, QueryClient, QueryKey } from '@tanstack/react-query';

/** Time after which a page is shown without the answers that are still on their way. */
const PATIENCE_MS = 250;

/** Asks for an answer, unless it is there. */
export type Ask = <Data, Key extends QueryKey>(
  query: EnsureQueryDataOptions<Data, Error, Data, Key>,
) => Promise<Data>;

/**
 * Asks for what a page shows first and waits a moment for it, so that the page is drawn once, with its answers, instead of
 * once for each. What is kept is taken as it is, and asked for again. A refusal is left to who shows the answer.
 */
export async function firstAnswers(
  client: QueryClient,
  wanted: (ask: Ask) => readonly Promise<unknown>[],
): Promise<void> {
  const answers = wanted((query) => client.ensureQueryData({ ...query, revalidateIfStale: true }));
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  await Promise.race([Promise.allSettled(answers), patience]);
}
