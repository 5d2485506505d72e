import { ForecastError } from '../../errors.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
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
import { type BullMqBackend, bindBackend, checkBackend } from './backend.js';
import { type BoundBackend, JobChannel } from './job-channel.js';

export type BullMqJobRunnerOptions = BullMqBackend & {
  /** Milliseconds without a heartbeat after which a job is given to another worker. Default 30,000. */
  readonly lockMs?: number;
  /** Times that a job may lose its worker before it becomes a dead letter. Default 2. */
  readonly maxLost?: number;
  /** Seconds that finished and dead jobs are remembered, so that their ids stay known. Default 30 days. */
  readonly keepSeconds?: number;
  /** Called for errors in the background, such as a lost connection. */
  readonly onError?: (error: unknown) => void;
};

const RUNNER_OPTIONS: OptionTable<BullMqJobRunnerOptions> = {
  redis: 1,
  prefix: 1,
  lockMs: 1,
  maxLost: 1,
  keepSeconds: 1,
  onError: 1,
  postgres: 1,
};

const THIRTY_DAYS_S = 30 * 86_400;

/**
 * Runs jobs over BullMQ on any number of processes and machines, with a queue for each job name. Install
 * `bullmq`, and `ioredis` or `pg`; without `bullmq`, its methods throw `missing-dependency`.
 *
 * ```ts
 * import { Redis } from 'ioredis';
 * import { createBullMqJobRunner } from 'commerce-forecast/bullmq';
 *
 * const redis = new Redis('redis://127.0.0.1:6379', { maxRetriesPerRequest: null });
 * const runner = createBullMqJobRunner({ redis });
 * await runner.process('greet', async ({ data }) => `Hello ${(data as { name: string }).name}`);
 * await runner.enqueue('greet', { name: 'Ada' }, { id: 'greet-ada' });
 * ```
 *
 * @throws ForecastError `invalid-option` for a Redis client that gives up on blocking reads.
 */
export function createBullMqJobRunner(options: BullMqJobRunnerOptions): JobRunner {
  refuseUnknown(options, RUNNER_OPTIONS);
  return new BullMqJobRunner(options);
}

class BullMqJobRunner implements JobRunner {
  readonly specificationVersion = 'v1';
  readonly name = 'bullmq';
  #backend: Promise<BoundBackend> | undefined;
  readonly #channels = new Map<string, JobChannel>();
  #closing: Promise<unknown> | undefined;

  constructor(private readonly options: BullMqJobRunnerOptions) {
    checkBackend(options);
  }

  async process(name: string, handler: JobHandler, options: HandlerOptions = {}): Promise<void> {
    resolveHandlerOptions(options);
    await (await this.#channel(name)).process(handler, options);
  }

  async enqueue(name: string, data: unknown, options: JobOptions = {}) {
    resolveJobOptions(options);
    return (await this.#channel(name)).enqueue(data, options);
  }

  async schedule(schedule: JobSchedule): Promise<void> {
    checkJobId(schedule.id);
    checkCron(schedule.cron);
    resolveJobOptions(schedule, SCHEDULE_OPTIONS);
    await (await this.#channel(schedule.job)).schedule(schedule);
  }

  async unschedule(job: string, scheduleId: string): Promise<void> {
    await (await this.#channel(job)).unschedule(scheduleId);
  }

  async status(name: string, id: string): Promise<JobStatus | undefined> {
    return (await this.#channel(name)).status(id);
  }

  async result(name: string, id: string, { signal }: { readonly signal?: AbortSignal } = {}) {
    return (await this.#channel(name)).result(id, signal);
  }

  async deadLetters(name: string): Promise<readonly DeadLetter[]> {
    return (await this.#channel(name)).deadLetters();
  }

  async retryDeadLetter(name: string, id: string): Promise<void> {
    await (await this.#channel(name)).retryDeadLetter(id);
  }

  async close(): Promise<void> {
    this.#closing ??= Promise.all([...this.#channels.values()].map((channel) => channel.close()));
    await this.#closing;
  }

  async #channel(name: string): Promise<JobChannel> {
    checkJobName(name);
    this.#backend ??= bindBackend(this.options);
    const backend = await this.#backend;
    if (this.#closing) throw new ForecastError('unavailable', 'The job runner is closed');
    let channel = this.#channels.get(name);
    if (!channel) {
      const {
        lockMs = 30_000,
        maxLost = 2,
        keepSeconds = THIRTY_DAYS_S,
        onError = () => undefined,
      } = this.options;
      channel = new JobChannel(name, backend, { lockMs, maxLost, keepSeconds, onError });
      this.#channels.set(name, channel);
    }
    return channel;
  }
}
