import { createWorkerPool, type WorkerPool } from 'commerce-forecast/workers';
import { afterEach, describe, expect, it } from 'vitest';

const module = new URL('./tasks.mjs', import.meta.url);
const task = (name: string, ...args: unknown[]) => ({ module, name, args });

let pool: WorkerPool;
afterEach(() => pool.close());

describe.each([1, 2])('a pool of %i', (threads) => {
  it('runs tasks in any number and keeps their order', async () => {
    pool = createWorkerPool({ threads });
    const done: number[] = [];
    const squares = await pool.runAll(
      Array.from({ length: 9 }, (_, x) => task('square', x)),
      { onDone: (count) => done.push(count) },
    );
    expect(squares).toEqual([0, 1, 4, 9, 16, 25, 36, 49, 64]);
    expect(done).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('passes on errors of tasks, and goes on', async () => {
    pool = createWorkerPool({ threads });
    await expect(pool.run(task('stumble'))).rejects.toMatchObject({
      code: 'engine-failed',
      message: expect.stringContaining('x is not a function'),
    });
    await expect(pool.run(task('nothing'))).rejects.toMatchObject({ code: 'missing-dependency' });
    const absent = { module: new URL('./absent.mjs', import.meta.url), name: 'square', args: [] };
    await expect(pool.run(absent)).rejects.toMatchObject({ code: 'missing-dependency' });
    expect(await pool.run(task('square', 5))).toBe(25);
  });

  it('does not begin when the signal has fired', async () => {
    pool = createWorkerPool({ threads });
    await expect(pool.run(task('square', 2), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    });
  });
});

describe('a pool with workers', () => {
  it('really runs in a thread, TypeScript sources too', async () => {
    pool = createWorkerPool({ threads: 2 });
    const source = new URL('./typescript-task.ts', import.meta.url);
    expect(await pool.run({ module: source, name: 'runsInWorker', args: [true] })).toBe(true);
  });

  it('rebuilds typed errors', async () => {
    pool = createWorkerPool({ threads: 2 });
    await expect(pool.run(task('refuse'))).rejects.toMatchObject({
      code: 'too-short',
      path: ['series', 3],
      hint: 'more',
    });
  });

  it('refuses arguments that cannot be copied', async () => {
    pool = createWorkerPool({ threads: 2 });
    await expect(pool.run(task('square', () => 1))).rejects.toMatchObject({ code: 'invalid-data' });
    expect(await pool.run(task('square', 3))).toBe(9);
  });

  it('ends a task that would never end, and replaces its thread', async () => {
    pool = createWorkerPool({ threads: 2 });
    await pool.runAll([task('sleep', 1), task('sleep', 1)]);
    const controller = new AbortController();
    const endless = pool.run(task('spin'), { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await expect(endless).rejects.toMatchObject({ code: 'aborted' });
    expect(await pool.runAll([task('square', 2), task('square', 3), task('square', 4)])).toEqual([4, 9, 16]);
  });

  it('ends the other tasks when one fails', async () => {
    pool = createWorkerPool({ threads: 2 });
    await expect(pool.runAll([task('spin'), task('stumble'), task('spin')])).rejects.toMatchObject({
      code: 'engine-failed',
    });
    expect(await pool.run(task('square', 6))).toBe(36);
  });

  it('survives a thread that dies', async () => {
    pool = createWorkerPool({ threads: 2 });
    expect(await pool.run(task('square', 1))).toBe(1);
    await expect(pool.run(task('die'))).rejects.toMatchObject({ code: 'engine-failed' });
    expect(await pool.run(task('square', 7))).toBe(49);
  });

  it('fails what is running when it is closed', async () => {
    pool = createWorkerPool({ threads: 2 });
    const running = pool.run(task('spin'));
    pool.close();
    await expect(running).rejects.toMatchObject({ code: 'aborted' });
  });

  it('refuses an invalid number of threads', () => {
    expect(() => createWorkerPool({ threads: 0 })).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    );
  });
});
