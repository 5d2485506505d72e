import type { IncomingMessage, ServerResponse } from 'node:http';
import { parse as parseQuery } from 'node:querystring';
import type { Principal } from '../security/roles.js';
import { isOfTenant } from '../tenants/tenants.js';
import { type AccessControl, admit, principalAtHand } from './authorize.js';
import type { Call, Endpoint } from './endpoint.js';
import { HeaderList, type HeaderSink } from './header-list.js';
import { check } from './mount.js';
import { factsOf } from './observe.js';
import { withoutSecrets } from './secrets.js';
import { type ProblemSender, sendEncoded } from './send.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

interface DirectRoute {
  readonly endpoint: Endpoint;
  readonly pattern: RegExp;
}

interface DirectCall {
  readonly endpoint: Endpoint;
  readonly params: Record<string, string>;
  readonly query: string;
  readonly principal: Principal;
}

/**
 * Serves the endpoints marked `direct` without the routing of Express, which costs several times as much as answering
 * from the cache. Schemas, access control and responses are those of the endpoint; whatever is not a plain GET by
 * somebody whose key is in memory goes to Express.
 */
export function serveDirectly(
  endpoints: readonly Endpoint[],
  control: AccessControl,
  sendProblem: ProblemSender,
  prepare: (request: IncomingMessage, response: ServerResponse, headers: HeaderSink) => void,
  otherwise: Handler,
): Handler {
  const routes = endpoints.filter(({ direct }) => direct).map(toRoute);
  return (request, response) => {
    const call = request.method === 'GET' ? findCall(routes, control, request) : undefined;
    if (!call) {
      otherwise(request, response);
      return;
    }
    const headers = new HeaderList();
    prepare(request, response, headers);
    answer(call, control, request, response, headers).catch((error) => {
      if (!response.headersSent) headers.applyTo(response);
      sendProblem(error, request, response);
    });
  };
}

async function answer(
  { endpoint, params, query, principal }: DirectCall,
  control: AccessControl,
  request: IncomingMessage,
  response: ServerResponse,
  headers: HeaderList,
): Promise<void> {
  factsOf(request).route = endpoint.path;
  await admit(control, principal, endpoint, request, headers);
  const reply = await endpoint.handle({
    params: endpoint.params && check(endpoint.params, params, 'path'),
    query: endpoint.query && check(endpoint.query, parseQuery(query), 'query'),
    principal,
  } as Call<unknown, unknown, unknown>);
  if (!('encoded' in reply)) throw new Error(`${endpoint.path} is served directly and gave no encoded reply`);
  sendEncoded(request, response, reply.encoded, headers);
}

function findCall(
  routes: readonly DirectRoute[],
  control: AccessControl,
  request: IncomingMessage,
): DirectCall | undefined {
  const url = request.url ?? '/';
  const [path, query = ''] = splitUrl(url);
  for (const { endpoint, pattern } of routes) {
    const match = pattern.exec(path);
    const params = match && decodeAll(match.groups);
    // A key in the address is refused by Express.
    if (!params || withoutSecrets(url) !== url) continue;
    const principal = principalAtHand(control, request);
    // Tenants are answered by what is theirs alone, which Express looks up.
    return principal && !isOfTenant(principal) ? { endpoint, params, query, principal } : undefined;
  }
  return undefined;
}

function toRoute(endpoint: Endpoint): DirectRoute {
  const pattern = endpoint.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return { endpoint, pattern: new RegExp(`^${pattern}$`) };
}

function splitUrl(url: string): [path: string, query?: string] {
  const end = url.indexOf('?');
  return end < 0 ? [url] : [url.slice(0, end), url.slice(end + 1)];
}

/** Undefined for broken escapes, which Express knows how to refuse. */
function decodeAll(groups: Record<string, string> = {}): Record<string, string> | undefined {
  try {
    return Object.fromEntries(
      Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  } catch {
    return undefined;
  }
}
