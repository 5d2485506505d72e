import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Answers a request; several handlers in a list answer one request each, the last one all further ones. */
export type Handler = (request: SeenRequest, response: ServerResponse) => void;

/** A local HTTP service with scripted behaviour. */
export interface FakeService {
  readonly url: string;
  readonly requests: SeenRequest[];
  /** Largest number of requests that were open at the same time. */
  readonly maxConcurrent: () => number;
  answer(...handlers: Handler[]): void;
  close(): Promise<void>;
}

export async function fakeService(...first: Handler[]): Promise<FakeService> {
  let handlers = first;
  const requests: SeenRequest[] = [];
  let open = 0;
  let most = 0;
  const server = createServer(async (incoming, response) => {
    most = Math.max(most, ++open);
    response.once('close', () => open--);
    let body = '';
    for await (const chunk of incoming) body += chunk;
    const { pathname, searchParams } = new URL(incoming.url!, 'http://localhost');
    const request = {
      method: incoming.method!,
      path: pathname,
      query: searchParams,
      headers: incoming.headers,
      body,
    };
    requests.push(request);
    const handler = handlers.length > 1 ? handlers.shift()! : handlers[0];
    if (handler) handler(request, response);
    else response.writeHead(500).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    maxConcurrent: () => most,
    answer(...next) {
      handlers = next;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export const json =
  (value: unknown, status = 200, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));

export const text =
  (body: string, status = 200, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    response.writeHead(status, headers).end(body);

/** Takes the request and never answers. */
export const hang: Handler = () => {};

/** Promises more than it sends, then drops the connection. */
export const truncated =
  (body: string): Handler =>
  (_, response) => {
    response.writeHead(200, { 'content-length': String(body.length + 100) });
    response.write(body, () => response.destroy());
  };

export const dropped: Handler = (_, response) => response.destroy();
