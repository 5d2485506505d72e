import type { ModelHandle } from 'commerce-forecast';
import type { Metrics } from '../monitoring/metrics.js';
import type { Database } from '../storage/database.js';

/** Requests that a version was asked, and how many of them failed. */
export interface RequestCount {
  readonly version: number;
  readonly requests: number;
  readonly failures: number;
}

interface Counting {
  inc(): void;
}

interface Counted {
  readonly routing: number;
  readonly version: number;
  /** Looking labels up costs more than counting. */
  readonly counters: { readonly answered: Counting; readonly failed: Counting };
  requests: number;
  failures: number;
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
  readonly #metrics: Metrics;
  #counting = new Map<object, Counted>();

  constructor(database: Database, schema: string, metrics: Metrics) {
    this.#metrics = metrics;
    this.#database = database;
    this.#table = `"${schema}".model_requests`;
  }

  /** Counts a request for a version, which `handle` stands for as long as the routes do. */
  count(handle: ModelHandle<unknown>, routing: number, failed: boolean): void {
    let own = this.#counting.get(handle);
    if (!own) {
      own = {
        routing,
        version: handle.version.version,
        counters: this.#counters(handle),
        requests: 0,
        failures: 0,
      };
      this.#counting.set(handle, own);
    }
    own.requests++;
    if (failed) own.failures++;
    (failed ? own.counters.failed : own.counters.answered).inc();
  }

  /** Adds what was counted here to what all instances counted. */
  async flush(): Promise<void> {
    const counted = [...this.#counting.values()];
    if (counted.length === 0) return;
    const before = this.#counting;
    this.#counting = new Map();
    try {
      await this.#add(counted);
    } catch (error) {
      for (const [handle, { requests, failures, ...about }] of before) {
        const own = this.#counting.get(handle) ?? { ...about, requests: 0, failures: 0 };
        own.requests += requests;
        own.failures += failures;
        this.#counting.set(handle, own);
      }
      throw error;
    }
  }

  /** What all instances counted under a routing, over all of its time or over the last hours. */
  async read(routing: number, hours = KEPT_HOURS): Promise<RequestCount[]> {
    const { rows } = await this.#database.query<RequestCount>(
      `SELECT version, sum(requests)::float8 AS requests, sum(failures)::float8 AS failures FROM ${this.#table}
       WHERE routing = $1 AND hour > now() - $2::integer * interval '1 hour' GROUP BY version`,
      [routing, hours],
    );
    return rows;
  }

  #counters({ arm, version }: ModelHandle<unknown>): Counted['counters'] {
    const labels = { version: version.version, arm };
    const { modelRequests } = this.#metrics;
    return {
      answered: modelRequests.labels({ ...labels, outcome: 'answered' }),
      failed: modelRequests.labels({ ...labels, outcome: 'failed' }),
    };
  }

  async #add(counted: readonly Counted[]): Promise<void> {
    const column = (name: keyof Counted) => counted.map((item) => item[name]);
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
      [column('routing'), column('version'), column('requests'), column('failures')],
    );
  }
}
