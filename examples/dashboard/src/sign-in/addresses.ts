export const SIGN_IN_PATH = '/sign-in';

/** Address of the sign-in page that leads on to another address of this application. */
export function signInAddress(next: string): string {
  return `${SIGN_IN_PATH}?${new URLSearchParams({ next })}`;
}

/** Address of the sign-in page for somebody whom the identity provider had vouched for, and who has signed out. */
export const SIGNED_OUT = `${SIGN_IN_PATH}?from=sign-out`;

/** Address to go to after signing in: one of this application, whatever the page was opened with. */
export function nextAddress(search: string): string {
  const next = new URLSearchParams(search).get('next');
  return next !== null && leadsHere(next) ? next : '/';
}

/**
 * True for an address of this application: browsers read `//host` and `/\\host` as another one, and `//` as none. Nor may the path
 * be one of these once `.` and `..` are gone from it.
 */
function leadsHere(address: string): boolean {
  try {
    const { origin, pathname } = new URL(address, location.origin);
    return address.startsWith('/') && origin === location.origin && !pathname.startsWith('//');
  } catch {
    return false;
  }
}
