import {
  type Day,
  type EventSource,
  ForecastError,
  type Forecaster,
  type ForecastSnapshot,
  parseDay,
} from 'commerce-forecast';
import type { PostgresStorage } from 'commerce-forecast/postgres';
import type { CategoryAccess } from '../security/category-access.js';
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
  /** Holidays of these days, ascending. */
  readonly events: readonly { readonly day: Day; readonly name: string }[];
}

/** Sales and forecasts day by day. */
export class DailyForecastService {
  readonly #planning: PlanningService;
  readonly #storage: Pick<PostgresStorage, 'read' | 'dailyTotals'>;
  readonly #holidays: EventSource;
  readonly #access: CategoryAccess;

  /** @param holidays - Those that the models are trained with. */
  constructor(
    planning: PlanningService,
    storage: Pick<PostgresStorage, 'read' | 'dailyTotals'>,
    holidays: EventSource,
    access: CategoryAccess,
  ) {
    this.#planning = planning;
    this.#storage = storage;
    this.#holidays = holidays;
    this.#access = access;
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
    this.#access.require(principal, subject, ['query'], snapshot);
    const category = categoryOf(snapshot, subject);
    const from = cutoffDay - span.history + 1;
    const sales = await this.soldDays('productId' in subject ? subject : { category }, from, signal);
    const forecast = await forecastDays(forecaster, subject, span.horizon, signal);
    const events = this.#holidays(from, cutoffDay + span.horizon)
      .map(({ day, name }) => ({ day, name }))
      .sort((a, b) => a.day - b.day);
    return { category, modelVersion, cutoffDay, sales, forecast, events };
  }

  /** Sales from a day on, ascending; days without a row are left out. */
  async soldDays(subject: Subject, from: Day, signal: AbortSignal): Promise<readonly SoldDay[]> {
    return 'productId' in subject
      ? this.#productSales(subject.productId, from, signal)
      : this.#storage.dailyTotals({ from, categories: [subject.category] });
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

/** Forecasts of the days after the cutoff, with their bounds. */
export async function forecastDays(
  forecaster: Forecaster,
  subject: Subject,
  horizon: number,
  signal: AbortSignal,
): Promise<ForecastDay[]> {
  const about = 'productId' in subject ? { productIds: [subject.productId] } : { category: subject.category };
  const quantiles = DAILY_LEVELS.flatMap((level) => [(1 - level) / 2, (1 + level) / 2]);
  const { rows } = await forecaster.forecast({ ...about, horizon, quantiles, signal });
  return rows.map((row) => {
    const quantile = (i: number) => row.quantiles[i] ?? row.units;
    return {
      day: parseDay(row.firstDay),
      units: row.units,
      lower: DAILY_LEVELS.map((_, i) => Math.min(row.units, quantile(2 * i))),
      upper: DAILY_LEVELS.map((_, i) => Math.max(row.units, quantile(2 * i + 1))),
    };
  });
}
