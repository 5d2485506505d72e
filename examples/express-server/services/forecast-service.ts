import {
  type CategoriesQuery,
  type CategoryForecasts,
  DEFAULT_LIMIT,
  type Forecaster,
  type ForecastSnapshot,
  type Prediction,
  type PredictQuery,
  type TopProducts,
  type TopProductsQuery,
} from 'commerce-forecast';
import { type EncodedJson, EncodedViews } from '../http/encoded-json.js';
import {
  type CategoriesResponse,
  categoriesResponse,
  type PredictResponse,
  predictResponse,
  topProductsResponse,
} from '../http/forecast-responses.js';
import type { Metrics } from '../monitoring/metrics.js';
import { isQuestionWrong } from '../monitoring/observed-cache.js';
import type { RequestCounts } from '../rollout/request-counts.js';
import type { CategoryAccess } from '../security/category-access.js';
import { PRODUCT_READERS, type Principal, type Role } from '../security/roles.js';
import type { ModelService, ServedModel } from './model-service.js';
import { trendText } from './trend-text.js';

/** The four questions, answered with the bytes of the documented responses by the version that the key is routed to. */
export class ForecastService {
  readonly #models: ModelService;
  readonly #requests: RequestCounts;
  readonly #metrics: Metrics;
  readonly #access: CategoryAccess;
  readonly #counters = new Map<string, { inc(): void }>();
  readonly #topProducts = new EncodedViews((result: TopProducts) =>
    JSON.stringify(topProductsResponse(result)),
  );
  readonly #trends = new EncodedViews(trendText);
  readonly #views = new CategoryViews((response) => response);
  /** For callers who see no products. */
  readonly #totals = new CategoryViews(withoutProducts);
  /** For callers who see some categories only, by the set of their names. */
  readonly #limited = new WeakMap<ReadonlySet<string>, CategoryViews>();

  constructor(models: ModelService, requests: RequestCounts, metrics: Metrics, access: CategoryAccess) {
    this.#models = models;
    this.#requests = requests;
    this.#metrics = metrics;
    this.#access = access;
  }

  topProducts(query: TopProductsQuery, principal: Principal): Promise<EncodedJson> {
    return this.#ask(principal, 'top-products', query.timePeriod, async ({ forecaster, snapshot }) => {
      const { category } = query;
      this.#access.require(principal, { category }, ['category'], snapshot);
      const visible = category === undefined ? this.#access.visible(principal, snapshot) : undefined;
      const result = visible
        ? await topProductsOf(forecaster, query, snapshot, visible)
        : await forecaster.topProducts(query);
      return this.#topProducts.encode(result);
    });
  }

  categories(query: CategoriesQuery, principal: Principal): Promise<EncodedJson> {
    return this.#ask(principal, 'categories', query.timePeriod, async ({ forecaster, snapshot }) =>
      this.#viewsFor(principal, snapshot).categories.encode(await forecaster.categories(query)),
    );
  }

  trends(category: string, days: number, principal: Principal): Promise<EncodedJson> {
    return this.#ask(principal, 'trends', '', async ({ forecaster, snapshot }) => {
      this.#access.require(principal, { category }, ['category'], snapshot);
      return this.#trends.encode(await forecaster.trends(category, { days }));
    });
  }

  predict(query: PredictQuery, principal: Principal): Promise<EncodedJson> {
    return this.#ask(principal, 'predict', query.timePeriod, async ({ forecaster, snapshot }) => {
      for (const [i, category] of (query.categories ?? []).entries()) {
        this.#access.require(principal, { category }, ['categories', i], snapshot);
      }
      return this.#viewsFor(principal, snapshot).predictions.encode(await forecaster.predict(query));
    });
  }

  #viewsFor(principal: Principal, snapshot: ForecastSnapshot): CategoryViews {
    const visible = this.#access.visible(principal, snapshot);
    if (!visible) return seesProducts(principal.role) ? this.#views : this.#totals;
    let views = this.#limited.get(visible);
    if (!views) {
      const { role, scope } = principal;
      views = new CategoryViews((response) => {
        const seen = ofCategories(response, visible, scope !== undefined);
        return seesProducts(role) ? seen : withoutProducts(seen);
      });
      this.#limited.set(visible, views);
    }
    return views;
  }

  /** Asks the version of a key, which answers the whole request whatever is promoted meanwhile. */
  async #ask(
    { keyId, role }: Principal,
    question: string,
    timePeriod: string,
    ask: (model: ServedModel) => Promise<EncodedJson>,
  ): Promise<EncodedJson> {
    const handle = this.#models.route(keyId);
    const { routing } = this.#models;
    try {
      const encoded = await ask(handle.model);
      this.#requests.count(handle, routing, false);
      this.#count(question, timePeriod, role);
      return encoded;
    } catch (error) {
      this.#requests.count(handle, routing, !isQuestionWrong(error));
      throw error;
    }
  }

  /** Looking labels up costs more than counting, so each combination is looked up once. */
  #count(question: string, time_period: string, role: Role): void {
    const key = `${question} ${time_period} ${role}`;
    let counter = this.#counters.get(key);
    if (!counter) {
      counter = this.#metrics.questions.labels({ question, time_period, role });
      this.#counters.set(key, counter);
    }
    counter.inc();
  }
}

function seesProducts(role: Role): boolean {
  return PRODUCT_READERS.includes(role);
}

/** Answers about categories, encoded for callers who see the same of them. */
class CategoryViews {
  readonly categories: EncodedViews<CategoryForecasts>;
  readonly predictions: EncodedViews<Prediction>;

  constructor(seen: <R extends CategoriesResponse | PredictResponse>(response: R) => R) {
    this.categories = new EncodedViews((result) => JSON.stringify(seen(categoriesResponse(result))));
    this.predictions = new EncodedViews((result) => JSON.stringify(seen(predictResponse(result))));
  }
}

/** Removes the products from an answer: an analyst sees only the aggregates of categories. */
function withoutProducts<R extends CategoriesResponse | PredictResponse>(response: R): R {
  return { ...response, predictions: response.predictions.map((item) => ({ ...item, top_products: [] })) };
}

/** Leaves out the categories that a caller may not see, and the accuracy where it is that of others. */
function ofCategories<R extends CategoriesResponse | PredictResponse>(
  response: R,
  visible: ReadonlySet<string>,
  isLimited: boolean,
): R {
  const predictions = response.predictions.filter(({ category }) => visible.has(category));
  const ofOthers = (isLimited || predictions.length === 0) && 'accuracy_score' in response;
  return { ...response, predictions, ...(ofOthers && { accuracy_score: null }) };
}

/** The ranking of some categories, from those of each. */
async function topProductsOf(
  forecaster: Forecaster,
  query: TopProductsQuery,
  snapshot: ForecastSnapshot,
  categories: ReadonlySet<string>,
): Promise<TopProducts> {
  const known = snapshot.categories.filter((category) => categories.has(category));
  const rankings = await Promise.all(known.map((category) => forecaster.topProducts({ ...query, category })));
  // The head of a ranking says what any answer says; no product of others is taken from it.
  const [head = await forecaster.topProducts({ ...query, limit: 1 })] = rankings;
  const products = rankings
    .flatMap((ranking) => ranking.products)
    .sort((a, b) => b.predictedUnits - a.predictedUnits || (a.productId < b.productId ? -1 : 1))
    .slice(0, query.limit ?? DEFAULT_LIMIT)
    .map((product, i) => ({ ...product, rank: i + 1 }));
  const totalCount = rankings.reduce((sum, ranking) => sum + ranking.totalCount, 0);
  return { ...head, products, totalCount };
}
