import { checkWholeNumber, ForecastError } from '../errors.js';
import { type OptionTable, refuseUnknown } from '../options.js';

/** Id, retries and delay of one job. */
export interface JobOptions {
  /**
   * Idempotency key: while a job of this name and id is known (waiting, running, done or dead), enqueuing it
   * again changes nothing. Without an id every job is a new one. Letters, digits, `.`, `_`, `@` and `-`, not
   * only digits.
   */
  readonly id?: string;
  /** Number of attempts before the job becomes a dead letter. Default 3. */
  readonly attempts?: number;
  /** Milliseconds before the second attempt; doubled for every further one. Default 1000. */
  readonly backoffMs?: number;
  /** Milliseconds before the first attempt. Default 0. */
  readonly delayMs?: number;
}

const JOB_OPTIONS: OptionTable<JobOptions> = { id: 1, attempts: 1, backoffMs: 1, delayMs: 1 };

export interface JobSchedule extends Omit<JobOptions, 'id' | 'delayMs'> {
  /** Setting the same id again replaces the schedule, so that every instance may set it at start. */
  readonly id: string;
  /** Name of the job that is enqueued. */
  readonly job: string;
  /** Five fields (minute, hour, day of month, month, day of week), or six with seconds first; in UTC. */
  readonly cron: string;
  readonly data?: unknown;
}

export const SCHEDULE_OPTIONS: OptionTable<JobSchedule> = {
  id: 1,
  job: 1,
  cron: 1,
  data: 1,
  attempts: 1,
  backoffMs: 1,
};

/** A job as its handler sees it. */
export interface RunningJob {
  readonly id: string;
  readonly name: string;
  /** A copy of the JSON data that was enqueued. */
  readonly data: unknown;
  /** 1 for the first try. */
  readonly attempt: number;
  /** Data that an earlier attempt saved; undefined if none did. */
  readonly checkpoint: unknown;
  /** Saves JSON data for the next attempt, in case this one fails or its process dies. */
  saveCheckpoint(checkpoint: unknown): Promise<void>;
  /** Fires when the job was given to another process because this one did not respond for too long. */
  readonly signal: AbortSignal;
}

/**
 * Function that does the work; its result is stored as JSON. It may run again after a crash, so it must be
 * repeatable.
 */
export type JobHandler = (job: RunningJob) => Promise<unknown>;

export interface HandlerOptions {
  /** Most jobs of the name that run at the same time in this process. Default 1. */
  readonly concurrency?: number;
  /** At most one job of the name at a time over all instances. Default false. */
  readonly singleton?: boolean;
}

const HANDLER_OPTIONS: OptionTable<HandlerOptions> = { concurrency: 1, singleton: 1 };

export const JOB_STATES = ['waiting', 'running', 'done', 'dead'] as const;
export type JobState = (typeof JOB_STATES)[number];

export interface JobStatus {
  readonly id: string;
  readonly name: string;
  readonly state: JobState;
  /** Number of started attempts. */
  readonly attempts: number;
  /** Result of the handler, once it is done. */
  readonly result?: unknown;
  /** Reason for which the last attempt failed. */
  readonly reason?: string;
}

/** A job that is no longer tried. */
export interface DeadLetter {
  readonly id: string;
  readonly name: string;
  readonly data: unknown;
  readonly attempts: number;
  readonly reason: string;
}

/**
 * Runs work in the background and on a schedule. `checkJobRunner` of `commerce-forecast/testing` tests an
 * implementation. All methods reject with a `ForecastError`: `invalid-option` for a wrong argument, `unavailable` when
 * the queue is out of reach.
 */
export interface JobRunner {
  readonly specificationVersion: 'v1';
  readonly name: string;
  /** Starts running jobs of a name in this process. A name has one handler. */
  process(name: string, handler: JobHandler, options?: HandlerOptions): Promise<void>;
  /** Adds a job; `created` is false if its id was known. */
  enqueue(
    name: string,
    data: unknown,
    options?: JobOptions,
  ): Promise<{ readonly id: string; readonly created: boolean }>;
  /** Enqueues a job at every time of a cron pattern, once for all instances that set the schedule. */
  schedule(schedule: JobSchedule): Promise<void>;
  /** Ends a schedule; jobs that it has enqueued remain. */
  unschedule(job: string, scheduleId: string): Promise<void>;
  status(name: string, id: string): Promise<JobStatus | undefined>;
  /**
   * Waits for the result of a job, here or elsewhere.
   *
   * @throws ForecastError `not-found`, `engine-failed` with the reason if the job is dead, `aborted`.
   */
  result(name: string, id: string, options?: { readonly signal?: AbortSignal }): Promise<unknown>;
  deadLetters(name: string): Promise<readonly DeadLetter[]>;
  /** Tries a dead job again, with all its attempts. @throws ForecastError `not-found` */
  retryDeadLetter(name: string, id: string): Promise<void>;
  /** Stops taking jobs and waits for those that run here. */
  close(): Promise<void>;
}

export const DEFAULT_ATTEMPTS = 3;
export const DEFAULT_BACKOFF_MS = 1_000;

const NAME = /^[A-Za-z0-9._-]{1,100}$/;
const ID = /^(?!\d+$)[A-Za-z0-9._@-]{1,200}$/;

/** @throws ForecastError `invalid-option` */
export function checkJobName(name: string): void {
  if (typeof name === 'string' && NAME.test(name)) return;
  throw new ForecastError('invalid-option', `${JSON.stringify(name)} is not a name of a job`, {
    path: ['name'],
    hint: 'Use 1 to 100 of A-Z, a-z, 0-9, ".", "_" and "-".',
  });
}

/** @throws ForecastError `invalid-option` */
export function checkJobId(id: string): void {
  if (typeof id === 'string' && ID.test(id)) return;
  throw new ForecastError('invalid-option', `${JSON.stringify(id)} is not an id of a job`, {
    path: ['id'],
    hint: 'Use 1 to 200 of A-Z, a-z, 0-9, ".", "_", "@" and "-", not only digits.',
  });
}

/** The options with their defaults. @throws ForecastError `invalid-option` */
export function resolveJobOptions(
  options: JobOptions,
  known: OptionTable<JobOptions> | OptionTable<JobSchedule> = JOB_OPTIONS,
): Required<Omit<JobOptions, 'id'>> {
  refuseUnknown(options, known);
  const { id, attempts = DEFAULT_ATTEMPTS, backoffMs = DEFAULT_BACKOFF_MS, delayMs = 0 } = options;
  if (id !== undefined) checkJobId(id);
  checkWholeNumber('attempts', attempts);
  checkWholeNumber('backoffMs', backoffMs, 0);
  checkWholeNumber('delayMs', delayMs, 0);
  return { attempts, backoffMs, delayMs };
}

/** The options with their defaults. @throws ForecastError `invalid-option` */
export function resolveHandlerOptions(options: HandlerOptions): Required<HandlerOptions> {
  refuseUnknown(options, HANDLER_OPTIONS);
  const { concurrency = 1, singleton = false } = options;
  checkWholeNumber('concurrency', concurrency);
  return { concurrency, singleton };
}

/** Codes of errors that another attempt cannot fix. */
const PERMANENT = new Set(['invalid-option', 'invalid-data', 'invalid-model', 'missing-dependency']);

/** Tells whether a job that failed with this error becomes a dead letter at once. */
export function isPermanent(error: unknown): boolean {
  return ForecastError.is(error) && PERMANENT.has(error.code);
}

/** The reason of a failure as a text. */
export function reasonOf(error: unknown): string {
  if (ForecastError.is(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
