export { type AccurateEnsembleOptions, accurateEnsemble } from './accurate-ensemble.js';
export {
  type BacktestOptions,
  type BacktestResult,
  type BacktestRun,
  backtest,
} from './backtest.js';
export type { BacktestRow } from './backtest-rows.js';
export { type CalibrationOptions, calibrated } from './calibrated.js';
export { backtestCutoffs, type CutoffOptions } from './cutoffs.js';
export {
  formatLeaderboard,
  type LeaderboardEntry,
  type LeaderboardOptions,
  type LevelCoverage,
  leaderboard,
} from './leaderboard.js';
export * from './metrics/index.js';
export { type PooledMetrics, pooledMetrics } from './pooled-metrics.js';
export { type SelfWeightedMember, type SelfWeightedOptions, selfWeighted } from './self-weighted.js';
export { groupWindow, sumSteps, type TestWindow, wholeSpans } from './test-window.js';
