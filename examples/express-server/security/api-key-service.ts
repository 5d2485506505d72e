import type { InstanceEvents } from '../events.js';
import type { ApiKey, ApiKeyRepository, KeyCursor } from './api-key-repository.js';
import { generateKey, type ParsedKey, parseKey, sameHash } from './key-format.js';
import type { Principal, Role, Scope } from './roles.js';
import { SharedCalls } from './shared-calls.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Milliseconds for which a copy in memory is used. */
const COPY_MS = 30_000;
/** From this age on a copy is refreshed while it is still served: otherwise hundreds of requests of a busy key would wait. */
const RENEW_MS = 20_000;
/** For so long a copy is still used while the database does not answer. */
const COPY_WITHOUT_DATABASE_MS = 600_000;
const MAX_COPIES = 10_000;

/** Days for which a key that is worth nothing any more stays in the list. */
const KEPT_DAYS = 30;

/** Reason for refusing a key. */
export type KeyRefusal = 'unknown' | 'expired' | 'revoked';

export type KeyVerdict = { readonly principal: Principal } | { readonly refusal: KeyRefusal };

export interface ApiKeyServiceOptions {
  readonly repository: ApiKeyRepository;
  readonly events: InstanceEvents;
  readonly lifetimeDays: number;
  readonly rotationOverlapHours: number;
  readonly now: () => Date;
}

/** Management of the keys of one tenant, or of the installation itself. */
export interface KeyManager {
  issue(name: string, role: Role, scope?: Scope): ReturnType<ApiKeyService['issue']>;
  rotate(id: string): ReturnType<ApiKeyService['rotate']>;
  revoke(id: string): Promise<boolean>;
  list(limit: number, after?: KeyCursor): ReturnType<ApiKeyService['list']>;
}

interface Copy {
  readonly key: ApiKey;
  /** Monotonic clock. */
  readonly readAt: number;
}

/** Issues, verifies, rotates and revokes API keys. */
export class ApiKeyService {
  readonly #options: ApiKeyServiceOptions;
  readonly #copies = new Map<string, Copy>();
  /** Pending reads, shared by all requests with the same key. */
  readonly #reads = new SharedCalls<ApiKey | undefined>();
  /** Counts what made copies worthless, so that a read that was under way meanwhile is not kept. */
  #forgotten = 0;

