import * as z from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.js';
import { HttpProblem } from '../http/problem.js';
import { endedCookie, sessionCookie, sessionOf } from '../http/session-cookie.js';
import { type Principal, ROLES } from '../security/roles.js';
import type { SessionService } from '../security/session-service.js';
import { noQuery, problems, READERS, SCOPE_KINDS, scopeFields, scopeSchema } from './common.js';

const sessionSchema = z
  .object({
    role: z.enum(ROLES),
    key_id: z.string(),
    scope: scopeSchema.optional(),
    federated: z.literal(true).optional().describe('Set for somebody whom an identity provider vouches for.'),
  })
  .meta({ id: 'Session' });

/** Sessions of people: a browser gets a cookie for a key, which it then need not keep. */
export function sessionEndpoints(sessions: SessionService): Endpoint[] {
  const path = '/api/v1/session';
  const common = {
    path,
    tag: 'Administration',
    access: READERS,
    scopes: SCOPE_KINDS,
    query: noQuery,
  } as const;
  return [
    endpoint({
      ...common,
      method: 'post',
      operationId: 'openSession',
      summary: 'Exchange the API key for a cookie that a browser keeps',
      description:
        'The cookie cannot be read by scripts and is not sent by other sites. With it, requests that change something need ' +
        'the header `X-CSRF-Protection`.',
      responses: {
        201: { description: 'The session; its cookie is in Set-Cookie.', schema: sessionSchema },
        ...problems(401, 403, 429, 503),
      },
      handle: async ({ principal, request }) => {
        // A session that renews itself would have no end.
        if (sessionOf(request) !== undefined && !hasKey(request.headers)) {
          throw new HttpProblem(
            403,
            'forbidden',
            'A session is given for an API key, not for another session.',
          );
        }
        if (principal.isFederated) {
          throw new HttpProblem(
            403,
            'forbidden',
            'A session is given for an API key, not for a token of the identity provider.',
          );
        }
        const text = await sessions.open(principal.keyId);
        return {
          status: 201,
          json: sessionFields(principal),
          headers: { 'set-cookie': sessionCookie(text, request.secure) },
        };
      },
    }),
    endpoint({
      ...common,
      method: 'get',
      operationId: 'session',
      summary: 'The role and key of the caller',
      responses: {
        200: { description: 'The role and the key.', schema: sessionSchema },
        ...problems(401, 429, 503),
      },
      handle: ({ principal }) => ({ json: sessionFields(principal) }),
    }),
    endpoint({
      ...common,
      method: 'delete',
      operationId: 'closeSession',
      summary: 'End the session',
      responses: { 204: { description: 'The session has ended.' }, ...problems(401, 403, 429, 503) },
      handle: async ({ request }) => {
        const session = sessionOf(request);
        if (session !== undefined) await sessions.close(session);
        return { status: 204, headers: { 'set-cookie': endedCookie(request.secure) } };
      },
    }),
  ];
}

function sessionFields({ role, keyId, scope, isFederated }: Principal): z.output<typeof sessionSchema> {
  return {
    role,
    key_id: keyId,
    ...(scope && { scope: scopeFields(scope) }),
    ...(isFederated && { federated: isFederated }),
  };
}

function hasKey(headers: Readonly<Record<string, unknown>>): boolean {
  return headers['authorization'] !== undefined || headers['x-api-key'] !== undefined;
}
