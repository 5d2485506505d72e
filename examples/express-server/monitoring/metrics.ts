import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Bounds in seconds: fine where the documented limits are (100 ms, 180 ms, 450 ms, 500 ms, 850 ms, 1 s). */
const LATENCY_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.18, 0.25, 0.45, 0.5, 0.85, 1, 2.5, 5, 10,
];
const TRAINING_BUCKETS = [1, 5, 15, 30, 60, 120, 300, 600, 1_800, 3_600];

export type Metrics = ReturnType<typeof createMetrics>;

/**
 * The metrics that the server counts itself; those that are read from other parts are added to the same registry.
 *
 * @param tenant whose metrics they are, as a label; those of the process are left out
 */
export function createMetrics(tenant?: string) {
  const registry = new Registry();
  const registers = [registry];
  if (tenant === undefined) collectDefaultMetrics({ register: registry });
  else registry.setDefaultLabels({ tenant });
  return {
    registry,
    httpRequests: new Counter({
      name: 'http_requests_total',
      help: 'Requests by method, route and status.',
      labelNames: ['method', 'route', 'status'],
      registers,
    }),
    httpDuration: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the arrival of a request to the end of its response.',
      labelNames: ['method', 'route'],
      buckets: LATENCY_BUCKETS,
      registers,
    }),
    httpInFlight: new Gauge({
      name: 'http_requests_in_flight',
      help: 'Requests that have arrived and not been answered.',
      registers,
    }),
    predictionDuration: new Histogram({
      name: 'forecast_prediction_duration_seconds',
      help: 'Time to compute an answer that was not in the cache.',
      labelNames: ['level'],
      buckets: LATENCY_BUCKETS,
      registers,
    }),
    predictions: new Counter({
      name: 'forecast_predictions_total',
      help: 'Computations of answers by outcome: success or failure.',
      labelNames: ['outcome'],
      registers,
    }),
    questions: new Counter({
      name: 'forecast_questions_total',
      help: 'Answered questions: which features are used, by which role.',
      labelNames: ['question', 'time_period', 'role'],
      registers,
    }),
    ingestedRows: new Counter({
      name: 'sales_ingested_rows_total',
      help: 'Rows of sales that were delivered, by what became of them.',
      labelNames: ['outcome'],
      registers,
    }),
    trainings: new Counter({
      name: 'model_trainings_total',
      help: 'Trainings that this process ran, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    trainingDuration: new Histogram({
      name: 'model_training_duration_seconds',
      help: 'Duration of trainings.',
      buckets: TRAINING_BUCKETS,
      registers,
    }),
    authentications: new Counter({
      name: 'api_authentications_total',
      help: 'Refused requests by reason.',
      labelNames: ['refusal'],
      registers,
    }),
    rateLimited: new Counter({
      name: 'api_rate_limited_total',
      help: 'Requests refused because their key was over its limit.',
      registers,
    }),
    databaseExhausted: new Counter({
      name: 'database_pool_exhausted_total',
      help: 'Calls that found no free database connection in time.',
      registers,
    }),
  };
}
