import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Cron } from 'croner';
import * as z from 'zod';
import { ROLES, type Role } from './security/roles.js';

const wholeNumber = (minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum);
const flag = z.stringbool();
const MEGABYTE = 1_048_576;

/** `id:hex` pairs, the current key first: `2025-01:9f86...,2024-10:2c26...`. */
export const encryptionKeys = z
  .string()
  .regex(/^[\w.-]+:[0-9a-f]{64}(,[\w.-]+:[0-9a-f]{64})*$/i, 'Expected id:hex pairs with keys of 32 bytes')
  .transform((text) => text.split(',').map((pair) => pair.split(':') as [id: string, hex: string]))
  .transform((pairs) => ({
    currentKeyId: pairs[0]?.[0] ?? '',
    keys: Object.fromEntries(pairs.map(([id, hex]) => [id, new Uint8Array(Buffer.from(hex, 'hex'))])),
  }));

const isOrigin = (url: string) => new URL(url).origin === url;

/** `https://shop.example,https://other.example` */
const origins = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.url({ protocol: /^https?$/ }).refine(isOrigin, 'Expected an origin')));

const cronPattern = z
  .string()
  .refine(isCron, 'Expected a cron pattern of five fields, or six with seconds first');

function isCron(pattern: string): boolean {
  try {
    return new Cron(pattern, { mode: '5-or-6-parts', paused: true }).nextRun() !== null;
  } catch {
    return false;
  }
}

/** `group:role` pairs; a value may hold colons itself, and no comma. */
const roleNames = z
  .string()
  .regex(/^[^,]+:(admin|merchant|analyst)(,[^,]+:(admin|merchant|analyst))*$/, 'Expected value:role pairs')
  .transform((text) =>
    Object.fromEntries(
      text.split(',').map((pair) => {
        const end = pair.lastIndexOf(':');
        return [pair.slice(0, end), pair.slice(end + 1) as Role];
      }),
    ),
  );

/** An address that is reached over TLS, or on this machine. */
const protectedUrl = z.url({ protocol: /^https?$/ }).refine((url) => {
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
}, 'Expected https');

