import { ForecastError, type ForecastSnapshot } from 'commerce-forecast';
import { HttpProblem } from '../http/problem.js';
import { PRODUCT_READERS, type Principal, type Scope } from './roles.js';

/** Statuses of products that sell nothing any more, or have not begun to. */
const IDLE = ['ended', 'never-sold'];

/** Thing that a question is about; both names are checked where both are given. */
export interface AskedAbout {
  readonly category?: string | undefined;
  readonly productId?: string | undefined;
}

/**
 * Decides which categories a caller may see. For a limited key these are the ones that it names. For an analyst they are the
 * categories of at least some products that sell, by the model that answers the analyst. All others are left out of every answer,
 * and out of every sum: a total is that of the visible categories, so that no difference between two answers is the sales of
 * anything else.
 */
export class CategoryAccess {
  readonly #leastProducts: number;
  readonly #snapshotOf: (keyId: string) => ForecastSnapshot;
  readonly #large = new WeakMap<ForecastSnapshot, ReadonlySet<string>>();
  readonly #ofScope = new WeakMap<Scope, ReadonlySet<string>>();
  readonly #products = new WeakMap<ReadonlySet<string>, WeakMap<ForecastSnapshot, ReadonlySet<string>>>();

  /**
   * @param leastProducts smallest number of products of a group that analysts see; 1 shows all
   * @param snapshotOf finds the forecasts that answer a key; throws `not-trained` without any
   */
  constructor(leastProducts: number, snapshotOf: (keyId: string) => ForecastSnapshot) {
    this.#leastProducts = leastProducts;
    this.#snapshotOf = snapshotOf;
  }

  /**
   * Names of the categories that a caller may see; undefined for all. The set of a scope, and that of a snapshot, is always the
   * same object.
   *
   * @param snapshot forecasts of the answer; those in use by default
   * @throws ForecastError `not-trained` for an analyst if there is no model to count products by.
   */
  visible({ role, keyId, scope }: Principal, snapshot?: ForecastSnapshot): ReadonlySet<string> | undefined {
    if (scope?.categories) return this.#categoriesOf(scope);
    if (PRODUCT_READERS.includes(role) || this.#leastProducts <= 1) return undefined;
    return this.#largeCategories(snapshot ?? this.#snapshotOf(keyId));
  }

  /** Products that a caller may see, in the order of a snapshot; undefined for all. A product of two categories needs both. */
  products(
    principal: Principal,
    snapshot = this.#snapshotOf(principal.keyId),
  ): ReadonlySet<string> | undefined {
    const visible = this.visible(principal, snapshot);
    if (!visible) return undefined;
    const bySnapshot = this.#products.get(visible) ?? new WeakMap<ForecastSnapshot, ReadonlySet<string>>();
    const products = bySnapshot.get(snapshot) ?? productsOf(snapshot, visible);
    this.#products.set(visible, bySnapshot.set(snapshot, products));
    return products;
  }

  /** Tells whether a caller may see something. */
  sees(principal: Principal, { category, productId }: AskedAbout, snapshot?: ForecastSnapshot): boolean {
    const visible = this.visible(principal, snapshot);
    if (!visible) return true;
    if (category !== undefined && !visible.has(category)) return false;
    return productId === undefined || (this.products(principal, snapshot)?.has(productId) ?? true);
  }

  /**
   * Refuses what a caller may not see, in the same words whether there is anything of that name or not.
   *
   * @throws HttpProblem 403 beyond the scope of the key; ForecastError `not-found` for an analyst, `not-trained` as
   * {@link visible}.
   */
  require(
    principal: Principal,
    about: AskedAbout,
    path: readonly (string | number)[],
    snapshot?: ForecastSnapshot,
  ): void {
    if (this.sees(principal, about, snapshot)) return;
    const { category, productId } = about;
    const name = productId === undefined ? `category "${category}"` : `product "${productId}"`;
    if (principal.scope) throw outOfScope(principal.scope, `The key may not see the ${name}.`, path);
    throw new ForecastError('not-found', `There is no ${name} that the key may see`, {
      path,
      hint: `The role ${principal.role} sees categories of at least ${this.#leastProducts} products that sell.`,
    });
  }

  #categoriesOf(scope: Scope): ReadonlySet<string> {
    const set = this.#ofScope.get(scope) ?? new Set(scope.categories);
    this.#ofScope.set(scope, set);
    return set;
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

/** Problem of a question that goes beyond what a key is limited to, which it names. */
export function outOfScope(
  { categories, locations }: Scope,
  detail: string,
  path?: readonly (string | number)[],
): HttpProblem {
  const named = (kind: string, names: readonly string[] | undefined) =>
    names ? [`${kind} ${names.map((name) => `"${name}"`).join(', ')}`] : [];
  const limits = [...named('categories', categories), ...named('locations', locations)].join(' and ');
  return new HttpProblem(403, 'out-of-scope', detail, { path, hint: `The key is limited to ${limits}.` });
}

function productsOf(snapshot: ForecastSnapshot, categories: ReadonlySet<string>): ReadonlySet<string> {
  const products = new Set<string>();
  const others = new Set<string>();
  for (const series of snapshot.productIds.keys()) {
    const category = snapshot.categories[snapshot.categoryOf[series] ?? -1];
    const isVisible = category !== undefined && categories.has(category);
    (isVisible ? products : others).add(productOf(snapshot, series));
  }
  for (const product of others) products.delete(product);
  return products;
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
