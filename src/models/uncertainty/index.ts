export type { QuantilePlan, TotalsPlan } from './check-options.js';
export {
  checkForecastOptions,
  checkHorizon,
  checkLevels,
  checkQuantileOptions,
  checkTotalsOptions,
  MAX_HORIZON,
} from './check-options.js';
export { countQuantile } from './count-quantile.js';
export { gammaQuantile, lowerGamma } from './gamma-quantile.js';
export { normalQuantile } from './normal.js';
export { normalCdf, normalDensity } from './normal-cdf.js';
export { normalIntervals } from './normal-intervals.js';
export { type SalesLaws, salesIntervals, salesQuantiles } from './sales-intervals.js';
export { sumVariance } from './sum-variance.js';
export type { SymmetricLaw } from './symmetric-quantile.js';
export { centralHalfWidths } from './symmetric-quantile.js';
export type { ResidualHistory, TotalHalfWidths } from './totals.js';
export {
  groupResiduals,
  residualDeviation,
  residualTotals,
  totalMeans,
  totalsWithIntervals,
} from './totals.js';
