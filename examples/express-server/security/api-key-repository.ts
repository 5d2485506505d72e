import type { Database } from '../storage/database.js';
import type { Role } from './roles.js';

/** An API key as it is stored: the secret only as a hash. */
export interface ApiKey {
  readonly id: string;
  readonly secretHash: Uint8Array;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | undefined;
  /** Id of the key that it was rotated to. */
  readonly replacedBy: string | undefined;
}

interface Row {
  id: string;
  secret_hash: Uint8Array;
  name: string;
  role: Role;
  created_at: Date;
  expires_at: Date;
  revoked_at: Date | null;
  replaced_by: string | null;
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

  async list(): Promise<ApiKey[]> {
    const { rows } = await this.#database.query<Row>(
      `SELECT * FROM ${this.#table} ORDER BY created_at, id LIMIT 1000`,
    );
    return rows.map(toKey);
  }

  async insert(key: ApiKey): Promise<void> {
    await this.#database.query(
      `INSERT INTO ${this.#table} (id, secret_hash, name, role, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [key.id, key.secretHash, key.name, key.role, key.createdAt, key.expiresAt],
    );
  }

  /** False if there is no such key; one that is revoked already stays so since its first time. */
  async revoke(id: string, at: Date): Promise<boolean> {
    const { rows } = await this.#database.query(
      `UPDATE ${this.#table} SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1 RETURNING id`,
      [id, at],
    );
    return rows.length > 0;
  }

  /**
   * Notes the successor of a key, which stays valid until `validUntil` at most. False if another rotation or a
   * revocation was faster.
   */
  async replace(id: string, successor: string, validUntil: Date): Promise<boolean> {
    const { rows } = await this.#database.query(
      `UPDATE ${this.#table} SET replaced_by = $2, expires_at = least(expires_at, $3)
       WHERE id = $1 AND replaced_by IS NULL AND revoked_at IS NULL RETURNING id`,
      [id, successor, validUntil],
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
    role: row.role,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at ?? undefined,
    replacedBy: row.replaced_by ?? undefined,
  };
}
