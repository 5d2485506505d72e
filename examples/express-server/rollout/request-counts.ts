import type { ModelHandle } from 'commerce-forecast/registry';
import { Counter, type Registry } from 'prom-client';
import type { Database } from '../storage/database.js';

/** Requests that a version was asked, and how many of them failed. */
export interface RequestCount {
  readonly version: number;
  readonly requests: number;
  readonly failures: number;
}

interface Counted {
  readonly handle: ModelHandle<unknown>;
  readonly routing: number;
  requests: number;
  failures: number;
  /** Of these, what the metrics show already. */
  shownRequests: number;
  shownFailures: number;
}

/** Hours after which counts are worth nothing to any decision. */
const KEPT_HOURS = 24 * 90;

/**
 * Requests by version and routing, of all instances: counted in memory, and added to the database from time to time. What
 * a process counted since is lost if it dies.
 */
export class RequestCounts {
  readonly #database: Database;
  readonly #table: string;
  readonly #metric: Counter<'version' | 'arm' | 'outcome'>;
  #counting = new Map<object, Counted>();

  constructor(database: Database, schema: string, registry: Registry) {
    this.#database = database;
    this.#table = `"${schema}".model_requests`;
    const show = () => this.#show();
    this.#metric = new Counter({
      name: 'model_requests_total',
      help: 'Questions by the version that was asked, its arm (production, canary or of an experiment), and outcome.',
      labelNames: ['version', 'arm', 'outcome'],
      registers: [registry],
      collect: show,
    });
  }

  /** Counts a request for a version, which `handle` stands for as long as the routes do. */
  count(handle: ModelHandle<unknown>, routing: number, failed: boolean): void {
    let own = this.#counting.get(handle);
    if (!own) {
      own = { handle, routing, requests: 0, failures: 0, shownRequests: 0, shownFailures: 0 };
      this.#counting.set(handle, own);
    }
    own.requests++;
    if (failed) own.failures++;
  }

  /** Adds what was counted here to what all instances counted. */
  async flush(): Promise<void> {
    this.#show();
    const counted = [...this.#counting.values()];
    if (counted.length === 0) return;
    const before = this.#counting;
    this.#counting = new Map();
    try {
      await this.#add(counted);
    } catch (error) {
      for (const [handle, own] of before) {
        const since = this.#counting.get(handle);
        this.#counting.set(handle, since ? sumOf(own, since) : own);
      }
      throw error;
    }
  }

  /** Sums up what all instances counted under a routing over the last hours; by default over all that are kept. */
  async read(routing: number, hours = KEPT_HOURS): Promise<RequestCount[]> {
    const { rows } = await this.#database.query<RequestCount>(
      `SELECT version, sum(requests)::float8 AS requests, sum(failures)::float8 AS failures FROM ${this.#table}
       WHERE routing = $1 AND hour > now() - $2::integer * interval '1 hour' GROUP BY version`,
      [routing, hours],
    );
    return rows;
  }

  /** Brings the metric up to date, which for each request would cost more than counting it. */
  #show(): void {
    for (const own of this.#counting.values()) {
      const { arm, version } = own.handle;
      const failures = own.failures - own.shownFailures;
      const answers = own.requests - own.shownRequests - failures;
      this.#metric.inc({ version: version.version, arm, outcome: 'answered' }, answers);
      this.#metric.inc({ version: version.version, arm, outcome: 'failed' }, failures);
      own.shownRequests = own.requests;
      own.shownFailures = own.failures;
    }
  }

  async #add(counted: readonly Counted[]): Promise<void> {
    await this.#database.query(
      `WITH forgotten AS (
         DELETE FROM ${this.#table} WHERE hour < now() - ${KEPT_HOURS} * interval '1 hour'
       )
       INSERT INTO ${this.#table} AS kept (routing, version, hour, requests, failures)
       SELECT routing, version, date_trunc('hour', now()), sum(requests), sum(failures)
       FROM unnest($1::integer[], $2::integer[], $3::bigint[], $4::bigint[])
         AS added (routing, version, requests, failures) GROUP BY routing, version
       ON CONFLICT (routing, version, hour) DO UPDATE
         SET requests = kept.requests + EXCLUDED.requests, failures = kept.failures + EXCLUDED.failures`,
      [
        counted.map(({ routing }) => routing),
        counted.map(({ handle }) => handle.version.version),
        counted.map(({ requests }) => requests),
        counted.map(({ failures }) => failures),
      ],
    );
  }
}

function sumOf(one: Counted, other: Counted): Counted {
  return {
    ...one,
    requests: one.requests + other.requests,
    failures: one.failures + other.failures,
    shownRequests: one.shownRequests + other.shownRequests,
    shownFailures: one.shownFailures + other.shownFailures,
  };
}
