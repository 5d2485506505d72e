/** What a key may do: everything, read forecasts, or read aggregates of categories. */
export const ROLES = ['admin', 'merchant', 'analyst'] as const;

export type Role = (typeof ROLES)[number];

/** Roles that may read forecasts of single products. */
export const PRODUCT_READERS: readonly Role[] = ['admin', 'merchant'];

/** Who a request comes from. */
export interface Principal {
  readonly keyId: string;
  readonly role: Role;
}
