import {
  createForecastCache,
  createForecaster,
  createPlanBook,
  type EventSource,
  type ForecastCache,
} from 'commerce-forecast';
import { RedisCacheStore } from 'commerce-forecast/redis';
import type { Redis } from 'ioredis';
import type { AppDependencies } from './app.js';
import { composeModels, type ModelInputs, PLAN_DOCUMENT } from './compose-models.js';
import type { ServerConfig } from './config.js';
import { observeCache } from './monitoring/observed-cache.js';
import { AlertService } from './services/alert-service.js';
import { DailyForecastService } from './services/daily-forecast-service.js';
import { PastForecastService } from './services/past-forecast-service.js';
import { SalesService } from './services/sales-service.js';

/** Time for which expired answers are served while they are recomputed. */
const STALE_MS = 60_000;

export interface ShopParts extends Omit<ModelInputs, 'answering'> {
  readonly redis: Redis | undefined;
  /** Put before all keys of the shop in Redis. */
  readonly redisPrefix: string;
  readonly holidays: EventSource;
}

/** Parts of the application that answer about the sales of one merchant. */
export type Shop = Pick<
  AppDependencies,
  | 'forecaster'
  | 'forecasts'
  | 'sales'
  | 'models'
  | 'rollout'
  | 'trainings'
  | 'planning'
  | 'alerts'
  | 'daily'
  | 'past'
  | 'categories'
  | 'storage'
> & { readonly cache: ForecastCache };

/** Makes the parts for one merchant from what is that merchant's alone. */
export function composeShop(config: ServerConfig, parts: ShopParts): Shop {
  const { opened, redis, metrics, now, holidays, quotas } = parts;
  const store = redis && new RedisCacheStore({ client: redis, prefix: `${parts.redisPrefix}:cache` });
  const cache = observeCache(createForecastCache({ store, staleWhileRevalidateMs: STALE_MS }), metrics);
  const plans = createPlanBook(opened.registryState, PLAN_DOCUMENT);
  const { storage } = opened;
  const answering = { storage, cache, plans };
  const forecaster = createForecaster({ ...answering, now });
  const { models, rollout, trainings, forecasts, planning, categories } = composeModels(config, {
    ...parts,
    answering,
  });
  const daily = new DailyForecastService(planning, storage, holidays, categories);
  return {
    forecaster,
    forecasts,
    sales: new SalesService(
      forecaster,
      metrics,
      config.REJECTED_LINES_LIMIT,
      quotas && (async () => (await quotas()).rows),
    ),
    models,
    rollout,
    trainings,
    planning,
    alerts: new AlertService(createForecaster({ ...answering, events: holidays, now }), categories, now),
    daily,
    past: new PastForecastService({ models, planning, daily, storage, access: categories, now }),
    categories,
    storage,
    cache,
  };
}

/** Ends what runs in the background for a shop; what it was made from stays open. */
export async function closeShop({ models, trainings, rollout, cache }: Shop): Promise<void> {
  models.stop();
  await trainings.stop();
  await rollout.stop();
  await cache.close();
}
