import type { BoostingEngine, EngineParams } from '../engine/engine.js';

export interface RecursiveBoostingOptions {
  /** Engine that trains the trees, such as that of `/ml-xgboost`. Default: this package's own. */
  readonly engine?: BoostingEngine;
  /** Days before the cutoff that the trees learn from. Default 730. */
  readonly lookbackDays?: number;
  /** Parameters of the engine. Default: 100 rounds, depth 6, learning rate 0.1, 20 rows a leaf, squared error. */
  readonly params?: EngineParams;
  /**
   * Number of series that the trees learn from, at equal distances in the panel; all are forecast. Bounds the
   * cost of training on a large panel. Default: all.
   */
  readonly sampleSeries?: number;
  /** Standardises the features first; trees do not need it. Default false. */
  readonly scaleFeatures?: boolean;
  /**
   * Days of the holdout on which the error of the recursive forecast is measured for the intervals; this trains
   * a second booster. 0 gives intervals of zero width. Default 28.
   */
  readonly intervalDays?: number;
}
