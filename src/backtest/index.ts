export {
  type BacktestOptions,
  type BacktestResult,
  type BacktestRun,
  backtest,
} from './backtest.js';
export type { BacktestRow } from './backtest-rows.js';
export { backtestCutoffs, type CutoffOptions } from './cutoffs.js';
export {
  formatLeaderboard,
  type LeaderboardEntry,
  type LeaderboardOptions,
  type LevelCoverage,
  leaderboard,
} from './leaderboard.js';
