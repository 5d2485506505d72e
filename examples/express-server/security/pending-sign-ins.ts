import type { Database } from '../storage/database.js';
import { generateSecret, parseSecret } from './key-format.js';

/** Seconds that somebody has for signing in at the identity provider. */
export const SIGN_IN_SECONDS = 600;

/** `ct_<id>_<secret>`, as keys are written. */
const PREFIX = 'ct';

/** Whatever else comes as a state is none that was made here, and need not be text that a database takes. */
const STATE = /^[\w-]+$/;

/** A sign-in that began here, with what it is recognised by when the browser comes back. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  /** Secret whose hash the provider was given, as PKCE asks for. */
  readonly verifier: string;
  /** Path of the dashboard to go on at. */
  readonly next: string;
}

/** Sign-ins that have begun, by the secret that the browser holds; each is taken once. */
export class PendingSignIns {
  readonly #database: Database;
  readonly #table: string;
  readonly #now: () => Date;

  constructor(database: Database, schema: string, now: () => Date) {
    this.#database = database;
    this.#table = `"${schema}".sign_ins`;
    this.#now = now;
  }

  /** Keeps a sign-in, and removes those that nobody came back for; returns the text for the browser. */
  async keep({ state, nonce, verifier, next }: PendingSignIn): Promise<string> {
    const { id, secretHash, text } = generateSecret(PREFIX);
    const expiresAt = new Date(this.#now().getTime() + SIGN_IN_SECONDS * 1_000);
    await this.purge();
    await this.#database.query(
      `INSERT INTO ${this.#table} (id, secret_hash, state, nonce, verifier, next, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [id, secretHash, state, nonce, verifier, next, expiresAt],
    );
    return text;
  }

  /**
   * Takes a sign-in, which is gone then; undefined if there is none. A wrong state leaves it where it is: another site can make
   * the browser come here, and would end it.
   */
  async take(text: string, state: string): Promise<PendingSignIn | undefined> {
    const parsed = parseSecret(PREFIX, text);
    if (!parsed || !STATE.test(state)) return undefined;
    const { rows } = await this.#database.query<PendingSignIn>(
      `DELETE FROM ${this.#table} WHERE id = $1 AND secret_hash = $2 AND state = $3 AND expires_at > $4
       RETURNING state, nonce, verifier, next`,
      [parsed.id, parsed.secretHash, state, this.#now()],
    );
    return rows[0];
  }

  /** Removes the sign-ins that nobody came back for. */
  async purge(): Promise<void> {
    await this.#database.query(`DELETE FROM ${this.#table} WHERE expires_at <= $1`, [this.#now()]);
  }
}
