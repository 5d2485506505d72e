import {
  type ChangeCause,
  type ChangeOptions,
  type ModelVersion,
  REGISTRY_ACTIONS,
  type RegistryDocument,
} from 'commerce-forecast/registry';
import * as z from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.js';
import { CHANGE_CAUSES } from '../rollout/change-causes.js';
import type { LiveResult } from '../rollout/rollout-observer.js';
import type { Principal } from '../security/roles.js';
import type { ModelService } from '../services/model-service.js';
import type { RolloutService } from '../services/rollout-service.js';
import { causeSchema, noQuery, problems, storableText } from './common.js';

const BODY_LIMIT_BYTES = 16_384;
const MAX_REASON = 200;
const PROBLEMS = problems(400, 401, 403, 404, 409, 429, 503);

const versionParams = z.strictObject({
  version: z.coerce
    .number()
    .int()
    .min(1)
    .max(2 ** 31 - 1),
});

const changeQuery = z.strictObject({
  reason: storableText(MAX_REASON).optional().describe('Kept in the change log.'),
  if_routing: z.coerce
    .number()
    .int()
    .min(0)
    .optional()
    .describe('The `routing` that was decided about: 409 if somebody has changed it since.'),
});
const share = z.coerce.number().gt(0).max(1);
const canaryQuery = changeQuery.extend({ share: share.default(0.1).describe('Share of the keys.') });

const experimentBody = z
  .strictObject({
    arms: z
      .array(
        z.strictObject({
          name: storableText(100).min(1),
          version: z.number().int().min(1),
          share: z.number(),
        }),
      )
      .min(1)
      .max(20),
  })
  .meta({ id: 'Experiment', description: 'The remaining share goes to production.' });

const routesSchema = z
  .object({
    routing: z.number().int().describe('Counts the changes of what is routed.'),
    production: z.number().int().nullable(),
    rollback_to: z.number().int().nullable(),
    split: z
      .object({
        kind: z.enum(['canary', 'experiment']),
        started_at: z.string(),
        arms: z.array(z.object({ name: z.string(), version: z.number().int(), share: z.number() })),
      })
      .nullable(),
  })
  .meta({ id: 'ModelRoutes' });

const versionSchema = z
  .object({
    version: z.number().int(),
    state: z.enum(['candidate', 'canary', 'production', 'archived']),
    state_changed_at: z.string(),
    registered_at: z.string(),
    artifact_version: z.number().int(),
    metrics: z
      .record(z.string(), z.number())
      .describe('Of the validation, on the daily sales of categories.'),
    lineage: z.object({
      data_fingerprint: z.string(),
      first_day: z.string(),
      last_day: z.string(),
      model: z.unknown().describe('The model with all its options and members.'),
      parts: z
        .record(z.string(), z.string())
        .describe('Fingerprints of what the model knew besides the sales, such as events.'),
      settings: z.record(z.string(), z.unknown()),
      package_version: z.string(),
      code_version: z.string().nullable(),
      seed: z.number(),
      parent: z.number().int().nullable(),
    }),
    live: z
      .object({
        requests: z.number().int(),
        failures: z.number().int(),
        wape: z.number().nullable(),
        bias: z.number().nullable(),
        days: z.number().int().describe('Days of sales that it was compared on.'),
      })
      .nullable()
      .describe('Of versions that get traffic and the one before, as last observed.'),
  })
  .meta({ id: 'ModelVersion' });

const changeCause = causeSchema(CHANGE_CAUSES);

const registrySchema = z
  .object({
    routes: routesSchema,
    versions: z.array(versionSchema).describe('Newest first.'),
    log: z
      .array(
        z.object({
          action: z.enum(REGISTRY_ACTIONS),
          version: z.number().int().nullable(),
          at: z.string(),
          reason: z.string(),
          cause: changeCause.nullable().describe('The reason for programs.'),
        }),
      )
      .describe('The latest changes, newest first.'),
  })
  .meta({ id: 'ModelRegistry' });

