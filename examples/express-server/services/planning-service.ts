import {
  type ExplainQuery,
  type Explanation,
  ForecastError,
  type Forecaster,
  type ForecastQuery,
  type ForecastSnapshot,
  type SalesForecast,
  type StockPlan,
  type StockPlanQuery,
  type WhatIf,
  type WhatIfQuery,
} from 'commerce-forecast';
import { HttpProblem, withLimitsAs } from '../http/problem.js';
import { type CategoryAccess, productsOf } from '../security/category-access.js';
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

  whatIf(query: WhatIfQuery, principal: Principal): Promise<WhatIf> {
    return this.#ask(principal, (forecaster) => forecaster.whatIf(query));
  }

  /** Rows of what the caller may see; a total is that of these. */
  forecast(query: ForecastQuery, principal: Principal): Promise<SalesForecast> {
    return this.#ask(principal, (forecaster, snapshot) => {
      const visible = this.#access.visible(principal, snapshot);
      if (!visible) return forecaster.forecast(query);
      if (query.category !== undefined) {
        this.#access.require(principal, query.category, ['category'], snapshot);
        return forecaster.forecast(query);
      }
      const productIds = productsOf(snapshot, visible);
      if (productIds.length === 0) throw new ForecastError('not-found', 'There is no category to be seen');
      return forecaster.forecast({ ...query, level: query.level ?? 'total', productIds });
    });
  }

  stockPlan(query: StockPlanQuery, principal: Principal): Promise<StockPlan> {
    return this.#ask(principal, (forecaster) => forecaster.stockPlan(query));
  }

  explain(query: ExplainQuery, principal: Principal): Promise<Explanation> {
    return this.#ask(principal, (forecaster, snapshot) => {
      if (query.category !== undefined)
        this.#access.require(principal, query.category, ['category'], snapshot);
      return forecaster.explain(query);
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
