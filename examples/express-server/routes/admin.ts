import type { IncomingMessage } from 'node:http';
import type { ForecastCache } from 'commerce-forecast';
import * as z from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.js';
import { HttpProblem } from '../http/problem.js';
import type { ApiKey, KeyCursor } from '../security/api-key-repository.js';
import type { KeyManager } from '../security/api-key-service.js';
import { MAX_SCOPE_NAMES, ROLES } from '../security/roles.js';
import { TOKEN_SECONDS, type TokenService } from '../security/tokens.js';
import { noQuery, problems, READERS, SCOPE_KINDS, scopeFields, scopeSchema, storableText } from './common.js';

const SMALL_BODY_BYTES = 16_384;
const keyParams = z.strictObject({ id: z.string().regex(/^[0-9a-f]{16}$/) });

const invalidateBody = z
  .strictObject({
    tags: z
      .array(z.string().min(1).max(200))
      .min(1)
      .max(1_000)
      .optional()
      .describe('All answers by default.'),
  })
  .meta({ id: 'CacheInvalidation' });

const scopeNames = z.array(storableText(400).min(1)).min(1).max(MAX_SCOPE_NAMES).optional();
const scopeBody = z
  .strictObject({
    categories: scopeNames,
    locations: scopeNames.describe(
      'Of sales and plans: forecasts, which sum locations, are closed to the key.',
    ),
  })
  .refine(({ categories, locations }) => categories !== undefined || locations !== undefined, {
    message: 'Expected categories, locations or both',
  })
  .describe('Part of the shop that a key of a merchant is limited to.');

const issueBody = z
  .strictObject({
    name: storableText(100).min(1),
    role: z.enum(ROLES),
    scope: z.optional(scopeBody),
  })
  .refine(({ role, scope }) => scope === undefined || role === 'merchant', {
    path: ['scope'],
    message: 'Only keys of merchants can be limited',
  })
  .meta({ id: 'ApiKeyRequest' });

const keySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    scope: scopeSchema,
    created_at: z.string(),
    expires_at: z.string(),
    revoked_at: z.string().nullable(),
    replaced_by: z.string().nullable(),
  })
  .meta({ id: 'ApiKey' });

export const issuedSchema = keySchema
  .extend({ key: z.string().describe('The key itself: this is the only time that it is shown.') })
  .meta({ id: 'IssuedApiKey' });

const rotatedResponses = {
  201: {
    description: 'The new key.',
    schema: issuedSchema.extend({ old_key_expires_at: z.string() }).meta({ id: 'RotatedApiKey' }),
  },
  ...problems(400, 401, 403, 404, 429, 503),
};

const CURSOR = /^(\d{1,14})-([0-9a-f]{16})$/;

const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  after: z
    .string()
    .regex(CURSOR)
    .transform((text) => {
      const [, time, id = ''] = CURSOR.exec(text) ?? [];
      return { id, createdAt: new Date(Number(time)) };
    })
    .optional()
    .describe('`next` of the page before.'),
});

function cursorText({ id, createdAt }: KeyCursor): string {
  return `${createdAt.getTime()}-${id}`;
}

const tokenSchema = z
  .object({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.number().int() })
  .meta({ id: 'Token' });

/** Manual invalidation of the cache. */
export function cacheEndpoints(cache: ForecastCache): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/api/v1/cache/invalidate',
      operationId: 'invalidateCache',
      summary: 'Drop cached answers, on every instance',
      tag: 'Administration',
      access: ['admin'],
      query: noQuery,
      body: { schema: invalidateBody, limitBytes: SMALL_BODY_BYTES },
      responses: { 204: { description: 'The answers were dropped.' }, ...problems(400, 401, 403, 415, 429) },
      handle: async ({ body }) => {
        if (body.tags) await cache.invalidate(body.tags);
        else await cache.clear();
        return { status: 204 };
      },
    }),
  ];
}

