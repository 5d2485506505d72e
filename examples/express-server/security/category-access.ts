import { ForecastError, type ForecastSnapshot } from 'commerce-forecast';
import { PRODUCT_READERS, type Principal } from './roles.js';

/** Statuses of products that sell nothing any more, or have not begun to. */
const IDLE = ['ended', 'never-sold'];

/**
 * Decides which categories a caller may see. For an analyst these are the categories of at least some products that sell, by the
 * model that answers the analyst. All others are left out of every answer, and out of every sum: a total is that of the visible
 * categories, so that no difference between two answers is the sales of a smaller group.
 */
export class CategoryAccess {
  readonly #leastProducts: number;
  readonly #snapshotOf: (keyId: string) => ForecastSnapshot;
  readonly #large = new WeakMap<ForecastSnapshot, ReadonlySet<string>>();

  /**
   * @param leastProducts smallest number of products of a group that analysts see; 1 shows all
   * @param snapshotOf finds the forecasts that answer a key; throws `not-trained` without any
   */
  constructor(leastProducts: number, snapshotOf: (keyId: string) => ForecastSnapshot) {
    this.#leastProducts = leastProducts;
    this.#snapshotOf = snapshotOf;
  }

  /**
   * Names of the categories that a caller may see; undefined for all. The set of a snapshot is always the same object.
   *
   * @param snapshot forecasts of the answer; those in use by default
   * @throws ForecastError `not-trained` if the caller may not see all, and there is no model to count products by.
   */
  visible({ role, keyId }: Principal, snapshot?: ForecastSnapshot): ReadonlySet<string> | undefined {
    if (PRODUCT_READERS.includes(role) || this.#leastProducts <= 1) return undefined;
    return this.#largeCategories(snapshot ?? this.#snapshotOf(keyId));
  }

  /**
   * Refuses a category that a caller may not see, in the same words whether there is one of that name or not.
   *
   * @throws ForecastError `not-found`; `not-trained` as {@link visible}.
   */
  require(
    principal: Principal,
    category: string,
    path: readonly (string | number)[] = ['category'],
    snapshot?: ForecastSnapshot,
  ): void {
    const visible = this.visible(principal, snapshot);
    if (!visible || visible.has(category)) return;
    throw new ForecastError('not-found', `There is no category "${category}" that the key may see`, {
      path,
      hint: `The role ${principal.role} sees categories of at least ${this.#leastProducts} products that sell.`,
    });
  }

  #largeCategories(snapshot: ForecastSnapshot): ReadonlySet<string> {
    const known = this.#large.get(snapshot);
    if (known) return known;
    const products = snapshot.categories.map(() => new Set<string>());
    for (const series of snapshot.productIds.keys()) {
      const category = snapshot.categoryOf[series] ?? -1;
      if (sells(snapshot, series)) products[category]?.add(productOf(snapshot, series));
    }
    const large = snapshot.categories.filter(
      (_, index) => (products[index]?.size ?? 0) >= this.#leastProducts,
    );
    const set = new Set(large);
    this.#large.set(snapshot, set);
    return set;
  }
}

/** Products of some categories, in the order of the snapshot. */
export function productsOf(snapshot: ForecastSnapshot, categories: ReadonlySet<string>): string[] {
  const ids = new Set<string>();
  for (const series of snapshot.productIds.keys()) {
    const category = snapshot.categories[snapshot.categoryOf[series] ?? -1];
    if (category !== undefined && categories.has(category)) ids.add(productOf(snapshot, series));
  }
  return [...ids];
}

/** A product without sales hides nobody: of three products two of which have ended, a sum is the third. */
function sells({ lifeCycle, periods }: ForecastSnapshot, series: number): boolean {
  const status = lifeCycle?.[series]?.status;
  if (status !== undefined && IDLE.includes(status)) return false;
  return (periods.month.products.mean[series] ?? 0) > 0;
}

/** Product of a series; several are of one product where locations are kept apart. */
function productOf({ attributes, productIds }: ForecastSnapshot, series: number): string {
  const attribute = attributes?.find(({ name }) => name === 'product');
  const product = attribute?.values[attribute.valueOf[series] ?? -1];
  return product ?? productIds[series] ?? '';
}
