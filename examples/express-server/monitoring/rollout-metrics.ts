import type { MonitoringReport } from 'commerce-forecast/monitoring';
import type { ModelHandle, RegistryDocument, RouteTable } from 'commerce-forecast/registry';
import { Gauge, type Registry } from 'prom-client';
import type { LiveResult } from '../rollout/rollout-observer.js';

/** Metrics of which versions get traffic, and of how forecasts turn out. */
export class RolloutMetrics {
  readonly #routing: Gauge;
  readonly #share: Gauge<'version' | 'arm'>;
  readonly #unloadable: Gauge;
  readonly #liveError: Gauge<'version' | 'arm'>;
  readonly #liveDays: Gauge;
  readonly #accuracy: Gauge<'version' | 'horizon' | 'measure'>;

  constructor(registry: Registry) {
    const common = { registers: [registry], aggregator: 'max' as const };
    const byArm = { labelNames: ['version', 'arm'] as const, ...common };
    this.#routing = new Gauge({
      name: 'model_routing_number',
      help: 'Number of the routes in force, which counts up with each change; an instance that lags has a lower one.',
      ...common,
    });
    this.#share = new Gauge({
      name: 'model_traffic_share_ratio',
      help: 'Share of the keys that a version answers, by its arm: production, canary or of an experiment.',
      ...byArm,
    });
    this.#unloadable = new Gauge({
      name: 'model_unloadable_versions',
      help: 'Versions that should get requests and are lost or damaged, so that others answer in their place.',
      ...common,
    });
    this.#liveError = new Gauge({
      name: 'model_live_error_ratio',
      help: 'WAPE of the daily forecasts of categories against sales since; `previous` is what a rollback returns to.',
      ...byArm,
    });
    this.#liveDays = new Gauge({
      name: 'model_live_days',
      help: 'Days of sales that the live error is measured on.',
      ...common,
    });
    this.#accuracy = new Gauge({
      name: 'forecast_accuracy_over_time_ratio',
      help: 'How forecasts of categories turned out, by version, horizon in days and measure.',
      labelNames: ['version', 'horizon', 'measure'],
      ...common,
    });
  }

  showRoutes({ routing, production, arms, unloadable }: RouteTable<unknown>): void {
    this.#routing.set(routing);
    this.#unloadable.set(unloadable.length);
    this.#share.reset();
    const add = ({ arm, version }: ModelHandle<unknown>, share: number) =>
      this.#share.inc({ version: version.version, arm }, share);
    let from = 0;
    for (const { handle, upTo } of arms) {
      add(handle, upTo - from);
      from = upTo;
    }
    add(production, 1 - from);
  }

  showLive({ production, split }: RegistryDocument, results: ReadonlyMap<number, LiveResult>): void {
    this.#liveError.reset();
    for (const { version, wape, days } of results.values()) {
      this.#liveDays.set(days);
      const named = split?.arms.find((arm) => arm.version === version)?.name;
      const arm = version === production ? 'production' : (named ?? 'previous');
      if (wape !== undefined) this.#liveError.set({ version, arm }, wape);
    }
  }

  /** Shows what scored forecasts of versions come to. */
  showAccuracy(metrics: MonitoringReport['metrics']): void {
    this.#accuracy.reset();
    for (const { name, value, labels } of metrics) {
      const measure = name.replace(/^forecast_(.*)_ratio$/, '$1');
      this.#accuracy.set({ version: labels['version'], horizon: labels['horizon'], measure }, value);
    }
  }
}
