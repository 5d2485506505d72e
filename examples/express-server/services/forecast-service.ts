import {
  type CategoriesResponse,
  type CategoryForecasts,
  categoriesResponse,
  type Forecaster,
  type Prediction,
  type PredictQuery,
  type PredictResponse,
  predictResponse,
  type TimePeriod,
  type TopProductsQuery,
  topProductsResponse,
  trendsResponse,
} from 'commerce-forecast';
import { type EncodedJson, EncodedViews } from '../http/encoded-json.js';
import type { Metrics } from '../monitoring/metrics.js';
import { isQuestionWrong } from '../monitoring/observed-cache.js';
import type { RequestCounts } from '../rollout/request-counts.js';
import { PRODUCT_READERS, type Principal, type Role } from '../security/roles.js';
import type { ModelService } from './model-service.js';

/** The four questions, answered with the bytes of the documented responses by the version that the key is routed to. */
export class ForecastService {
  readonly #models: ModelService;
  readonly #requests: RequestCounts;
  readonly #metrics: Metrics;
  readonly #counters = new Map<string, { inc(): void }>();
  readonly #topProducts = new EncodedViews(topProductsResponse);
  readonly #trends = new EncodedViews(trendsResponse);
  readonly #categories = new EncodedViews(categoriesResponse);
  readonly #categoryTotals = new EncodedViews((result: CategoryForecasts) =>
    withoutProducts(categoriesResponse(result)),
  );
  readonly #predictions = new EncodedViews(predictResponse);
  readonly #predictedTotals = new EncodedViews((result: Prediction) =>
    withoutProducts(predictResponse(result)),
  );

  constructor(models: ModelService, requests: RequestCounts, metrics: Metrics) {
    this.#models = models;
    this.#requests = requests;
    this.#metrics = metrics;
  }

  topProducts(query: TopProductsQuery, { keyId, role }: Principal): Promise<EncodedJson> {
    return this.#ask(keyId, async (forecaster) => {
      const result = await forecaster.topProducts(query);
      this.#count('top-products', query.timePeriod, role);
      return this.#topProducts.encode(result);
    });
  }

  categories(timePeriod: TimePeriod, { keyId, role }: Principal): Promise<EncodedJson> {
    return this.#ask(keyId, async (forecaster) => {
      const result = await forecaster.categories({ timePeriod });
      this.#count('categories', timePeriod, role);
      return (seesProducts(role) ? this.#categories : this.#categoryTotals).encode(result);
    });
  }

  trends(category: string, days: number, { keyId, role }: Principal): Promise<EncodedJson> {
    return this.#ask(keyId, async (forecaster) => {
      const result = await forecaster.trends(category, { days });
      this.#count('trends', '', role);
      return this.#trends.encode(result);
    });
  }

  predict(query: PredictQuery, { keyId, role }: Principal): Promise<EncodedJson> {
    return this.#ask(keyId, async (forecaster) => {
      const result = await forecaster.predict(query);
      this.#count('predict', query.timePeriod, role);
      return (seesProducts(role) ? this.#predictions : this.#predictedTotals).encode(result);
    });
  }

  /** Asks the version of a key, which answers the whole request whatever is promoted meanwhile. */
  async #ask(keyId: string, answer: (forecaster: Forecaster) => Promise<EncodedJson>): Promise<EncodedJson> {
    const handle = this.#models.route(keyId);
    const { routing } = this.#models;
    try {
      const encoded = await answer(handle.model.forecaster);
      this.#requests.count(handle, routing, false);
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

/** What an analyst sees: the aggregates of categories, without the products in them. */
function withoutProducts<R extends CategoriesResponse | PredictResponse>(response: R): R {
  return { ...response, predictions: response.predictions.map((item) => ({ ...item, top_products: [] })) };
}
