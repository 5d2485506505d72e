import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';
import type { Engagement } from '../monitoring/engagement.js';
import type { Metrics } from '../monitoring/metrics.js';
import type { ApiKeyService, KeyRefusal, KeyVerdict } from '../security/api-key-service.js';
import { outOfScope } from '../security/category-access.js';
import type { FederatedTokens, TokenRefusal } from '../security/federated-tokens.js';
import type { ProviderSignIn } from '../security/provider-sign-in.js';
import type { Allowance, RateLimiter } from '../security/rate-limiter.js';
import { type Principal, ROLES, type Role, type Scope } from '../security/roles.js';
import type { SessionService } from '../security/session-service.js';
import { isOwnToken, type TokenService } from '../security/tokens.js';
import { clientOf } from './client-address.js';
import type { Access, Endpoint, ScopeKind } from './endpoint.js';
import type { HeaderSink } from './header-list.js';
import { factsOf } from './observe.js';
import { HttpProblem } from './problem.js';
import { refuseForgery, sessionOf } from './session-cookie.js';

export interface AccessControl {
  readonly apiKeys: ApiKeyService;
  readonly sessions: SessionService;
  /** Undefined where tokens are not configured. */
  readonly tokens: TokenService | undefined;
  /** Undefined where no tokens of an identity provider are taken. */
  readonly federation: FederatedTokens | undefined;
  /** Undefined where people sign in with keys only. */
  readonly signIn: ProviderSignIn | undefined;
  readonly requestLimiter: RateLimiter;
  /** Limits refused attempts by address. */
  readonly refusalLimiter: RateLimiter;
  /** Limits keys that are looked up by address once its refused attempts are used up. */
  readonly lookUpLimiter: RateLimiter;
  /** Limits sign-ins that begin by address. */
  readonly signInLimiter: RateLimiter;
  /** Limits requests for the documentation by address. */
  readonly documentLimiter: RateLimiter;
  /** Removes keys, sessions and sign-ins that are over. */
  readonly purge: () => Promise<void>;
  readonly metricsToken: string | undefined;
  readonly metrics: Metrics;
  readonly engagement: Engagement;
}

type Refusal = KeyRefusal | TokenRefusal | 'missing';

const REFUSALS: Readonly<Record<Refusal, string>> = {
  missing: 'The request carries no API key.',
  unknown: 'The API key is not valid.',
  expired: 'The API key has expired.',
  revoked: 'The API key was revoked.',
  token: 'The token is not one of the identity provider for this server.',
  'token-expired': 'The token of the identity provider has expired.',
};

/** Part of an endpoint that says who is admitted. */
type Guarded = Pick<Endpoint, 'access' | 'scopes'>;

/**
 * Admits a request to an endpoint and returns its principal.
 *
 * @throws HttpProblem 401 without a valid key, 403 for a role or a limited key that may not, 429 beyond the limit of the key.
 */
export async function authorize(
  control: AccessControl,
  endpoint: Guarded,
  request: Request,
  headers: HeaderSink,
): Promise<Principal | undefined> {
  const { access } = endpoint;
  if (access === 'public') return undefined;
  const credential = credentialOf(request);
  if (access === 'metrics' && isMetricsToken(control, credential)) return undefined;
  const principal = await authenticate(control, credential, request);
  await admit(control, principal, endpoint, request, headers);
  return principal;
}

/** Finds the principal of a request at once if its key is in memory and valid; otherwise returns undefined. */
export function principalAtHand(control: AccessControl, request: IncomingMessage): Principal | undefined {
  const credential = credentialOf(request);
  if (credential === undefined || !credential.startsWith('cf_')) return undefined;
  const verdict = control.apiKeys.verifyInMemory(credential);
  return verdict && 'principal' in verdict ? verdict.principal : undefined;
}

/**
 * Counts a request of an authenticated caller and checks the role, and the limits of the key.
 *
 * @throws HttpProblem 403 for a role or a limited key that may not, 429 beyond the limit of the key.
 */
export async function admit(
  control: AccessControl,
  principal: Principal,
  { access, scopes = [] }: Guarded,
  request: IncomingMessage,
  headers: HeaderSink,
): Promise<void> {
  const facts = factsOf(request);
  facts.keyId = principal.keyId;
  facts.tenant = principal.tenant;
  control.engagement.note(principal.keyId);
  const counted = control.requestLimiter.consume(principal.keyId);
  applyLimit(control, 'then' in counted ? await counted : counted, headers);
  const roles = rolesOf(access);
  if (!roles.includes(principal.role)) {
    throw new HttpProblem(403, 'forbidden', `The role ${principal.role} may not do this.`, {
      hint: `It takes a key with the role ${roles.join(' or ')}.`,
    });
  }
  if (principal.scope) refuseBeyondScope(principal.scope, scopes);
}

