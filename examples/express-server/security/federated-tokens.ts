import { createHash } from 'node:crypto';
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Logger } from 'pino';
import { HttpProblem } from '../http/problem.js';
import { TENANT_ID } from '../tenants/tenant-schema.js';
import { MAX_SCOPE_NAMES, type Principal, ROLES, type Role, type Scope } from './roles.js';
import { ScopePool } from './scope-pool.js';

/** Signatures that only the holder of a private key can make. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/** Value of a claim of a tenant for the installation itself, which is the id of no tenant. */
export const INSTALLATION = '@installation';
/** Value of a claim of categories or locations for all of them. */
export const EVERYTHING = '*';

/** Latest time that a `Date` can hold. */
const LATEST_MS = 8.64e15;

export type TokenRefusal = 'token' | 'token-expired';

/** Verdict on a token: whom its provider vouches for and until when, or the reason for refusing it. */
export type TokenVerdict =
  | { readonly principal: Principal; readonly endsAt: Date }
  | { readonly refusal: TokenRefusal };

export interface FederatedTokensOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly clockToleranceSeconds: number;
  /** Names of the claims; a dot leads into a claim that is an object. */
  readonly claims: {
    readonly role: string;
    readonly tenant?: string | undefined;
    readonly categories?: string | undefined;
    readonly locations?: string | undefined;
  };
  /** Roles by the values of their claim. */
  readonly roles: Readonly<Record<string, Role>>;
  readonly findKey: JWTVerifyGetKey;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** Checks the tokens of an identity provider, and reads from their claims who may do what. */
export class FederatedTokens {
  readonly #options: FederatedTokensOptions;
  readonly #scopes = new ScopePool();

  constructor(options: FederatedTokensOptions) {
    this.#options = options;
  }

  /**
   * Checks a token: returns the principal that its claims describe, or the reason for refusing it.
   *
   * @throws HttpProblem 403 for a valid token whose claims give no right here, 503 if the keys of the provider cannot be had.
   */
  async verify(token: string): Promise<TokenVerdict> {
    const { issuer, audience, clockToleranceSeconds, findKey, now, logger } = this.#options;
    try {
      const { payload } = await jwtVerify(token, findKey, {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        clockTolerance: clockToleranceSeconds,
        currentDate: now(),
        requiredClaims: ['sub', 'exp'],
      });
      // Those without one would all be the same person.
      if (typeof payload.sub !== 'string' || payload.sub === '') return { refusal: 'token' };
      const endsAt = new Date(Math.min((payload.exp ?? 0) * 1_000, LATEST_MS));
      return { principal: this.#principal(payload), endsAt };
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      const { code, message } = error;
      logger.debug({ code, message }, 'a token of the identity provider was refused');
      return { refusal: error instanceof errors.JWTExpired ? 'token-expired' : 'token' };
    }
  }

  #principal(payload: JWTPayload): Principal {
    const { claims, issuer } = this.#options;
    const role = this.#role(payload);
    const tenant =
      claims.tenant === undefined ? undefined : tenantOf(readClaim(payload, claims.tenant), claims.tenant);
    const scope = this.#scope(payload, role);
    return {
      keyId: idOf(issuer, payload.sub ?? ''),
      role,
      ...(scope && { scope }),
      ...(tenant !== undefined && { tenant }),
      isFederated: true,
    };
  }

  /** The role with the most rights of those that the claim names. */
  #role(payload: JWTPayload): Role {
    const { claims, roles } = this.#options;
    const named = new Set(
      textsOf(readClaim(payload, claims.role)).flatMap((value) =>
        Object.hasOwn(roles, value) ? [roles[value]] : [],
      ),
    );
    const role = ROLES.find((candidate) => named.has(candidate));
    if (role) return role;
    throw noRight('The token of the identity provider names no role here.', claims.role);
  }

  #scope(payload: JWTPayload, role: Role): Scope | undefined {
    const { categories, locations } = this.#options.claims;
    const scope: Scope = {
      ...limitOf(payload, 'categories', categories, role),
      ...limitOf(payload, 'locations', locations, role),
    };
    return Object.keys(scope).length > 0 ? this.#scopes.of(scope) : undefined;
  }
}

/** A limit by a claim. What the claim leaves open is refused, as a provider that is set up wrong must not open the shop. */
function limitOf(payload: JWTPayload, kind: keyof Scope, claim: string | undefined, role: Role): Scope {
  if (claim === undefined) return {};
  const value = readClaim(payload, claim);
  // Only merchants can be limited, so that only they need to say so.
  if (value === EVERYTHING || (value === undefined && role !== 'merchant')) return {};
  if (role !== 'merchant') throw noRight(`A token with the role ${role} cannot be limited.`, claim);
  const names = textsOf(value);
  if (names.length === 0 || names.length > MAX_SCOPE_NAMES) {
    throw noRight(`The token has to name up to ${MAX_SCOPE_NAMES} ${kind}, or "${EVERYTHING}".`, claim);
  }
  return { [kind]: names };
}

/** Undefined for the installation itself. */
function tenantOf(value: unknown, claim: string): string | undefined {
  if (value === INSTALLATION) return undefined;
  if (typeof value === 'string' && TENANT_ID.test(value)) return value;
  throw noRight('The token of the identity provider names no tenant.', claim);
}

/** Stands for a person in logs and limits, and does not tell who it is. */
function idOf(issuer: string, subject: string): string {
  return `sso-${createHash('sha256').update(`${issuer}\n${subject}`).digest('hex').slice(0, 16)}`;
}

/** A claim by its name, or by the names on the way to it. */
function readClaim(payload: JWTPayload, claim: string): unknown {
  if (Object.hasOwn(payload, claim)) return payload[claim];
  let value: unknown = payload;
  for (const name of claim.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

function textsOf(value: unknown): string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.filter((one): one is string => typeof one === 'string' && one !== '');
}

function noRight(detail: string, claim: string): HttpProblem {
  return new HttpProblem(403, 'no-right', detail, {
    hint: `The identity provider sets this in the claim "${claim}".`,
  });
}
