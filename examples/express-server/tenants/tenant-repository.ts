import type { Database } from '../storage/database.js';

/** Limits of a tenant; undefined for none. */
export interface Quotas {
  /** Daily rows of sales that are stored. */
  readonly rows?: number | undefined;
  /** Trainings that are asked for within 24 hours. */
  readonly trainingsPerDay?: number | undefined;
  /** Requests of all its keys together. */
  readonly requestsPerMinute?: number | undefined;
}

/** A tenant as it is stored. */
export interface Tenant {
  readonly id: string;
  readonly createdAt: Date;
  readonly quotas: Quotas;
  /** True once its schema and role are there. */
  readonly isReady: boolean;
}

interface Row {
  id: string;
  created_at: Date;
  ready: boolean;
  quota_rows: string | null;
  quota_trainings: number | null;
  quota_requests: number | null;
}

/** The tenants of an installation. */
export class TenantRepository {
  readonly #database: Database;
  readonly #table: string;

  constructor(database: Database, schema: string) {
    this.#database = database;
    this.#table = `"${schema}".tenants`;
  }

  /** Notes a tenant that is to be set up; false if there is one that is set up already. */
  async begin(id: string, createdAt: Date, quotas: Quotas): Promise<boolean> {
    const { rows } = await this.#database.query(
      `INSERT INTO ${this.#table} AS t (id, created_at, ready, quota_rows, quota_trainings, quota_requests)
       VALUES ($1, $2, false, $3, $4, $5)
       ON CONFLICT (id) DO UPDATE SET quota_rows = $3, quota_trainings = $4, quota_requests = $5
         WHERE NOT t.ready
       RETURNING id`,
      [id, createdAt, ...quotaValues(quotas)],
    );
    return rows.length > 0;
  }

  /** Notes that a tenant is set up. */
  async finish(id: string): Promise<void> {
    await this.#database.query(`UPDATE ${this.#table} SET ready = true WHERE id = $1`, [id]);
  }

  async find(id: string): Promise<Tenant | undefined> {
    const { rows } = await this.#database.query<Row>(`SELECT * FROM ${this.#table} WHERE id = $1`, [id]);
    return rows[0] && toTenant(rows[0]);
  }

  /** All tenants by id. */
  async list(): Promise<Tenant[]> {
    const { rows } = await this.#database.query<Row>(`SELECT * FROM ${this.#table} ORDER BY id`);
    return rows.map(toTenant);
  }

  /** Replaces the quotas of a tenant; undefined if there is none of that id. */
  async setQuotas(id: string, quotas: Quotas): Promise<Tenant | undefined> {
    const { rows } = await this.#database.query<Row>(
      `UPDATE ${this.#table} SET quota_rows = $2, quota_trainings = $3, quota_requests = $4
       WHERE id = $1 RETURNING *`,
      [id, ...quotaValues(quotas)],
    );
    return rows[0] && toTenant(rows[0]);
  }
}

function quotaValues({ rows, trainingsPerDay, requestsPerMinute }: Quotas): (number | null)[] {
  return [rows ?? null, trainingsPerDay ?? null, requestsPerMinute ?? null];
}

function toTenant(row: Row): Tenant {
  return {
    id: row.id,
    createdAt: row.created_at,
    isReady: row.ready,
    quotas: {
      rows: row.quota_rows === null ? undefined : Number(row.quota_rows),
      trainingsPerDay: row.quota_trainings ?? undefined,
      requestsPerMinute: row.quota_requests ?? undefined,
    },
  };
}