/** API keys: issue, list, rotate, revoke. */
export function keyEndpoints(keys: KeyManager): Endpoint[] {
  const missing = () =>
    new HttpProblem(
      404,
      'not-found',
      'There is no such key, or it was revoked, or its successor is in use.',
      {
        path: ['path', 'id'],
      },
    );
  const rotate = async (id: string) => {
    const rotated = await keys.rotate(id);
    if (!rotated) throw missing();
    const { key, text, oldExpiresAt } = rotated;
    const json = { ...keyFields(key), key: text, old_key_expires_at: oldExpiresAt.toISOString() };
    return { status: 201, json };
  };
  return [
    endpoint({
      method: 'post',
      path: '/api/v1/api-keys',
      operationId: 'issueApiKey',
      summary: 'Issue an API key',
      tag: 'Administration',
      access: ['admin'],
      query: noQuery,
      body: { schema: issueBody, limitBytes: SMALL_BODY_BYTES },
      responses: {
        201: { description: 'The key.', schema: issuedSchema },
        ...problems(400, 401, 403, 415, 429, 503),
      },
      handle: async ({ body }) => {
        const { key, text } = await keys.issue(body.name, body.role, body.scope);
        return { status: 201, json: { ...keyFields(key), key: text } };
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/api-keys',
      operationId: 'listApiKeys',
      summary: 'List API keys, without their secrets',
      tag: 'Administration',
      access: ['admin'],
      description: 'The oldest first. `next` is the `after` of the next page; null on the last one.',
      query: listQuery,
      responses: {
        200: {
          description: 'The keys.',
          schema: z.object({ keys: z.array(keySchema), next: z.string().nullable() }),
        },
        ...problems(400, 401, 403, 429, 503),
      },
      handle: async ({ query }) => {
        const page = await keys.list(query.limit, query.after);
        return { json: { keys: page.keys.map(keyFields), next: page.next ? cursorText(page.next) : null } };
      },
    }),
    endpoint({
      method: 'post',
      path: '/api/v1/api-keys/self/rotate',
      operationId: 'rotateOwnApiKey',
      summary: 'Replace the API key of the request; it stays valid for the overlap',
      description: 'May be repeated with the old key until the new one has been used once.',
      tag: 'Administration',
      access: READERS,
      scopes: SCOPE_KINDS,
      query: noQuery,
      responses: rotatedResponses,
      handle: async ({ principal, request }) => {
        requireKey(request, 'A key is rotated by itself, not by a token or a session.');
        return rotate(principal.keyId);
      },
    }),
    endpoint({
      method: 'post',
      path: '/api/v1/api-keys/{id}/rotate',
      operationId: 'rotateApiKey',
      summary: 'Replace an API key; the old one stays valid for the overlap',
      tag: 'Administration',
      access: ['admin'],
      params: keyParams,
      query: noQuery,
      description: 'May be repeated until the new key has been used once, in case it was never received.',
      responses: rotatedResponses,
      handle: ({ params }) => rotate(params.id),
    }),
    endpoint({
      method: 'delete',
      path: '/api/v1/api-keys/{id}',
      operationId: 'revokeApiKey',
      summary: 'Revoke an API key, at once and on every instance',
      tag: 'Administration',
      access: ['admin'],
      params: keyParams,
      query: noQuery,
      responses: {
        204: { description: 'The key was revoked.' },
        ...problems(400, 401, 403, 404, 429, 503),
      },
      handle: async ({ params }) => {
        if (!(await keys.revoke(params.id))) throw missing();
        return { status: 204 };
      },
    }),
  ];
}

/** Tokens of one hour in exchange for an API key. */
export function tokenEndpoints(tokens: TokenService): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/api/v1/auth/token',
      operationId: 'issueToken',
      summary: 'Exchange the API key for a token of one hour',
      tag: 'Administration',
      access: READERS,
      scopes: SCOPE_KINDS,
      query: noQuery,
      responses: { 200: { description: 'The token.', schema: tokenSchema }, ...problems(401, 403, 429, 503) },
      handle: async ({ principal, request }) => {
        // A token that renews itself would have no end.
        requireKey(request, 'A token is given for an API key, not for another token.');
        const access_token = await tokens.issue(principal);
        return { json: { access_token, token_type: 'Bearer', expires_in: TOKEN_SECONDS } };
      },
    }),
  ];
}

/** @throws HttpProblem 403 unless the request carries a key itself. */
function requireKey({ headers }: IncomingMessage, detail: string): void {
  const credential = headers['x-api-key'] ?? headers.authorization?.split(/ +/)[1];
  if (!String(credential).startsWith('cf_')) throw new HttpProblem(403, 'forbidden', detail);
}

export function keyFields(key: ApiKey): z.output<typeof keySchema> {
  return {
    id: key.id,
    name: key.name,
    role: key.role,
    scope: scopeFields(key.scope),
    created_at: key.createdAt.toISOString(),
    expires_at: key.expiresAt.toISOString(),
    revoked_at: key.revokedAt?.toISOString() ?? null,
    replaced_by: key.replacedBy ?? null,
  };
}
