export { type AutoSelectOptions, autoSelect, type DroppedModel, type ModelChoice } from './auto-select.js';
export {
  type BacktestOptions,
  type BacktestResult,
  type BacktestRun,
  backtest,
} from './backtest.js';
export type { BacktestRow } from './backtest-rows.js';
export {
  formatLeaderboard,
  type LeaderboardEntry,
  type LeaderboardOptions,
  type LevelCoverage,
  leaderboard,
} from './leaderboard.js';
