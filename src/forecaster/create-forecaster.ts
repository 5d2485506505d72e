import type { CacheLevel, ForecastCache } from '../cache/contract.js';
import { createForecastCache } from '../cache/forecast-cache.js';
import type { Day } from '../calendar/day.js';
import { dayInTimeZone, latestSalesDay } from '../calendar/time-zone.js';
import { checkWholeNumber, ForecastError } from '../errors.js';
import { LONG_CALL_OPTIONS, type LongCallOptions } from '../long-call.js';
import type { FittedModel, ForecastModel } from '../models/contract.js';
import { once } from '../once.js';
import { refuseUnknown } from '../options.js';
import { RowOrigins } from '../panel/row-origins.js';
import { createPlanBook, type PlanBook, type PlanRecord, type PlanReport } from '../plan/index.js';
import { parseOptions } from '../schema.js';
import type { SalesStorage } from '../storage/contract.js';
import { MemoryDocumentStore } from '../storage/memory/memory-document-store.js';
import { MemorySalesStorage } from '../storage/memory/memory-sales-storage.js';
import type { Alerts } from './alerts/alert-results.js';
import type { AlertsQuery } from './alerts/alerts.js';
import {
  categoryTrend,
  DEFAULT_TREND_DAYS,
  TRENDS_OPTIONS,
  type TrendsQuery,
  trendSummary,
} from './category-trend.js';
import type { Elasticities, ElasticityQuery } from './elasticities.js';
import type { ExplainQuery, Explanation } from './explain.js';
import type { ForecastQuery } from './forecast/forecast-query.js';
import type { SalesForecast } from './forecast/forecast-results.js';
import type { ForecastBasis } from './forecast/sales-forecast.js';
import type { IngestOptions, IngestReport, SalesRecords } from './ingest.js';
import type { FoundForecast } from './kept-forecast.js';
import {
  FORECASTER_OPTIONS,
  type ForecasterOptions,
  type ForecasterSettings,
  forecasterSettingsSchema,
} from './options.js';
import type { PromotionQuery, PromotionReport } from './promotion-report.js';
import {
  CATEGORIES_OPTIONS,
  type CategoriesQuery,
  categories,
  PREDICT_OPTIONS,
  type PredictQuery,
  predict,
  TOP_PRODUCTS_OPTIONS,
  type TopProductsQuery,
  topProducts,
} from './queries.js';
import type { CategoryForecasts, CategoryTrend, Prediction, TopProducts } from './results.js';
import type { SalesPaths, SamplePathsQuery } from './sales-paths.js';
import type { ForecastSnapshot } from './snapshot.js';
import type { StockPlanQuery } from './stock/stock-query.js';
import type { StockPlan } from './stock/stock-results.js';
import type { HistoryInput, TrainingReport } from './train.js';
import { checkSameModel, requireFitted, type TrainedModel } from './trained-model.js';
import type { WhatIf, WhatIfQuery } from './what-if.js';

/** The forecast in use; what a training knows besides is missing where it came from elsewhere. */
interface CurrentForecast extends Partial<Omit<TrainedModel, 'snapshot'>>, Partial<FoundForecast> {
  readonly snapshot: ForecastSnapshot;
}

/** Tag of every cached answer. */
const ANSWERS_TAG = 'answers';

