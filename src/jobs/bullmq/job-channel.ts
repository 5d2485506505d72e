import type { IQueueBackend, Job, JobProgress, QueueEvents, Worker } from 'bullmq';
import { ForecastError } from '../../errors.js';
import { throwIfAborted } from '../../long-call.js';
import { present } from '../../present.js';
import {
  type DeadLetter,
  type HandlerOptions,
  isPermanent,
  type JobHandler,
  type JobOptions,
  type JobSchedule,
  type JobState,
  type JobStatus,
  type RunningJob,
  reasonOf,
  resolveHandlerOptions,
  resolveJobOptions,
} from '../contract.js';
import type { bindBackend } from './backend.js';

export type BoundBackend = Awaited<ReturnType<typeof bindBackend>>;

export interface ChannelSettings {
  readonly lockMs: number;
  readonly maxLost: number;
  readonly keepSeconds: number;
  readonly onError: (error: unknown) => void;
}

/** Stored content of a job: its data, and who enqueued it, which distinguishes a new job from a known one. */
interface Envelope {
  readonly data: unknown;
  readonly ticket?: string;
}

/** Milliseconds after which a waiting caller polls, in case an event was lost. */
const LOOK_AGAIN_MS = 5_000;

/** The queue of one job name, with its worker and its events in this process. */
export class JobChannel {
  readonly #queue;
  readonly #waiters = new Map<string, Set<() => void>>();
  #worker: Worker<Envelope, unknown, string, IQueueBackend, JobProgress, unknown> | undefined;
  #events: QueueEvents<unknown, IQueueBackend, unknown> | undefined;

  constructor(
    private readonly name: string,
    private readonly backend: BoundBackend,
    private readonly settings: ChannelSettings,
  ) {
    const { keepSeconds: age, onError } = settings;
    const defaultJobOptions = { removeOnComplete: { age }, removeOnFail: { age } };
    this.#queue = new backend.Queue<Envelope>(name, { ...backend.options, defaultJobOptions });
    this.#queue.on('error', onError);
  }

