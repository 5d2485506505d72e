import type { IncomingMessage } from 'node:http';
import type { HeaderSink } from './header-list.js';
import { FORGERY_HEADER } from './session-cookie.js';

/** Answers that a page may read besides those that every page may. */
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

  /** Adds the headers that tell a browser so. */
  allow({ headers }: IncomingMessage, sink: HeaderSink): void {
    const { origin } = headers;
    if (origin === undefined || !this.#origins.has(origin)) return;
    sink.setHeader('access-control-allow-origin', origin);
    sink.setHeader('access-control-allow-credentials', 'true');
    sink.setHeader('access-control-expose-headers', EXPOSED);
  }

  /** Tells whether the request asks if another may be sent, and adds the answer. */
  answersPreflight({ method, headers }: IncomingMessage, sink: HeaderSink): boolean {
    const { origin } = headers;
    if (method !== 'OPTIONS' || origin === undefined || !this.#origins.has(origin)) return false;
    sink.setHeader('access-control-allow-methods', METHODS);
    sink.setHeader('access-control-allow-headers', ALLOWED);
    sink.setHeader('access-control-max-age', MAX_AGE_SECONDS);
    return true;
  }
}
