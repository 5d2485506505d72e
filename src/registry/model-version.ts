import type { ArtifactVersion } from '../storage/artifact-contract.js';

/**
 * Where a version stands: `candidate` after registration, `canary` while it gets part of the traffic, `production`
 * while it gets the rest, `archived` when it gets none any more.
 */
export type ModelState = 'candidate' | 'canary' | 'production' | 'archived';

/** What a version was made from: enough to train it again. Plain JSON data. */
export interface ModelLineage {
  /** Fingerprint of the training data, e.g. by `panelFingerprint`. */
  readonly dataFingerprint: string;
  /** First and last day of the training data as `YYYY-MM-DD`. */
  readonly dataFrom?: string;
  readonly dataTo?: string;
  /** The configuration that was trained with, as JSON data. */
  readonly configuration: unknown;
  /** Version of the code, e.g. the package version or a commit. */
  readonly codeVersion: string;
  readonly seed: number;
  /** The version that this one continues or replaces. */
  readonly parent?: number;
}

/** Metrics of a backtest by name, e.g. `{ wape: 0.12, bias: 0.01 }`. */
export type ModelMetrics = Readonly<Record<string, number>>;

/** One registered version. All but `state` and `stateChangedAt` never change. */
export interface ModelVersion {
  /** Counts up from 1 for each model name. */
  readonly version: number;
  readonly state: ModelState;
  readonly stateChangedAt: string;
  readonly artifact: ArtifactVersion;
  readonly lineage: ModelLineage;
  readonly metrics: ModelMetrics;
  readonly registeredAt: string;
}
