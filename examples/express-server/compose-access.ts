import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { ServerConfig } from './config.js';
import type { InstanceEvents } from './events.js';
import type { AccessControl } from './http/authorize.js';
import { Engagement } from './monitoring/engagement.js';
import type { Metrics } from './monitoring/metrics.js';
import { ApiKeyRepository } from './security/api-key-repository.js';
import { ApiKeyService } from './security/api-key-service.js';
import { FederatedTokens } from './security/federated-tokens.js';
import { ProviderKeys } from './security/provider-keys.js';
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
  return {
    apiKeys,
    sessions: new SessionService({ database, schema, apiKeys, now }),
    tokens: config.JWT_SECRET
      ? new TokenService(config.JWT_SECRET, now, config.JWT_SECRET_BEFORE)
      : undefined,
    federation: composeFederation(config, logger, now),
    requestLimiter: limiter(config.RATE_LIMIT_PER_MINUTE, 'requests'),
    refusalLimiter: limiter(config.REFUSED_KEYS_PER_MINUTE, 'refusals'),
    lookUpLimiter: limiter(config.REFUSED_KEYS_PER_MINUTE, 'look-ups'),
    documentLimiter: limiter(config.DOCUMENTS_PER_MINUTE, 'documents'),
    metricsToken: config.METRICS_TOKEN,
    metrics,
    engagement: new Engagement(metrics.registry),
  };
}

/** Makes what checks the tokens of an identity provider, if one is configured. */
export function composeFederation(
  config: ServerConfig,
  logger: Logger,
  now: () => Date,
): FederatedTokens | undefined {
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience } = config;
  if (issuer === undefined || audience === undefined) return undefined;
  return new FederatedTokens({
    issuer,
    audience,
    clockToleranceSeconds: config.OIDC_CLOCK_TOLERANCE_SECONDS,
    claims: {
      role: config.OIDC_ROLE_CLAIM,
      tenant: config.OIDC_TENANT_CLAIM,
      categories: config.OIDC_CATEGORIES_CLAIM,
      locations: config.OIDC_LOCATIONS_CLAIM,
    },
    roles: config.OIDC_ROLES,
    findKey: new ProviderKeys({ issuer, now, logger }).find,
    now,
    logger,
  });
}
