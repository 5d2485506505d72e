import type { Database } from '../storage/database.js';
import type { ApiKeyService, KeyVerdict } from './api-key-service.js';
import { generateSecret, parseSecret, sameHash } from './key-format.js';
import { type Principal, ROLES } from './roles.js';
import { ScopePool } from './scope-pool.js';
import { readRights, type StoredRole, storeRights } from './stored-rights.js';

/** Seconds after which a person signs in again. */
export const SESSION_SECONDS = 43_200;

/** `cs_<id>_<secret>`, as keys are written. */
const PREFIX = 'cs';

/** The columns from `issuer` on are for somebody whom an identity provider vouches for. */
interface Row {
  secret_hash: Uint8Array;
  key_id: string;
  issuer: string | null;
  role: StoredRole | null;
  scope: string | null;
  tenant: string | null;
}

export interface SessionServiceOptions {
  readonly database: Database;
  readonly schema: string;
  readonly apiKeys: ApiKeyService;
  /** Identity provider by which people sign in; sessions of any other are over. */
  readonly issuer: string | undefined;
  readonly now: () => Date;
}

/**
 * Sessions of people in browsers: each is bound to an API key and ends with it, or holds what an identity provider said and ends with
 * the token that said it.
 */
export class SessionService {
  readonly #options: SessionServiceOptions;
  readonly #table: string;
  readonly #scopes = new ScopePool();

  constructor(options: SessionServiceOptions) {
    this.#options = options;
    this.#table = `"${options.schema}".sessions`;
  }

  /** Opens a session of a key, and removes those that are over. The text cannot be had again. */
  open(keyId: string): Promise<string> {
    return this.#insert(keyId, this.#latestEnd());
  }

  /** Opens a session of somebody whom the identity provider vouches for, until its token ends. */
  async openFederated(
    principal: Principal,
    tokenEndsAt: Date,
  ): Promise<{ readonly text: string; readonly seconds: number }> {
    const { issuer, now } = this.#options;
    if (issuer === undefined) throw new Error('There is no identity provider');
    const latest = this.#latestEnd();
    const endsAt = tokenEndsAt < latest ? tokenEndsAt : latest;
    const text = await this.#insert(principal.keyId, endsAt, { ...principal, issuer });
    return { text, seconds: Math.max(0, Math.floor((endsAt.getTime() - now().getTime()) / 1_000)) };
  }

  #latestEnd(): Date {
    return new Date(this.#options.now().getTime() + SESSION_SECONDS * 1_000);
  }

  async #insert(
    keyId: string,
    endsAt: Date,
    vouched?: Principal & { readonly issuer: string },
  ): Promise<string> {
    const { id, secretHash, text } = generateSecret(PREFIX);
    const rights = vouched && storeRights(vouched);
    await this.purge();
    await this.#options.database.query(
      `INSERT INTO ${this.#table} (id, secret_hash, key_id, expires_at, issuer, role, scope, tenant)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        id,
        secretHash,
        keyId,
        endsAt,
        vouched?.issuer ?? null,
        rights?.role ?? null,
        rights?.scope ?? null,
        rights?.tenant ?? null,
      ],
    );
    return text;
  }

  /** Checks a session: returns the principal that it stands for, or the reason for refusing it. */
  async verify(text: string): Promise<KeyVerdict> {
    const { database, apiKeys, now } = this.#options;
    const parsed = parseSecret(PREFIX, text);
    if (!parsed) return { refusal: 'unknown' };
    const { rows } = await database.query<Row>(
      `SELECT secret_hash, key_id, issuer, role, scope, tenant FROM ${this.#table}
       WHERE id = $1 AND expires_at > $2`,
      [parsed.id, now()],
    );
    const [row] = rows;
    if (!row || !sameHash(parsed.secretHash, row.secret_hash)) return { refusal: 'unknown' };
    return row.issuer === null ? apiKeys.verifyId(row.key_id) : this.#federated(row);
  }

  #federated({ key_id, issuer, role: stored, ...limits }: Row): KeyVerdict {
    if (issuer !== this.#options.issuer || stored === null) return { refusal: 'unknown' };
    const { role, scope, tenant } = readRights({ role: stored, ...limits });
    if (!ROLES.includes(role)) return { refusal: 'unknown' };
    return {
      principal: {
        keyId: key_id,
        role,
        ...(scope && { scope: this.#scopes.of(scope) }),
        ...(tenant !== undefined && { tenant }),
        isFederated: true,
      },
    };
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
