import { type JobTable, type StoredJob, withJob } from './job-table.js';

export interface ClaimRequest {
  readonly now: number;
  readonly owner: string;
  readonly leaseMs: number;
  readonly singleton: boolean;
}

/**
 * Claims the first job that may start: a waiting one that is due, or a running one whose lease has expired. A
 * lost job without attempts left becomes a dead letter.
 */
export function claimJob(
  table: JobTable,
  request: ClaimRequest,
): { readonly next?: JobTable; readonly answer: StoredJob | undefined } {
  const { now, owner, leaseMs, singleton } = request;
  const buried = buryLost(table, now);
  const changed = buried === table ? undefined : buried;
  const alive = buried.jobs.some((job) => job.state === 'running' && !isLost(job, now));
  if (singleton && alive) return { next: changed, answer: undefined };
  const job = buried.jobs.find((candidate) => mayBegin(candidate, now));
  if (!job) return { next: changed, answer: undefined };
  const claimed: StoredJob = {
    ...job,
    state: 'running',
    attempts: job.attempts + 1,
    owner,
    leaseUntil: now + leaseMs,
  };
  return { next: withJob(buried, claimed), answer: claimed };
}

function buryLost(table: JobTable, now: number): JobTable {
  const spent = (job: StoredJob) => isLost(job, now) && job.attempts >= job.maxAttempts;
  if (!table.jobs.some(spent)) return table;
  const reason = 'The process that ran the job has stopped answering';
  return { ...table, jobs: table.jobs.map((job) => (spent(job) ? { ...job, state: 'dead', reason } : job)) };
}

function mayBegin(job: StoredJob, now: number): boolean {
  return job.state === 'waiting' ? job.dueAt <= now : isLost(job, now);
}

function isLost(job: StoredJob, now: number): boolean {
  return job.state === 'running' && (job.leaseUntil ?? 0) <= now;
}

/** State of a job after a failure: waiting for its next attempt, or dead if there is none. */
export function afterFailure(job: StoredJob, now: number, reason: string, permanent: boolean): StoredJob {
  const dead = permanent || job.attempts >= job.maxAttempts;
  return {
    ...job,
    state: dead ? 'dead' : 'waiting',
    reason,
    dueAt: now + job.backoffMs * 2 ** (job.attempts - 1),
    owner: undefined,
    leaseUntil: undefined,
  };
}
