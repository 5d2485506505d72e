import { API_URL, api, dataOf } from '../api/client.js';
import type { FirstKey } from '../i18n/first/en.js';

/** Reasons for which signing in by the identity provider fails, as the server names them in the address. */
const FAILURES = ['denied', 'expired', 'no-right', 'refused', 'unavailable'] as const;

/** The outcome that the server led back here with. */
export interface ComingBack {
  /** True for somebody whom it has given a session. */
  readonly isSignedIn: boolean;
  /** Text of what went wrong. */
  readonly failure: FirstKey | undefined;
}

export function comingBack(search: string): ComingBack {
  const fields = new URLSearchParams(search);
  const failure = FAILURES.find((known) => known === fields.get('problem'));
  return { isSignedIn: fields.get('from') === 'provider', failure: failure && `signIn.problem.${failure}` };
}

/** The identity provider, with the address that leads to it and then on; undefined without one, or without a connection. */
export async function offeredProvider(
  next: string,
): Promise<{ readonly label: string; readonly href: string } | undefined> {
  const { provider } = await dataOf(api.GET('/api/v1/sign-in')).catch(() => ({ provider: null }));
  if (!provider) return undefined;
  return { label: provider.label, href: `${API_URL}${provider.path}?${new URLSearchParams({ next })}` };
}
