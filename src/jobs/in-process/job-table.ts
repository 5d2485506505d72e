import { CheckedJson } from '../../checked-json.js';
import { ForecastError } from '../../errors.js';
import type { DocumentStore } from '../../storage/document-contract.js';
import { JOB_STATES, type JobState } from '../contract.js';

/** One stored job. */
export interface StoredJob {
  readonly id: string;
  readonly data: unknown;
  readonly state: JobState;
  /** Earliest start of a waiting job, in milliseconds since 1970. */
  readonly dueAt: number;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly backoffMs: number;
  /** Instance that runs the job; it must renew the lease before `leaseUntil`. */
  readonly owner?: string;
  readonly leaseUntil?: number;
  readonly checkpoint?: unknown;
  readonly result?: unknown;
  readonly reason?: string;
}

/** State of the jobs of one name. */
export interface JobTable {
  readonly jobs: readonly StoredJob[];
  /** The newest time that each schedule has enqueued, in milliseconds since 1970. */
  readonly fired: Readonly<Record<string, number>>;
}

/** Number of finished jobs that are kept, so that their ids stay known. */
export const KEPT_JOBS = 1_000;

/** Lost compare-and-sets in a row after which a writer gives up. */
const MAX_TRIES = 100;

const EMPTY: JobTable = { jobs: [], fired: {} };

/** The jobs of one name in a state store: every change is one compare-and-set, so that instances agree. */
export class StoredJobTable {
  constructor(
    private readonly store: DocumentStore,
    private readonly job: string,
  ) {}

  async read(): Promise<JobTable> {
    return this.#parse((await this.store.read(this.document)).document);
  }

  /**
   * Applies a change to the current table; nothing is written if `decide` returns no new table.
   *
   * @throws ForecastError `conflict` if other instances keep winning.
   */
  async change<T>(decide: (table: JobTable) => { readonly next?: JobTable; readonly answer: T }): Promise<T> {
    for (let i = 0; i < MAX_TRIES; i++) {
      const { revision, document } = await this.store.read(this.document);
      const { next, answer } = decide(this.#parse(document));
      if (next === undefined) return answer;
      if (await this.store.compareAndSet(this.document, revision, trimmed(next))) return answer;
    }
    throw new ForecastError('conflict', `The jobs "${this.job}" are changed by too many instances at once`);
  }

  /** @throws ForecastError `invalid-data` if the document is not a table of jobs. */
  #parse(document: unknown): JobTable {
    if (document === undefined) return EMPTY;
    const json = new CheckedJson(document, {
      what: 'table of jobs',
      code: 'invalid-data',
      path: [this.document],
    });
    const fired = json.object('fired');
    return {
      jobs: json.objects('jobs').map(parseJob),
      fired: Object.fromEntries(fired.names.map((name) => [name, fired.number(name)])),
    };
  }

  private get document(): string {
    return `jobs.${this.job}`;
  }
}

function parseJob(json: CheckedJson): StoredJob {
  const { data, checkpoint, result } = json.fields;
  return {
    id: json.text('id'),
    data,
    state: json.oneOf('state', JOB_STATES),
    dueAt: json.number('dueAt'),
    attempts: json.integer('attempts', 0),
    maxAttempts: json.integer('maxAttempts', 0),
    backoffMs: json.number('backoffMs', 0),
    owner: json.optional('owner', () => json.text('owner')),
    leaseUntil: json.optional('leaseUntil', () => json.number('leaseUntil')),
    checkpoint,
    result,
    reason: json.optional('reason', () => json.text('reason')),
  };
}

/** The table with one job replaced. */
export function withJob(table: JobTable, job: StoredJob): JobTable {
  return { ...table, jobs: table.jobs.map((other) => (other.id === job.id ? job : other)) };
}

/** Drops the oldest finished jobs beyond the limit. */
function trimmed(table: JobTable): JobTable {
  let excess = -KEPT_JOBS;
  for (const { state } of table.jobs) if (state === 'done' || state === 'dead') excess++;
  if (excess <= 0) return table;
  const jobs = table.jobs.filter(({ state }) => !((state === 'done' || state === 'dead') && excess-- > 0));
  return { ...table, jobs };
}
