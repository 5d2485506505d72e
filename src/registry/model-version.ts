import type { Lineage } from '../forecaster/lineage.js';
import type { ArtifactVersion } from '../storage/artifact-contract.js';

/**
 * Stage of a version: `candidate` after registration, `canary` while it gets part of the traffic, `production`
 * while it gets the rest, `archived` when it no longer gets any.
 */
export type ModelState = 'candidate' | 'canary' | 'production' | 'archived';

/**
 * The lineage of a training, as in its report and its snapshot, with additions of the application. Plain JSON
 * data.
 */
export interface ModelLineage extends Lineage {
  /** Version of the application, e.g. a commit. */
  readonly codeVersion?: string;
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
