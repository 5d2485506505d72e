import type { IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';
import type * as z from 'zod';
import type { Principal, Role, Scope } from '../security/roles.js';
import type { EncodedJson } from './encoded-json.js';

/** Kinds of limits that a key may have. */
export type ScopeKind = keyof Scope;

/** Callers that an endpoint admits: anyone, keys with one of the roles, or metrics collectors. */
export type Access = 'public' | 'metrics' | readonly Role[];

/** Input of a handler; params, query and body are as parsed by the schemas of its endpoint. */
export interface Call<Params, Query, Body, A extends Access = Access> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Caller; undefined where the endpoint is not for roles alone. */
  readonly principal: A extends readonly Role[] ? Principal : Principal | undefined;
  /** Fires when the client goes away. */
  readonly signal: AbortSignal;
  readonly request: Request;
  readonly response: Response;
}

/**
 * Result of a handler: JSON, JSON that is encoded already, text with its content type, JSON again and again as server-sent
 * events, or nothing but headers.
 */
export type Reply =
  | { readonly status?: number; readonly json: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly encoded: EncodedJson }
  | { readonly status?: number; readonly text: string; readonly contentType: string }
  | { readonly events: AsyncIterable<unknown> }
  | { readonly status: 204 | 303; readonly headers?: Readonly<Record<string, string | readonly string[]>> };

export interface ResponseDescription {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly contentType?: string;
}

/** One operation of the API: from it come the route, the validation, the access control and the OpenAPI document. */
export interface Endpoint<Params = unknown, Query = unknown, Body = unknown, A extends Access = Access> {
  readonly method: 'get' | 'post' | 'delete';
  /** With parameters in braces, as OpenAPI writes them. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly access: A;
  /**
   * Limits of a key that the handler keeps to. Keys with any other are refused, so that what says nothing is closed to all
   * limited keys.
   */
  readonly scopes?: readonly ScopeKind[];
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  /** A JSON body, and its size limit. */
  readonly body?: {
    readonly schema: z.ZodType<Body>;
    readonly limitBytes: number;
    /** Check of the bytes before they are read as JSON, such as of their signature; it throws what refuses them. */
    readonly verify?: (request: IncomingMessage, bytes: Uint8Array) => void;
  };
  /** Asked for so often that it is served without Express where that is possible; its handler reads no request. */
  readonly direct?: true;
  /** Bodies that the handler reads as streams, by content type; the JSON body above is one more. */
  readonly streams?: Readonly<Record<string, string>>;
  readonly responses: Readonly<Record<number, ResponseDescription>>;
  handle(call: Call<Params, Query, Body, A>): Reply | Promise<Reply>;
}

/** Tells whether an endpoint is of no use to anybody but administrators and what collects metrics. */
export function isForAdminsOnly({ access }: Endpoint): boolean {
  return access === 'metrics' || (access !== 'public' && access.every((role) => role === 'admin'));
}

/** Infers the types of the handler's arguments from the schemas. */
export function endpoint<Params, Query, Body, A extends Access>(
  definition: Endpoint<Params, Query, Body, A>,
): Endpoint {
  return definition as unknown as Endpoint;
}
