import { ForecastError } from '../../errors.js';
import { throwIfAborted } from '../../long-call.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import type { DocumentStore } from '../../storage/document-contract.js';
import { MemoryDocumentStore } from '../../storage/memory/memory-document-store.js';
import {
  checkJobId,
  checkJobName,
  type DeadLetter,
  type HandlerOptions,
  type JobHandler,
  type JobOptions,
  type JobRunner,
  type JobSchedule,
  type JobStatus,
  resolveHandlerOptions,
  resolveJobOptions,
  SCHEDULE_OPTIONS,
} from '../contract.js';
import { checkCron } from '../cron.js';
import { type JobClock, systemClock } from './clock.js';
import { JobQueue } from './job-queue.js';
import { StoredJobTable, withJob } from './job-table.js';
import { fireId, ScheduleTimer } from './schedule-timer.js';

export interface InProcessJobRunnerOptions {
  /**
   * Store of the jobs. With the same file or PostgreSQL state, several instances share their jobs and a
   * restarted one continues. Default: memory.
   */
  readonly state?: DocumentStore;
  /** Default: the system's. */
  readonly clock?: JobClock;
  /** Milliseconds between polls of the jobs of other instances. Default 1000. */
  readonly pollMs?: number;
  /** Milliseconds without a heartbeat after which a job is given to another instance. Default 30,000. */
  readonly leaseMs?: number;
  /** Called for errors in the background, such as an unreachable state store. */
  readonly onError?: (error: unknown) => void;
}

const RUNNER_OPTIONS: OptionTable<InProcessJobRunnerOptions> = {
  state: 1,
  clock: 1,
  pollMs: 1,
  leaseMs: 1,
  onError: 1,
};

/**
 * Runs jobs in this process: for one server, for development and for tests, without a queue server.
 *
 * ```ts
 * import { createInProcessJobRunner } from 'commerce-forecast/jobs';
 *
 * const runner = createInProcessJobRunner();
 * await runner.process('greet', async ({ data }) => `Hello ${(data as { name: string }).name}`);
 * const { id } = await runner.enqueue('greet', { name: 'Ada' }, { id: 'greet-ada' });
 * console.log(await runner.result('greet', id));
 * await runner.close();
 * ```
 */
export function createInProcessJobRunner(options: InProcessJobRunnerOptions = {}): JobRunner {
  refuseUnknown(options, RUNNER_OPTIONS);
  return new InProcessJobRunner(options);
}

class InProcessJobRunner implements JobRunner {
  readonly specificationVersion = 'v1';
  readonly name = 'in-process';
  readonly #state: DocumentStore;
  readonly #clock: JobClock;
  readonly #pollMs: number;
  readonly #leaseMs: number;
  readonly #onError: (error: unknown) => void;
  readonly #queues = new Map<string, JobQueue>();
  readonly #timers = new Map<string, ScheduleTimer>();
  readonly #closing = new AbortController();

  constructor(options: InProcessJobRunnerOptions) {
    this.#state = options.state ?? new MemoryDocumentStore();
    this.#clock = options.clock ?? systemClock;
    this.#pollMs = options.pollMs ?? 1_000;
    this.#leaseMs = options.leaseMs ?? 30_000;
    this.#onError = options.onError ?? (() => undefined);
  }

  async process(name: string, handler: JobHandler, options: HandlerOptions = {}): Promise<void> {
    checkJobName(name);
    this.#requireOpen();
    const { concurrency, singleton } = resolveHandlerOptions(options);
    if (this.#queues.has(name)) {
      throw new ForecastError('conflict', `The job "${name}" has a handler already`, { path: ['name'] });
    }
    const queue = new JobQueue({
      name,
      handler,
      concurrency,
      singleton,
      table: this.#table(name),
      clock: this.#clock,
      pollMs: this.#pollMs,
      leaseMs: this.#leaseMs,
      onError: this.#onError,
    });
    this.#queues.set(name, queue);
    queue.wake();
  }

