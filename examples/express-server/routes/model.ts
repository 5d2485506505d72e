import { setTimeout as pause } from 'node:timers/promises';
import { accuracyOf, ForecastError, formatDay } from 'commerce-forecast';
import type { ModelHandle } from 'commerce-forecast/registry';
import * as z from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.js';
import { explainTraining } from '../rollout/explain-training.js';
import type { CategoryAccess } from '../security/category-access.js';
import type { Principal } from '../security/roles.js';
import type { ModelService, ServedModel } from '../services/model-service.js';
import type { TrainingService } from '../services/training-service.js';
import { DECISIONS, TRAINING_CAUSES, type TrainingRun } from '../training/training-runs.js';
import { causeSchema, noQuery, problems, READERS } from './common.js';

const accuracySchema = z.object({
  wape: z.number(),
  accuracy: z.number().describe('1 − WAPE; negative where errors exceed the sales themselves.'),
  mae_percent: z.number(),
  rmse_percent: z.number(),
  r2: z.number(),
});

const modelResponse = z
  .object({
    model_version: z.string(),
    artifact_version: z.number().int(),
    trained_at: z.string(),
    last_day: z.string().describe('Last day of sales that the model knows.'),
    confidence_level: z.number(),
    products: z.number().int(),
    categories: z.array(z.string()),
    validation: z
      .object({
        first_day: z.string(),
        days: z.number().int(),
        categories: accuracySchema,
        total: accuracySchema,
        interval_coverage: z.number(),
      })
      .nullable(),
  })
  .meta({ id: 'Model' });

const trainingResponse = z
  .object({
    id: z.string(),
    status: z
      .enum(['queued', 'running', 'succeeded', 'failed'])
      .describe('`queued` until a scheduler takes it, where a queue is configured.'),
    started_at: z.string(),
    finished_at: z.string().nullable(),
    model_version: z.string().nullable(),
    version: z.number().int().nullable().describe('Number in the registry.'),
    decision: z
      .enum(DECISIONS)
      .nullable()
      .describe('Decision on the version; `none` if it stays a candidate.'),
    explanation: z.string().nullable().describe('Why, in words.'),
    cause: causeSchema(TRAINING_CAUSES).nullable().describe('Why, for programs.'),
    failure: z.string().nullable().describe('Code of the error that ended it.'),
    progress: z.object({ phase: z.string(), done: z.number(), total: z.number().nullable() }).nullable(),
  })
  .meta({ id: 'Training' });

type TrainingResponse = z.output<typeof trainingResponse>;

const trainingParams = z.strictObject({ id: z.union([z.literal('latest'), z.uuid()]) });

/** Milliseconds between two looks at a training that is watched. */
const STATE_PAUSE_MS = 300;

/** The model in use, and trainings. */
export function modelEndpoints(
  models: ModelService,
  trainings: TrainingService,
  access: CategoryAccess,
): Endpoint[] {
  const toResponse = (run: TrainingRun) => trainingBody(run, trainings);
  const findRun = async (id: string) => {
    const run = await trainings.find(id);
    if (!run) throw new ForecastError('not-found', 'There is no such training', { path: ['path', 'id'] });
    return run;
  };
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/model',
      operationId: 'model',
      summary: 'The model that answers the key, and its accuracy',
      tag: 'Model',
      access: READERS,
      scopes: ['categories'],
      query: noQuery,
      responses: { 200: { description: 'The model.', schema: modelResponse }, ...problems(401, 429, 503) },
      handle: ({ principal }) => {
        const handle = models.route(principal.keyId);
        return { json: modelBody(handle, principal, access) };
      },
    }),
    endpoint({
      method: 'post',
      path: '/api/v1/model/train',
      operationId: 'train',
      summary: 'Start a training on the stored sales',
      tag: 'Model',
      access: ['admin'],
      query: noQuery,
      responses: {
        202: { description: 'The training has started; Location is its URL.', schema: trainingResponse },
        ...problems(401, 403, 409, 429, 503),
      },
      handle: async () => {
        const run = await trainings.start();
        return {
          status: 202,
          json: toResponse(run),
          headers: { location: `/api/v1/model/trainings/${run.id}` },
        };
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/model/trainings/{id}',
      operationId: 'training',
      summary: 'The state of a training, by its id or `latest`',
      tag: 'Model',
      access: ['admin'],
      params: trainingParams,
      query: noQuery,
      responses: {
        200: { description: 'The training.', schema: trainingResponse },
        ...problems(400, 401, 403, 404, 429, 503),
      },
      handle: async ({ params }) => ({ json: toResponse(await findRun(params.id)) }),
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/model/trainings/{id}/events',
      operationId: 'trainingEvents',
      summary: 'The states of a training as server-sent events, until it ends',
      description: 'Each event holds a training as the endpoint above gives it.',
      tag: 'Model',
      access: ['admin'],
      params: trainingParams,
      query: noQuery,
      responses: {
        200: { description: 'The events.', contentType: 'text/event-stream' },
        ...problems(400, 401, 403, 404, 429, 503),
      },
      handle: async ({ params, signal }) => {
        const { id } = await findRun(params.id);
        return { events: statesOf(async () => toResponse(await findRun(id)), signal) };
      },
    }),
  ];
}

