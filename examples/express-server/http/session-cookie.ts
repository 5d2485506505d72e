import type { IncomingMessage } from 'node:http';
import { SESSION_SECONDS } from '../security/session-service.js';
import { HttpProblem } from './problem.js';

const NAME = 'cf_session';

/** Header that a page of another site cannot send without being allowed to. */
export const FORGERY_HEADER = 'x-csrf-protection';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** The session that a browser sends along. */
export function sessionOf({ headers }: IncomingMessage): string | undefined {
  for (const part of headers.cookie?.split(';') ?? []) {
    const [name, value] = part.trim().split('=', 2);
    if (name === NAME && value) return value;
  }
  return undefined;
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
export function sessionCookie(text: string, isSecure: boolean): string {
  return cookie(text, SESSION_SECONDS, isSecure);
}

/** The cookie that makes a browser forget its session. */
export function endedCookie(isSecure: boolean): string {
  return cookie('', 0, isSecure);
}

function cookie(value: string, seconds: number, isSecure: boolean): string {
  const attributes = `Path=/api/v1; Max-Age=${seconds}; HttpOnly; SameSite=Strict`;
  return `${NAME}=${value}; ${attributes}${isSecure ? '; Secure' : ''}`;
}
