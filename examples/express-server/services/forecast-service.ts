import type {
  CategoriesQuery,
  CategoryForecasts,
  Forecaster,
  Prediction,
  PredictQuery,
  TopProducts,
  TopProductsQuery,
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
import { PRODUCT_READERS, type Principal, type Role } from '../security/roles.js';
import type { ModelService } from './model-service.js';
import { trendText } from './trend-text.js';

/** The four questions, answered with the bytes of the documented responses by the version that the key is routed to. */
export class ForecastService {
  readonly #models: ModelService;
  readonly #requests: RequestCounts;
  readonly #metrics: Metrics;
  readonly #counters = new Map<string, { inc(): void }>();
  readonly #topProducts = new EncodedViews((result: TopProducts) =>
    JSON.stringify(topProductsResponse(result)),
  );
  readonly #trends = new EncodedViews(trendText);
  readonly #categories = new EncodedViews((result: CategoryForecasts) =>
    JSON.stringify(categoriesResponse(result)),
  );
  readonly #categoryTotals = new EncodedViews((result: CategoryForecasts) =>
    JSON.stringify(withoutProducts(categoriesResponse(result))),
  );
  readonly #predictions = new EncodedViews((result: Prediction) => JSON.stringify(predictResponse(result)));
  readonly #predictedTotals = new EncodedViews((result: Prediction) =>
    JSON.stringify(withoutProducts(predictResponse(result))),
  );

  constructor(models: ModelService, requests: RequestCounts, metrics: Metrics) {
    this.#models = models;
    this.#requests = requests;
    this.#metrics = metrics;
  }

  topProducts(query: TopProductsQuery, principal: Principal): Promise<EncodedJson> {
    return this.#ask(principal, 'top-products', query.timePeriod, this.#topProducts, (forecaster) =>
      forecaster.topProducts(query),
    );
  }

  categories(query: CategoriesQuery, principal: Principal): Promise<EncodedJson> {
    const views = seesProducts(principal.role) ? this.#categories : this.#categoryTotals;
    return this.#ask(principal, 'categories', query.timePeriod, views, (forecaster) =>
      forecaster.categories(query),
    );
  }

  trends(category: string, days: number, principal: Principal): Promise<EncodedJson> {
    return this.#ask(principal, 'trends', '', this.#trends, (forecaster) =>
      forecaster.trends(category, { days }),
    );
  }

  predict(query: PredictQuery, principal: Principal): Promise<EncodedJson> {
    const views = seesProducts(principal.role) ? this.#predictions : this.#predictedTotals;
    return this.#ask(principal, 'predict', query.timePeriod, views, (forecaster) =>
      forecaster.predict(query),
    );
  }

  /** Asks the version of a key, which answers the whole request whatever is promoted meanwhile. */
  async #ask<Result extends object>(
    { keyId, role }: Principal,
    question: string,
    timePeriod: string,
    views: EncodedViews<Result>,
    ask: (forecaster: Forecaster) => Promise<Result>,
  ): Promise<EncodedJson> {
    const handle = this.#models.route(keyId);
    const { routing } = this.#models;
    try {
      const encoded = views.encode(await ask(handle.model.forecaster));
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

/** Removes the products from an answer: an analyst sees only the aggregates of categories. */
function withoutProducts<R extends CategoriesResponse | PredictResponse>(response: R): R {
  return { ...response, predictions: response.predictions.map((item) => ({ ...item, top_products: [] })) };
}
