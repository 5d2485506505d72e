import type { Database } from '../storage/database.js';
import type { ApiKeyService, KeyVerdict } from './api-key-service.js';
import { generateSecret, parseSecret, sameHash } from './key-format.js';

/** Seconds after which a person signs in again. */
export const SESSION_SECONDS = 43_200;

/** `cs_<id>_<secret>`, as keys are written. */
const PREFIX = 'cs';

interface Row {
  secret_hash: Uint8Array;
  key_id: string;
}

export interface SessionServiceOptions {
  readonly database: Database;
  readonly schema: string;
  readonly apiKeys: ApiKeyService;
  readonly now: () => Date;
}

/** Sessions of people in browsers: each is bound to an API key and ends with it. */
export class SessionService {
  readonly #options: SessionServiceOptions;
  readonly #table: string;

  constructor(options: SessionServiceOptions) {
    this.#options = options;
    this.#table = `"${options.schema}".sessions`;
  }

  /** Opens a session of a key, and removes those that are over. The text cannot be had again. */
  async open(keyId: string): Promise<string> {
    const { database, now } = this.#options;
    const { id, secretHash, text } = generateSecret(PREFIX);
    const time = now();
    const expiresAt = new Date(time.getTime() + SESSION_SECONDS * 1_000);
    await this.purge();
    await database.query(
      `INSERT INTO ${this.#table} (id, secret_hash, key_id, expires_at) VALUES ($1, $2, $3, $4)`,
      [id, secretHash, keyId, expiresAt],
    );
    return text;
  }

  /** Checks a session: returns the principal of its key, or the reason for refusing it. */
  async verify(text: string): Promise<KeyVerdict> {
    const { database, apiKeys, now } = this.#options;
    const parsed = parseSecret(PREFIX, text);
    if (!parsed) return { refusal: 'unknown' };
    const { rows } = await database.query<Row>(
      `SELECT secret_hash, key_id FROM ${this.#table} WHERE id = $1 AND expires_at > $2`,
      [parsed.id, now()],
    );
    const [row] = rows;
    if (!row || !sameHash(parsed.secretHash, row.secret_hash)) return { refusal: 'unknown' };
    return apiKeys.verifyId(row.key_id);
  }

  /** Removes the sessions that are over. */
  async purge(): Promise<void> {
    const { database, now } = this.#options;
    await database.query(`DELETE FROM ${this.#table} WHERE expires_at <= $1`, [now()]);
  }

  /** Ends a session. */
  async close(text: string): Promise<void> {
    const parsed = parseSecret(PREFIX, text);
    if (!parsed) return;
    await this.#options.database.query(`DELETE FROM ${this.#table} WHERE id = $1 AND secret_hash = $2`, [
      parsed.id,
      parsed.secretHash,
    ]);
  }
}