/** The service from sales records to top products that an application calls. */
export interface Forecaster {
  /**
   * Checks sales records and stores the valid ones. Invalid records are reported, not thrown. Forecasts change
   * with the next {@link train}.
   */
  ingest(records: SalesRecords, options?: IngestOptions): Promise<IngestReport>;
  /**
   * Stores plans of the merchant: prices, promotions, closures, events. Invalid records are reported, not
   * thrown. Forecasts change with the next {@link train}.
   */
  plan(records: Iterable<PlanRecord>): Promise<PlanReport>;
  /**
   * Withdraws plans as of the present day; returns how many of them were in force until now. Forecasts change
   * with the next {@link train}.
   *
   * @throws ForecastError `not-found` with the first unknown id.
   */
  unplan(ids: readonly string[]): Promise<number>;
  /**
   * Fits the model on the stored sales and replaces the forecasts in one step; until then, and if it fails, the
   * old ones stay in use.
   *
   * @throws ForecastError `empty-data` without sales, `conflict` while another training runs, `aborted`.
   */
  train(options?: LongCallOptions): Promise<TrainingReport>;
  /** The products with the largest expected volume. @throws ForecastError `not-trained`, `not-found`, `invalid-option`. */
  topProducts(query: TopProductsQuery): Promise<TopProducts>;
  /** The forecasts of all categories, each with its best sellers. @throws ForecastError as {@link topProducts}. */
  categories(query: CategoriesQuery): Promise<CategoryForecasts>;
  /** History, forecast and statistics of one category. @throws ForecastError as {@link topProducts}. */
  trends(category: string, query?: TrendsQuery): Promise<CategoryTrend>;
  /** The forecasts of chosen categories. @throws ForecastError as {@link topProducts}. */
  predict(query: PredictQuery): Promise<Prediction>;
  /**
   * Forecasts any products, categories or locations over any days up to two years ahead, in rows by day, week or month, with
   * quantiles and revenue. Answers come from the snapshot where it has them, else from the fitted model.
   *
   * @throws ForecastError `not-trained` without a fitted model for what the snapshot does not have, `not-found`,
   * `invalid-option`, `limit-exceeded`, `aborted`.
   */
  forecast(query?: ForecastQuery): Promise<SalesForecast>;
  /**
   * Samples possible courses of the sales of the coming days, day by day, for simulations of stock, staff or money. Sums over
   * days and over products vary as the forecasts say.
   *
   * @throws ForecastError `not-trained` without a fitted model, `not-found`, `invalid-option`, `limit-exceeded` for more than
   * 50 million values, `aborted`.
   */
  samplePaths(query?: SamplePathsQuery): Promise<SalesPaths>;
  /**
   * Switches to the newest forecast in the store of `artifacts`, such as one that another process trained. The first question
   * of a process that has not trained does the same.
   *
   * @returns its snapshot; undefined if nothing is stored
   * @throws ForecastError `not-trained` if it was stored by an incompatible version of the package.
   */
  restore(): Promise<ForecastSnapshot | undefined>;
  /** The snapshot behind all answers; undefined before the first training. */
  snapshot(): ForecastSnapshot | undefined;
  /**
   * Forecasts the effect of another plan, without a fit: expected units under the current plan and the
   * scenario, and the difference with its own interval. Nothing is stored.
   *
   * @throws ForecastError `not-trained` without a fitted model, `invalid-option` with the path of a wrong plan record.
   */
  whatIf(query: WhatIfQuery): Promise<WhatIf>;
  /**
   * Explains the forecast of a product or a category by parts that add up to it.
   *
   * @throws ForecastError `not-trained` without a fitted model, `not-found`, `invalid-option`, `limit-exceeded`.
   */
  explain(query: ExplainQuery): Promise<Explanation>;
  /**
   * Decides what to order, when and why, from the predictive distribution of each product: prices, promotions and closures that
   * the training knew are in it.
   *
   * @throws ForecastError `not-trained` without a fitted model, `not-found`, `invalid-option`, `aborted`.
   */
  stockPlan(query?: StockPlanQuery): Promise<StockPlan>;
  /**
   * Measures past promotions against forecasts from the days before them. Reads the stored sales.
   *
   * @throws ForecastError `empty-data` without sales, `not-found`, `invalid-option`, `aborted`.
   */
  promotionReport(query?: PromotionQuery): Promise<PromotionReport>;
  /**
   * Finds sales of the last days that the forecast from before them does not explain: spikes and drops, products that stop and
   * start, promotions that do not show. Reads the stored sales; nothing has to be trained.
   *
   * @throws ForecastError `empty-data` without sales, `too-short`, `not-found`, `invalid-option`, `aborted`.
   */
  alerts(query?: AlertsQuery): Promise<Alerts>;
  /**
   * Estimates price elasticities of products, shrunk to their category. Reads the stored sales.
   *
   * @throws ForecastError `empty-data` without sales, `not-found`, `invalid-option`, `aborted`.
   */
  elasticities(query?: ElasticityQuery): Promise<Elasticities>;
  /**
   * Switches to another snapshot, such as one that a worker trained; with its model, {@link whatIf} and
   * {@link explain} work too.
   *
   * @throws ForecastError `invalid-model` if the model is not the one of the snapshot.
   */
  useSnapshot(snapshot: ForecastSnapshot, fitted?: FittedModel): Promise<void>;
  /** The model of the last training in this process, or the one that came with the snapshot. */
  fittedModel(): FittedModel | undefined;
  readonly storage: SalesStorage;
  readonly cache: ForecastCache;
  /** The plan book that trainings read. */
  readonly plans: PlanBook;
}

