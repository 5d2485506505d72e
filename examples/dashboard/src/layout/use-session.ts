import { useQuery } from '@tanstack/react-query';
import { type Role, sessionQuery } from '../api/queries.js';

/** The role of whoever is signed in; the least one until it is known. */
export function useRole(): Role {
  return useQuery(sessionQuery).data?.role ?? 'analyst';
}

export function seesProducts(role: Role): boolean {
  return role !== 'analyst';
}
