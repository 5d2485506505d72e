import { throwIfAborted } from './long-call.js';

/** Makes a function that runs the given work, at most `limit` pieces at the same time and started in order. */
export function createLimiter(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= limit) await new Promise<void>((begin) => waiting.push(begin));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

/**
 * Calls `work` for every item, at most `limit` at the same time and started in order; results are in the order
 * of the items. The first failure aborts the signal of the others, and is thrown once the calls in progress
 * have ended.
 */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, signal: AbortSignal, index: number) => Promise<R>,
  signal?: AbortSignal,
): Promise<R[]> {
  throwIfAborted(signal);
  const group = new AbortController();
  const forward = () => group.abort(signal?.reason);
  signal?.addEventListener('abort', forward, { once: true });
  const limited = createLimiter(limit);
  let failure: { readonly error: unknown } | undefined;
  const results: R[] = [];
  const run = async (item: T, index: number) => {
    if (failure) return;
    try {
      results[index] = await work(item, group.signal, index);
    } catch (error) {
      failure ??= { error };
      group.abort(error);
    }
  };
  try {
    await Promise.all(items.map((item, index) => limited(() => run(item, index))));
  } finally {
    signal?.removeEventListener('abort', forward);
  }
  if (failure) throw failure.error;
  return results;
}
