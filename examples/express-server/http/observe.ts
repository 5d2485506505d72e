import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Metrics } from '../monitoring/metrics.js';
import type { HeaderSink } from './header-list.js';
import { withoutSecrets } from './secrets.js';

/** Facts about a request for the log and the metrics. */
export interface RequestFacts {
  readonly id: string;
  /** Path of the endpoint that takes it, with its parameters in braces. */
  route: string;
  keyId?: string;
  /** Tenant of the key. */
  tenant?: string | undefined;
}

/** Records a request and its outcome. */
export type RequestObserver = (
  request: IncomingMessage,
  response: ServerResponse,
  headers: HeaderSink,
) => void;

const facts = new WeakMap<IncomingMessage, RequestFacts>();
const REQUEST_ID = /^[\w.-]{1,64}$/;
/** Paths that are asked for all the time and say nothing when they are answered well. */
const QUIET = new Set(['/health/live', '/health/ready', '/metrics']);

export function factsOf(request: IncomingMessage): RequestFacts {
  const known = facts.get(request);
  if (!known) throw new Error('The request was not observed');
  return known;
}

/** Gives every request an id, measures it, and logs it as one line of JSON when it has been answered. */
export function observeRequests(metrics: Metrics, logger: Logger): RequestObserver {
  const measure = measureRequests(metrics);
  // What these lines hold is fixed, and looking through each of them for secrets costs more than writing it.
  const lines = logger.child({}, { redact: [] });
  return (request, response, headers) => {
    const given = request.headers['x-request-id'];
    const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    const own: RequestFacts = { id, route: 'unmatched' };
    facts.set(request, own);
    headers.setHeader('x-request-id', id);
    const start = performance.now();
    metrics.httpInFlight.inc();
    response.once('close', () => {
      // What nginx calls it when the client goes before its answer is there.
      const status = response.writableFinished ? response.statusCode : 499;
      const milliseconds = performance.now() - start;
      metrics.httpInFlight.dec();
      measure(request.method ?? '', own.route, status, milliseconds / 1_000);
      logAnswer(lines, request, own, status, milliseconds);
    });
  };
}

/** Looking labels up costs more than counting, so each combination is looked up once. */
function measureRequests({ httpRequests, httpDuration }: Metrics) {
  const known = new Map<string, (seconds: number) => void>();
  return (method: string, route: string, status: number, seconds: number): void => {
    const key = `${method} ${status} ${route}`;
    let count = known.get(key);
    if (!count) {
      const requests = httpRequests.labels({ method, route, status });
      const duration = httpDuration.labels({ method, route });
      count = (value) => {
        requests.inc();
        duration.observe(value);
      };
      known.set(key, count);
    }
    count(seconds);
  };
}

/** No header, query or body is logged, so that no key and no customer can be. */
function logAnswer(
  logger: Logger,
  request: IncomingMessage,
  { id, route, keyId, tenant }: RequestFacts,
  status: number,
  milliseconds: number,
): void {
  const level = status >= 500 ? 'error' : status === 429 ? 'warn' : QUIET.has(route) ? 'debug' : 'info';
  if (!logger.isLevelEnabled(level)) return;
  const [asked = ''] = (request.url ?? '').split('?', 1);
  const path = withoutSecrets(asked);
  const { method } = request;
  const duration_ms = Math.round(milliseconds * 100) / 100;
  logger[level](
    { request_id: id, method, path, route, status, duration_ms, key_id: keyId, tenant },
    'request answered',
  );
}
