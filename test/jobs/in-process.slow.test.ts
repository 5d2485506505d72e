import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createInProcessJobRunner } from '../../src/jobs/index.js';
import { FileDocumentStore } from '../../src/storage/filesystem/file-document-store.js';
import { MemoryDocumentStore } from '../../src/storage/memory/memory-document-store.js';
import { jobRunnerChecks } from '../../src/testing/check-job-runner.js';
import { ManualClock } from './manual-clock.js';

const root = await mkdtemp(join(tmpdir(), 'jobs-'));
afterAll(() => rm(root, { recursive: true, force: true }));

describe('createInProcessJobRunner in memory', () => {
  for (const { name, run } of jobRunnerChecks(async () => ({ runner: createInProcessJobRunner() }))) {
    it(name, run);
  }
});

describe('createInProcessJobRunner over a shared state', () => {
  const checks = jobRunnerChecks(async () => {
    const state = new MemoryDocumentStore();
    const open = async () => createInProcessJobRunner({ state, pollMs: 20 });
    return { runner: await open(), open };
  });
  for (const { name, run } of checks) it(name, run);
});

describe('createInProcessJobRunner over a shared folder', () => {
  let folders = 0;
  const checks = jobRunnerChecks(async () => {
    const directory = join(root, `state-${++folders}`);
    const open = async () =>
      createInProcessJobRunner({ state: new FileDocumentStore({ directory }), pollMs: 20 });
    return { runner: await open(), open };
  });
  for (const { name, run } of checks) it(name, run);
});

const START = Date.UTC(2024, 1, 28, 12);

describe('the in-process schedule', () => {
  it('fires at 02:00 UTC each day, over a leap day, under an id made of the time', async () => {
    const clock = new ManualClock(START);
    const runner = createInProcessJobRunner({ clock, pollMs: 60_000 });
    const times: string[] = [];
    await runner.process('collect', async ({ id }) => {
      times.push(`${new Date(clock.now()).toISOString()} ${id}`);
    });
    await runner.schedule({ id: 'daily', job: 'collect', cron: '0 2 * * *' });
    await clock.advance(3 * 86_400_000);
    expect(times).toEqual([
      '2024-02-29T02:00:00.000Z daily@20240229T020000Z',
      '2024-03-01T02:00:00.000Z daily@20240301T020000Z',
      '2024-03-02T02:00:00.000Z daily@20240302T020000Z',
    ]);
    await runner.close();
  });

  it('waits longer than the maximum of a timer', async () => {
    const clock = new ManualClock(START);
    const runner = createInProcessJobRunner({ clock, pollMs: 86_400_000 });
    const times: string[] = [];
    await runner.process('report', async () => times.push(new Date(clock.now()).toISOString()));
    await runner.schedule({ id: 'yearly', job: 'report', cron: '30 4 1 1 *' });
    await clock.advance(366 * 86_400_000);
    expect(times).toEqual(['2025-01-01T04:30:00.000Z']);
    await runner.close();
  });

  it('makes up for the newest of the times missed while no instance ran', async () => {
    const clock = new ManualClock(START);
    const state = new MemoryDocumentStore();
    const schedule = { id: 'daily', job: 'collect', cron: '0 2 * * *' };
    const first = createInProcessJobRunner({ clock, state });
    await first.schedule(schedule);
    await first.close();
    await clock.advance(5 * 86_400_000);
    const ids: string[] = [];
    const second = createInProcessJobRunner({ clock, state });
    await second.process('collect', async ({ id }) => ids.push(id));
    await second.schedule(schedule);
    await clock.advance(60_000);
    expect(ids).toEqual(['daily@20240304T020000Z']);
    await second.close();
  });
});

describe('a job of an instance that died', () => {
  it('goes to another instance once the lease is over, with its checkpoint', async () => {
    const clock = new ManualClock(START);
    const state = new MemoryDocumentStore();
    const dying = createInProcessJobRunner({ clock: clock.stoppable(), state, leaseMs: 10_000 });
    let begun = false;
    await dying.process('train', async (job) => {
      await job.saveCheckpoint({ stage: 2 });
      begun = true;
      await new Promise(() => undefined);
    });
    await dying.enqueue('train', null, { id: 'weekly' });
    await clock.advance(0);
    expect(begun).toBe(true);
    clock.kill();

    const seen: unknown[] = [];
    const next = createInProcessJobRunner({ clock, state, leaseMs: 10_000 });
    await next.process('train', async ({ attempt, checkpoint }) => seen.push({ attempt, checkpoint }));
    await clock.advance(9_000);
    expect(seen).toEqual([]);
    await clock.advance(2_000);
    expect(seen).toEqual([{ attempt: 2, checkpoint: { stage: 2 } }]);
    await next.close();
  });

  it('is a dead letter when it has taken down every attempt', async () => {
    const clock = new ManualClock(START);
    const state = new MemoryDocumentStore();
    for (let i = 0; i < 2; i++) {
      const dying = createInProcessJobRunner({ clock: clock.stoppable(), state, leaseMs: 1_000 });
      await dying.process('train', () => new Promise(() => undefined));
      if (i === 0) await dying.enqueue('train', { week: 9 }, { id: 'deadly', attempts: 2 });
      await clock.advance(2_000);
      clock.kill();
    }
    await clock.advance(2_000);
    const next = createInProcessJobRunner({ clock, state });
    await next.process('train', async () => 'never');
    await clock.advance(2_000);
    const reason = 'The process that ran the job has stopped answering';
    const expected = [{ id: 'deadly', name: 'train', data: { week: 9 }, attempts: 2, reason }];
    expect(await next.deadLetters('train')).toEqual(expected);
    await next.close();
  });

  it('hears that its job was given away when it comes back', async () => {
    const clock = new ManualClock(START);
    const state = new MemoryDocumentStore();
    const slow = createInProcessJobRunner({ clock: clock.stoppable(), state, leaseMs: 1_000 });
    let finishSlow: (value: string) => void = () => {};
    let signal: AbortSignal | undefined;
    let save: (checkpoint: unknown) => Promise<void> = async () => {};
    await slow.process('train', (job) => {
      signal = job.signal;
      save = job.saveCheckpoint;
      return new Promise((resolve) => {
        finishSlow = resolve;
      });
    });
    await slow.enqueue('train', null, { id: 'contested' });
    await clock.advance(0);
    clock.kill();
    const fast = createInProcessJobRunner({ clock, state });
    await fast.process('train', async () => 'fast');
    await clock.advance(5_000);
    await save('too late');
    expect(signal?.aborted).toBe(true);
    finishSlow('slow');
    await clock.advance(5_000);
    expect(await fast.result('train', 'contested')).toBe('fast');
    await Promise.all([slow.close(), fast.close()]);
  });
});

describe('backoff', () => {
  it('doubles after every attempt', async () => {
    const clock = new ManualClock(START);
    const runner = createInProcessJobRunner({ clock, pollMs: 100 });
    const times: number[] = [];
    await runner.process('flaky', async () => {
      times.push(clock.now() - START);
      throw new Error('no');
    });
    await runner.enqueue('flaky', null, { attempts: 4, backoffMs: 1_000 });
    await clock.advance(20_000);
    expect(times).toEqual([0, 1_000, 3_000, 7_000]);
    await runner.close();
  });
});
