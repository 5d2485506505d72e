import { randomUUID } from 'node:crypto';
import type { Database } from '../storage/database.js';

/** Decisions on the version of a training; `none` if it stays a candidate. */
export const DECISIONS = ['promoted', 'canary-started', 'archived', 'none'] as const;

export type TrainingDecision = (typeof DECISIONS)[number];

/** Codes of why a decision was made; the values of a code are named where it is put into words. */
export const TRAINING_CAUSES = [
  'first',
  'no-validation',
  'production-lost',
  'production-wrong-days',
  'lost',
  'better',
  'better-canary',
  'not-better',
  'waiting',
  'registered-before',
  'superseded',
] as const;

/** Reason for a decision: numbers that errors are compared by, versions, days, shares. */
export interface TrainingCause {
  readonly code: (typeof TRAINING_CAUSES)[number];
  readonly values: Readonly<Record<string, number | string>>;
}

/** Version that a training registered, and the decision on it. */
export interface Deployment {
  readonly version: number;
  readonly decision: TrainingDecision;
  readonly cause: TrainingCause;
}

export type TrainingEnd =
  | ({ readonly modelVersion: string } & Deployment)
  /** Code of an error. */
  | { readonly failure: string };

/** One training, as all instances see it. */
export interface TrainingRun {
  readonly id: string;
  readonly status: 'queued' | 'running' | 'succeeded' | 'failed';
  readonly startedAt: Date;
  readonly finishedAt: Date | undefined;
  readonly modelVersion: string | undefined;
  /** Number of the registered version, what was decided about it, and why. */
  readonly deployment: Deployment | undefined;
  /** Code of the error that ended it; `lost` if its process died. */
  readonly failure: string | undefined;
}

/** A training that succeeded while nothing could be decided about its version. */
export interface UndecidedRun {
  readonly id: string;
  readonly version: number;
  /** No later training succeeded. */
  readonly isLast: boolean;
}

interface Row {
  id: string;
  status: TrainingRun['status'];
  started_at: Date;
  finished_at: Date | null;
  model_version: string | null;
  version: number | null;
  decision: TrainingDecision | null;
  cause: string | null;
  failure: string | null;
}

const LEASE_SECONDS = 30;
/** Trainings that are looked through for those without a decision. */
const LAST_RUNS = 100;
export const HEARTBEAT_MS = 10_000;

/** The trainings of all instances, of which one runs at a time. Times are those of the database. */
export class TrainingRuns {
  readonly #database: Database;
  readonly #table: string;

  constructor(database: Database, schema: string) {
    this.#database = database;
    this.#table = `"${schema}".training_runs`;
  }