  constructor(options: ApiKeyServiceOptions) {
    this.#options = options;
    options.events.subscribe((event) => {
      if (event.kind === 'api-key') this.#forget(event.id);
    });
    options.events.onGap(() => this.#forgetAll());
  }

  /**
   * The new key and its text, which cannot be had again.
   *
   * @param scope limits a merchant's key to a part of the shop
   * @param tenant that it belongs to; the installation itself by default, as everywhere here
   */
  async issue(
    name: string,
    role: Role,
    scope?: Scope,
    tenant?: string,
  ): Promise<{ readonly key: ApiKey; readonly text: string }> {
    if (scope && role !== 'merchant') throw new Error(`Keys with the role ${role} cannot be limited`);
    const { id, secretHash, text } = generateKey();
    const createdAt = this.#options.now();
    const expiresAt = new Date(createdAt.getTime() + this.#options.lifetimeDays * DAY_MS);
    const key: ApiKey = {
      id,
      secretHash,
      name,
      role,
      scope,
      tenant,
      createdAt,
      expiresAt,
      revokedAt: undefined,
      replacedBy: undefined,
      firstUsedAt: undefined,
    };
    await this.#options.repository.insert(key);
    return { key, text };
  }

  /**
   * A successor with the same name, role and limits; the old key works on for the time of the overlap. May be repeated until the
   * successor has been used once: its holder may never have received it. Undefined if there is no such key, or it was
   * revoked, or its successor is in use, or it is not of the tenant.
   */
  async rotate(
    id: string,
    tenant?: string,
  ): Promise<{ readonly key: ApiKey; readonly text: string; readonly oldExpiresAt: Date } | undefined> {
    const { repository, now, rotationOverlapHours } = this.#options;
    const old = await repository.find(id);
    if (!old || old.tenant !== tenant) return undefined;
    const { replacedBy } = old;
    if (replacedBy !== undefined) {
      const withdrawn = await repository.withdraw(replacedBy);
      if (!withdrawn && (await repository.find(replacedBy))) return undefined;
      await this.#announce(replacedBy);
    }
    const issued = await this.issue(old.name, old.role, old.scope, old.tenant);
    const overlapEnd = new Date(now().getTime() + rotationOverlapHours * HOUR_MS);
    if (!(await repository.replace(id, replacedBy, issued.key.id, overlapEnd))) {
      await repository.delete(issued.key.id);
      return undefined;
    }
    await this.#announce(id);
    return { ...issued, oldExpiresAt: overlapEnd < old.expiresAt ? overlapEnd : old.expiresAt };
  }

  /** False if there is no such key. When it returns, the key is refused here, and everywhere that events reach. */
  async revoke(id: string, tenant?: string): Promise<boolean> {
    const found = await this.#options.repository.revoke(id, this.#options.now(), tenant);
    if (found) await this.#announce(id);
    return found;
  }

  /** Lists keys in the order of their creation, from a cursor on, with the cursor of the next ones. */
  async list(
    limit: number,
    after?: KeyCursor,
    tenant?: string,
  ): Promise<{ keys: ApiKey[]; next: KeyCursor | undefined }> {
    const found = await this.#options.repository.list(limit + 1, after, tenant);
    const keys = found.slice(0, limit);
    return { keys, next: found.length > limit ? keys.at(-1) : undefined };
  }

  /** The keys of a tenant, and no others. */
  of(tenant: string | undefined): KeyManager {
    return {
      issue: (name, role, scope) => this.issue(name, role, scope, tenant),
      rotate: (id) => this.rotate(id, tenant),
      revoke: (id) => this.revoke(id, tenant),
      list: (limit, after) => this.list(limit, after, tenant),
    };
  }

  /** Lists the keys of the installation with a role that are valid. */
  usable(role: Role): Promise<ApiKey[]> {
    return this.#options.repository.usable(role, this.#options.now());
  }

  /** Deletes keys that expired or were revoked some days ago; returns their number. */
  purge(): Promise<number> {
    const now = this.#options.now();
    return this.#options.repository.purge(new Date(now.getTime() - KEPT_DAYS * DAY_MS), now);
  }

  /** Checks a key: returns its principal, or the reason for refusing it. */
  async verify(text: string): Promise<KeyVerdict> {
    const parsed = parseKey(text);
    if (!parsed) return { refusal: 'unknown' };
    const copy = this.#freshCopy(parsed.id);
    const key = copy ? copy.key : await this.#read(parsed.id);
    const verdict = this.#judge(parsed, key);
    if (key && 'principal' in verdict) await this.#noteUse(key);
    return verdict;
  }

  /** The same at once, or undefined if the database has to be asked. */
  verifyInMemory(text: string): KeyVerdict | undefined {
    const parsed = parseKey(text);
    const copy = parsed && this.#freshCopy(parsed.id);
    // Its first use is noted in the database.
    if (!parsed || copy?.key.firstUsedAt === undefined) return undefined;
    return this.#judge(parsed, copy.key);
  }

  /** Checks that the key which was exchanged for a token is still valid. */
  async verifyId(id: string): Promise<KeyVerdict> {
    const key = this.#freshCopy(id)?.key ?? (await this.#read(id));
    return key ? this.#state(key) : { refusal: 'unknown' };
  }

  #freshCopy(id: string): Copy | undefined {
    const copy = this.#copies.get(id);
    if (!copy || !this.#options.events.isListening()) return undefined;
    const age = performance.now() - copy.readAt;
    if (age >= COPY_MS) return undefined;
    // The next request retries a failed read; the error is reported once the copy is too old.
    if (age >= RENEW_MS) this.#read(id).catch(() => undefined);
    return copy;
  }

  /** The key as it is in the database after this call; reads that began before a change are shared no more. */
  #read(id: string): Promise<ApiKey | undefined> {
    return this.#reads.run(id, () => this.#find(id));
  }

  async #find(id: string): Promise<ApiKey | undefined> {
    const before = this.#forgotten;
    try {
      const key = await this.#options.repository.find(id);
      if (key && before === this.#forgotten) this.#keep(id, key);
      return key;
    } catch (error) {
      const copy = this.#copies.get(id);
      if (!copy || !this.#options.events.isListening()) throw error;
      if (performance.now() - copy.readAt > COPY_WITHOUT_DATABASE_MS) throw error;
      return copy.key;
    }
  }

  async #noteUse(key: ApiKey): Promise<void> {
    if (key.firstUsedAt !== undefined) return;
    const firstUsedAt = this.#options.now();
    try {
      await this.#options.repository.noteUse(key.id, firstUsedAt);
    } catch {
      // Without the database the key works on; its next request tries again.
      return;
    }
    const copy = this.#copies.get(key.id);
    if (copy?.key === key) this.#copies.set(key.id, { ...copy, key: { ...key, firstUsedAt } });
  }

  #keep(id: string, key: ApiKey): void {
    if (this.#copies.size >= MAX_COPIES) this.#copies.clear();
    this.#copies.set(id, { key, readAt: performance.now() });
  }

  #judge(parsed: ParsedKey, key: ApiKey | undefined): KeyVerdict {
    // An unknown id is compared too, so that the answer takes as long as for a wrong secret.
    const expected = key?.secretHash ?? NO_HASH;
    if (!sameHash(parsed.secretHash, expected) || !key) return { refusal: 'unknown' };
    return this.#state(key);
  }

  #state(key: ApiKey): KeyVerdict {
    if (key.revokedAt) return { refusal: 'revoked' };
    if (key.expiresAt.getTime() <= this.#options.now().getTime()) return { refusal: 'expired' };
    const { id: keyId, role, scope, tenant } = key;
    return { principal: { keyId, role, ...(scope && { scope }), ...(tenant !== undefined && { tenant }) } };
  }

  async #announce(id: string): Promise<void> {
    this.#forget(id);
    await this.#options.events.publish({ kind: 'api-key', id });
  }

  #forget(id: string): void {
    this.#forgotten++;
    this.#copies.delete(id);
    this.#reads.forget(id);
  }

  #forgetAll(): void {
    this.#forgotten++;
    this.#copies.clear();
    this.#reads.forgetAll();
  }
}

const NO_HASH = new Uint8Array(32);