/**
 * Makes a forecaster. Every part can be injected, and has a default that works in memory.
 *
 * ```ts
 * import { createForecaster, type SalesRecord } from 'commerce-forecast';
 *
 * declare const records: SalesRecord[];
 * const forecaster = createForecaster();
 * await forecaster.ingest(records);
 * await forecaster.train();
 * const { products } = await forecaster.topProducts({ timePeriod: 'week', category: 'Toys', limit: 5 });
 * ```
 *
 * @throws ForecastError `invalid-option` with the path of the wrong option.
 */
export function createForecaster(options: ForecasterOptions = {}): Forecaster {
  const { trainingDays, validationDays, intervalLevel, periodAlignment, calibrateIntervals, seed } = options;
  refuseUnknown(options, FORECASTER_OPTIONS);
  const settings = parseOptions(forecasterSettingsSchema(), FORECASTER_OPTIONS, {
    trainingDays,
    validationDays,
    intervalLevel,
    periodAlignment,
    calibrateIntervals,
    seed,
  });
  return new ForecastService(options, settings);
}

/** Loaded by the first question, and kept, as an import of a loaded module would be most of the time of a question. */
const forecastTables = once(() => import('./forecast/sales-forecast.js'));

/** Loads with the first call what not every application asks for, so that a page that only answers stays small. */
class ForecastService implements Forecaster {
  readonly storage: SalesStorage;
  readonly cache: ForecastCache;
  readonly plans: PlanBook;
  private readonly now: () => Date;
  private current: CurrentForecast | undefined;
  private restoring: Promise<unknown> | undefined;
  private training = false;
  private readonly origins = new RowOrigins();

  constructor(
    private readonly options: ForecasterOptions,
    private readonly settings: ForecasterSettings,
  ) {
    this.storage = options.storage ?? new MemorySalesStorage();
    this.cache = options.cache ?? createForecastCache();
    this.plans = options.plans ?? createPlanBook(new MemoryDocumentStore());
    this.now = options.now ?? (() => new Date());
  }

  async ingest(records: SalesRecords, options: IngestOptions = {}): Promise<IngestReport> {
    const { INGEST_OPTIONS, ingestRecords } = await import('./ingest.js');
    refuseUnknown(options, INGEST_OPTIONS);
    if (options.maxRejected !== undefined) checkWholeNumber('maxRejected', options.maxRejected, 0);
    const report = await ingestRecords(
      this.storage,
      records,
      this.options.panel ?? {},
      options,
      this.origins,
      latestSalesDay(this.now(), this.options.panel?.timeZone),
    );
    if (report.written > 0) await this.cache.invalidate([ANSWERS_TAG]);
    return report;
  }

  plan(records: Iterable<PlanRecord>): Promise<PlanReport> {
    return this.plans.add(records, this.dayOf(this.now()));
  }

  unplan(ids: readonly string[]): Promise<number> {
    return this.plans.remove(ids, this.dayOf(this.now()));
  }

