import type { IncomingMessage } from 'node:http';
import type { HeaderSink } from './header-list.js';
import { FORGERY_HEADER } from './session-cookie.js';

/** Response headers that a page may read in addition to the safelisted ones. */
const EXPOSED = 'location, retry-after, x-request-id, ratelimit-remaining';
const ALLOWED = `authorization, content-type, idempotency-key, ${FORGERY_HEADER}`;
const METHODS = 'GET, POST, DELETE';
const MAX_AGE_SECONDS = '600';

/** Lets pages of given origins, and no other, use the API with their sessions. */
export class CrossOrigin {
  readonly #origins: ReadonlySet<string>;

  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins);
  }

  /** Adds the CORS headers. */
  allow({ headers }: IncomingMessage, sink: HeaderSink): void {
    const { origin } = headers;
    if (origin === undefined || !this.#origins.has(origin)) return;
    sink.setHeader('access-control-allow-origin', origin);
    sink.setHeader('access-control-allow-credentials', 'true');
    sink.setHeader('access-control-expose-headers', EXPOSED);
  }

  /** Returns whether the request is a preflight, and adds the answer to it. */
  answersPreflight({ method, headers }: IncomingMessage, sink: HeaderSink): boolean {
    const { origin } = headers;
    if (method !== 'OPTIONS' || origin === undefined || !this.#origins.has(origin)) return false;
    sink.setHeader('access-control-allow-methods', METHODS);
    sink.setHeader('access-control-allow-headers', ALLOWED);
    sink.setHeader('access-control-max-age', MAX_AGE_SECONDS);
    return true;
  }
}
