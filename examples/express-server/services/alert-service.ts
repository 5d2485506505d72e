import type { Alerts, AlertsQuery, Forecaster } from 'commerce-forecast';
import type { CategoryAccess } from '../security/category-access.js';
import { PRODUCT_READERS, type Principal } from '../security/roles.js';

/** Alerts about the last days, computed once for the same sales of a day. */
export class AlertService {
  readonly #forecaster: Pick<Forecaster, 'alerts' | 'storage' | 'cache'>;
  readonly #access: CategoryAccess;
  readonly #now: () => Date;

  /** @param forecaster one that knows the events of the shop */
  constructor(
    forecaster: Pick<Forecaster, 'alerts' | 'storage' | 'cache'>,
    access: CategoryAccess,
    now: () => Date,
  ) {
    this.#forecaster = forecaster;
    this.#access = access;
    this.#now = now;
  }

  /** Alerts that a caller may see: analysts get those of categories. */
  async alerts(query: Pick<AlertsQuery, 'days' | 'category'>, principal: Principal): Promise<Alerts> {
    const { storage, cache } = this.#forecaster;
    const visible = this.#access.visible(principal);
    this.#access.require(principal, query, ['query', 'category']);
    const today = this.#now().toISOString().slice(0, 10);
    // A correction or a removal may leave the numbers of rows, products and days as they were.
    const [[delivery], [removal]] = await Promise.all([storage.deliveries(1), storage.removals(1)]);
    const sales = [await storage.summary(), delivery?.id, delivery?.writtenAt, removal?.at];
    const key = JSON.stringify(['alerts', query, today, sales]);
    // A client that goes away does not stop what others wait for.
    const alerts = await cache.getOrCompute('category', key, () => this.#forecaster.alerts(query));
    const withProducts = PRODUCT_READERS.includes(principal.role);
    if (withProducts && !visible) return alerts;
    const seen = alerts.alerts.filter(
      ({ level, category }) => (withProducts || level === 'category') && (!visible || visible.has(category)),
    );
    return { ...alerts, alerts: seen };
  }
}
