const PERIODS = ['week', 'month', 'year'];
const MAX_TREND_DAYS = 730;
const MAX_LIMIT = 1_000;

/** The questions of a crowd: paths that are asked again and again, and paths that are asked once. */
export interface Questions {
  readonly warm: readonly string[];
  /** No two of them have the same answer in the cache. */
  readonly cold: readonly string[];
}

/** Makes questions of users about some categories; half of the cold ones are about trends as long as those last. */
export function questionsAbout(categories: readonly string[]): Questions {
  const names = categories.map(encodeURIComponent);
  const topProducts = '/api/v1/forecast/top-products';
  const trends = (name: string) => `/api/v1/forecast/trends/${name}`;
  const warm = PERIODS.flatMap((period) => [
    `${topProducts}?time_period=${period}`,
    `/api/v1/forecast/categories?time_period=${period}`,
    ...names.map((name) => `${topProducts}?time_period=${period}&category=${name}`),
  ]);
  const coldTrends: string[] = [];
  for (let days = 1; days <= MAX_TREND_DAYS; days++)
    for (const name of names) coldTrends.push(`${trends(name)}?days=${days}`);
  const coldRankings: string[] = [];
  for (let limit = 1; limit <= MAX_LIMIT; limit++)
    for (const period of PERIODS)
      for (const name of names)
        coldRankings.push(`${topProducts}?time_period=${period}&category=${name}&limit=${limit}`);
  return { warm: [...warm, ...names.map(trends)], cold: alternate(coldTrends, coldRankings) };
}

/** Every n-th question is a cold one, so that their share is exact; the warm ones take turns. */
export function* mixed({ warm, cold }: Questions, share: number): Generator<string, never> {
  let coldAsked = 0;
  for (let asked = 1; ; asked++) {
    if (coldAsked >= Math.floor(asked * share)) yield warm[asked % warm.length];
    else yield cold[coldAsked++ % cold.length];
  }
}

function alternate(first: readonly string[], second: readonly string[]): string[] {
  const common = Math.min(first.length, second.length);
  const pairs = first.slice(0, common).flatMap((item, i) => [item, second[i]]);
  return [...pairs, ...first.slice(common), ...second.slice(common)];
}
