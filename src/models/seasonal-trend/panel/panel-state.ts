import type { Day } from '../../../calendar/day.js';
import type { UnseenPhases } from '../unseen-phases.js';
import { type ColumnSources, featureCount } from './panel-features.js';
import type { SeriesValues } from './panel-values.js';

/** Longest history of residuals that a fitted panel keeps, in days. */
export const RESIDUAL_DAYS = 182;

/** Phases of one seasonality that a series was not observed in. */
export interface UnseenInSeries extends UnseenPhases {
  readonly series: number;
  /** Index among the seasonalities, the weekly one first and the yearly one last. */
  readonly wave: number;
}

/**
 * Everything that a fitted panel needs to forecast, as columns over the series. All quantities are in units of the
 * series and per day; after the last changepoint the trend is a straight line, so two numbers describe it. For logistic
 * growth it is the logit of the trend's share of its capacity that is such a line.
 */
export interface PanelState extends ColumnSources {
  readonly cutoffDay: Day;
  readonly seriesCount: number;
  /** Capacities and floors, for logistic growth. */
  readonly cap?: SeriesValues;
  readonly floor?: SeriesValues;
  /** Unseen phases of all series. */
  readonly unseen: readonly UnseenInSeries[];
  /** Number of changepoints of the longest design: the stride of `changes`. */
  readonly changepointCount: number;
  /** Trend on the cutoff day. */
  readonly level: Float64Array;
  /** Change of the trend per day after the cutoff. */
  readonly slope: Float64Array;
  /** Standard deviation of the daily noise. */
  readonly noise: Float64Array;
  /** 1 for a series with logistic growth; `level`, `slope`, `changes` and `changeScale` are logits then. */
  readonly logistic: Uint8Array;
  /** 1 for a series whose effects multiply the trend, where they have no mode of their own. */
  readonly multiplicative: Uint8Array;
  /** 1 for each regressor that a series has and that varies in its history, series-major. */
  readonly regressorUsed: Uint8Array;
  /** Value of each regressor whose effect is 0, series-major. */
  readonly regressorCentre: Float64Array;
  /** Effects of the features, series-major: in units of the series, or as shares of the trend. */
  readonly effects: Float64Array;
  /** Changes of the slope at the changepoints, series-major; zero-padded. */
  readonly changes: Float64Array;
  /** Expected changepoints per day after the last observed day; 0 for a series without a trend. */
  readonly changeRate: Float64Array;
  /** Mean absolute change of the slope. */
  readonly changeScale: Float64Array;
  /** Days from the last observed day to the cutoff. */
  readonly staleDays: Int32Array;
  /** Days of residuals that are kept. */
  readonly residualDays: number;
  /** Outcome minus fit on the last days, series-major; NaN is missing. */
  readonly residuals: Float32Array;
}

/** The fields of a state that do not come from the fit of a series. */
export type PanelLayout = ColumnSources &
  Pick<PanelState, 'cutoffDay' | 'seriesCount' | 'changepointCount' | 'residualDays' | 'cap' | 'floor'>;

/** The state of a panel before any series is fitted. */
export function emptyPanelState(layout: PanelLayout): PanelState {
  const { seriesCount, changepointCount, residualDays, features, regressors } = layout;
  return {
    ...layout,
    unseen: [],
    level: new Float64Array(seriesCount),
    slope: new Float64Array(seriesCount),
    noise: new Float64Array(seriesCount),
    logistic: new Uint8Array(seriesCount),
    multiplicative: new Uint8Array(seriesCount),
    regressorUsed: new Uint8Array(seriesCount * regressors.length),
    regressorCentre: new Float64Array(seriesCount * regressors.length),
    effects: new Float64Array(seriesCount * featureCount(features)),
    changes: new Float64Array(seriesCount * changepointCount),
    changeRate: new Float64Array(seriesCount),
    changeScale: new Float64Array(seriesCount),
    staleDays: new Int32Array(seriesCount),
    residuals: new Float32Array(seriesCount * residualDays).fill(Number.NaN),
  };
}

/** Typed arrays of a state with the same number of values for each series. */
export const SERIES_ARRAYS = [
  'level',
  'slope',
  'noise',
  'logistic',
  'multiplicative',
  'regressorUsed',
  'regressorCentre',
  'effects',
  'changes',
  'changeRate',
  'changeScale',
  'staleDays',
  'residuals',
] as const satisfies readonly (keyof PanelState)[];

/**
 * A state with some series replaced by those of another fit of the same layout.
 *
 * @param series the series of `state` that those of `other` replace, in their order.
 */
export function replaceSeries(state: PanelState, other: PanelState, series: readonly number[]): PanelState {
  for (const name of SERIES_ARRAYS) {
    const width = state[name].length / state.seriesCount;
    series.forEach((target, source) => {
      state[name].set(other[name].subarray(source * width, (source + 1) * width), target * width);
    });
  }
  const replaced = new Set(series);
  const kept = state.unseen.filter((one) => !replaced.has(one.series));
  const added = other.unseen.map((one) => ({ ...one, series: series[one.series] }));
  return { ...state, unseen: inOrder([...kept, ...added]) };
}

/** Sorts unseen phases by series: the order in which the series were fitted leaves no trace in the state. */
export function inOrder(unseen: readonly UnseenInSeries[]): UnseenInSeries[] {
  return [...unseen].sort((a, b) => a.series - b.series || a.wave - b.wave);
}
