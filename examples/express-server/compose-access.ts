import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { ServerConfig } from './config.js';
import type { InstanceEvents } from './events.js';
import type { AccessControl } from './http/authorize.js';
import { Engagement } from './monitoring/engagement.js';
import type { Metrics } from './monitoring/metrics.js';
import { CALLBACK_PATH } from './routes/sign-in.js';
import { ApiKeyRepository } from './security/api-key-repository.js';
import { ApiKeyService } from './security/api-key-service.js';
import { FederatedTokens } from './security/federated-tokens.js';
import { PendingSignIns } from './security/pending-sign-ins.js';
import { ProviderDocuments } from './security/provider-documents.js';
import { ProviderSignIn } from './security/provider-sign-in.js';
import { RateLimiter } from './security/rate-limiter.js';
import { SessionService } from './security/session-service.js';
import { TokenService } from './security/tokens.js';
import type { Database } from './storage/database.js';

const WINDOW_SECONDS = 60;

/** Creates authentication, access control and rate limits. */
export function composeAccess(
  config: ServerConfig,
  parts: {
    readonly database: Database;
    readonly events: InstanceEvents;
    readonly redis: Redis | undefined;
    readonly metrics: Metrics;
    readonly logger: Logger;
    readonly now: () => Date;
  },
): AccessControl {
  const { database, events, redis, metrics, logger, now } = parts;
  const limiter = (limit: number, name: string) =>
    new RateLimiter({
      limit,
      windowSeconds: WINDOW_SECONDS,
      redis,
      prefix: `${config.REDIS_PREFIX}:${name}`,
    });
  const schema = config.DATABASE_SCHEMA;
  const apiKeys = new ApiKeyService({
    repository: new ApiKeyRepository(database, schema),
    events,
    lifetimeDays: config.KEY_LIFETIME_DAYS,
    rotationOverlapHours: config.KEY_ROTATION_OVERLAP_HOURS,
    now,
  });
  const documents = composeDocuments(config, logger, now);
  const { OIDC_CLIENT_ID: clientId, OIDC_ISSUER: issuer } = config;
  const pending = new PendingSignIns(database, schema, now);
  const sessions = new SessionService({
    database,
    schema,
    apiKeys,
    issuer: clientId === undefined ? undefined : issuer,
    now,
  });
  return {
    apiKeys,
    sessions,
    tokens: config.JWT_SECRET
      ? new TokenService(config.JWT_SECRET, now, config.JWT_SECRET_BEFORE)
      : undefined,
    federation: composeFederation(config, logger, now, documents),
    signIn: composeSignIn(config, { documents, pending, logger, now }),
    purge: async () => {
      await Promise.all([apiKeys.purge(), sessions.purge(), pending.purge()]);
    },
    requestLimiter: limiter(config.RATE_LIMIT_PER_MINUTE, 'requests'),
    refusalLimiter: limiter(config.REFUSED_KEYS_PER_MINUTE, 'refusals'),
    lookUpLimiter: limiter(config.REFUSED_KEYS_PER_MINUTE, 'look-ups'),
    signInLimiter: limiter(config.REFUSED_KEYS_PER_MINUTE, 'sign-ins'),
    documentLimiter: limiter(config.DOCUMENTS_PER_MINUTE, 'documents'),
    metricsToken: config.METRICS_TOKEN,
    metrics,
    engagement: new Engagement(metrics.registry),
  };
}

/** Makes what asks the identity provider for its documents, if one is configured. */
function composeDocuments(
  { OIDC_ISSUER: issuer }: ServerConfig,
  logger: Logger,
  now: () => Date,
): ProviderDocuments | undefined {
  return issuer === undefined ? undefined : new ProviderDocuments({ issuer, now, logger });
}

/** Makes what checks the tokens of an identity provider, if they are taken. */
export function composeFederation(
  config: ServerConfig,
  logger: Logger,
  now: () => Date,
  documents = composeDocuments(config, logger, now),
): FederatedTokens | undefined {
  const { OIDC_AUDIENCE: audience } = config;
  if (!documents || audience === undefined) return undefined;
  return tokensFor(audience, config, { documents, logger, now });
}

/** Makes what signs people in by an identity provider, if the server is a client of it. */
function composeSignIn(
  config: ServerConfig,
  parts: {
    readonly documents: ProviderDocuments | undefined;
    readonly pending: PendingSignIns;
    readonly logger: Logger;
    readonly now: () => Date;
  },
): ProviderSignIn | undefined {
  const { OIDC_CLIENT_ID: id, OIDC_CLIENT_SECRET: secret, PUBLIC_URL } = config;
  const { documents } = parts;
  if (!documents || id === undefined || PUBLIC_URL === undefined) return undefined;
  return new ProviderSignIn({
    ...parts,
    documents,
    idTokens: tokensFor(id, config, { ...parts, documents }),
    client: { id, secret },
    scopes: config.OIDC_SCOPES,
    redirectUrl: PUBLIC_URL + CALLBACK_PATH,
    clockToleranceSeconds: config.OIDC_CLOCK_TOLERANCE_SECONDS,
  });
}

/** Makes what checks the tokens of the provider for an audience. */
function tokensFor(
  audience: string,
  config: ServerConfig,
  parts: { readonly documents: ProviderDocuments; readonly logger: Logger; readonly now: () => Date },
): FederatedTokens {
  const { documents, logger, now } = parts;
  return new FederatedTokens({
    issuer: documents.issuer,
    audience,
    clockToleranceSeconds: config.OIDC_CLOCK_TOLERANCE_SECONDS,
    claims: {
      role: config.OIDC_ROLE_CLAIM,
      tenant: config.OIDC_TENANT_CLAIM,
      categories: config.OIDC_CATEGORIES_CLAIM,
      locations: config.OIDC_LOCATIONS_CLAIM,
    },
    roles: config.OIDC_ROLES,
    findKey: documents.find,
    now,
    logger,
  });
}