  async train(options: LongCallOptions = {}): Promise<TrainingReport> {
    refuseUnknown(options, LONG_CALL_OPTIONS);
    if (this.training) {
      throw new ForecastError('conflict', 'A training is already running', {
        hint: 'Wait for it, or abort it with the signal that was passed to it.',
      });
    }
    this.training = true;
    try {
      const { storage, settings, plans, origins } = this;
      const model = this.options.model ?? (await defaultModel());
      const now = this.now();
      const today = this.dayOf(now);
      const trainedAt = now.toISOString();
      const input = { storage, model, settings, options: this.options, trainedAt, today, plans, origins };
      const { trainModel } = await import('./train.js');
      const { report, ...current } = await trainModel(input, options);
      const { artifacts } = this.options;
      if (artifacts)
        await (await import('./kept-forecast.js')).keepForecast(
          artifacts,
          current.snapshot,
          current.fitted,
          options,
        );
      this.current = current;
      await this.cache.invalidate([ANSWERS_TAG]);
      return report;
    } finally {
      this.training = false;
    }
  }

  async topProducts(query: TopProductsQuery): Promise<TopProducts> {
    refuseUnknown(query, TOP_PRODUCTS_OPTIONS);
    const { timePeriod, category, limit, intervalLevel, quantiles } = query;
    const question = ['top-products', timePeriod, category, limit, intervalLevel, quantiles];
    return this.answer('product', question, (snapshot, at) => topProducts(snapshot, query, at));
  }

  async categories(query: CategoriesQuery): Promise<CategoryForecasts> {
    refuseUnknown(query, CATEGORIES_OPTIONS);
    const { timePeriod, limit, intervalLevel, quantiles } = query;
    const question = ['categories', timePeriod, limit, intervalLevel, quantiles];
    return this.answer('category', question, (snapshot, at) => categories(snapshot, query, at));
  }

  /** The cache holds only the summary; the days are in the snapshot, whose version is in the key. */
  async trends(category: string, query: TrendsQuery = {}): Promise<CategoryTrend> {
    refuseUnknown(query, TRENDS_OPTIONS);
    const { days = DEFAULT_TREND_DAYS, intervalLevel } = query;
    const { snapshot } = await this.inUse();
    const question = ['trend-summary', category, days, intervalLevel];
    const summary = await this.answerFrom(snapshot, 'category', question, (at) =>
      trendSummary(snapshot, category, { days, intervalLevel }, at),
    );
    return categoryTrend(summary, snapshot, days);
  }

  async predict(query: PredictQuery): Promise<Prediction> {
    refuseUnknown(query, PREDICT_OPTIONS);
    const { timePeriod, categories: names, includeConfidence, intervalLevel, quantiles } = query;
    const question = ['predict', timePeriod, names, includeConfidence, intervalLevel, quantiles];
    return this.answer('prediction', question, (snapshot, at) => predict(snapshot, query, at));
  }

  async whatIf(query: WhatIfQuery): Promise<WhatIf> {
    const { whatIf } = await import('./what-if.js');
    const now = this.now();
    return whatIf(await this.trained(), query, this.dayOf(now), now.toISOString());
  }

  async explain(query: ExplainQuery): Promise<Explanation> {
    const { explain } = await import('./explain.js');
    return explain(await this.trained(), query, this.now().toISOString());
  }

  async forecast(query: ForecastQuery = {}): Promise<SalesForecast> {
    const generatedAt = this.now().toISOString();
    const { salesForecast } = await forecastTables();
    return salesForecast(await this.known(), query, this.settings.periodAlignment, generatedAt);
  }

  async samplePaths(query: SamplePathsQuery = {}): Promise<SalesPaths> {
    const { salesPaths } = await import('./sales-paths.js');
    return salesPaths(await this.trained(), query, this.now().toISOString());
  }

  async stockPlan(query: StockPlanQuery = {}): Promise<StockPlan> {
    const { stockPlan } = await import('./stock/stock-plan.js');
    return stockPlan(await this.trained(), query, this.now().toISOString());
  }

  async promotionReport(query: PromotionQuery = {}): Promise<PromotionReport> {
    const { promotionReport } = await import('./promotion-report.js');
    return promotionReport(this.history(), query);
  }

  async alerts(query: AlertsQuery = {}): Promise<Alerts> {
    const { findAlerts } = await import('./alerts/alerts.js');
    return findAlerts(this.history(), query, this.now().toISOString());
  }

  async elasticities(query: ElasticityQuery = {}): Promise<Elasticities> {
    const { elasticities } = await import('./elasticities.js');
    return elasticities(this.history(), query);
  }

