import { ForecastError } from 'commerce-forecast';
import type { Endpoint } from '../http/endpoint.js';
import type { HeaderSink } from '../http/header-list.js';
import { HttpProblem } from '../http/problem.js';
import type { Principal } from '../security/roles.js';
import type { Tenant, TenantRepository } from './tenant-repository.js';

/** A tenant in use: its own shop, and the endpoints over it. */
export interface OpenTenant {
  /** Endpoint of an operation, over what belongs to the tenant; undefined for operations of the installation. */
  endpoint(operationId: string): Endpoint | undefined;
  /** Counts a request. @throws HttpProblem 429 beyond the quota of the tenant. */
  countRequest(headers: HeaderSink): Promise<void>;
  /** Does a scheduled job. */
  work(job: TenantJob): Promise<unknown>;
  /** Tells whether something runs that closing would end. */
  isBusy(): boolean;
  close(): Promise<void>;
}

export const TENANT_JOBS = ['collection', 'training', 'chores'] as const;
export type TenantJobKind = (typeof TENANT_JOBS)[number];

/** A scheduled job, or a training that was asked for. */
export interface TenantJob {
  readonly kind: TenantJobKind;
  /** The day that is collected. */
  readonly day: string;
  readonly data: unknown;
  readonly checkpoint: unknown;
  saveCheckpoint(checkpoint: unknown): Promise<void>;
  readonly signal: AbortSignal;
}

interface Entry {
  users: number;
  readonly opening: Promise<OpenTenant>;
  tenant?: OpenTenant;
}

export interface TenantsOptions {
  readonly repository: TenantRepository;
  readonly open: (tenant: Tenant) => Promise<OpenTenant>;
  /** Tenants that stay open while nobody asks them anything. */
  readonly most: number;
  /** Called when a tenant could not be closed well. */
  readonly onError: (error: unknown) => void;
}

/** The tenants that this process has open: those used last, and all that are in use. */
export class Tenants {
  readonly repository: TenantRepository;
  readonly #options: TenantsOptions;
  /** The one used last comes last. */
  readonly #open = new Map<string, Entry>();
  readonly #closing = new Set<Promise<void>>();
  #isClosed = false;

  constructor(options: TenantsOptions) {
    this.repository = options.repository;
    this.#options = options;
  }

  /** Answers a request of a tenant's key with the endpoint of the tenant, and never with another. */
  async answer(
    principal: Principal & { readonly tenant: string },
    { operationId }: Endpoint,
    headers: HeaderSink,
    answer: (endpoint: Endpoint) => Promise<void>,
  ): Promise<void> {
    await this.use(principal.tenant, async (tenant) => {
      await tenant.countRequest(headers);
      const own = tenant.endpoint(operationId);
      if (!own) throw ofInstallation();
      await answer(own);
    });
  }

  /**
   * Works with a tenant, which stays open until the end.
   *
   * @throws HttpProblem 403 if there is no such tenant; ForecastError `unavailable` once all are closed.
   */
  async use<T>(id: string, work: (tenant: OpenTenant) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new ForecastError('unavailable', 'The tenants are closed');
    const entry = this.#open.get(id) ?? this.#start(id);
    this.#open.delete(id);
    this.#open.set(id, entry);
    entry.users++;
    try {
      return await work(await entry.opening);
    } finally {
      entry.users--;
      this.#closeIdle();
    }
  }

  /** Closes all tenants, when nothing is asked any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const entries = [...this.#open.values()];
    this.#open.clear();
    await Promise.all([...entries.map((entry) => this.#closeEntry(entry)), ...this.#closing]);
  }

  #start(id: string): Entry {
    const entry: Entry = { users: 0, opening: this.#openKnown(id) };
    entry.opening.then(
      (tenant) => {
        entry.tenant = tenant;
      },
      () => {
        if (this.#open.get(id) === entry) this.#open.delete(id);
      },
    );
    return entry;
  }

  async #openKnown(id: string): Promise<OpenTenant> {
    const tenant = await this.repository.find(id);
    if (!tenant?.isReady) throw new HttpProblem(403, 'no-tenant', 'The tenant of the key does not exist.');
    return this.#options.open(tenant);
  }

  #closeIdle(): void {
    for (const [id, entry] of this.#open) {
      if (this.#open.size <= this.#options.most) return;
      if (entry.users > 0 || !entry.tenant || entry.tenant.isBusy()) continue;
      this.#open.delete(id);
      const closing: Promise<void> = this.#closeEntry(entry).finally(() => this.#closing.delete(closing));
      this.#closing.add(closing);
    }
  }

  /** Never rejects; a tenant that could not be opened has nothing to close. */
  async #closeEntry({ opening }: Entry): Promise<void> {
    const tenant = await opening.catch(() => undefined);
    await tenant?.close().catch((error: unknown) => this.#options.onError(error));
  }
}

/** Tells whether a caller belongs to a tenant. */
export function isOfTenant(
  principal: Principal | undefined,
): principal is Principal & { readonly tenant: string } {
  return principal?.tenant !== undefined;
}

/** Problem of an operation that is for the administrator of the installation. */
export function ofInstallation(): HttpProblem {
  return new HttpProblem(403, 'forbidden', 'This is for the administrator of the installation.');
}
