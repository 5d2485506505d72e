import type { Schemas } from './client.js';

export type Role = Schemas['Session']['role'];

export const ROLES = ['admin', 'merchant', 'analyst'] as const satisfies readonly Role[];

export function seesProducts(role: Role): boolean {
  return role !== 'analyst';
}
