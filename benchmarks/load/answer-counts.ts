import type { LoadedServer } from './server.js';

/** Number of questions that the server has answered from the cache and by computing, over all of its processes. */
export interface AnswerCounts {
  readonly cached: number;
  readonly computed: number;
}

export async function answerCounts(server: LoadedServer): Promise<AnswerCounts> {
  const response = await fetch(`${server.url}/metrics`, {
    headers: { authorization: `Bearer ${server.key}` },
  });
  const text = await response.text();
  const numberOf = (name: string) =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  return { cached: numberOf('forecast_cache_hits_total'), computed: numberOf('forecast_cache_misses_total') };
}

/** Share of the questions between two counts that were computed. */
export function computedShare(before: AnswerCounts, after: AnswerCounts): number {
  const computed = after.computed - before.computed;
  return computed / (computed + after.cached - before.cached);
}
