import { createForecaster, type ForecasterOptions } from 'commerce-forecast';
import type { JobRunner } from 'commerce-forecast/jobs';
import { createRolloutController } from 'commerce-forecast/registry';
import type { Logger } from 'pino';
import type { ServerConfig } from './config.js';
import type { InstanceEvents } from './events.js';
import type { Metrics } from './monitoring/metrics.js';
import { ModelMetrics } from './monitoring/model-metrics.js';
import { RolloutMetrics } from './monitoring/rollout-metrics.js';
import type { Tracing } from './monitoring/tracing.js';
import { LEAST_CATEGORIES } from './rollout/judge-training.js';
import { RequestCounts } from './rollout/request-counts.js';
import { RolloutObserver } from './rollout/rollout-observer.js';
import { RELATIVE_WAPE } from './rollout/version-metrics.js';
import { CategoryAccess } from './security/category-access.js';
import { ForecastService } from './services/forecast-service.js';
import { ModelService } from './services/model-service.js';
import { PlanningService } from './services/planning-service.js';
import { RolloutService } from './services/rollout-service.js';
import { TrainingService, type TrainingServiceOptions } from './services/training-service.js';
import type { OpenArtifacts } from './storage/open-artifacts.js';
import type { OpenDatabase } from './storage/open-database.js';
import type { Quotas } from './tenants/tenant-repository.js';
import { FittedModels } from './training/fitted-models.js';
import type { Trainer } from './training/messages.js';
import { trainInThread } from './training/train-in-thread.js';
import { TrainingRuns } from './training/training-runs.js';

/** Name of the stored plan among the documents of the server. */
export const PLAN_DOCUMENT = 'plan';

export interface ModelParts {
  readonly models: ModelService;
  readonly rollout: RolloutService;
  readonly trainings: TrainingService;
  readonly forecasts: ForecastService;
  readonly planning: PlanningService;
  /** Decides what callers may see of the versions in use. */
  readonly categories: CategoryAccess;
}

/** Parts that the models of one merchant are made of. */
export interface ModelInputs {
  readonly opened: OpenDatabase;
  /** Schema of the tables of training runs and requests. */
  readonly schema: string;
  readonly artifacts: OpenArtifacts;
  readonly events: InstanceEvents;
  /** Storage and cache that all versions answer with, besides the snapshot of each. */
  readonly answering: Pick<ForecasterOptions, 'storage' | 'cache' | 'plans'>;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly now: () => Date;
  readonly version: string;
  /** Trains in place of a thread of this process. */
  readonly train?: Trainer | undefined;
  /** Queue from which another process takes trainings, and the job that it takes them as. */
  readonly queue?: JobRunner | undefined;
  readonly job?: TrainingServiceOptions['job'];
  readonly quotas?: () => Promise<Quotas>;
  readonly tracing?: Tracing | undefined;
}

/** Makes what trains, keeps, routes and judges models, and answers from them. */
export function composeModels(config: ServerConfig, parts: ModelInputs): ModelParts {
  const { opened, schema, artifacts, events, answering, metrics, logger, now, quotas } = parts;
  const { storage, database } = opened;
  const modelMetrics = new ModelMetrics(metrics.registry);
  const rolloutMetrics = new RolloutMetrics(metrics.registry);
  const models = new ModelService({
    name: config.MODEL_NAME,
    artifacts: artifacts.store,
    state: opened.registryState,
    events,
    logger,
    now,
    serve: async (snapshot) => {
      const forecaster = createForecaster({ ...answering, now });
      await forecaster.useSnapshot(snapshot);
      return forecaster;
    },
    onRoutes: (routes) => {
      modelMetrics.show(routes.production.model.snapshot);
      rolloutMetrics.showRoutes(routes);
    },
  });
  const requests = new RequestCounts(database, schema, metrics.registry);
  const controllerFor = (share: number) =>
    createRolloutController({
      registry: models.registry,
      promotion: { metric: RELATIVE_WAPE },
      live: { minimumUnits: LEAST_CATEGORIES },
      // What is to get everything is promoted at once.
      canaryShare: share === 0 ? 1 : share,
      onOutcome: (outcome) => {
        if (outcome.action !== 'none') logger.info({ outcome }, 'the rollout controller acted');
      },
    });
  const observer = new RolloutObserver({
    models,
    requests,
    controller: controllerFor(config.CANARY_SHARE),
    totals: (from) => storage.dailyTotals({ from }),
    canaryDays: config.CANARY_DAYS,
    minimumDays: config.LIVE_DAYS || Number.POSITIVE_INFINITY,
    metrics: rolloutMetrics,
    logger,
    now,
  });
  const fittedModels = new FittedModels(artifacts.store, config.MODEL_NAME, logger);
  const runs = new TrainingRuns(database, schema);
  const rollout = new RolloutService({
    models,
    controllerFor,
    observer,
    requests,
    canaryShare: config.CANARY_SHARE,
    keptVersions: config.MODEL_VERSIONS_KEPT,
    runs,
    fittedModels,
    codeVersion: config.CODE_VERSION ?? parts.version,
    now,
    logger,
  });
  const trainings = new TrainingService({
    storage,
    runs,
    rollout,
    train: parts.train ?? trainInThread({ storage, model: config.MODEL, country: config.COUNTRY }),
    queue: parts.queue,
    job: parts.job,
    quota: quotas && (async () => (await quotas()).trainingsPerDay),
    plan: async () => (await opened.registryState.read(PLAN_DOCUMENT)).document,
    metrics,
    tracing: parts.tracing,
    logger,
  });
  const categories = new CategoryAccess(
    config.ANALYST_LEAST_PRODUCTS,
    (keyId) => models.route(keyId).model.snapshot,
  );
  const forecasts = new ForecastService(models, requests, metrics, categories);
  const planning = new PlanningService(models, fittedModels, categories);
  return { models, rollout, trainings, forecasts, planning, categories };
}
