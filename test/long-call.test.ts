import { describe, expect, it } from 'vitest';
import { createPacer, type Progress, runAtOnce, runInSlices, untilAborted } from '../src/long-call.js';

function* work(milliseconds: number): Generator<Progress, string, void> {
  const start = Date.now();
  while (Date.now() - start < milliseconds);
  yield { phase: 'work', done: 1, total: 1 };
  return 'done';
}

describe('long calls', () => {
  it('give what the same work gives at once, and report it', async () => {
    const reports: Progress[] = [];
    expect(await runInSlices(work(0), { onProgress: (progress) => reports.push(progress) })).toBe('done');
    expect(runAtOnce(work(0))).toBe('done');
    expect(reports).toEqual([{ phase: 'work', done: 1, total: 1 }]);
  });

  it('let the event loop have its turns between many short ones in a row, which know nothing of each other', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    for (let done = 0; done < 40; done++) await runInSlices(work(5));
    clearInterval(timer);
    // A turn each 25 ms at the latest, of 200 ms; a single one would do if the calls did not share their time.
    expect(turns).toBeGreaterThan(3);
  });

  it('count the first piece of work of a turn', async () => {
    let [since, most] = [0, 0];
    const tick = () => {
      since = 0;
      next = setImmediate(tick);
    };
    let next = setImmediate(tick);
    function* pieces(): Generator<Progress, void, void> {
      for (let done = 0; done < 8; done++) {
        most = Math.max(most, ++since);
        yield* work(20);
      }
    }
    await runInSlices(pieces());
    clearImmediate(next);
    expect(most).toBe(2);
  });

  it('stop between many short ones in a row that get the same signal', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 0);
    let done = 0;
    const all = async () => {
      for (; done < 100; done++) await runInSlices(work(5), { signal: controller.signal });
    };
    await expect(all()).rejects.toMatchObject({ code: 'aborted' });
    expect(done).toBeLessThan(100);
  });

  it('do not begin under a signal that has fired', () => {
    expect(() => createPacer({ signal: AbortSignal.abort() })).toThrow(
      expect.objectContaining({ code: 'aborted' }),
    );
  });
});

describe('a promise with a signal', () => {
  it('settles as it does without one while the signal has not fired', async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(1), signal)).toBe(1);
    expect(await untilAborted(Promise.resolve(1), undefined)).toBe(1);
    await expect(untilAborted(Promise.reject(new Error('broken')), signal)).rejects.toThrow('broken');
  });

  it('rejects with the reason of the signal once it fires', async () => {
    const controller = new AbortController();
    const waiting = untilAborted(new Promise(() => undefined), controller.signal);
    controller.abort('enough');
    await expect(waiting).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
  });
});
