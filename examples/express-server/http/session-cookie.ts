import type { IncomingMessage } from 'node:http';
import { SIGN_IN_SECONDS } from '../security/pending-sign-ins.js';
import { SESSION_SECONDS } from '../security/session-service.js';
import { HttpProblem } from './problem.js';

const NAME = 'cf_session';

/** Header that a page of another site cannot send without being allowed to. */
export const FORGERY_HEADER = 'x-csrf-protection';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** The session that a browser sends along. */
export function sessionOf(request: IncomingMessage): string | undefined {
  return cookieOf(request, NAME);
}

/** The sign-in that a browser has begun. */
export function signInOf(request: IncomingMessage, isSecure: boolean): string | undefined {
  return cookieOf(request, signInName(isSecure));
}

/**
 * Refuses what another site may have made the browser send: a browser sends cookies automatically, but not this header.
 *
 * @throws HttpProblem 403 for a request that changes something and has not the header.
 */
export function refuseForgery({ method = '', headers }: IncomingMessage): void {
  if (SAFE_METHODS.has(method) || headers[FORGERY_HEADER] !== undefined) return;
  throw new HttpProblem(403, 'forgery-suspected', 'A session may change something only with a header.', {
    hint: 'Send "X-CSRF-Protection: 1", or an API key in place of the session.',
  });
}

/** The cookie of a session: no script can read it, and no other site can make the browser send it. */
export function sessionCookie(text: string, isSecure: boolean, seconds = SESSION_SECONDS): string {
  return cookie(`${NAME}=${text}; Path=/api/v1`, seconds, 'Strict', isSecure);
}

/** The cookie that makes a browser forget its session. */
export function endedCookie(isSecure: boolean): string {
  return sessionCookie('', isSecure, 0);
}

/** The cookie of a sign-in that has begun: the browser sends it when the identity provider, another site, sends it back. */
export function signInCookie(text: string, isSecure: boolean, seconds = SIGN_IN_SECONDS): string {
  return cookie(`${signInName(isSecure)}=${text}; Path=/`, seconds, 'Lax', isSecure);
}

/** The cookie that makes a browser forget a sign-in. */
export function endedSignInCookie(isSecure: boolean): string {
  return signInCookie('', isSecure, 0);
}

/** By the prefix a browser takes the cookie from this host alone, and not from another one of the same domain. */
function signInName(isSecure: boolean): string {
  return isSecure ? '__Host-cf_sign_in' : 'cf_sign_in';
}

function cookieOf({ headers }: IncomingMessage, wanted: string): string | undefined {
  for (const part of headers.cookie?.split(';') ?? []) {
    const [name, value] = part.trim().split('=', 2);
    if (name === wanted && value) return value;
  }
  return undefined;
}

function cookie(start: string, seconds: number, sameSite: 'Strict' | 'Lax', isSecure: boolean): string {
  return `${start}; Max-Age=${seconds}; HttpOnly; SameSite=${sameSite}${isSecure ? '; Secure' : ''}`;
}
