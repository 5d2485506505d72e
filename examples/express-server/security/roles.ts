/** Roles of keys: for everything, for reading forecasts, or for reading aggregates of categories. */
export const ROLES = ['admin', 'merchant', 'analyst'] as const;

export type Role = (typeof ROLES)[number];

/** Roles that may read forecasts of single products. */
export const PRODUCT_READERS: readonly Role[] = ['admin', 'merchant'];

/** Identity behind a request: its key and role. */
export interface Principal {
  readonly keyId: string;
  readonly role: Role;
}
