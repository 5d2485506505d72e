import type { Schemas } from './client.js';
import { ROLES, type Role } from './roles.js';

/**
 * Remembers that there is a session and with which role, as no script can read its cookie: so nothing is requested before
 * signing in, and the right things are after it.
 */
const SIGNED_IN = 'signed-in';

export function noteSignedIn({ role }: Pick<Schemas['Session'], 'role'>): void {
  localStorage.setItem(SIGNED_IN, role);
}

export function noteSignedOut(): void {
  localStorage.removeItem(SIGNED_IN);
}

export function maybeSignedIn(): boolean {
  return localStorage.getItem(SIGNED_IN) !== null;
}

/** The role that the session had last; undefined where it is not known. */
export function notedRole(): Role | undefined {
  const noted = localStorage.getItem(SIGNED_IN);
  return ROLES.find((role) => role === noted);
}