  async restore(): Promise<ForecastSnapshot | undefined> {
    const { artifacts } = this.options;
    const found = artifacts && (await (await import('./kept-forecast.js')).findForecast(artifacts));
    // The one in use may have been trained meanwhile, in this process, and is newer then.
    if (found && found.snapshot.modelVersion !== this.current?.snapshot.modelVersion) this.current = found;
    return found?.snapshot;
  }

  snapshot(): ForecastSnapshot | undefined {
    return this.current?.snapshot;
  }

  async useSnapshot(snapshot: ForecastSnapshot, fitted?: FittedModel): Promise<void> {
    if (fitted) checkSameModel(snapshot, fitted);
    // Answers are cached by version, so that those of the previous snapshot need not be invalidated.
    this.current = { snapshot, fitted };
  }

  fittedModel(): FittedModel | undefined {
    return this.current?.fitted;
  }

  private dayOf(time: Date): Day {
    return dayInTimeZone(this.options.panel?.timeZone ?? 'UTC')(time.getTime());
  }

  private history(): HistoryInput {
    const { storage, settings, options, plans } = this;
    return { storage, settings, options, plans, today: this.dayOf(this.now()) };
  }

  private async trained(): Promise<TrainedModel> {
    const { learntEvents } = await this.inUse();
    const { fitted, ...known } = await this.known();
    return { ...known, fitted: requireFitted(fitted), learntEvents };
  }

  /** The snapshot, its model if there is one, and the plans that the training knew. */
  private async known(): Promise<ForecastBasis> {
    const current = await this.inUse();
    const { snapshot } = current;
    const fitted = current.fitted ?? (await this.loadedModel(current));
    // The plan book is versioned, so that the plans known to a training elsewhere can be read again.
    const plans = current.plans ?? (await this.plans.knownOn(this.dayOf(new Date(snapshot.trainedAt))));
    return { snapshot, fitted, plans };
  }

  /** The forecast in use, found in the store by the first question of a new process. */
  private async inUse(): Promise<CurrentForecast> {
    if (!this.current) {
      this.restoring ??= this.restore().finally(() => {
        this.restoring = undefined;
      });
      await this.restoring;
    }
    if (!this.current) throw notTrained(this.options.artifacts !== undefined);
    return this.current;
  }

  /** The model that was stored with the forecast, loaded once. */
  private async loadedModel(current: CurrentForecast): Promise<FittedModel | undefined> {
    const { loadModel } = current;
    if (!loadModel) return undefined;
    const fitted = await loadModel(this.options.model ?? (await defaultModel()));
    checkSameModel(current.snapshot, fitted);
    if (this.current === current) this.current = { ...current, fitted };
    return fitted;
  }

  private async answer<T>(
    level: CacheLevel,
    question: readonly unknown[],
    compute: (snapshot: ForecastSnapshot, generatedAt: string) => T,
  ): Promise<T> {
    const { snapshot } = await this.inUse();
    return this.answerFrom(snapshot, level, question, (at) => compute(snapshot, at));
  }

  /** An answer from the cache, or from a snapshot; the version in the key keeps versions apart. */
  private answerFrom<T>(
    snapshot: ForecastSnapshot,
    level: CacheLevel,
    question: readonly unknown[],
    compute: (generatedAt: string) => T,
  ): Promise<T> {
    const key = JSON.stringify([snapshot.modelVersion, ...question]);
    return this.cache.getOrCompute(level, key, async () => compute(this.now().toISOString()), {
      tags: [ANSWERS_TAG],
    });
  }
}

/** The default model, which an application that brings its own, or only answers, need not load. */
async function defaultModel(): Promise<ForecastModel> {
  const { adaptiveEnsemble } = await import('../models/combine/adaptive/adaptive-ensemble.js');
  return adaptiveEnsemble();
}

function notTrained(kept: boolean): ForecastError {
  const advice = 'Call ingest() with sales records and then train().';
  return new ForecastError('not-trained', 'There is no forecast yet', {
    hint: kept ? advice : `${advice} With the option artifacts, the last training is found after a restart.`,
  });
}
