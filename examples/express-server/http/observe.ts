import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import type { Metrics } from '../monitoring/metrics.js';

/** What is known of a request besides the request itself. */
export interface RequestFacts {
  readonly id: string;
  /** Path of the endpoint that takes it, with its parameters in braces. */
  route: string;
  keyId?: string;
}

const facts = new WeakMap<Request, RequestFacts>();
const REQUEST_ID = /^[\w.-]{1,64}$/;

export function factsOf(request: Request): RequestFacts {
  return facts.get(request)!;
}

/** Gives every request an id, logs it as one line of JSON when it has been answered, and measures it. */
export function observeRequests(metrics: Metrics, logger: Logger) {
  const log = logRequests(logger);
  return (request: Request, response: Response, next: NextFunction): void => {
    const given = request.headers['x-request-id'];
    const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    const own: RequestFacts = { id, route: 'unmatched' };
    facts.set(request, own);
    request.id = id;
    response.setHeader('x-request-id', id);
    const start = performance.now();
    metrics.httpInFlight.inc();
    response.once('close', () => {
      const { method } = request;
      const status = response.writableFinished ? response.statusCode : 499;
      metrics.httpInFlight.dec();
      metrics.httpRequests.inc({ method, route: own.route, status });
      metrics.httpDuration.observe({ method, route: own.route }, (performance.now() - start) / 1_000);
    });
    log(request, response);
    next();
  };
}

/** Paths that are asked for all the time and say nothing when they are answered well. */
const QUIET = new Set(['/health/live', '/health/ready', '/metrics']);

/** One line for each answer: no header and no body is logged, so that no key and no customer can be. */
function logRequests(logger: Logger) {
  return pinoHttp<Request, Response>({
    logger,
    genReqId: (request) => factsOf(request).id,
    wrapSerializers: false,
    quietReqLogger: true,
    serializers: { req: () => undefined, res: () => undefined },
    customLogLevel: (request, response, error) => {
      if (error || response.statusCode >= 500) return 'error';
      if (response.statusCode === 429) return 'warn';
      return QUIET.has(request.path) ? 'debug' : 'info';
    },
    customSuccessMessage: () => 'request answered',
    customErrorMessage: () => 'request failed',
    customProps: (request, response) => ({
      method: request.method,
      path: request.path,
      route: factsOf(request).route,
      status: response.statusCode,
      key_id: factsOf(request).keyId,
    }),
  });
}
