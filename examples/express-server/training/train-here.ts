import {
  createForecaster,
  createPlanBook,
  type ForecastModel,
  type IndicatorLoader,
  MemoryDocumentStore,
  type SalesStorage,
  snapshotToJson,
} from 'commerce-forecast';
import { countryHolidays } from 'commerce-forecast/holidays';
import { metricsOf } from '../rollout/version-metrics.js';
import type { Trainer } from './messages.js';
import type { ModelName } from './model-factory.js';

export interface TrainHereOptions {
  readonly storage: SalesStorage;
  /** Name that `model` is loaded by again. */
  readonly name: ModelName;
  readonly model: ForecastModel;
  readonly country: string | undefined;
  readonly indicators?: IndicatorLoader;
}

/** Trains in the thread that it is called in. */
export function trainHere(options: TrainHereOptions): Trainer {
  const { storage, name, model, country, indicators } = options;
  return async ({ plan, signal, onProgress }) => {
    const documents = new MemoryDocumentStore();
    if (plan !== undefined) await documents.compareAndSet('plan', 0, plan);
    const events = country === undefined ? [] : await countryHolidays(country);
    const plans = createPlanBook(documents, 'plan');
    const forecaster = createForecaster({ storage, plans, model, events, indicators });
    const { lineage, validation } = await forecaster.train({ signal, onProgress });
    const snapshot = forecaster.snapshot() ?? fail('snapshot');
    const fitted = forecaster.fittedModel() ?? fail('model');
    return {
      snapshot: jsonBytes(snapshotToJson(snapshot)),
      lineage,
      metrics: metricsOf(validation),
      fitted: jsonBytes(fitted.toJSON()),
      model: name,
    };
  };
}

function jsonBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}

function fail(what: string): never {
  throw new Error(`A training ended without a ${what}`);
}
