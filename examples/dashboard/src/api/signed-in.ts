/** Remembers that there is a session, whose cookie no script can read, so that none is requested before signing in. */
const SIGNED_IN = 'signed-in';

export function noteSignedIn(isSignedIn: boolean): void {
  if (isSignedIn) localStorage.setItem(SIGNED_IN, 'yes');
  else localStorage.removeItem(SIGNED_IN);
}

export function maybeSignedIn(): boolean {
  return localStorage.getItem(SIGNED_IN) !== null;
}
