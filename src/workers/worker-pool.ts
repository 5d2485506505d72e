import { checkWholeNumber, ForecastError, type ForecastErrorCode } from '../errors.js';
import { abortError, throwIfAborted } from '../long-call.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import {
  availableThreads,
  type CopiedError,
  startWorker,
  type WorkerReply,
  type WorkerThread,
} from './worker-thread.js';

/** A call of a function that a module exports; arguments and result are copied between threads. */
export interface WorkerTask {
  /** URL of the module (`import.meta.url`, `new URL('./tasks.js', import.meta.url)`). */
  readonly module: string | URL;
  /** Name of the exported function; it may be async. */
  readonly name: string;
  /** Plain data and typed arrays. Those over a `SharedArrayBuffer` are not copied. */
  readonly args: readonly unknown[];
}

export interface WorkerPoolOptions {
  /**
   * Largest number of threads. Default: as many as the machine runs in parallel; with 1, no worker is started.
   */
  readonly threads?: number;
}

const WORKER_POOL_OPTIONS: OptionTable<WorkerPoolOptions> = { threads: 1 };

export interface WorkerCallOptions {
  /** Aborting it ends the thread that runs the task, and the call with `aborted`. */
  readonly signal?: AbortSignal;
}

/** Threads that run tasks, each one at a time. */
export interface WorkerPool {
  /** Largest number of threads. */
  readonly threads: number;
  /**
   * Runs a task in the next free thread, or in the calling thread where workers are not available, with the
   * same result.
   *
   * @throws ForecastError `aborted`, `missing-dependency` if the module or function does not exist,
   * `invalid-data` if the arguments cannot be copied, the error of the task if it was a `ForecastError`,
   * otherwise `engine-failed`.
   */
  run(task: WorkerTask, options?: WorkerCallOptions): Promise<unknown>;
  /** Runs tasks at the same time; results are in the order of the tasks. The first failure ends the others. */
  runAll(
    tasks: readonly WorkerTask[],
    options?: WorkerCallOptions & { readonly onDone?: (done: number) => void },
  ): Promise<unknown[]>;
  /** Ends all threads; tasks still running fail with `aborted`. */
  close(): void;
}

interface Job {
  readonly task: WorkerTask;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Slot {
  thread: WorkerThread | undefined;
  job: Job | undefined;
  /** True if the thread has ever answered; until then a failure means that workers cannot run here. */
  proven: boolean;
}

/**
 * Makes a pool; threads start when they are needed, and idle ones do not keep a Node process alive.
 *
 * ```ts
 * import { createWorkerPool } from 'commerce-forecast/workers';
 *
 * const pool = createWorkerPool({ threads: 2 });
 * // tasks.js: export function square(x) { return x * x; }
 * const module = new URL('./tasks.js', import.meta.url);
 * const squares = await pool.runAll([1, 2, 3].map((x) => ({ module, name: 'square', args: [x] })));
 * pool.close();
 * ```
 *
 * @throws ForecastError `invalid-option` if `threads` is not a whole number of at least 1.
 */
export function createWorkerPool(options: WorkerPoolOptions = {}): WorkerPool {
  refuseUnknown(options, WORKER_POOL_OPTIONS);
  const threads = options.threads ?? availableThreads();
  checkWholeNumber('threads', threads);
  return new ThreadPool(threads);
}

class ThreadPool implements WorkerPool {
  readonly threads: number;
  private readonly slots: Slot[] = [];
  private readonly waiting: Job[] = [];
  private withoutWorkers: boolean;
  private requests = 0;

  constructor(threads: number) {
    this.threads = threads;
    this.withoutWorkers = threads === 1;
  }

