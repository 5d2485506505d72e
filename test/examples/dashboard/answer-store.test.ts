import { dehydrate, QueryClient } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { keepAnswers } from '../../../examples/dashboard/src/offline/answer-store.js';

it('shows the answers of the last visit at once, and asks for them again', () => {
  const before = new QueryClient();
  before.setQueryData(['versions'], [1]);
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
  keepAnswers(client, { savedAt: Date.now(), state: dehydrate(before) });
  expect(client.getQueryData(['versions'])).toEqual([1]);
  expect(
    client
      .getQueryCache()
      .find({ queryKey: ['versions'] })
      ?.isStale(),
  ).toBe(true);
});

it('forgets what is older than a week, and what it does not know', () => {
  const before = new QueryClient();
  before.setQueryData(['versions'], [1]);
  for (const saved of [
    { savedAt: Date.now() - 8 * 86_400_000, state: dehydrate(before) },
    undefined,
    'text',
  ]) {
    const client = new QueryClient();
    keepAnswers(client, saved);
    expect(client.getQueryData(['versions'])).toBeUndefined();
  }
});
