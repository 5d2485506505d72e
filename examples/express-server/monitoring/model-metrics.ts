import type { ForecastSnapshot } from 'commerce-forecast';
import { accuracyReport, createAccuracyMonitor } from 'commerce-forecast';
import { Gauge, type Registry } from 'prom-client';

const DAY_SECONDS = 86_400;

/** Metrics of the model in use, and of how the ones before it turned out. */
export class ModelMetrics {
  readonly #info: Gauge<'version'>;
  readonly #trainedAt: Gauge;
  readonly #lastDay: Gauge;
  readonly #validation: Gauge<'level'>;
  readonly #accuracy: Gauge<'version' | 'horizon' | 'measure'>;

  constructor(registry: Registry) {
    const common = { registers: [registry], aggregator: 'max' as const };
    this.#info = new Gauge({
      name: 'model_info',
      help: '1 for the version of the model in use.',
      labelNames: ['version'],
      ...common,
    });
    this.#trainedAt = new Gauge({
      name: 'model_trained_timestamp_seconds',
      help: 'When the model in use was trained.',
      ...common,
    });
    this.#lastDay = new Gauge({
      name: 'model_last_day_timestamp_seconds',
      help: 'Start of the last day of sales that the model in use knows.',
      ...common,
    });
    this.#validation = new Gauge({
      name: 'model_validation_accuracy_ratio',
      help: 'Accuracy (1 - WAPE) on the days that the training held back, by level: products, categories, total.',
      labelNames: ['level'],
      ...common,
    });
    this.#accuracy = new Gauge({
      name: 'forecast_accuracy_over_time_ratio',
      help: 'How earlier forecasts of categories turned out, by version, horizon in days and measure.',
      labelNames: ['version', 'horizon', 'measure'],
      ...common,
    });
  }

  /** Shows a snapshot that was put to use, and scores the forecasts of earlier ones by the sales that it knows. */
  show(snapshot: ForecastSnapshot, earlier: readonly ForecastSnapshot[]): void {
    this.#info.reset();
    this.#info.set({ version: snapshot.modelVersion }, 1);
    this.#trainedAt.set(Date.parse(snapshot.trainedAt) / 1_000);
    this.#lastDay.set(snapshot.cutoffDay * DAY_SECONDS);
    for (const level of ['products', 'categories', 'total'] as const) {
      if (snapshot.validation) this.#validation.set({ level }, snapshot.validation.model[level].accuracy);
    }
    this.#accuracy.reset();
    for (const { name, value, labels } of scoreForecasts(snapshot, earlier)) {
      const measure = name.replace(/^forecast_(.*)_ratio$/, '$1');
      this.#accuracy.set({ version: labels['version'], horizon: labels['horizon'], measure }, value);
    }
  }
}

function scoreForecasts(snapshot: ForecastSnapshot, earlier: readonly ForecastSnapshot[]) {
  const { historyStart, historyDays, history } = snapshot.categoryDays;
  // History is complete when it arrives here: no day is open for corrections, none is too old.
  const monitor = createAccuracyMonitor({ correctionDays: historyDays });
  for (const { modelVersion, categories, categoryDays, cutoffDay, intervalLevel } of earlier) {
    if (cutoffDay >= snapshot.cutoffDay) continue;
    const { horizon, mean, lower, upper } = categoryDays;
    const forecast = {
      startDay: cutoffDay + 1,
      horizon,
      seriesCount: categories.length,
      mean,
      intervals: [{ level: intervalLevel, lower, upper }],
    };
    monitor.recordForecast({ version: modelVersion, ids: categories, forecast });
  }
  for (let step = 0; step < historyDays; step++) {
    const units = snapshot.categories.map((_, category) => history[category * historyDays + step]);
    monitor.recordActuals({ day: historyStart + step, ids: snapshot.categories, units });
  }
  return accuracyReport(monitor).metrics;
}
