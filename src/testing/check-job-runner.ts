import { canonicalJson } from '../canonical-json.js';
import { ForecastError } from '../errors.js';
import type { JobRunner, RunningJob } from '../jobs/contract.js';
import { expectEqual, expectRejection, expectTrue, type NamedCheck, runChecks } from './named-checks.js';

/** Makes a runner without jobs, and a function that opens the same queue again, as another instance would. */
export type MakeJobRunner = () => Promise<{
  readonly runner: JobRunner;
  readonly open?: () => Promise<JobRunner>;
}>;

/**
 * Runs the rules of {@link JobRunner} against an implementation, each on a new, empty queue. Takes some
 * seconds, as it waits for a schedule.
 *
 * ```ts
 * import { createInProcessJobRunner } from 'commerce-forecast/jobs';
 * import { checkJobRunner } from 'commerce-forecast/testing';
 *
 * await checkJobRunner(async () => ({ runner: createInProcessJobRunner() }));
 * ```
 *
 * @throws AggregateError that lists every broken rule.
 */
export async function checkJobRunner(makeRunner: MakeJobRunner): Promise<void> {
  await runChecks('checkJobRunner', jobRunnerChecks(makeRunner));
}

/** The same rules one by one, for a test framework. */
export function jobRunnerChecks(makeRunner: MakeJobRunner): readonly NamedCheck[] {
  return Object.entries(rules).map(([name, rule]) => ({
    name,
    run: async () => {
      const made = await makeRunner();
      const opened: JobRunner[] = [made.runner];
      const open = async () => {
        if (!made.open) return made.runner;
        const other = await made.open();
        opened.push(other);
        return other;
      };
      try {
        await rule(made.runner, open);
      } finally {
        await Promise.all(opened.map((runner) => runner.close()));
      }
    },
  }));
}

type Rule = (runner: JobRunner, open: () => Promise<JobRunner>) => Promise<void>;

const JOB = 'check';
const QUICK = { backoffMs: 10 };