  /** Starts a run; undefined while another one is under way. One whose process died holds it up for 30 s at most. */
  async claim(): Promise<TrainingRun | undefined> {
    await this.#endLost();
    const { rows } = await this.#database.query<Row>(
      `INSERT INTO ${this.#table} (id, status, started_at, alive_until)
       VALUES ($1, 'running', now(), now() + $2::integer * interval '1 second')
       ON CONFLICT (status) WHERE status = 'running' DO NOTHING RETURNING *`,
      [randomUUID(), LEASE_SECONDS],
    );
    return rows[0] && toRun(rows[0]);
  }

  /** Notes a run that is to be begun by whoever takes it from the queue. */
  async queue(): Promise<TrainingRun> {
    const { rows } = await this.#database.query<Row>(
      `INSERT INTO ${this.#table} (id, status, started_at, alive_until) VALUES ($1, 'queued', now(), now())
       RETURNING *`,
      [randomUUID()],
    );
    const [row] = rows;
    if (!row) throw new Error('The database returned no row for an insertion');
    return toRun(row);
  }

  /**
   * Trainings that began within the last 24 hours, and the seconds until one of the last `quota` of them is older than that.
   */
  async lastDay(quota: number): Promise<{ readonly count: number; readonly secondsUntilNext: number }> {
    const { rows } = await this.#database.query<{ count: string; seconds: number | null }>(
      `SELECT count(*) AS count,
         ceil(extract(epoch FROM (array_agg(started_at ORDER BY started_at DESC))[$1::integer]
           + interval '1 day' - now()))::integer AS seconds
       FROM ${this.#table} WHERE started_at > now() - interval '1 day'`,
      [Math.max(1, quota)],
    );
    return { count: Number(rows[0]?.count ?? 0), secondsUntilNext: Math.max(1, rows[0]?.seconds ?? 86_400) };
  }

  /** The run that waits in the queue or is under way, if any. */
  async unfinished(): Promise<TrainingRun | undefined> {
    await this.#endLost();
    const { rows } = await this.#database.query<Row>(
      `SELECT * FROM ${this.#table} WHERE status IN ('queued', 'running') ORDER BY started_at DESC, id LIMIT 1`,
    );
    return rows[0] && toRun(rows[0]);
  }

  /**
   * Begins a queued run, or one whose last attempt failed. False while another one is under way, and for one that has
   * succeeded.
   */
  async begin(id: string): Promise<boolean> {
    await this.#endLost();
    const { rows } = await this.#database.query(
      `UPDATE ${this.#table} SET status = 'running', alive_until = now() + $2::integer * interval '1 second',
         failure = NULL, finished_at = NULL
       WHERE id = $1 AND status IN ('queued', 'failed')
         AND NOT EXISTS (SELECT 1 FROM ${this.#table} WHERE status = 'running') RETURNING id`,
      [id, LEASE_SECONDS],
    );
    return rows.length > 0;
  }

  /** Says that the process of a run is alive; false if the run was given up. */
  async renew(id: string): Promise<boolean> {
    const { rows } = await this.#database.query(
      `UPDATE ${this.#table} SET alive_until = now() + $2::integer * interval '1 second'
       WHERE id = $1 AND status = 'running' RETURNING id`,
      [id, LEASE_SECONDS],
    );
    return rows.length > 0;
  }

  async finish(id: string, end: TrainingEnd): Promise<void> {
    const values =
      'failure' in end
        ? ['failed', null, null, null, null, end.failure]
        : ['succeeded', end.modelVersion, end.version, end.decision, JSON.stringify(end.cause), null];
    await this.#database.query(
      `UPDATE ${this.#table} SET status = $2, model_version = $3, version = $4, decision = $5, cause = $6,
         failure = $7, finished_at = now()
       WHERE id = $1 AND status IN ('running', 'queued')`,
      [id, ...values],
    );
  }

  /** Of the last trainings that succeeded, those about whose versions nothing was decided, the latest first. */
  async undecided(): Promise<readonly UndecidedRun[]> {
    const { rows } = await this.#database.query<Pick<Row, 'id' | 'version' | 'decision'>>(
      `SELECT id, version, decision FROM ${this.#table} WHERE status = 'succeeded'
       ORDER BY started_at DESC, id LIMIT ${LAST_RUNS}`,
    );
    return rows.flatMap(({ id, version, decision }, i) =>
      decision === 'none' && version !== null ? [{ id, version, isLast: i === 0 }] : [],
    );
  }

  /** Notes what was decided later about the version of a training. */
  async decide(id: string, { decision, cause }: Deployment): Promise<void> {
    await this.#database.query(
      `UPDATE ${this.#table} SET decision = $2, cause = $3 WHERE id = $1 AND decision = 'none'`,
      [id, decision, JSON.stringify(cause)],
    );
  }

  /** Forgets trainings that ended some days ago, but for the last one. */
  async forget(days: number): Promise<number> {
    const { rows } = await this.#database.query(
      `DELETE FROM ${this.#table} WHERE finished_at < now() - $1::integer * interval '1 day'
         AND id <> (SELECT id FROM ${this.#table} ORDER BY started_at DESC, id LIMIT 1) RETURNING id`,
      [days],
    );
    return rows.length;
  }

  async #endLost(): Promise<void> {
    await this.#database.query(
      `UPDATE ${this.#table} SET status = 'failed', failure = 'lost', finished_at = now()
       WHERE status = 'running' AND alive_until < now()`,
    );
  }

  async find(id: string): Promise<TrainingRun | undefined> {
    const { rows } = await this.#database.query<Row>(`SELECT * FROM ${this.#table} WHERE id = $1`, [id]);
    return rows[0] && toRun(rows[0]);
  }

  async newest(): Promise<TrainingRun | undefined> {
    const { rows } = await this.#database.query<Row>(
      `SELECT * FROM ${this.#table} ORDER BY started_at DESC, id LIMIT 1`,
    );
    return rows[0] && toRun(rows[0]);
  }
}

function toRun(row: Row): TrainingRun {
  return {
    id: row.id,
    status: row.status,
    startedAt: row.started_at,
    finishedAt: row.finished_at ?? undefined,
    modelVersion: row.model_version ?? undefined,
    // Only a training that succeeded has a version.
    deployment:
      row.version === null || row.decision === null || row.cause === null
        ? undefined
        : { version: row.version, decision: row.decision, cause: JSON.parse(row.cause) as TrainingCause },
    failure: row.failure ?? undefined,
  };
}
