export { type CrostonOptions, croston } from './croston.js';
export type { IntermittentOptions } from './intermittent.js';
export { type SeasonalNaiveOptions, seasonalNaive } from './seasonal-naive.js';
export { type TsbOptions, tsb } from './tsb.js';
export {
  type SeasonalMeanOptions,
  seasonalMean,
  type WeekdayMeanOptions,
  weekdayMean,
} from './weekday-mean.js';
