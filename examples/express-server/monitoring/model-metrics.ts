import { accuracyOf, type ForecastSnapshot } from 'commerce-forecast';
import { Gauge, type Registry } from 'prom-client';

const DAY_SECONDS = 86_400;

/** Metrics of the model in production. */
export class ModelMetrics {
  readonly #info: Gauge<'version'>;
  readonly #trainedAt: Gauge;
  readonly #lastDay: Gauge;
  readonly #validation: Gauge<'level'>;

  constructor(registry: Registry) {
    const common = { registers: [registry], aggregator: 'max' as const };
    this.#info = new Gauge({
      name: 'model_info',
      help: '1 for the version of the model in production.',
      labelNames: ['version'],
      ...common,
    });
    this.#trainedAt = new Gauge({
      name: 'model_trained_timestamp_seconds',
      help: 'When the model in production was trained.',
      ...common,
    });
    this.#lastDay = new Gauge({
      name: 'model_last_day_timestamp_seconds',
      help: 'Start of the last day of sales that the model in production knows.',
      ...common,
    });
    this.#validation = new Gauge({
      name: 'model_validation_accuracy_ratio',
      help: 'Accuracy (1 - WAPE) on the days that the training held back, by level: products, categories, total.',
      labelNames: ['level'],
      ...common,
    });
  }

  /** Shows a snapshot that was put into production. */
  show(snapshot: ForecastSnapshot): void {
    this.#info.reset();
    this.#info.set({ version: snapshot.modelVersion }, 1);
    this.#trainedAt.set(Date.parse(snapshot.trainedAt) / 1_000);
    this.#lastDay.set(snapshot.cutoffDay * DAY_SECONDS);
    for (const level of ['products', 'categories', 'total'] as const) {
      const { validation } = snapshot;
      if (validation) this.#validation.set({ level }, accuracyOf(validation.model[level].wape));
    }
  }
}