  async enqueue(name: string, data: unknown, options: JobOptions = {}) {
    checkJobName(name);
    const { attempts, backoffMs, delayMs } = resolveJobOptions(options);
    const id = options.id ?? crypto.randomUUID();
    const dueAt = this.#clock.now() + delayMs;
    const created = await this.#table(name).change((table) => {
      if (table.jobs.some((job) => job.id === id)) return { answer: false };
      const job = {
        id,
        data: data ?? null,
        state: 'waiting' as const,
        dueAt,
        attempts: 0,
        maxAttempts: attempts,
        backoffMs,
      };
      return { next: { ...table, jobs: [...table.jobs, job] }, answer: true };
    });
    this.#queues.get(name)?.wake();
    return { id, created };
  }

  async schedule(schedule: JobSchedule): Promise<void> {
    checkJobName(schedule.job);
    checkJobId(fireId(schedule.id, 0));
    checkCron(schedule.cron);
    resolveJobOptions(schedule, SCHEDULE_OPTIONS);
    this.#requireOpen();
    const { job, data, attempts, backoffMs } = schedule;
    const key = `${job}/${schedule.id}`;
    this.#timers.get(key)?.stop();
    const timer = new ScheduleTimer({
      schedule,
      table: this.#table(schedule.job),
      clock: this.#clock,
      enqueue: (id) => this.enqueue(job, data, { id, attempts, backoffMs }),
      onError: this.#onError,
    });
    this.#timers.set(key, timer);
    await timer.start();
  }

  async unschedule(job: string, scheduleId: string): Promise<void> {
    const key = `${job}/${scheduleId}`;
    this.#timers.get(key)?.stop();
    this.#timers.delete(key);
  }

  async status(name: string, id: string): Promise<JobStatus | undefined> {
    checkJobName(name);
    const { jobs } = await this.#table(name).read();
    const job = jobs.find((candidate) => candidate.id === id);
    if (!job) return undefined;
    const { state, attempts, result, reason } = job;
    return { id, name, state, attempts, ...(state === 'done' ? { result } : reason && { reason }) };
  }

  async result(name: string, id: string, { signal }: { readonly signal?: AbortSignal } = {}) {
    for (;;) {
      throwIfAborted(signal);
      const status = await this.status(name, id);
      if (!status) throw unknownJob(name, id);
      if (status.state === 'done') return status.result;
      if (status.state === 'dead') {
        throw new ForecastError('engine-failed', `The job "${name}" ${id} is dead: ${status.reason}`);
      }
      await this.#nextChange(name, signal);
    }
  }

  async deadLetters(name: string): Promise<readonly DeadLetter[]> {
    checkJobName(name);
    const { jobs } = await this.#table(name).read();
    return jobs
      .filter((job) => job.state === 'dead')
      .map(({ id, data, attempts, reason = '' }) => ({ id, name, data, attempts, reason }));
  }

  async retryDeadLetter(name: string, id: string): Promise<void> {
    checkJobName(name);
    const dueAt = this.#clock.now();
    const found = await this.#table(name).change((table) => {
      const job = table.jobs.find((candidate) => candidate.id === id && candidate.state === 'dead');
      if (!job) return { answer: false };
      return { next: withJob(table, { ...job, state: 'waiting', attempts: 0, dueAt }), answer: true };
    });
    if (!found) throw unknownJob(name, id);
    this.#queues.get(name)?.wake();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const timer of this.#timers.values()) timer.stop();
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }

  #table(name: string): StoredJobTable {
    return new StoredJobTable(this.#state, name);
  }

  #requireOpen(): void {
    if (this.#closing.signal.aborted) throw new ForecastError('unavailable', 'The job runner is closed');
  }

  /** Waits until a job of this process has ended, or for the next poll. */
  async #nextChange(name: string, signal: AbortSignal | undefined): Promise<void> {
    throwIfAborted(signal);
    const queue = this.#queues.get(name);
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(this.#pollMs, wake);
      const forget = queue?.onJobEnd(wake);
      function wake() {
        cancel();
        forget?.();
        signal?.removeEventListener('abort', wake);
        resolve();
      }
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}

function unknownJob(name: string, id: string): ForecastError {
  return new ForecastError('not-found', `There is no such job "${name}" ${id}`, { path: ['id'] });
}