  async process(handler: JobHandler, options: HandlerOptions): Promise<void> {
    const { concurrency, singleton } = resolveHandlerOptions(options);
    const { lockMs, maxLost, onError } = this.settings;
    if (this.#worker) {
      throw new ForecastError('conflict', `The job "${this.name}" has a handler already`, { path: ['name'] });
    }
    const work = (job: Job<Envelope>, _token: string | undefined, signal?: AbortSignal) =>
      runJob(job, handler, this.backend.UnrecoverableError, signal);
    this.#worker = new this.backend.Worker<Envelope, unknown>(this.name, work, {
      ...this.backend.options,
      autorun: false,
      concurrency,
      lockDuration: lockMs,
      stalledInterval: lockMs,
      maxStalledCount: maxLost,
    });
    this.#worker.on('error', onError);
    if (singleton) await this.#queue.setGlobalConcurrency(1);
    await this.#worker.waitUntilReady();
    this.#worker.run().catch(onError);
  }

  async enqueue(data: unknown, options: JobOptions) {
    const { delayMs } = resolveJobOptions(options);
    const ticket = crypto.randomUUID();
    const id = options.id ?? ticket;
    const delay = delayMs > 0 ? delayMs : undefined;
    await this.#queue.add(this.name, { data, ticket }, { ...retryOptions(options), jobId: id, delay });
    const stored = await this.#queue.getJob(id);
    return { id, created: stored?.data.ticket === ticket };
  }

  async schedule({ id, cron, data, ...options }: JobSchedule): Promise<void> {
    const template = { name: this.name, data: { data }, opts: retryOptions(options) };
    await this.#queue.upsertJobScheduler(id, { pattern: cron, tz: 'UTC' }, template);
  }

  async unschedule(id: string): Promise<void> {
    await this.#queue.removeJobScheduler(id);
  }

  async status(id: string): Promise<JobStatus | undefined> {
    const job = await this.#queue.getJob(id);
    if (!job) return undefined;
    const state = stateOf(await job.getState());
    const about = { id, name: this.name, state, attempts: job.attemptsStarted };
    if (state !== 'done') return { ...about, ...(job.failedReason && { reason: job.failedReason }) };
    // The job may have ended since it was read.
    return {
      ...about,
      result: job.finishedOn ? job.returnvalue : (await this.#queue.getJob(id))?.returnvalue,
    };
  }

  async result(id: string, signal: AbortSignal | undefined): Promise<unknown> {
    for (;;) {
      throwIfAborted(signal);
      await this.#listen();
      const change = this.#nextChange(id, signal);
      try {
        const status = await this.status(id);
        if (!status) throw this.#unknown(id);
        if (status.state === 'done') return status.result;
        if (status.state === 'dead') {
          throw new ForecastError('engine-failed', `The job "${this.name}" ${id} is dead: ${status.reason}`);
        }
        await change.happened;
      } finally {
        change.forget();
      }
    }
  }

  async deadLetters(): Promise<DeadLetter[]> {
    const jobs = await this.#queue.getFailed();
    return jobs
      .map((job) => ({
        id: present(job.id, 'id of the job'),
        name: this.name,
        data: job.data.data,
        attempts: job.attemptsStarted,
        reason: job.failedReason,
        finishedOn: job.finishedOn ?? 0,
      }))
      .sort((a, b) => a.finishedOn - b.finishedOn)
      .map(({ finishedOn: _, ...letter }) => letter);
  }

  async retryDeadLetter(id: string): Promise<void> {
    const job = await this.#queue.getJob(id);
    if (!job || !(await job.isFailed())) throw this.#unknown(id);
    await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
  }

  async close(): Promise<void> {
    await this.#worker?.close();
    await this.#events?.close();
    await this.#queue.close();
  }

  /** Subscribes to the ends of jobs, before a status is read. */
  async #listen(): Promise<void> {
    if (!this.#events) {
      const events = new this.backend.QueueEvents(this.name, this.backend.options);
      const wake = ({ jobId }: { jobId: string }) => {
        for (const waiter of [...(this.#waiters.get(jobId) ?? [])]) waiter();
      };
      events.on('completed', wake);
      events.on('failed', wake);
      events.on('error', this.settings.onError);
      this.#events = events;
    }
    await this.#events.waitUntilReady();
  }

  #nextChange(id: string, signal: AbortSignal | undefined) {
    const waiters = this.#waiters.get(id) ?? new Set();
    this.#waiters.set(id, waiters);
    let wake = () => {};
    const happened = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const timer = setTimeout(wake, LOOK_AGAIN_MS);
    waiters.add(wake);
    signal?.addEventListener('abort', wake, { once: true });
    if (signal?.aborted) wake();
    const forget = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      waiters.delete(wake);
      if (waiters.size === 0) this.#waiters.delete(id);
    };
    return { happened, forget };
  }

  #unknown(id: string): ForecastError {
    return new ForecastError('not-found', `There is no such job "${this.name}" ${id}`, { path: ['id'] });
  }
}

async function runJob(
  job: Job<Envelope>,
  handler: JobHandler,
  Unrecoverable: BoundBackend['UnrecoverableError'],
  signal?: AbortSignal,
): Promise<unknown> {
  const saved = job.progress as { readonly checkpoint?: unknown } | number;
  const running: RunningJob = {
    id: present(job.id, 'id of the job'),
    name: job.name,
    data: job.data.data,
    attempt: job.attemptsStarted,
    checkpoint: typeof saved === 'object' ? saved.checkpoint : undefined,
    saveCheckpoint: (checkpoint) => job.updateProgress({ checkpoint }),
    signal: signal ?? new AbortController().signal,
  };
  try {
    return (await handler(running)) ?? null;
  } catch (error) {
    throw isPermanent(error)
      ? new Unrecoverable(reasonOf(error))
      : new Error(reasonOf(error), { cause: error });
  }
}

function retryOptions(given: JobOptions) {
  const { attempts, backoffMs } = resolveJobOptions({ attempts: given.attempts, backoffMs: given.backoffMs });
  return { attempts, ...(backoffMs > 0 && { backoff: { type: 'exponential', delay: backoffMs } }) };
}

function stateOf(state: string): JobState {
  if (state === 'completed') return 'done';
  if (state === 'failed') return 'dead';
  return state === 'active' ? 'running' : 'waiting';
}