/** States of a training as they change, to the last. */
async function* statesOf(
  read: () => Promise<TrainingResponse>,
  signal: AbortSignal,
): AsyncGenerator<TrainingResponse> {
  let sent: string | undefined;
  while (!signal.aborted) {
    const state = await read();
    const text = JSON.stringify(state);
    if (text !== sent) yield state;
    sent = text;
    if (state.status !== 'running' && state.status !== 'queued') return;
    await pause(STATE_PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
}

function modelBody(
  { model, version }: ModelHandle<ServedModel>,
  principal: Principal,
  access: CategoryAccess,
): z.output<typeof modelResponse> {
  const { snapshot } = model;
  const categories = snapshot.categories.filter((category) => access.sees(principal, { category }, snapshot));
  // The accuracy is that of the whole shop: for a limited key, and where no category may be seen, that of something else.
  const validation = categories.length > 0 && !principal.scope ? snapshot.validation : undefined;
  return {
    model_version: snapshot.modelVersion,
    artifact_version: version.artifact.version,
    trained_at: snapshot.trainedAt,
    last_day: formatDay(snapshot.cutoffDay),
    confidence_level: snapshot.intervalLevel,
    products: access.products(principal, snapshot)?.size ?? snapshot.productIds.length,
    categories,
    validation: validation
      ? {
          first_day: formatDay(validation.firstDay),
          days: validation.days,
          categories: accuracyBody(validation.model.categories),
          total: accuracyBody(validation.model.total),
          interval_coverage: validation.intervalCoverage.calibrated,
        }
      : null,
  };
}

function accuracyBody(metrics: {
  readonly wape: number;
  readonly maePercent: number;
  readonly rmsePercent: number;
  readonly r2: number;
}): z.output<typeof accuracySchema> {
  const { wape, maePercent, rmsePercent, r2 } = metrics;
  return { wape, accuracy: accuracyOf(wape), mae_percent: maePercent, rmse_percent: rmsePercent, r2 };
}

function trainingBody(run: TrainingRun, trainings: TrainingService): TrainingResponse {
  const progress = run.status === 'running' ? trainings.progressOf(run.id) : undefined;
  return {
    id: run.id,
    status: run.status,
    started_at: run.startedAt.toISOString(),
    finished_at: run.finishedAt?.toISOString() ?? null,
    model_version: run.modelVersion ?? null,
    version: run.deployment?.version ?? null,
    decision: run.deployment?.decision ?? null,
    explanation: run.deployment ? explainTraining(run.deployment) : null,
    cause: run.deployment?.cause ?? null,
    failure: run.failure ?? null,
    progress: progress
      ? {
          phase: progress.phase,
          done: progress.done,
          total: Number.isFinite(progress.total) ? progress.total : null,
        }
      : null,
  };
}
