import type { Database } from '../storage/database.js';
import type { Role } from './roles.js';
import { type Rights, readRights, type StoredRights, storeRights } from './stored-rights.js';

/** An API key as it is stored: the secret only as a hash. */
export interface ApiKey extends Rights {
  readonly id: string;
  readonly secretHash: Uint8Array;
  readonly name: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | undefined;
  /** Id of the key that it was rotated to. */
  readonly replacedBy: string | undefined;
  /** Time of its first request; until then its holder may never have received it. */
  readonly firstUsedAt: Date | undefined;
}

/** Place in the list of keys. */
export type KeyCursor = Pick<ApiKey, 'id' | 'createdAt'>;

interface Row extends StoredRights {
  id: string;
  secret_hash: Uint8Array;
  name: string;
  created_at: Date;
  expires_at: Date;
  revoked_at: Date | null;
  replaced_by: string | null;
  first_used_at: Date | null;
}

/** The API keys of the database. */
export class ApiKeyRepository {
  readonly #database: Database;
  readonly #table: string;

  constructor(database: Database, schema: string) {
    this.#database = database;
    this.#table = `"${schema}".api_keys`;
  }

  async find(id: string): Promise<ApiKey | undefined> {
    const { rows } = await this.#database.query<Row>(`SELECT * FROM ${this.#table} WHERE id = $1`, [id]);
    return rows[0] && toKey(rows[0]);
  }

  /** Keys of a tenant in the order of their creation, after the one of a cursor. */
  async list(limit: number, after: KeyCursor | undefined, tenant: string | undefined): Promise<ApiKey[]> {
    const { rows } = await this.#database.query<Row>(
      `SELECT * FROM ${this.#table} WHERE tenant IS NOT DISTINCT FROM $4::text
         AND ($2::text IS NULL OR (created_at, id) > ($3::timestamptz, $2))
       ORDER BY created_at, id LIMIT $1`,
      [limit, after?.id ?? null, after?.createdAt ?? null, tenant ?? null],
    );
    return rows.map(toKey);
  }

  /** Keys of the installation with a role that are valid at a time. */
  async usable(role: Role, at: Date): Promise<ApiKey[]> {
    const { rows } = await this.#database.query<Row>(
      `SELECT * FROM ${this.#table} WHERE role = $1 AND tenant IS NULL AND revoked_at IS NULL AND expires_at > $2`,
      [role, at],
    );
    return rows.map(toKey);
  }

  /**
   * Deletes keys that have been worth nothing since before a time; returns their number. If no key is valid now, nothing is
   * deleted: the clock is set wrong rather than everybody shut out.
   */
  async purge(before: Date, now: Date): Promise<number> {
    const { rows } = await this.#database.query(
      `DELETE FROM ${this.#table} WHERE least(expires_at, revoked_at) < $1
         AND EXISTS (SELECT 1 FROM ${this.#table} WHERE revoked_at IS NULL AND expires_at > $2) RETURNING id`,
      [before, now],
    );
    return rows.length;
  }

  /** Notes the first request with a key. */
  async noteUse(id: string, at: Date): Promise<void> {
    await this.#database.query(
      `UPDATE ${this.#table} SET first_used_at = $2 WHERE id = $1 AND first_used_at IS NULL`,
      [id, at],
    );
  }

  /** Deletes a key that was never used; false if there is none, or if it was. */
  async withdraw(id: string): Promise<boolean> {
    const { rows } = await this.#database.query(
      `DELETE FROM ${this.#table} WHERE id = $1 AND first_used_at IS NULL AND revoked_at IS NULL RETURNING id`,
      [id],
    );
    return rows.length > 0;
  }

  async insert(key: ApiKey): Promise<void> {
    const { role, scope, tenant } = storeRights(key);
    await this.#database.query(
      `INSERT INTO ${this.#table} (id, secret_hash, name, role, scope, tenant, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [key.id, key.secretHash, key.name, role, scope, tenant, key.createdAt, key.expiresAt],
    );
  }

  /** False if a tenant has no such key; one that is revoked already stays so since its first time. */
  async revoke(id: string, at: Date, tenant: string | undefined): Promise<boolean> {
    const { rows } = await this.#database.query(
      `UPDATE ${this.#table} SET revoked_at = coalesce(revoked_at, $2)
       WHERE id = $1 AND tenant IS NOT DISTINCT FROM $3::text RETURNING id`,
      [id, at, tenant ?? null],
    );
    return rows.length > 0;
  }

  /**
   * Notes the successor of a key in the place of `before`; the key stays valid until `validUntil` at most. False if another
   * rotation or a revocation was faster.
   */
  async replace(
    id: string,
    before: string | undefined,
    successor: string,
    validUntil: Date,
  ): Promise<boolean> {
    const { rows } = await this.#database.query(
      `UPDATE ${this.#table} SET replaced_by = $2, expires_at = least(expires_at, $3)
       WHERE id = $1 AND replaced_by IS NOT DISTINCT FROM $4 AND revoked_at IS NULL RETURNING id`,
      [id, successor, validUntil, before ?? null],
    );
    return rows.length > 0;
  }

  async delete(id: string): Promise<void> {
    await this.#database.query(`DELETE FROM ${this.#table} WHERE id = $1`, [id]);
  }
}

function toKey(row: Row): ApiKey {
  return {
    id: row.id,
    secretHash: row.secret_hash,
    name: row.name,
    ...readRights(row),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at ?? undefined,
    replacedBy: row.replaced_by ?? undefined,
    firstUsedAt: row.first_used_at ?? undefined,
  };
}
