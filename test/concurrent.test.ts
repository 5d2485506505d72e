import { describe, expect, it } from 'vitest';
import { createLimiter, mapConcurrently } from '../src/concurrent.js';

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('createLimiter', () => {
  it('begins in order, so many at a time, also after a failure', async () => {
    const limited = createLimiter(2);
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const calls = [0, 1, 2, 3, 4, 5].map((i) =>
      limited(async () => {
        begun.push(i);
        most = Math.max(most, ++running);
        await turn();
        running--;
        if (i === 1) throw new Error('one');
        return i;
      }),
    );
    const settled = await Promise.allSettled(calls);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
    expect(most).toBe(2);
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
  });
});

describe('mapConcurrently', () => {
  it('gives results in the order of the items', async () => {
    const work = async (ms: number, _signal: AbortSignal, index: number) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return `${index}: ${ms}`;
    };
    expect(await mapConcurrently([20, 1, 5], 3, work)).toEqual(['0: 20', '1: 1', '2: 5']);
    expect(await mapConcurrently([], 3, work)).toEqual([]);
  });

  it('aborts the others at the first failure, begins no more, and throws it once they have ended', async () => {
    const begun: number[] = [];
    let ended = false;
    const call = mapConcurrently([0, 1, 2, 3], 2, async (item, signal) => {
      begun.push(item);
      if (item === 1) throw new Error('one failed');
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await turn();
      ended = true;
    });
    await expect(call).rejects.toThrow('one failed');
    expect({ begun, ended }).toEqual({ begun: [0, 1], ended: true });
  });

  it('hands on the abort of the caller', async () => {
    const abort = new AbortController();
    const call = mapConcurrently(
      [1],
      1,
      (_, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      abort.signal,
    );
    abort.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    await expect(mapConcurrently([1], 1, async () => 1, abort.signal)).rejects.toMatchObject({
      code: 'aborted',
    });
  });
});
