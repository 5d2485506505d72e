import {
  type Day,
  ForecastError,
  type Forecaster,
  type ForecastSnapshot,
  salesForecasts,
  snapshotInterval,
} from 'commerce-forecast';
import type { PostgresStorage } from 'commerce-forecast/postgres';
import type { Principal } from '../security/roles.js';
import type { PlanningService } from './planning-service.js';

/** Levels of the intervals of a day, ascending. */
export const DAILY_LEVELS = [0.5, 0.8, 0.95] as const;

/** Product or category that is asked about. */
export type Subject = { readonly productId: string } | { readonly category: string };

/** Days before and after the cutoff that an answer holds. */
export interface Span {
  readonly history: number;
  readonly horizon: number;
}

/** Sales of a day, as far as they are known. */
export interface SoldDay {
  readonly day: Day;
  readonly units: number;
  readonly revenue?: number;
  readonly promo?: boolean;
  readonly inStock?: boolean;
}

/** Forecast of a day, with the bounds of each of {@link DAILY_LEVELS}. */
export interface ForecastDay {
  readonly day: Day;
  readonly units: number;
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/** Days of a product or a category: what was sold, days after the cutoff included, and what is expected. */
export interface DailyForecast {
  readonly category: string;
  readonly modelVersion: string;
  readonly cutoffDay: Day;
  /** Ascending; days without a row are left out. */
  readonly sales: readonly SoldDay[];
  readonly forecast: readonly ForecastDay[];
}

/** Sales and forecasts day by day. */
export class DailyForecastService {
  readonly #planning: PlanningService;
  readonly #storage: Pick<PostgresStorage, 'read' | 'dailyTotals'>;

  constructor(planning: PlanningService, storage: Pick<PostgresStorage, 'read' | 'dailyTotals'>) {
    this.#planning = planning;
    this.#storage = storage;
  }

  /** @throws ForecastError `not-found`, `not-trained`; HttpProblem 409 where the model of the version was not kept. */
  async days(
    subject: Subject,
    span: Span,
    principal: Principal,
    signal: AbortSignal,
  ): Promise<DailyForecast> {
    const forecaster = await this.#planning.forecasterFor(principal);
    const snapshot = forecaster.snapshot();
    if (!snapshot) throw new ForecastError('not-trained', 'There is no forecast yet');
    const { cutoffDay, modelVersion } = snapshot;
    const category = categoryOf(snapshot, subject);
    const from = cutoffDay - span.history + 1;
    const sales =
      'productId' in subject
        ? await this.#productSales(subject.productId, from, signal)
        : await this.#storage.dailyTotals({ from, categories: [category] });
    const forecast = await forecastDays(forecaster, snapshot, subject, span.horizon, signal);
    return { category, modelVersion, cutoffDay, sales, forecast };
  }

  /** Locations are summed, since forecasts are. */
  async #productSales(productId: string, from: Day, signal: AbortSignal): Promise<SoldDay[]> {
    const byDay = new Map<Day, SoldDay>();
    for await (const rows of this.#storage.read({ productIds: [productId], from, signal })) {
      for (const { day, units, revenue, promo, inStock } of rows) {
        const before = byDay.get(day);
        byDay.set(day, {
          day,
          units: (before?.units ?? 0) + units,
          revenue: revenue === undefined ? before?.revenue : (before?.revenue ?? 0) + revenue,
          promo: before?.promo || promo,
          inStock: before?.inStock === undefined ? inStock : before.inStock || inStock,
        });
      }
    }
    return [...byDay.values()].sort((a, b) => a.day - b.day);
  }
}

function categoryOf({ productIds, categories, categoryOf }: ForecastSnapshot, subject: Subject): string {
  const product = 'productId' in subject ? productIds.indexOf(subject.productId) : -1;
  const category =
    'productId' in subject
      ? categories[categoryOf[product] ?? -1]
      : categories.find((c) => c === subject.category);
  if (category !== undefined) return category;
  const [kind, name, path] =
    'productId' in subject
      ? ['product', subject.productId, 'product_id']
      : ['category', subject.category, 'category'];
  throw new ForecastError('not-found', `There is no ${kind} "${name}"`, { path: ['query', path] });
}

/** Days as the model forecasts them, their intervals stretched like those of the week that the validation calibrated. */
async function forecastDays(
  forecaster: Forecaster,
  snapshot: ForecastSnapshot,
  subject: Subject,
  horizon: number,
  signal: AbortSignal,
): Promise<ForecastDay[]> {
  const fitted = forecaster.fittedModel();
  if (!fitted) throw new ForecastError('not-trained', 'The model of the version is not loaded');
  const { productIds, categories, categoryOf, cutoffDay, periods, intervalLevel } = snapshot;
  const isProduct = 'productId' in subject;
  const index = isProduct ? productIds.indexOf(subject.productId) : categories.indexOf(subject.category);
  const groupOf = Int32Array.from(productIds, (_, s) => ((isProduct ? s : categoryOf[s]) === index ? 0 : -1));
  const { firstDay, lastDay, products, categories: groups } = periods.week;
  const week = { from: firstDay - cutoffDay - 1, to: lastDay - cutoffDay };
  const days = Array.from({ length: horizon }, (_, step) => ({ from: step, to: step + 1 }));
  const totals = await salesForecasts(fitted).totals({
    ranges: [week, ...days],
    groupOf,
    groupCount: 1,
    levels: [...DAILY_LEVELS, intervalLevel],
    signal,
  });
  const calibrated = isProduct ? products : groups;
  const half = distance(totals.mean, totals.intervals.at(-1)?.upper, 0);
  const { upper } = snapshotInterval(calibrated, intervalLevel);
  const stretch = half > 0 ? distance(calibrated.mean, upper, index) / half : 1;
  const intervals = totals.intervals.slice(0, DAILY_LEVELS.length);
  return days.map((_, step) => {
    const units = totals.mean[step + 1] ?? 0;
    const bound = (values: Float64Array) =>
      Math.max(0, units + stretch * ((values[step + 1] ?? units) - units));
    return {
      day: cutoffDay + 1 + step,
      units,
      lower: intervals.map(({ lower }) => bound(lower)),
      upper: intervals.map(({ upper }) => bound(upper)),
    };
  });
}

function distance(mean: Float64Array, bound: Float64Array | undefined, at: number): number {
  return (bound?.[at] ?? 0) - (mean[at] ?? 0);
}
