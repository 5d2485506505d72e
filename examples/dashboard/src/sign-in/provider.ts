import { API_URL, api, dataOf } from '../api/client.js';
import type { FirstKey } from '../i18n/first/en.js';

/** Reasons for which signing in by the identity provider fails, as the server names them in the address. */
const FAILURES = ['denied', 'expired', 'no-right', 'refused', 'unavailable'] as const;

/** The outcome that the server led back here with. */
export interface ComingBack {
  /** True for somebody whom it has given a session. */
  readonly isSignedIn: boolean;
  /** True for somebody whom the provider had vouched for, and who has signed out here. */
  readonly isSignedOut: boolean;
  /** Text of what went wrong. */
  readonly failure: FirstKey | undefined;
}

export function comingBack(search: string): ComingBack {
  const fields = new URLSearchParams(search);
  const failure = FAILURES.find((known) => known === fields.get('problem'));
  return {
    isSignedIn: fields.get('from') === 'provider',
    isSignedOut: fields.get('from') === 'sign-out',
    failure: failure && `signIn.problem.${failure}`,
  };
}

export interface OfferedProvider {
  readonly label: string;
  /** Address that leads to the provider, and then on. */
  readonly href: string;
  /** Address that ends the session of the provider, where it can be ended. */
  readonly signOutHref: string | undefined;
}

/** The identity provider; undefined without one, or without a connection. */
export async function offeredProvider(next: string): Promise<OfferedProvider | undefined> {
  const { provider } = await dataOf(api.GET('/api/v1/sign-in')).catch(() => ({ provider: null }));
  if (!provider) return undefined;
  const { label, path, sign_out_path } = provider;
  return {
    label,
    href: `${API_URL}${path}?${new URLSearchParams({ next })}`,
    signOutHref: sign_out_path === null ? undefined : `${API_URL}${sign_out_path}`,
  };
}
