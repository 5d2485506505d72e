/** Roles of keys: for everything, for reading forecasts, or for reading aggregates of categories. */
export const ROLES = ['admin', 'merchant', 'analyst'] as const;

export type Role = (typeof ROLES)[number];

/** Roles that may read forecasts of single products. */
export const PRODUCT_READERS: readonly Role[] = ['admin', 'merchant'];

/** Most categories, and most locations, that one is limited to. */
export const MAX_SCOPE_NAMES = 20;

/** Part of the shop that a merchant's key is limited to: what is seen has to fit both lists, where both are given. */
export interface Scope {
  readonly categories?: readonly string[] | undefined;
  readonly locations?: readonly string[] | undefined;
}

/** Identity behind a request: its key and role, and what the key is limited to. */
export interface Principal {
  readonly keyId: string;
  readonly role: Role;
  /** Undefined for the whole shop. */
  readonly scope?: Scope | undefined;
  /** Tenant that the key belongs to; undefined for the installation itself. */
  readonly tenant?: string | undefined;
  /** True for somebody whom an identity provider vouches for: `keyId` is then that of no key. */
  readonly isFederated?: true;
}