function rolesOf(access: Access): readonly Role[] {
  if (access === 'public') return ROLES;
  return access === 'metrics' ? ['admin'] : access;
}

const BEYOND: Readonly<Record<ScopeKind, string>> = {
  categories: 'The key is limited to categories, and this is about the whole shop.',
  locations: 'The key is limited to locations, and this is about all of them together, as forecasts are.',
};

/** @throws HttpProblem 403 for a key with a limit that the endpoint does not keep to. */
function refuseBeyondScope(scope: Scope, kept: readonly ScopeKind[]): void {
  for (const kind of Object.keys(BEYOND) as ScopeKind[]) {
    if (scope[kind] && !kept.includes(kind)) throw outOfScope(scope, BEYOND[kind]);
  }
}

async function authenticate(
  control: AccessControl,
  credential: string | undefined,
  request: Request,
): Promise<Principal> {
  const atHand = principalAtHand(control, request);
  if (atHand) return atHand;
  const address = clientOf(request);
  await refuseExhausted(control, address);
  const verdict = await verify(control, credential, request);
  if ('principal' in verdict) return verdict.principal;
  control.metrics.authentications.inc({ refusal: verdict.refusal });
  await countRefusal(control, address);
  throw new HttpProblem(401, 'unauthorized', REFUSALS[verdict.refusal], {
    hint: 'Send a valid key as "Authorization: Bearer <key>" or "X-API-Key: <key>".',
    headers: { 'www-authenticate': 'Bearer realm="commerce-forecast"' },
  });
}

/**
 * Refuses whoever has tried too often before it costs anything, but for a few more queries for colleagues behind the same address.
 *
 * @throws HttpProblem 429
 */
export async function refuseExhausted(control: AccessControl, address: string): Promise<void> {
  if (!control.refusalLimiter.isExhausted(address)) return;
  const lookUps = await control.lookUpLimiter.consume(address);
  if (!lookUps.allowed) throw tooManyRefusals(control, lookUps.resetSeconds);
}

/** Counts a refused attempt. @throws HttpProblem 429 beyond the limit of an address. */
export async function countRefusal(control: AccessControl, address: string): Promise<void> {
  const attempts = await control.refusalLimiter.consume(address);
  if (!attempts.allowed) throw tooManyRefusals(control, attempts.resetSeconds);
}

function tooManyRefusals({ metrics }: AccessControl, resetSeconds: number): HttpProblem {
  metrics.authentications.inc({ refusal: 'too-many' });
  return new HttpProblem(429, 'too-many-refusals', 'Too many requests without a valid key.', {
    headers: { 'retry-after': String(resetSeconds) },
  });
}

async function verify(
  { apiKeys, tokens, sessions, federation }: AccessControl,
  credential: string | undefined,
  request: IncomingMessage,
): Promise<KeyVerdict | { readonly refusal: Refusal }> {
  if (credential === undefined) {
    const session = sessionOf(request);
    if (session === undefined) return { refusal: 'missing' };
    refuseForgery(request);
    return sessions.verify(session);
  }
  if (federation && isToken(credential) && !(tokens && isOwnToken(credential))) {
    return federation.verify(credential);
  }
  if (!tokens || credential.startsWith('cf_')) return apiKeys.verify(credential);
  const claimed = await tokens.verify(credential);
  // A token falls with its key, and has no more rights than the key has now.
  return claimed ? apiKeys.verifyId(claimed.keyId) : { refusal: 'unknown' };
}

/** Tells whether a credential has the form of a signed token: three parts. */
function isToken(credential: string): boolean {
  return credential.split('.', 4).length === 3;
}

function applyLimit(control: AccessControl, allowance: Allowance, headers: HeaderSink): void {
  const { allowed, limit, remaining, resetSeconds } = allowance;
  headers.setHeader('ratelimit-limit', limit);
  headers.setHeader('ratelimit-remaining', remaining);
  headers.setHeader('ratelimit-reset', resetSeconds);
  if (allowed) return;
  control.metrics.rateLimited.inc();
  throw new HttpProblem(429, 'rate-limited', `The key is over its limit of ${limit} requests per minute.`, {
    headers: { 'retry-after': String(resetSeconds) },
  });
}

function credentialOf(request: IncomingMessage): string | undefined {
  const { authorization } = request.headers;
  const apiKey = request.headers['x-api-key'];
  if (typeof apiKey === 'string') return apiKey;
  const match = authorization === undefined ? undefined : /^Bearer +(\S+) *$/i.exec(authorization);
  return match?.[1];
}

function isMetricsToken({ metricsToken }: AccessControl, credential: string | undefined): boolean {
  if (metricsToken === undefined || credential === undefined) return false;
  const expected = Buffer.from(metricsToken);
  const given = Buffer.from(credential);
  return expected.length === given.length && timingSafeEqual(expected, given);
}
