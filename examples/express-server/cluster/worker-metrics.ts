import { AggregatorRegistry } from 'prom-client';
import type { Metrics } from '../monitoring/metrics.js';
import type { MetricsAnswer, MetricsQuestion } from './primary.js';

const PATIENCE_MS = 5_000;
let questions = 0;

/** Collects the metrics of all processes of the cluster through the primary; of this one alone if it does not answer. */
export function collectFromCluster(metrics: Metrics): () => Promise<string> {
  AggregatorRegistry.setRegistries(metrics.registry);
  // Making one is what lets this process answer when others are asked.
  new AggregatorRegistry();
  return () => askPrimary(metrics);
}

function askPrimary(metrics: Metrics): Promise<string> {
  const id = ++questions;
  return new Promise((resolve) => {
    const finish = (text: string | Promise<string>) => {
      clearTimeout(timer);
      process.off('message', onMessage);
      resolve(text);
    };
    const onMessage = (message: Partial<MetricsAnswer>) => {
      if (message?.kind !== 'metrics' || message.id !== id || message.text === undefined) return;
      finish(message.text);
    };
    const timer = setTimeout(() => finish(metrics.registry.metrics()), PATIENCE_MS);
    process.on('message', onMessage);
    process.send?.({ kind: 'ask-metrics', id } satisfies MetricsQuestion);
  });
}
