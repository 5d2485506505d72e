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
  type TopProducts,
  type TopProductsQuery,
  topProductsResponse,
} from 'commerce-forecast';
import { type EncodedJson, EncodedViews } from '../http/encoded-json.js';
import type { Metrics } from '../monitoring/metrics.js';
import { PRODUCT_READERS, type Role } from '../security/roles.js';
import { trendText } from './trend-text.js';

/** The four questions, answered with the bytes of the documented responses. */
export class ForecastService {
  readonly #forecaster: Forecaster;
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

  constructor(forecaster: Forecaster, metrics: Metrics) {
    this.#forecaster = forecaster;
    this.#metrics = metrics;
  }

  async topProducts(query: TopProductsQuery, role: Role): Promise<EncodedJson> {
    const result = await this.#forecaster.topProducts(query);
    this.#count('top-products', query.timePeriod, role);
    return this.#topProducts.encode(result);
  }

  async categories(timePeriod: TimePeriod, role: Role): Promise<EncodedJson> {
    const result = await this.#forecaster.categories({ timePeriod });
    this.#count('categories', timePeriod, role);
    return (seesProducts(role) ? this.#categories : this.#categoryTotals).encode(result);
  }

  async trends(category: string, days: number, role: Role): Promise<EncodedJson> {
    const result = await this.#forecaster.trends(category, { days });
    this.#count('trends', '', role);
    return this.#trends.encode(result);
  }

  async predict(query: PredictQuery, role: Role): Promise<EncodedJson> {
    const result = await this.#forecaster.predict(query);
    this.#count('predict', query.timePeriod, role);
    return (seesProducts(role) ? this.#predictions : this.#predictedTotals).encode(result);
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
