import { ForecastError, type SalesRecord } from 'commerce-forecast';
import type { ModelService } from './model-service.js';
import type { SalesService } from './sales-service.js';
import type { ShopEvent } from './shopify-events.js';

/** Outcome of an event. Whoever sends it has to know no more than that it need not be sent again. */
export type WebhookOutcome =
  | { readonly outcome: 'stored'; readonly records: number }
  | { readonly outcome: 'repeated' }
  | { readonly outcome: 'ignored'; readonly reason: 'no-sales' | 'too-old' };

const DAY_MS = 86_400_000;
/** Age beyond which an event is no repetition of a failed one: Shopify gives up after two days. */
const MAX_AGE_MS = 7 * DAY_MS;
/** Time by which the clock of a shop may be ahead. */
const AHEAD_MS = 5 * 60_000;

/** Takes events of shop systems as sales. */
export class WebhookService {
  readonly #sales: SalesService;
  readonly #models: Pick<ModelService, 'production'>;
  readonly #now: () => Date;

  constructor(sales: SalesService, models: Pick<ModelService, 'production'>, now: () => Date) {
    this.#sales = sales;
    this.#models = models;
    this.#now = now;
  }

  /**
   * Stores the sales of an event, once.
   *
   * @throws ForecastError `invalid-data` for an event of the future.
   */
  async take({ id, at, records }: ShopEvent): Promise<WebhookOutcome> {
    const age = this.#now().getTime() - Date.parse(at);
    if (age < -AHEAD_MS) {
      throw new ForecastError('invalid-data', 'The event has not happened yet', {
        path: ['body'],
        hint: 'Check the clock of the server.',
      });
    }
    if (age > MAX_AGE_MS) return { outcome: 'ignored', reason: 'too-old' };
    if (records.length === 0) return { outcome: 'ignored', reason: 'no-sales' };
    return this.#store(id, records);
  }

  async #store(batchId: string, records: readonly SalesRecord[]): Promise<WebhookOutcome> {
    try {
      const report = await this.#sales.ingest(this.#withCategories(records), { mode: 'add', batchId });
      if (report.alreadyWritten > 0) return { outcome: 'repeated' };
      return report.accepted > 0
        ? { outcome: 'stored', records: report.accepted }
        : { outcome: 'ignored', reason: 'no-sales' };
    } catch (error) {
      // The same event in other words: an order that was edited since.
      if (ForecastError.is(error) && error.code === 'key-reused') return { outcome: 'repeated' };
      throw error;
    }
  }

  /** Events name no categories: products keep those of the model. */
  #withCategories(records: readonly SalesRecord[]): SalesRecord[] {
    const snapshot = this.#models.production()?.model.snapshot;
    const names = new Map(
      snapshot?.productIds.map((id, i) => [id, snapshot.categories[snapshot.categoryOf[i] ?? -1]]),
    );
    return records.map((record) => ({ ...record, category: names.get(record.productId) ?? null }));
  }
}
