import type { Principal, Role, Scope } from './roles.js';

/** Role in a table. An older server, which knows no limits and tenants, refuses these as roles that may do nothing. */
export type StoredRole = Role | typeof LIMITED | `tenant-${Role | typeof LIMITED}`;
const LIMITED = 'limited-merchant';
const OF_TENANT = 'tenant-';

/** Columns that say what a key or a session has the right to. */
export interface StoredRights {
  readonly role: StoredRole;
  readonly scope: string | null;
  readonly tenant: string | null;
}

export interface Rights {
  readonly role: Role;
  /** Undefined for the whole shop. */
  readonly scope: Scope | undefined;
  /** Undefined for the installation itself. */
  readonly tenant: string | undefined;
}

export function storeRights({ role, scope, tenant }: Pick<Principal, keyof Rights>): StoredRights {
  const own = scope ? LIMITED : role;
  return {
    role: tenant === undefined ? own : `${OF_TENANT}${own}`,
    scope: scope ? JSON.stringify(scope) : null,
    tenant: tenant ?? null,
  };
}

/** The role decides whose the rights are: of a tenant that is not named they belong to none that exists. */
export function readRights({ role: stored, scope, tenant }: StoredRights): Rights {
  const isOfTenant = stored.startsWith(OF_TENANT) || tenant !== null;
  const role = stored.replace(OF_TENANT, '') as Role | typeof LIMITED;
  return {
    role: role === LIMITED ? 'merchant' : role,
    scope: role === LIMITED ? JSON.parse(scope ?? '{"categories":[]}') : undefined,
    tenant: isOfTenant ? (tenant ?? '') : undefined,
  };
}
