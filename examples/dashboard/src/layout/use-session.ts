import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from '../api/queries.js';
import type { Role } from '../api/roles.js';

/** The role of whoever is signed in; the least one until it is known. */
export function useRole(): Role {
  return useQuery(sessionQuery).data?.role ?? 'analyst';
}
