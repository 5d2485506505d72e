import compression from 'compression';
import express, { type Express, type Request, type Response } from 'express';
import type * as z from 'zod';
import type { Principal } from '../security/roles.js';
import { isOfTenant, ofInstallation, type Tenants } from '../tenants/tenants.js';
import { type AccessControl, authorize } from './authorize.js';
import type { Call, Endpoint, Reply } from './endpoint.js';
import { checkJsonBytes } from './json-bytes.js';
import { factsOf } from './observe.js';
import { HttpProblem, type ProblemError } from './problem.js';
import { sendEncoded, sendEvents } from './send.js';

const MAX_ERRORS = 20;
const compress = compression();

/** Adds the endpoints to the application, and the answers for other methods and paths. */
export function mountEndpoints(
  app: Express,
  endpoints: readonly Endpoint[],
  control: AccessControl,
  jsonSeconds: number,
  tenants: Tenants | undefined,
): void {
  const methods = new Map<string, string[]>();
  for (const item of endpoints) {
    const path = item.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const readJson = item.body && jsonReader(item.body);
    app[item.method](path, async (request: Request, response: Response) => {
      factsOf(request).route = item.path;
      const principal = await authorize(control, item, request, response);
      const answer = async (own: Endpoint) => {
        if (readJson && isJson(request)) await readBody(readJson, jsonSeconds, request, response);
        // Nothing was read of a request without a body.
        if (request.body === undefined) own.body?.verify?.(request, new Uint8Array());
        const call = readCall(own, request, response, principal);
        await send(request, response, await own.handle(call));
      };
      if (!isOfTenant(principal)) await answer(item);
      else if (tenants) await tenants.answer(principal, item, response, answer);
      else throw ofInstallation();
    });
    methods.set(path, [...(methods.get(path) ?? []), item.method.toUpperCase()]);
  }
  for (const [path, allowed] of methods) {
    app.all(path, () => {
      throw new HttpProblem(405, 'method-not-allowed', `This path takes ${allowed.join(', ')}.`, {
        headers: { allow: allowed.join(', ') },
      });
    });
  }
}

/** The answer for paths that nothing is mounted at. */
export function unknownPath(): never {
  throw new HttpProblem(404, 'not-found', 'There is nothing at this path.', {
    hint: 'GET /openapi.json lists what there is.',
  });
}

function isJson(request: Request): boolean {
  return request.is('application/json') === 'application/json';
}

function jsonReader({ limitBytes, verify }: NonNullable<Endpoint['body']>): express.RequestHandler {
  return express.json({
    limit: limitBytes,
    strict: false,
    verify: (request, response, bytes, encoding) => {
      verify?.(request, bytes);
      checkJsonBytes(request, response, bytes, encoding);
    },
  });
}

/** Reads a JSON body, which has to arrive within some seconds. */
async function readBody(
  readJson: express.RequestHandler,
  seconds: number,
  request: Request,
  response: Response,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve, reject) => {
    const slow = new HttpProblem(408, 'body-too-slow', `The body did not arrive within ${seconds} seconds.`);
    timer = setTimeout(() => reject(slow), seconds * 1_000);
    readJson(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  }).finally(() => clearTimeout(timer));
}

function readCall(
  item: Endpoint,
  request: Request,
  response: Response,
  principal: Principal | undefined,
): Call<unknown, unknown, unknown> {
  const streams = isJson(request) ? undefined : item.streams;
  if (streams && request.is(Object.keys(streams)) === false) throw unsupportedType(item);
  if (item.body && !streams && !isJson(request)) throw unsupportedType(item);
  return new RequestCall(
    item.params && check(item.params, request.params, 'path'),
    item.query && check(item.query, request.query, 'query'),
    item.body && !streams ? check(item.body.schema, request.body, 'body') : undefined,
    principal,
    request,
    response,
  );
}

class RequestCall implements Call<unknown, unknown, unknown> {
  #signal: AbortSignal | undefined;

  constructor(
    readonly params: unknown,
    readonly query: unknown,
    readonly body: unknown,
    readonly principal: Principal | undefined,
    readonly request: Request,
    readonly response: Response,
  ) {}

  /** Created on demand: most answers are ready before a client could disconnect. */
  get signal(): AbortSignal {
    if (!this.#signal) {
      const controller = new AbortController();
      this.response.once('close', () => controller.abort(new Error('The client went away')));
      this.#signal = controller.signal;
    }
    return this.#signal;
  }
}

function unsupportedType(item: Endpoint): HttpProblem {
  const types = [...(item.body ? ['application/json'] : []), ...Object.keys(item.streams ?? {})];
  return new HttpProblem(415, 'unsupported-media-type', `The Content-Type must be ${types.join(' or ')}.`, {
    path: ['header', 'content-type'],
  });
}

/** @throws HttpProblem 400 with the path of each wrong part. */
export function check(schema: z.ZodType, value: unknown, where: 'path' | 'query' | 'body'): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors: ProblemError[] = result.error.issues.slice(0, MAX_ERRORS).map((issue) => ({
    path: [where, ...issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))],
    message: issue.message,
  }));
  const { path = [], message = 'is wrong' } = errors[0] ?? {};
  throw new HttpProblem(400, 'invalid-parameter', `${path.join('.')}: ${message}`, {
    path,
    errors,
  });
}

async function send(request: Request, response: Response, reply: Reply): Promise<void> {
  if ('encoded' in reply) {
    sendEncoded(request, response, reply.encoded);
    return;
  }
  if ('events' in reply) {
    await sendEvents(response, reply.events);
    return;
  }
  response.status(reply.status ?? 200);
  if ('headers' in reply) {
    for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  }
  if (!('json' in reply) && !('text' in reply)) {
    response.end();
    return;
  }
  compress(request, response, () => {
    if ('text' in reply) {
      response.setHeader('content-type', reply.contentType);
      response.end(reply.text);
      return;
    }
    response.setHeader('cache-control', 'no-store');
    response.json(reply.json);
  });
}
