import { type Day, ForecastError, formatDay, parseDay } from 'commerce-forecast';
import type { PostgresStorage } from 'commerce-forecast/postgres';
import type { RegistryChange } from 'commerce-forecast/registry';
import { HttpProblem } from '../http/problem.js';
import { actualSales } from '../rollout/actual-sales.js';
import type { CategoryAccess } from '../security/category-access.js';
import type { Principal } from '../security/roles.js';
import {
  type DailyForecastService,
  type ForecastDay,
  forecastDays,
  type SoldDay,
  type Subject,
} from './daily-forecast-service.js';
import type { ModelService } from './model-service.js';
import type { PlanningService } from './planning-service.js';

/** A day that is over: what was sold, and what the version in production before it had expected. */
export interface PastForecast extends ForecastDay {
  readonly sold: number;
  readonly version: number;
}

export interface PastForecastOptions {
  readonly models: Pick<ModelService, 'registry'>;
  readonly planning: Pick<PlanningService, 'forecasterOfVersion'>;
  readonly daily: Pick<DailyForecastService, 'soldDays'>;
  readonly storage: Pick<PostgresStorage, 'dailyTotals'>;
  readonly access: CategoryAccess;
  readonly now: () => Date;
}

/** Forecasts as they stood before the days that they are of, beside what was sold. */
export class PastForecastService {
  readonly #options: PastForecastOptions;

  constructor(options: PastForecastOptions) {
    this.#options = options;
  }

  /**
   * The last days, ascending. Left out are days that are not over or not delivered, those out of stock, and those before
   * which no version was in production, whose version or its model was deleted since, or in which the caller would not have
   * seen the category.
   */
  async days(
    subject: Subject,
    count: number,
    principal: Principal,
    signal: AbortSignal,
  ): Promise<PastForecast[]> {
    const { models, daily, storage, access, now } = this.#options;
    access.require(principal, subject, ['query']);
    const today = parseDay(now().toISOString().slice(0, 10));
    const from = today - count;
    const delivered = actualSales(await storage.dailyTotals({ from }), today).days;
    const sold = new Map((await daily.soldDays(subject, from, signal)).map((row) => [row.day, row]));
    const { log } = await models.registry.status();
    const byVersion = new Map<number, Day[]>();
    for (const day of delivered) {
      const version = versionBefore(log, day);
      if (version === undefined || sold.get(day)?.inStock === false) continue;
      byVersion.set(version, [...(byVersion.get(version) ?? []), day]);
    }
    const past: PastForecast[] = [];
    for (const [version, days] of byVersion)
      past.push(...(await this.#compare(subject, version, days, sold, principal, signal)));
    return past.sort((a, b) => a.day - b.day);
  }

  async #compare(
    subject: Subject,
    version: number,
    days: readonly Day[],
    sold: ReadonlyMap<Day, SoldDay>,
    principal: Principal,
    signal: AbortSignal,
  ): Promise<PastForecast[]> {
    try {
      const { planning, access } = this.#options;
      const forecaster = await planning.forecasterOfVersion(version);
      const snapshot = forecaster.snapshot();
      const horizon = snapshot ? Math.max(...days) - snapshot.cutoffDay : 0;
      if (!snapshot || horizon < 1) return [];
      if (!access.sees(principal, subject, snapshot)) return [];
      const forecasts = await forecastDays(forecaster, subject, horizon, signal);
      return forecasts
        .filter(({ day }) => days.includes(day))
        .map((forecast) => ({ ...forecast, sold: sold.get(forecast.day)?.units ?? 0, version }));
    } catch (error) {
      // The version, its model or the product in it: what is not there forecast nothing that could be shown.
      const isMissing =
        (ForecastError.is(error) && error.code === 'not-found') ||
        (error instanceof HttpProblem && error.code === 'model-not-kept');
      if (isMissing) return [];
      throw error;
    }
  }
}

/** The version that was in production when a day began, in UTC. */
function versionBefore(log: readonly RegistryChange[], day: Day): number | undefined {
  const began = formatDay(day);
  const last = log.findLast(
    ({ action, at }) => (action === 'promoted' || action === 'rolled-back') && at < began,
  );
  return last?.version ?? undefined;
}
