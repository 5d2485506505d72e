import { isPermanent, type JobHandler, type RunningJob, reasonOf } from '../contract.js';
import { afterFailure, claimJob } from './claim.js';
import type { JobClock } from './clock.js';
import { type StoredJob, type StoredJobTable, withJob } from './job-table.js';

export interface JobQueueOptions {
  readonly name: string;
  readonly handler: JobHandler;
  readonly concurrency: number;
  readonly singleton: boolean;
  readonly table: StoredJobTable;
  readonly clock: JobClock;
  readonly pollMs: number;
  readonly leaseMs: number;
  readonly onError: (error: unknown) => void;
}

/** Claims the jobs of one name from their table and runs them. */
export class JobQueue {
  readonly #owner = crypto.randomUUID();
  readonly #running = new Set<Promise<void>>();
  readonly #listeners = new Set<() => void>();
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #cancelPoll: (() => void) | undefined;
  #closed = false;

  constructor(private readonly options: JobQueueOptions) {}

  /** Polls for jobs now. */
  wake(): void {
    this.#lookAgain = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
      if (this.#lookAgain && !this.#closed) this.wake();
    });
  }

  /** Calls the listener whenever a job of this process has ended; the returned function removes it. */
  onJobEnd(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelPoll?.();
    await this.#looking;
    await Promise.all(this.#running);
  }

  async #look(): Promise<void> {
    const { concurrency, onError } = this.options;
    this.#cancelPoll?.();
    try {
      while (this.#lookAgain) {
        this.#lookAgain = false;
        while (!this.#closed && this.#running.size < concurrency) {
          const job = await this.#claim();
          if (!job) break;
          const run = this.#run(job)
            .catch(onError)
            .finally(() => this.#ended(run));
          this.#running.add(run);
        }
      }
    } catch (error) {
      onError(error);
    }
    if (!this.#closed) this.#cancelPoll = this.options.clock.after(this.options.pollMs, () => this.wake());
  }

  #ended(run: Promise<void>): void {
    this.#running.delete(run);
    for (const listener of [...this.#listeners]) listener();
    if (!this.#closed) this.wake();
  }

  #claim(): Promise<StoredJob | undefined> {
    const { table, clock, leaseMs, singleton } = this.options;
    const request = { now: clock.now(), owner: this.#owner, leaseMs, singleton };
    return table.change((stored) => claimJob(stored, request));
  }

  async #run(claimed: StoredJob): Promise<void> {
    const { name, handler, leaseMs, clock, onError } = this.options;
    const lost = new AbortController();
    const change = async (update: (job: StoredJob) => StoredJob) => {
      if (!(await this.#changeOwn(claimed, update)))
        lost.abort(new Error('The job was given to someone else'));
    };
    let cancel = () => {};
    const beat = () => {
      cancel = clock.after(leaseMs / 3, () => {
        change((job) => ({ ...job, leaseUntil: clock.now() + leaseMs })).catch(onError);
        beat();
      });
    };
    beat();
    const job: RunningJob = {
      id: claimed.id,
      name,
      data: structuredClone(claimed.data),
      attempt: claimed.attempts,
      checkpoint: structuredClone(claimed.checkpoint),
      saveCheckpoint: (checkpoint) => change((stored) => ({ ...stored, checkpoint })),
      signal: lost.signal,
    };
    try {
      const result = (await handler(job)) ?? null;
      await change((stored) => ({ ...stored, state: 'done', result, reason: undefined }));
    } catch (error) {
      await change((stored) => afterFailure(stored, clock.now(), reasonOf(error), isPermanent(error)));
    } finally {
      cancel();
    }
  }

  /** Changes a job if this attempt still owns it; returns whether it did. */
  #changeOwn(claimed: StoredJob, update: (job: StoredJob) => StoredJob): Promise<boolean> {
    return this.options.table.change((table) => {
      const job = table.jobs.find((candidate) => candidate.id === claimed.id);
      const own = job?.state === 'running' && job.owner === this.#owner && job.attempts === claimed.attempts;
      return own ? { next: withJob(table, update(job)), answer: true } : { answer: false };
    });
  }
}