  async run(task: WorkerTask, { signal }: WorkerCallOptions = {}): Promise<unknown> {
    throwIfAborted(signal);
    let stop = () => {};
    try {
      return await new Promise((resolve, reject) => {
        const job: Job = { task, resolve, reject };
        stop = () => this.abandon(job, signal?.reason);
        signal?.addEventListener('abort', stop, { once: true });
        this.waiting.push(job);
        this.dispatch();
      });
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  async runAll(
    tasks: readonly WorkerTask[],
    { signal, onDone }: WorkerCallOptions & { readonly onDone?: (done: number) => void } = {},
  ): Promise<unknown[]> {
    let done = 0;
    const group = new AbortController();
    const forward = () => group.abort(signal?.reason);
    if (signal?.aborted) forward();
    signal?.addEventListener('abort', forward, { once: true });
    try {
      return await Promise.all(
        tasks.map(async (task) => {
          const result = await this.run(task, { signal: group.signal });
          onDone?.(++done);
          return result;
        }),
      );
    } catch (error) {
      group.abort(error);
      throw error;
    } finally {
      signal?.removeEventListener('abort', forward);
    }
  }

  close(): void {
    for (const job of [...this.waiting, ...this.slots.flatMap((slot) => slot.job ?? [])]) {
      this.abandon(job, 'The pool was closed');
    }
    for (const slot of this.slots.splice(0)) slot.thread?.terminate();
  }

  private dispatch(): void {
    while (this.waiting.length > 0) {
      if (this.withoutWorkers) {
        const job = this.waiting.shift();
        if (job) void runHere(job);
        continue;
      }
      let slot = this.slots.find((candidate) => !candidate.job);
      if (!slot) {
        if (this.slots.length >= this.threads) return;
        slot = { thread: undefined, job: undefined, proven: false };
        this.slots.push(slot);
      }
      const job = this.waiting.shift();
      if (!job) return;
      slot.job = job;
      void this.start(slot, job);
    }
  }

  private async start(slot: Slot, job: Job): Promise<void> {
    const { task } = job;
    const module = String(task.module);
    try {
      slot.thread ??= await this.startThread(slot);
      if (!slot.thread) {
        this.giveUpWorkers(slot);
        return;
      }
      if (slot.job !== job) {
        // Aborted while the thread was starting.
        this.dispatch();
        return;
      }
      slot.thread.keepAlive(true);
      slot.thread.post({ id: ++this.requests, module, name: task.name, args: task.args });
    } catch (cause) {
      slot.job = undefined;
      const message =
        'The task cannot be sent to a worker: its arguments must be plain data and typed arrays';
      job.reject(new ForecastError('invalid-data', message, { cause }));
      this.dispatch();
    }
  }

  private startThread(slot: Slot): Promise<WorkerThread | undefined> {
    return startWorker({
      onReply: (reply) => this.finish(slot, reply),
      onFailure: (error) => this.threadFailed(slot, error),
    });
  }

  private finish(slot: Slot, reply: WorkerReply): void {
    const { job } = slot;
    slot.proven = true;
    slot.job = undefined;
    slot.thread?.keepAlive(false);
    if (job) {
      if ('error' in reply) job.reject(revive(reply.error));
      else job.resolve(reply.value);
    }
    this.dispatch();
  }

  /**
   * Handles the death of a thread: before its first answer workers are not available here; later, the task
   * killed it.
   */
  private threadFailed(slot: Slot, cause: unknown): void {
    if (!this.slots.includes(slot)) return;
    if (!slot.proven) {
      this.giveUpWorkers(slot);
      return;
    }
    this.remove(slot);
    slot.job?.reject(new ForecastError('engine-failed', 'The worker that ran the task has died', { cause }));
    this.dispatch();
  }

  private giveUpWorkers(slot: Slot): void {
    this.withoutWorkers = true;
    this.remove(slot);
    if (slot.job) this.waiting.unshift(slot.job);
    this.dispatch();
  }

  private abandon(job: Job, reason: unknown): void {
    const at = this.waiting.indexOf(job);
    if (at >= 0) this.waiting.splice(at, 1);
    const slot = this.slots.find((candidate) => candidate.job === job);
    if (slot) {
      slot.job = undefined;
      if (slot.thread) {
        this.remove(slot);
        slot.thread.terminate();
      }
    }
    job.reject(abortError(reason));
    this.dispatch();
  }

  private remove(slot: Slot): void {
    const at = this.slots.indexOf(slot);
    if (at >= 0) this.slots.splice(at, 1);
  }
}

/** The fallback: the same function in the calling thread. */
async function runHere({ task, resolve, reject }: Job): Promise<void> {
  try {
    const work = await loadHere(task);
    resolve(await work(...task.args));
  } catch (error) {
    reject(ForecastError.is(error) ? error : failed(String((error as Error)?.message ?? error), error));
  }
}

async function loadHere(task: WorkerTask): Promise<(...args: readonly unknown[]) => unknown> {
  const module = String(task.module);
  let cause: unknown;
  try {
    const loaded = await import(/* @vite-ignore */ module);
    const work = loaded[task.name] ?? loaded.default?.[task.name];
    if (typeof work === 'function') return work;
  } catch (error) {
    cause = error;
  }
  throw new ForecastError('missing-dependency', `${module} exports no function ${task.name}`, { cause });
}

function revive(error: CopiedError): ForecastError {
  if (!error.path || !error.code) return failed(error.message, error);
  const { path, hint } = error;
  return new ForecastError(error.code as ForecastErrorCode, error.message, { path, hint });
}

function failed(message: string, cause: unknown): ForecastError {
  return new ForecastError('engine-failed', `The task failed: ${message}`, { cause });
}
