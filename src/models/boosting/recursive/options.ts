import type { BoostingEngine, EngineParams } from '../engine/engine.js';
import type { EngineName } from './resolve-engine.js';

export interface RecursiveBoostingOptions {
  /** Engine that trains the trees. Default `native-ts`, this package's own. */
  readonly engine?: EngineName | BoostingEngine;
  /** Days before the cutoff that the trees learn from. Default 730. */
  readonly lookbackDays?: number;
  /** Parameters of the engine. Default: 100 rounds, depth 6, learning rate 0.1, 20 rows a leaf, squared error. */
  readonly params?: EngineParams;
  /**
   * Series that the trees learn from, at equal distances in the panel; they forecast all. Default: all. Bounds what the
   * training of a large panel costs.
   */
  readonly sampleSeries?: number;
  /** Standardises the features first; trees do not need it. Default false. */
  readonly scaleFeatures?: boolean;
  /**
   * Days before the cutoff that are held back once, to measure the error of the recursive forecast for the
   * intervals; this trains a second booster. 0 gives intervals without width. Default 28.
   */
  readonly intervalDays?: number;
}