/** The versions of the model, and which of them answer. */
export function versionEndpoints({ registry }: ModelService, rollout: RolloutService): Endpoint[] {
  const common = { method: 'post', tag: 'Model', access: ['admin'] } as const;
  const responses = { 200: { description: 'The routes from now on.', schema: routesSchema }, ...PROBLEMS };
  return [
    endpoint({
      ...common,
      method: 'get',
      path: '/api/v1/model/versions',
      operationId: 'modelVersions',
      summary: 'All versions, which of them answer, and the change log',
      query: noQuery,
      responses: {
        200: { description: 'Versions, routes and change log.', schema: registrySchema },
        ...problems(401, 403, 429, 503),
      },
      handle: async () => ({ json: registryBody(await registry.status(), rollout.results()) }),
    }),
    endpoint({
      ...common,
      path: '/api/v1/model/versions/{version}/promote',
      operationId: 'promoteModel',
      summary: 'Let a version answer all requests; ends a canary or experiment',
      params: versionParams,
      query: changeQuery,
      responses,
      handle: async ({ params, query, principal }) => ({
        json: routesBody(await registry.promote(params.version, changeOf(query, principal))),
      }),
    }),
    endpoint({
      ...common,
      path: '/api/v1/model/versions/{version}/canary',
      operationId: 'startCanary',
      summary: 'Let a version answer a share of the keys; for the running canary, change its share',
      params: versionParams,
      query: canaryQuery,
      responses,
      handle: async ({ params, query, principal }) => {
        const change = { ...changeOf(query, principal), share: query.share };
        return { json: routesBody(await registry.startCanary(params.version, change)) };
      },
    }),
    endpoint({
      ...common,
      path: '/api/v1/model/experiment',
      operationId: 'startExperiment',
      summary: 'Share the keys between production and other versions (A/B)',
      query: changeQuery,
      body: { schema: experimentBody, limitBytes: BODY_LIMIT_BYTES },
      responses: { ...responses, ...problems(413, 415) },
      handle: async ({ query, body, principal }) => ({
        json: routesBody(await registry.startExperiment(body.arms, changeOf(query, principal))),
      }),
    }),
    endpoint({
      ...common,
      path: '/api/v1/model/split/stop',
      operationId: 'stopSplit',
      summary: 'End the canary or experiment; production answers all requests',
      query: changeQuery,
      responses,
      handle: async ({ query, principal }) => ({
        json: routesBody(await registry.stopSplit(changeOf(query, principal))),
      }),
    }),
    endpoint({
      ...common,
      path: '/api/v1/model/rollback',
      operationId: 'rollbackModel',
      summary: 'Return to the version that was in production before; ends a canary or experiment',
      query: changeQuery,
      responses,
      handle: async ({ query, principal }) => ({
        json: routesBody(await registry.rollback(changeOf(query, principal))),
      }),
    }),
  ];
}

/** Adds the key to the reason in the log. */
function changeOf({ reason, if_routing }: z.output<typeof changeQuery>, { keyId }: Principal): ChangeOptions {
  const cause: ChangeCause =
    reason === undefined
      ? { code: 'by-hand', values: { key: keyId } }
      : { code: 'told', values: { key: keyId, text: reason } };
  return { reason: `${reason ?? 'by hand'} (key ${keyId})`, cause, ifRouting: if_routing };
}

/** A cause with a code of this server; another version of it may have written others. */
function known(cause: ChangeCause | undefined): z.output<typeof changeCause> | null {
  const code = CHANGE_CAUSES.find((name) => name === cause?.code);
  return cause && code ? { code, values: cause.values } : null;
}

function registryBody(
  status: RegistryDocument,
  results: ReadonlyMap<number, LiveResult>,
): z.output<typeof registrySchema> {
  return {
    routes: routesBody(status),
    versions: status.versions.map((entry) => versionBody(entry, results.get(entry.version))).reverse(),
    log: status.log.map(({ cause, ...change }) => ({ ...change, cause: known(cause) })).reverse(),
  };
}

function routesBody({
  routing,
  production,
  previous,
  split,
}: RegistryDocument): z.output<typeof routesSchema> {
  return {
    routing,
    production,
    rollback_to: previous.at(-1) ?? null,
    split: split && { kind: split.kind, started_at: split.startedAt, arms: [...split.arms] },
  };
}

function versionBody(entry: ModelVersion, live: LiveResult | undefined): z.output<typeof versionSchema> {
  const { lineage } = entry;
  return {
    version: entry.version,
    state: entry.state,
    state_changed_at: entry.stateChangedAt,
    registered_at: entry.registeredAt,
    artifact_version: entry.artifact.version,
    metrics: { ...entry.metrics },
    lineage: {
      data_fingerprint: lineage.dataFingerprint,
      first_day: lineage.firstDay,
      last_day: lineage.lastDay,
      model: lineage.model,
      parts: { ...lineage.parts },
      settings: { ...lineage.settings },
      package_version: lineage.packageVersion,
      code_version: lineage.codeVersion ?? null,
      seed: lineage.seed,
      parent: lineage.parent ?? null,
    },
    live: live
      ? {
          requests: live.requests,
          failures: live.failures,
          wape: live.wape ?? null,
          bias: live.bias ?? null,
          days: live.days,
        }
      : null,
  };
}
