import type { DailySale, Lineage, Progress, SalesSummary } from 'commerce-forecast';
import type { ModelMetrics } from 'commerce-forecast/registry';
import type { ModelName } from './model-factory.js';

/** Settings that a training thread is started with. */
export interface TrainingOrder {
  readonly model: ModelName;
  readonly country: string | undefined;
  /** The stored plan as its document, undefined without one. */
  readonly plan?: unknown;
}

/** Result of a training, which its thread sends to the server. */
export interface Trained {
  /** The snapshot as the bytes of its JSON. */
  readonly snapshot: Uint8Array<ArrayBuffer>;
  readonly lineage: Lineage;
  readonly metrics: ModelMetrics;
  /** The fitted model as the bytes of its JSON, and its name, for questions that a snapshot does not answer. */
  readonly fitted?: Uint8Array<ArrayBuffer>;
  readonly model?: ModelName;
}

/** Fits a model on all sales under the stored plan. */
export type Trainer = (order: {
  /** The stored plan as its document, undefined without one. */
  readonly plan: unknown;
  readonly signal?: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}) => Promise<Trained>;

/** From the training thread to the server. */
export type FromTraining =
  | { readonly kind: 'ask-summary' }
  | { readonly kind: 'ask-rows' }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | ({ readonly kind: 'trained' } & Trained)
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/** From the server to the training thread. */
export type ToTraining =
  | { readonly kind: 'summary'; readonly summary: SalesSummary }
  /** Undefined after the last row. */
  | { readonly kind: 'rows'; readonly rows: readonly DailySale[] | undefined };
