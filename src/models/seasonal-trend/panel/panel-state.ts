import type { Day } from '../../../calendar/day.js';
import type { EventScopes } from '../../../panel/event-scopes.js';
import type { PanelFeatures } from './panel-features.js';

/** Longest history of residuals that a fitted panel keeps, in days. */
export const RESIDUAL_DAYS = 182;

/**
 * Everything that a fitted panel needs to forecast, as columns over the series. All quantities are in units of the
 * series and per day; after the last changepoint the trend is a straight line, so two numbers describe it.
 */
export interface PanelState {
  readonly cutoffDay: Day;
  readonly seriesCount: number;
  readonly features: PanelFeatures;
  /** Scopes of events by series; undefined if all events are for all series. */
  readonly eventScopes?: EventScopes;
  /** Number of changepoints of the longest design: the stride of `changes`. */
  readonly changepointCount: number;
  /** Trend on the cutoff day. */
  readonly level: Float64Array;
  /** Change of the trend per day after the cutoff. */
  readonly slope: Float64Array;
  /** Standard deviation of the daily noise. */
  readonly noise: Float64Array;
  /** 1 for a series whose effects multiply the trend instead of being added to it. */
  readonly multiplicative: Uint8Array;
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

export function emptyPanelState(
  cutoffDay: Day,
  seriesCount: number,
  features: PanelFeatures,
  columns: number,
  changepointCount: number,
  residualDays: number,
  scopes?: EventScopes,
): PanelState {
  return {
    cutoffDay,
    seriesCount,
    features,
    ...(scopes && { eventScopes: scopes }),
    changepointCount,
    level: new Float64Array(seriesCount),
    slope: new Float64Array(seriesCount),
    noise: new Float64Array(seriesCount),
    multiplicative: new Uint8Array(seriesCount),
    effects: new Float64Array(seriesCount * columns),
    changes: new Float64Array(seriesCount * changepointCount),
    changeRate: new Float64Array(seriesCount),
    changeScale: new Float64Array(seriesCount),
    staleDays: new Int32Array(seriesCount),
    residualDays,
    residuals: new Float32Array(seriesCount * residualDays).fill(Number.NaN),
  };
}

/** Copies everything about one series between states of the same layout. */
export function copySeries(from: PanelState, source: number, to: PanelState, target: number): void {
  const copy = (pick: (state: PanelState) => Float64Array | Float32Array | Int32Array | Uint8Array) => {
    const width = to.seriesCount === 0 ? 0 : pick(to).length / to.seriesCount;
    pick(to).set(pick(from).subarray(source * width, (source + 1) * width), target * width);
  };
  copy((state) => state.level);
  copy((state) => state.slope);
  copy((state) => state.noise);
  copy((state) => state.multiplicative);
  copy((state) => state.effects);
  copy((state) => state.changes);
  copy((state) => state.changeRate);
  copy((state) => state.changeScale);
  copy((state) => state.staleDays);
  copy((state) => state.residuals);
}