/** An issuer of tokens, which is asked for its keys. */
const issuer = protectedUrl.refine((url) => !/[?#]/.test(url), 'Expected an address without a query');

/** `openid`, and what else the client may ask for. */
const scopes = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/, 'Expected scopes')
  .refine((text) => text.split(' ').includes('openid'), 'Expected "openid" among the scopes');

const claim = z.string().min(1).max(200);

/** Settings of the company in QuickBooks whose sales are read when it says that they changed. */
const QUICKBOOKS = [
  'QUICKBOOKS_WEBHOOK_TOKEN',
  'QUICKBOOKS_REALM_ID',
  'QUICKBOOKS_CLIENT_ID',
  'QUICKBOOKS_CLIENT_SECRET',
  'QUICKBOOKS_TOKENS_FILE',
] as const;

const environmentSchema = z
  .object({
    HOST: z.string().default('127.0.0.1'),
    PORT: wholeNumber(0, 65_535).default(3000),
    CLUSTER_WORKERS: z
      .union([z.literal('auto').transform(() => availableParallelism()), wholeNumber(1, 256)])
      .default(1),
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    DATABASE_REPLICA_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    DATABASE_SCHEMA: z
      .string()
      .regex(/^[a-z_][a-z0-9_]{0,62}$/)
      .default('public'),
    DATABASE_POOL_MAX: wholeNumber(1, 1_000).default(100),
    REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
    REDIS_PREFIX: z.string().min(1).default('commerce-forecast'),
    DATA_DIR: z.string().min(1).default('.data'),
    KEY_FILE: z.string().min(1).optional(),
    ARTIFACT_DIR: z.string().min(1).optional(),
    ARTIFACT_BUCKET: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'Expected the name of a bucket')
      .optional(),
    ARTIFACT_PREFIX: z
      .string()
      .regex(/^[\w.-]+(\/[\w.-]+)*\/?$/, 'Expected segments of letters, digits, ".", "_" and "-"')
      .optional(),
    ARTIFACT_KEYS: encryptionKeys.optional(),
    S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
    S3_REGION: z
      .string()
      .regex(/^[a-z0-9-]{1,64}$/)
      .optional(),
    QUEUE_URL: z.url({ protocol: /^(rediss?|postgres(ql)?)$/ }).optional(),
    QUEUE_PREFIX: z
      .string()
      .regex(/^[a-z_][a-z0-9_]{0,62}$/)
      .default('forecast_queue'),
    QUEUE_LOCK_MS: wholeNumber(1_000, 3_600_000).default(30_000),
    SCHEDULE: flag.default(true),
    COLLECTION_CRON: cronPattern.optional(),
    TRAINING_CRON: cronPattern.optional(),
    CHORES_CRON: cronPattern.default('30 1 * * *'),
    SALES_DIR: z.string().min(1).optional(),
    FAN_OUT: flag.default(false),
    FRED_API_KEY: z.string().min(1).optional(),
    DEMO_DATA: flag.optional(),
    COUNTRY: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .optional(),
    MODEL: z.enum(['adaptive', 'blend', 'structural', 'seasonal-trend', 'weekday-mean']).default('adaptive'),
    MODEL_NAME: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'Expected lower-case letters, digits, "_" and "-"')
      .default('forecast'),
    MODEL_POLL_SECONDS: wholeNumber(1, 3_600).default(30),
    CANARY_SHARE: z.coerce.number().min(0).max(1).default(0.1),
    CANARY_DAYS: wholeNumber(1, 365).default(28),
    LIVE_DAYS: wholeNumber(0, 30).default(3),
    MODEL_VERSIONS_KEPT: wholeNumber(1, 1_000).default(20),
    CODE_VERSION: z.string().min(1).max(100).optional(),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
    RATE_LIMIT_PER_MINUTE: wholeNumber(1, 1_000_000_000).default(600),
    REFUSED_KEYS_PER_MINUTE: wholeNumber(1, 1_000_000_000).default(60),
    TENANTS_OPEN: wholeNumber(1, 10_000).default(20),
    TENANT_POOL_MAX: wholeNumber(1, 100).default(4),
    ANALYST_LEAST_PRODUCTS: wholeNumber(1, 1_000).default(3),
    KEY_LIFETIME_DAYS: wholeNumber(1, 90).default(90),
    KEY_ROTATION_OVERLAP_HOURS: wholeNumber(0, 720).default(24),
    JWT_SECRET: z.string().min(32).optional(),
    JWT_SECRET_BEFORE: z.string().min(32).optional(),
    OIDC_ISSUER: issuer.optional(),
    OIDC_AUDIENCE: z.string().min(1).optional(),
    OIDC_ROLE_CLAIM: claim.default('roles'),
    OIDC_ROLES: roleNames.default(Object.fromEntries(ROLES.map((role) => [role, role]))),
    OIDC_TENANT_CLAIM: claim.optional(),
    OIDC_CATEGORIES_CLAIM: claim.optional(),
    OIDC_LOCATIONS_CLAIM: claim.optional(),
    OIDC_CLOCK_TOLERANCE_SECONDS: wholeNumber(0, 300).default(30),
    OIDC_CLIENT_ID: z.string().min(1).max(200).optional(),
    OIDC_CLIENT_SECRET: z.string().min(1).optional(),
    OIDC_SCOPES: scopes.default('openid'),
    OIDC_LABEL: z.string().trim().min(1).max(60).optional(),
    PUBLIC_URL: protectedUrl.refine(isOrigin, 'Expected an origin').optional(),
    TRACING: flag.default(false),
    METRICS_TOKEN: z.string().min(16).optional(),
    SHOPIFY_WEBHOOK_SECRET: z.string().min(16).optional(),
    QUICKBOOKS_WEBHOOK_TOKEN: z.string().min(16).optional(),
    QUICKBOOKS_REALM_ID: z.string().regex(/^\d+$/, 'Expected the number of the company').optional(),
    QUICKBOOKS_CLIENT_ID: z.string().min(1).optional(),
    QUICKBOOKS_CLIENT_SECRET: z.string().min(1).optional(),
    QUICKBOOKS_TOKENS_FILE: z.string().min(1).optional(),
    TLS_CERT_FILE: z.string().min(1).optional(),
    TLS_KEY_FILE: z.string().min(1).optional(),
    DASHBOARD_DIR: z
      .string()
      .min(1)
      .default(fileURLToPath(new URL('../dashboard/dist', import.meta.url))),
    DASHBOARD_ORIGINS: origins.default([]),
    DASHBOARD_URL: protectedUrl.refine(isOrigin, 'Expected an origin').optional(),
    TRUST_PROXY_HOPS: wholeNumber(0, 10).default(0),
    JSON_LIMIT_BYTES: wholeNumber(1_024, 64 * MEGABYTE).default(5 * MEGABYTE),
    UPLOAD_LIMIT_BYTES: wholeNumber(1_024, 4_096 * MEGABYTE).default(256 * MEGABYTE),
    REJECTED_LINES_LIMIT: wholeNumber(0, 1_000_000_000).default(10_000),
    JSON_SECONDS: wholeNumber(1, 300).default(30),
    REQUEST_SECONDS: wholeNumber(1, 3_600).default(300),
    DOCUMENTATION: z.enum(['all', 'without-administration', 'none']).default('all'),
    DOCUMENTS_PER_MINUTE: wholeNumber(1, 1_000_000_000).default(120),
    DRAIN_SECONDS: wholeNumber(0, 300).default(0),
    SHUTDOWN_SECONDS: wholeNumber(1, 300).default(30),
    RETENTION_DAYS: wholeNumber(60, 3_660).default(731),
  })
  .refine((env) => (env.TLS_CERT_FILE === undefined) === (env.TLS_KEY_FILE === undefined), {
    path: ['TLS_KEY_FILE'],
    message: 'TLS_CERT_FILE and TLS_KEY_FILE go together',
  })
  .refine(
    (env) => (env.OIDC_ISSUER === undefined) === ((env.OIDC_AUDIENCE ?? env.OIDC_CLIENT_ID) === undefined),
    {
      path: ['OIDC_AUDIENCE'],
      message: 'OIDC_ISSUER goes with OIDC_AUDIENCE, OIDC_CLIENT_ID or both',
    },
  )
  .refine((env) => env.OIDC_CLIENT_ID === undefined || env.PUBLIC_URL !== undefined, {
    path: ['PUBLIC_URL'],
    message: 'The identity provider of OIDC_CLIENT_ID sends browsers back to PUBLIC_URL',
  })
  .refine((env) => env.OIDC_CLIENT_SECRET === undefined || env.OIDC_CLIENT_ID !== undefined, {
    path: ['OIDC_CLIENT_ID'],
    message: 'OIDC_CLIENT_SECRET is that of an OIDC_CLIENT_ID',
  })
  .refine((env) => env.JWT_SECRET_BEFORE === undefined || env.JWT_SECRET !== undefined, {
    path: ['JWT_SECRET'],
    message: 'JWT_SECRET_BEFORE is the secret before a JWT_SECRET',
  })
  .refine((env) => new Set(QUICKBOOKS.map((name) => env[name] === undefined)).size === 1, {
    path: ['QUICKBOOKS_WEBHOOK_TOKEN'],
    message: `${QUICKBOOKS.join(', ')} go together`,
  })
  .refine((env) => env.QUICKBOOKS_WEBHOOK_TOKEN === undefined || env.CLUSTER_WORKERS === 1, {
    path: ['QUICKBOOKS_WEBHOOK_TOKEN'],
    message: 'Sales are read from QuickBooks by one process: set CLUSTER_WORKERS to 1',
  })
  .refine((env) => env.CLUSTER_WORKERS === 1 || (env.DATABASE_URL && env.REDIS_URL), {
    path: ['CLUSTER_WORKERS'],
    message: 'Several processes need DATABASE_URL and REDIS_URL: an embedded database belongs to one process',
  })
  .refine((env) => env.ARTIFACT_BUCKET === undefined || env.ARTIFACT_DIR === undefined, {
    path: ['ARTIFACT_BUCKET'],
    message: 'Models are kept in ARTIFACT_BUCKET or in ARTIFACT_DIR',
  })
  .refine(
    (env) => env.ARTIFACT_BUCKET !== undefined || !(env.ARTIFACT_PREFIX || env.S3_ENDPOINT || env.S3_REGION),
    {
      path: ['ARTIFACT_BUCKET'],
      message: 'ARTIFACT_PREFIX, S3_ENDPOINT and S3_REGION are for an ARTIFACT_BUCKET',
    },
  )
  .refine((env) => env.DATABASE_REPLICA_URL === undefined || env.DATABASE_URL !== undefined, {
    path: ['DATABASE_REPLICA_URL'],
    message: 'A replica needs its primary in DATABASE_URL',
  });

/** The settings of a server, complete and checked. */
export type ServerConfig = z.output<typeof environmentSchema>;

/** Settings that the environment gets wrong; the message names every one of them and no value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the settings from environment variables; empty ones count as not set.
 *
 * @throws ConfigError naming each wrong variable.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): ServerConfig {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = environmentSchema.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigError(`The environment is not a valid configuration:\n${problems.join('\n')}`);
}
