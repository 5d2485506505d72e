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

/** Days for which what a tenant has is kept; undefined for what the installation does. */
export interface Retention {
  /** Sales. */
  readonly sales?: number | undefined;
  /** Log of removals of sales. */
  readonly removals?: number | undefined;
  /** Trainings that have ended. */
  readonly trainings?: number | undefined;
}

/** A tenant as it is stored. */
export interface Tenant {
  readonly id: string;
  readonly createdAt: Date;
  readonly quotas: Quotas;
  readonly retention: Retention;
  /** Name of its schema, and of the role that owns it. */
  readonly schema: string;
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
  schema_name: string | null;
  retention_sales: number | null;
  retention_removals: number | null;
  retention_trainings: number | null;
}

/** Ids of the tenants of an installation, those that were not set up to the end included. */
export async function tenantIds(database: Database, schema: string): Promise<string[]> {
  const { rows } = await database.query<Pick<Row, 'id'>>(`SELECT id FROM "${schema}".tenants ORDER BY id`);
  return rows.map(({ id }) => id);
}

/** The tenants of an installation. */
export class TenantRepository {
  readonly #database: Database;
  readonly #table: string;
  readonly #schemaOf: (id: string) => string;

  /** @param schemaOf name of the schema of a tenant that is set up now */
  constructor(database: Database, schema: string, schemaOf: (id: string) => string) {
    this.#database = database;
    this.#table = `"${schema}".tenants`;
    this.#schemaOf = schemaOf;
  }

  /** Notes the schemas of tenants that an older server has set up, so that they are found in a database of another name. */
  async noteSchemas(): Promise<void> {
    const { rows } = await this.#database.query<Pick<Row, 'id'>>(
      `SELECT id FROM ${this.#table} WHERE schema_name IS NULL`,
    );
    for (const { id } of rows) {
      await this.#database.query(
        `UPDATE ${this.#table} SET schema_name = $2 WHERE id = $1 AND schema_name IS NULL`,
        [id, this.#schemaOf(id)],
      );
    }
  }

  /** Notes a tenant that is to be set up; false if there is one that is set up already. */
  async begin(id: string, createdAt: Date, quotas: Quotas): Promise<boolean> {
    const { rows } = await this.#database.query(
      `INSERT INTO ${this.#table} AS t (id, created_at, ready, quota_rows, quota_trainings, quota_requests, schema_name)
       VALUES ($1, $2, false, $3, $4, $5, $6)
       ON CONFLICT (id) DO UPDATE SET quota_rows = $3, quota_trainings = $4, quota_requests = $5
         WHERE NOT t.ready
       RETURNING id`,
      [id, createdAt, ...quotaValues(quotas), this.#schemaOf(id)],
    );
    return rows.length > 0;
  }

  /** Notes that a tenant is set up. */
  async finish(id: string): Promise<void> {
    await this.#database.query(`UPDATE ${this.#table} SET ready = true WHERE id = $1`, [id]);
  }

  async find(id: string): Promise<Tenant | undefined> {
    const { rows } = await this.#database.query<Row>(`SELECT * FROM ${this.#table} WHERE id = $1`, [id]);
    return rows[0] && this.#toTenant(rows[0]);
  }

  /** All tenants by id. */
  async list(): Promise<Tenant[]> {
    const { rows } = await this.#database.query<Row>(`SELECT * FROM ${this.#table} ORDER BY id`);
    return rows.map((row) => this.#toTenant(row));
  }

  /** Replaces the quotas of a tenant; undefined if there is none of that id. */
  async setQuotas(id: string, quotas: Quotas): Promise<Tenant | undefined> {
    const { rows } = await this.#database.query<Row>(
      `UPDATE ${this.#table} SET quota_rows = $2, quota_trainings = $3, quota_requests = $4
       WHERE id = $1 RETURNING *`,
      [id, ...quotaValues(quotas)],
    );
    return rows[0] && this.#toTenant(rows[0]);
  }

  /** Replaces what is kept of a tenant, and for how long; undefined if there is none of that id. */
  async setRetention(id: string, { sales, removals, trainings }: Retention): Promise<Tenant | undefined> {
    const { rows } = await this.#database.query<Row>(
      `UPDATE ${this.#table} SET retention_sales = $2, retention_removals = $3, retention_trainings = $4
       WHERE id = $1 RETURNING *`,
      [id, sales ?? null, removals ?? null, trainings ?? null],
    );
    return rows[0] && this.#toTenant(rows[0]);
  }

  #toTenant(row: Row): Tenant {
    return { ...toTenant(row), schema: row.schema_name ?? this.#schemaOf(row.id) };
  }
}

function quotaValues({ rows, trainingsPerDay, requestsPerMinute }: Quotas): (number | null)[] {
  return [rows ?? null, trainingsPerDay ?? null, requestsPerMinute ?? null];
}

function toTenant(row: Row): Omit<Tenant, 'schema'> {
  return {
    id: row.id,
    createdAt: row.created_at,
    isReady: row.ready,
    quotas: {
      rows: row.quota_rows === null ? undefined : Number(row.quota_rows),
      trainingsPerDay: row.quota_trainings ?? undefined,
      requestsPerMinute: row.quota_requests ?? undefined,
    },
    retention: {
      sales: row.retention_sales ?? undefined,
      removals: row.retention_removals ?? undefined,
      trainings: row.retention_trainings ?? undefined,
    },
  };
}
