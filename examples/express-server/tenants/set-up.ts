import type { ApiKeyService } from '../security/api-key-service.js';
import type { Database } from '../storage/database.js';
import type { Quotas, Retention, Tenant } from './tenant-repository.js';
import { createTenantSchema } from './tenant-schema.js';
import type { Tenants } from './tenants.js';

/** Administration of the tenants of an installation. */
export interface TenantAdministration {
  /** Sets a tenant up and issues its first key; undefined if there is one of that id. May be repeated after a failure. */
  create(id: string, quotas: Quotas): Promise<(Issued & { readonly tenant: Tenant }) | undefined>;
  /** Issues a key of an administrator of a tenant; undefined if there is none of that id. */
  issueKey(id: string, name: string): Promise<Issued | undefined>;
  list(): Promise<Tenant[]>;
  setQuotas(id: string, quotas: Quotas): Promise<Tenant | undefined>;
  setRetention(id: string, retention: Retention): Promise<Tenant | undefined>;
}

type Issued = Awaited<ReturnType<ApiKeyService['issue']>>;

/** Makes the administration of tenants, which works with the rights of the installation. */
export function administerTenants(parts: {
  readonly tenants: Tenants;
  readonly database: Database;
  readonly apiKeys: ApiKeyService;
  readonly now: () => Date;
}): TenantAdministration {
  const { tenants, database, apiKeys, now } = parts;
  const { repository } = tenants;
  return {
    async create(id, quotas) {
      if (!(await repository.begin(id, now(), quotas))) return undefined;
      const tenant = await repository.find(id);
      if (!tenant) throw new Error('The tenant is gone');
      await createTenantSchema(database, tenant.schema);
      await repository.finish(id);
      // Its tables are made with its own rights.
      await tenants.use(id, async () => undefined);
      return {
        tenant: { ...tenant, isReady: true },
        ...(await apiKeys.issue('first key', 'admin', undefined, id)),
      };
    },
    async issueKey(id, name) {
      const tenant = await repository.find(id);
      return tenant?.isReady ? apiKeys.issue(name, 'admin', undefined, id) : undefined;
    },
    list: () => repository.list(),
    setQuotas: (id, quotas) => repository.setQuotas(id, quotas),
    setRetention: (id, retention) => repository.setRetention(id, retention),
  };
}
