import {
  type ExplainQuery,
  type Explanation,
  ForecastError,
  type Forecaster,
  type ForecastQuery,
  type ForecastSnapshot,
  type LongCallOptions,
  type PlanRecord,
  type SalesForecast,
  type StockPlan,
  type StockPlanQuery,
  type WhatIf,
  type WhatIfFigures,
  type WhatIfQuery,
} from 'commerce-forecast';
import { HttpProblem, withLimitsAs } from '../http/problem.js';
import { type CategoryAccess, outOfScope } from '../security/category-access.js';
import type { Principal } from '../security/roles.js';
import type { FittedModels } from '../training/fitted-models.js';
import type { ModelService, ServedModel } from './model-service.js';

/** Questions that need the fitted model of a version: it is read when the first of them comes. */
export class PlanningService {
  readonly #models: ModelService;
  readonly #fittedModels: FittedModels;
  readonly #access: CategoryAccess;
  readonly #loading = new Map<number, Promise<Forecaster>>();

  constructor(models: ModelService, fittedModels: FittedModels, access: CategoryAccess) {
    this.#models = models;
    this.#fittedModels = fittedModels;
    this.#access = access;
  }

  /** Tells what a plan changes in the part of the shop that the caller may see, and may plan for. */
  whatIf(query: WhatIfQuery, principal: Principal): Promise<WhatIf> {
    return this.#ask(principal, async (forecaster, snapshot) => {
      for (const [i, record] of query.plan.entries()) {
        requireNamed(principal, record, ['plan', i]);
        this.#access.require(principal, record, ['plan', i], snapshot);
      }
      const answer = await forecaster.whatIf(query);
      return principal.scope ? this.#seenOf(answer, principal, snapshot) : answer;
    });
  }

  /** Rows of what the caller may see; a total is that of these. */
  forecast(query: ForecastQuery, principal: Principal): Promise<SalesForecast> {
    return this.#ask(principal, (forecaster, snapshot) => {
      const { category, productIds } = query;
      this.#access.require(principal, { category }, ['category'], snapshot);
      for (const [i, productId] of (productIds ?? []).entries()) {
        this.#access.require(principal, { productId }, ['product_ids', i], snapshot);
      }
      const products = this.#access.products(principal, snapshot);
      if (!products || category !== undefined || productIds) return forecaster.forecast(query);
      if (products.size === 0)
        throw new ForecastError('not-found', 'There is no category that the key may see');
      return forecaster.forecast({ ...query, level: query.level ?? 'total', productIds: [...products] });
    });
  }

  /** Orders of what the caller may see; a key that is limited to several categories names one of them. */
  stockPlan(query: StockPlanQuery, principal: Principal): Promise<StockPlan> {
    return this.#ask(principal, (forecaster, snapshot) => {
      const { scope } = principal;
      const [only, ...others] = scope?.categories ?? [];
      const category = query.category ?? (others.length === 0 ? only : undefined);
      if (scope && category === undefined) {
        throw outOfScope(scope, 'Name the category that is to be ordered for.', ['category']);
      }
      this.#access.require(principal, { category }, ['category'], snapshot);
      for (const [i, { productId }] of (query.stock ?? []).entries()) {
        this.#access.require(principal, { productId }, ['stock', i, 'product_id'], snapshot);
      }
      return forecaster.stockPlan({ ...query, category });
    });
  }

  /** Explains a forecast, once for everybody who asks for it: a year of a category takes seconds of the processor. */
  explain(query: Omit<ExplainQuery, keyof LongCallOptions>, principal: Principal): Promise<Explanation> {
    return this.#ask(principal, (forecaster, snapshot) => {
      this.#access.require(principal, query, ['query'], snapshot);
      const level = query.productId === undefined ? 'category' : 'product';
      const key = JSON.stringify(['explain', snapshot.modelVersion, query]);
      // A client that goes away does not stop what others wait for.
      return forecaster.cache.getOrCompute(level, key, () => forecaster.explain(query));
    });
  }

  /** The forecaster of the version that a key is routed to, with its fitted model. */
  forecasterFor({ keyId }: Principal): Promise<Forecaster> {
    return this.#forecasterOf(this.#models.route(keyId));
  }

  /** The forecaster of any version that is kept, with its fitted model. */
  async forecasterOfVersion(version: number): Promise<Forecaster> {
    return this.#forecasterOf({ model: await this.#models.registry.load(version), version: { version } });
  }

  #seenOf(answer: WhatIf, principal: Principal, snapshot: ForecastSnapshot): WhatIf {
    const isSeen = (about: { readonly category: string }) =>
      this.#access.sees(principal, { category: about.category }, snapshot);
    const categories = answer.categories.filter(isSeen);
    const products = answer.products.filter(isSeen);
    return { ...answer, categories, products, total: sumOf(categories) };
  }

  async #ask<T>(
    principal: Principal,
    ask: (forecaster: Forecaster, snapshot: ForecastSnapshot) => Promise<T>,
  ): Promise<T> {
    const handle = this.#models.route(principal.keyId);
    const forecaster = await this.#forecasterOf(handle);
    // Too much was asked for at once, and no part of the server is at its limit.
    return withLimitsAs(400, async () => ask(forecaster, handle.model.snapshot));
  }

  /** The forecaster of a version, with its model. */
  async #forecasterOf({
    model,
    version: { version },
  }: {
    readonly model: ServedModel;
    readonly version: { readonly version: number };
  }): Promise<Forecaster> {
    const { forecaster, snapshot } = model;
    if (forecaster.fittedModel()) return forecaster;
    const loading = this.#loading.get(version) ?? this.#load(version, { forecaster, snapshot });
    this.#loading.set(version, loading);
    return loading.finally(() => this.#loading.delete(version));
  }

  async #load(version: number, { forecaster, snapshot }: ServedModel): Promise<Forecaster> {
    const fitted = await this.#fittedModels.load(version);
    if (!fitted) {
      const detail = 'The model of the version in use was not kept, and only its forecasts are there.';
      throw new HttpProblem(409, 'model-not-kept', detail, { hint: 'POST /api/v1/model/train.' });
    }
    await forecaster.useSnapshot(snapshot, fitted);
    return forecaster;
  }
}

/** @throws HttpProblem 403 for a plan of a limited key that is for all products. */
function requireNamed(
  { scope }: Principal,
  { productId, category }: PlanRecord,
  path: readonly (string | number)[],
): void {
  if (!scope || productId !== undefined || category !== undefined) return;
  throw outOfScope(scope, 'The plan is for all products: name a product or a category of the key.', path);
}

/** Figures of categories together; bounds of a sum are not the sum of bounds. */
function sumOf(categories: readonly WhatIfFigures[]): WhatIfFigures {
  const [first, ...others] = categories;
  const sum = (figure: 'base' | 'scenario' | 'difference' | 'fromOthers') =>
    categories.reduce((total, own) => total + own[figure], 0);
  const bounds = first && others.length === 0 ? first : { lower: null, upper: null };
  return {
    base: sum('base'),
    scenario: sum('scenario'),
    difference: sum('difference'),
    lower: bounds.lower,
    upper: bounds.upper,
    fromOthers: sum('fromOthers'),
  };
}