const rules: Record<string, Rule> = {
  'a job gets its data and gives its result': async (runner) => {
    await runner.process(JOB, async ({ data }) => ({ echo: data }));
    const data = { text: 'Bücher 書 "quoted"', list: [1, null, { deep: true }] };
    const { id, created } = await runner.enqueue(JOB, data);
    expectTrue(created, 'a job without an id must be new');
    // A queue may store JSON with its keys in another order.
    expectEqual(canonicalJson(await runner.result(JOB, id)), canonicalJson({ echo: data }), 'the result');
    const expected = { id, name: JOB, state: 'done', attempts: 1, result: { echo: data } };
    expectEqual(canonicalJson(await runner.status(JOB, id)), canonicalJson(expected), 'the status');
  },

  'jobs wait for a handler': async (runner) => {
    const { id } = await runner.enqueue(JOB, 1, { id: 'early' });
    expectEqual((await runner.status(JOB, id))?.state, 'waiting', 'state without a handler');
    await runner.process(JOB, async () => 'late');
    expectEqual(await runner.result(JOB, id), 'late', 'the result');
  },

  'a job is known by its id before and after it ran': async (runner) => {
    let runs = 0;
    const first = await runner.enqueue(JOB, 1, { id: 'delivery-1' });
    const second = await runner.enqueue(JOB, 2, { id: 'delivery-1' });
    expectEqual([first.created, second.created], [true, false], 'created');
    await runner.process(JOB, async ({ data }) => {
      runs++;
      return data;
    });
    expectEqual(await runner.result(JOB, 'delivery-1'), 1, 'the result');
    expectTrue(!(await runner.enqueue(JOB, 3, { id: 'delivery-1' })).created, 'a finished job is known');
    expectEqual(await runner.result(JOB, 'delivery-1'), 1, 'the result after the third enqueue');
    expectEqual(runs, 1, 'runs');
  },

  'of concurrent enqueues of one id one creates': async (runner, open) => {
    const other = await open();
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, i) => (i % 2 ? runner : other).enqueue(JOB, i, { id: 'one' })),
    );
    expectEqual(all.filter(({ created }) => created).length, 1, 'created');
  },

  'a failed job is tried again, with what it has saved': async (runner) => {
    const seen: unknown[] = [];
    await runner.process(JOB, async (job: RunningJob) => {
      seen.push([job.attempt, job.checkpoint ?? null]);
      await job.saveCheckpoint({ done: job.attempt });
      if (job.attempt < 3) throw new Error('not yet');
      return 'finally';
    });
    const { id } = await runner.enqueue(JOB, null, QUICK);
    expectEqual(await runner.result(JOB, id), 'finally', 'the result');
    const expected = [
      [1, null],
      [2, { done: 1 }],
      [3, { done: 2 }],
    ];
    expectEqual(seen, expected, 'attempts and checkpoints');
    expectEqual(await runner.deadLetters(JOB), [], 'dead letters');
  },

  'a job without attempts left is a dead letter with its reason': async (runner) => {
    await runner.process(JOB, async () => {
      throw new ForecastError('unavailable', 'the shop does not answer');
    });
    const { id } = await runner.enqueue(JOB, { shop: 7 }, { ...QUICK, id: 'doomed', attempts: 2 });
    await expectRejection(runner.result(JOB, id), 'engine-failed', 'the result of a dead job');
    const reason = 'unavailable: the shop does not answer';
    const expected = [{ id, name: JOB, data: { shop: 7 }, attempts: 2, reason }];
    expectEqual(await runner.deadLetters(JOB), expected, 'dead letters');
    expectEqual(
      await runner.status(JOB, id),
      { id, name: JOB, state: 'dead', attempts: 2, reason },
      'the status',
    );
  },

  'an error that no attempt can mend is not tried again': async (runner) => {
    let runs = 0;
    await runner.process(JOB, async () => {
      runs++;
      throw new ForecastError('invalid-option', 'no such shop');
    });
    const { id } = await runner.enqueue(JOB, null, { ...QUICK, attempts: 5 });
    await expectRejection(runner.result(JOB, id), 'engine-failed', 'the result of a dead job');
    expectEqual(runs, 1, 'runs');
    expectEqual((await runner.deadLetters(JOB)).length, 1, 'dead letters');
  },

  'a dead letter can be tried again': async (runner) => {
    let broken = true;
    await runner.process(JOB, async () => {
      if (broken) throw new Error('broken');
      return 'mended';
    });
    await runner.enqueue(JOB, null, { ...QUICK, id: 'again', attempts: 1 });
    await expectRejection(runner.result(JOB, 'again'), 'engine-failed', 'the first result');
    broken = false;
    await runner.retryDeadLetter(JOB, 'again');
    expectEqual(await runner.result(JOB, 'again'), 'mended', 'the result');
    expectEqual(await runner.deadLetters(JOB), [], 'dead letters');
    await expectRejection(runner.retryDeadLetter(JOB, 'again'), 'not-found', 'retry of a job that is done');
  },

  'a delayed job waits': async (runner) => {
    const begun = Date.now();
    await runner.process(JOB, async () => Date.now() - begun);
    const { id } = await runner.enqueue(JOB, null, { delayMs: 200 });
    const waited = (await runner.result(JOB, id)) as number;
    expectTrue(waited >= 195, `the job must wait 200 ms, it waited ${waited}`);
  },

  'jobs run at the same time up to the concurrency': async (runner) => {
    let running = 0;
    let most = 0;
    await runner.process(
      JOB,
      async () => {
        most = Math.max(most, ++running);
        await until(() => most === 3, 'three jobs must run at the same time');
        await pause(40);
        running--;
      },
      { concurrency: 3 },
    );
    const enqueue = (_: unknown, i: number) => runner.enqueue(JOB, i, { attempts: 1 });
    const jobs = await Promise.all(Array.from({ length: 9 }, enqueue));
    await Promise.all(jobs.map(({ id }) => runner.result(JOB, id)));
    expectEqual(most, 3, 'jobs at the same time');
  },

  'a singleton runs once at a time over all instances, and every job runs once': async (runner, open) => {
    const other = await open();
    const runs: number[] = [];
    let running = 0;
    let most = 0;
    const handler = async ({ data }: RunningJob) => {
      most = Math.max(most, ++running);
      runs.push(data as number);
      await pause(20);
      running--;
    };
    const options = { singleton: true, concurrency: 2 };
    for (const instance of new Set([runner, other])) await instance.process(JOB, handler, options);
    const jobs = await Promise.all(
      Array.from({ length: 8 }, (_, i) => (i % 2 ? runner : other).enqueue(JOB, i)),
    );
    await Promise.all(jobs.map(({ id }) => runner.result(JOB, id)));
    expectEqual(most, 1, 'jobs at the same time');
    expectEqual([...runs].sort(), [0, 1, 2, 3, 4, 5, 6, 7], 'the jobs that ran');
  },

  'a schedule fires once for all instances that set it': async (runner, open) => {
    const other = await open();
    let fires = 0;
    const handler = async ({ data }: RunningJob) => {
      expectEqual(data, { from: 'schedule' }, 'data of a scheduled job');
      fires++;
    };
    const schedule = { id: 'each-second', job: JOB, cron: '* * * * * *', data: { from: 'schedule' } };
    const begun = Date.now();
    for (const instance of new Set([runner, other])) {
      await instance.process(JOB, handler);
      await instance.schedule(schedule);
      await instance.schedule(schedule);
    }
    await until(() => fires >= 4, 'the schedule must fire');
    const seconds = Math.floor((Date.now() - begun + 100) / 1000);
    expectTrue(fires <= seconds + 1, `the schedule fired ${fires} times in ${seconds} seconds`);
    await runner.unschedule(JOB, 'each-second');
    await other.unschedule(JOB, 'each-second');
    await pause(1_200);
    const afterwards = fires;
    await pause(1_500);
    expectEqual(fires, afterwards, 'fires after the schedule ended');
  },

  'closing waits for the job that runs': async (runner) => {
    let begun = false;
    let finished = false;
    await runner.process(JOB, async () => {
      begun = true;
      await pause(150);
      finished = true;
    });
    await runner.enqueue(JOB, null);
    await until(() => begun, 'the job must begin');
    await runner.close();
    expectTrue(finished, 'the job must have finished');
  },

  'waiting for a result can be aborted': async (runner) => {
    const { id } = await runner.enqueue(JOB, null);
    const abort = new AbortController();
    const waiting = runner.result(JOB, id, { signal: abort.signal });
    abort.abort();
    await expectRejection(waiting, 'aborted', 'result');
    await expectRejection(runner.result(JOB, 'nobody'), 'not-found', 'result of an unknown job');
    expectTrue((await runner.status(JOB, 'nobody')) === undefined, 'status of an unknown job');
  },

  'wrong arguments are refused': async (runner) => {
    const handler = async () => null;
    const refused = (promise: Promise<unknown>, what: string) =>
      expectRejection(promise, 'invalid-option', what);
    await refused(runner.enqueue('a name', null), 'a name with a space');
    await refused(runner.enqueue(JOB, null, { id: 'a:b' }), 'an id with a colon');
    await refused(runner.enqueue(JOB, null, { id: '123' }), 'an id of digits');
    await refused(runner.enqueue(JOB, null, { attempts: 0 }), 'no attempts');
    await refused(runner.enqueue(JOB, null, { backoffMs: -1 }), 'a negative backoff');
    await refused(runner.process('', handler), 'an empty name');
    await refused(runner.process(JOB, handler, { concurrency: 0 }), 'no concurrency');
    await refused(runner.schedule({ id: 'x', job: JOB, cron: 'every day' }), 'a wrong cron pattern');
    await refused(runner.schedule({ id: 'x', job: JOB, cron: '61 2 * * *' }), 'minute 61');
    await runner.process(JOB, handler);
    await expectRejection(runner.process(JOB, handler), 'conflict', 'a second handler');
  },
};

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let i = 0; i < 1_000; i++) {
    if (await condition()) return;
    await pause(10);
  }
  throw new Error(what);
}
