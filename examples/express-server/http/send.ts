import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { EncodedJson } from './encoded-json.js';
import { HeaderList } from './header-list.js';
import { factsOf } from './observe.js';
import { problemBody, toHttpProblem } from './problem.js';
import { withoutSecrets } from './secrets.js';

/** Sends bytes as they are kept: nothing is serialised or compressed again for a further request. */
export function sendEncoded(
  request: IncomingMessage,
  response: ServerResponse,
  { plain, gzip, etag }: EncodedJson,
  headers = new HeaderList(),
): void {
  headers.setHeader('etag', etag);
  headers.setHeader('vary', 'accept-encoding');
  headers.setHeader('cache-control', 'private, no-cache');
  if (matchesEtag(request.headers['if-none-match'], etag)) {
    headers.writeHead(response, 304);
    response.end();
    return;
  }
  const body = gzip && acceptsGzip(request.headers['accept-encoding']) ? gzip : plain;
  if (body === gzip) headers.setHeader('content-encoding', 'gzip');
  headers.setHeader('content-type', 'application/json; charset=utf-8');
  headers.setHeader('content-length', body.length);
  headers.writeHead(response, 200);
  response.end(body);
}

/** Sends each value as an event of a stream, until they end or the client goes away. */
export async function sendEvents(response: ServerResponse, values: AsyncIterable<unknown>): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    // Proxies that gather answers would hold events back.
    'x-accel-buffering': 'no',
  });
  for await (const value of values) {
    if (response.destroyed) return;
    response.write(`data: ${JSON.stringify(value)}\n\n`);
  }
  response.end();
}

/** Answers with problem details, whatever was thrown. */
export type ProblemSender = (error: unknown, request: IncomingMessage, response: ServerResponse) => void;

/** Makes the sender of problems; what is not meant for the caller goes to the log. */
export function problemSender(logger: Logger, onError: (error: unknown) => void): ProblemSender {
  return (error, request, response) => {
    const problem = toHttpProblem(error);
    const { id } = factsOf(request);
    onError(error);
    if (problem.status >= 500) logger.error({ err: error, request_id: id }, 'request failed');
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    response.statusCode = problem.status;
    for (const [name, value] of Object.entries(problem.options.headers ?? {}))
      response.setHeader(name, value);
    // The rest of a body that was refused would otherwise be taken for the next request.
    if (!request.complete) response.setHeader('connection', 'close');
    const path = (request as { originalUrl?: string }).originalUrl ?? request.url ?? '';
    response.setHeader('content-type', 'application/problem+json');
    response.setHeader('cache-control', 'no-store');
    response.end(JSON.stringify(problemBody(problem, withoutSecrets(path.replace(/\?.*/s, '')), id)));
  };
}

/** Compares as RFC 9110 says for `If-None-Match`: any of a list, weak or strong, or `*`. */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header === etag || header.trim() === '*') return true;
  return header.match(/(?:W\/)?"[^"]*"/g)?.some((tag) => tag.replace(/^W\//, '') === etag) ?? false;
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  return typeof header === 'string' && /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(header);
}
