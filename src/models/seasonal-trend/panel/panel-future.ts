import { exp } from '../../../math/index.js';
import { fillUnseen } from '../unseen-phases.js';
import {
  featureCount,
  firstRegressor,
  multiplicativeFeatures,
  panelColumns,
  panelWaves,
  zeroOutside,
} from './panel-features.js';
import type { PanelState, UnseenInSeries } from './panel-state.js';
import { boundsOn, missingValue } from './panel-values.js';

/** Trend, effects and columns of the series of a fitted panel on the days after its cutoff. */
export class PanelFuture {
  readonly #columnsOf: (series: number) => readonly Float64Array[];
  readonly #unseenOf: ReadonlyMap<number, readonly UnseenInSeries[]>;
  /** Flags of the columns that multiply, for series with additive and with multiplicative effects. */
  readonly #multiplicative: readonly [Uint8Array, Uint8Array];
  readonly #days: Float64Array;

  constructor(
    readonly state: PanelState,
    readonly horizon: number,
  ) {
    const from = state.cutoffDay + 1;
    const { features } = state;
    this.#columnsOf = panelColumns(state, from, horizon);
    this.#days = Float64Array.from({ length: horizon }, (_, h) => from + h);
    this.#unseenOf = bySeries(state.unseen);
    this.#multiplicative = [
      multiplicativeFeatures(features, 'additive'),
      multiplicativeFeatures(features, 'multiplicative'),
    ];
  }

  /** 1 for every column that multiplies the trend of a series. */
  multiplies(series: number): Uint8Array {
    return this.#multiplicative[this.state.multiplicative[series]];
  }

  /**
   * Values of the features of a series.
   *
   * @throws ForecastError `invalid-data` if a regressor that has an effect is missing on one of the days.
   */
  columns(series: number): readonly Float64Array[] {
    const { regressors } = this.state;
    const unseen = this.#unseenOf.get(series);
    const common = this.#columnsOf(series);
    if (regressors.length === 0 && unseen === undefined) return common;
    const columns = common.slice();
    const first = firstRegressor(this.state.features);
    for (let r = 0; r < regressors.length; r++)
      columns[first + r] = this.#regressor(series, r, common[first + r]);
    for (const one of unseen ?? []) this.#fillUnseen(one, columns);
    return columns;
  }

  #regressor(series: number, r: number, given: Float64Array): Float64Array {
    const { regressorUsed, regressorCentre, regressors, features } = this.state;
    const at = series * regressors.length + r;
    if (regressorUsed[at] === 0) return new Float64Array(given.length);
    const missing = given.findIndex(Number.isNaN);
    if (missing >= 0) throw missingValue(features.regressors[r].name, this.#days[missing]);
    return given.map((value) => value - regressorCentre[at]);
  }

  #fillUnseen(unseen: UnseenInSeries, columns: Float64Array[]): void {
    const { from, to, period, ranges } = panelWaves(this.state.features)[unseen.wave];
    const own = columns.slice(from, to).map((column) => column.slice());
    fillUnseen(unseen, period, this.#days, own);
    zeroOutside(ranges, this.#days, own);
    columns.splice(from, own.length, ...own);
  }

  /**
   * Fills in the trend of a series.
   *
   * @throws ForecastError `invalid-data` if the capacity of logistic growth is missing on one of the days.
   */
  fillTrend(series: number, trend: Float64Array): void {
    const { level, slope } = this.state;
    for (let h = 0; h < trend.length; h++) trend[h] = level[series] + slope[series] * (h + 1);
    const boundsAt = this.bounds(series);
    if (boundsAt === undefined) return;
    for (let h = 0; h < trend.length; h++) {
      const { cap, floor } = boundsAt(h);
      trend[h] = floor + (cap - floor) * logisticShare(trend[h]);
    }
  }

  /** Capacity and floor of a series on each of the days; undefined unless it has logistic growth. */
  bounds(series: number): ((h: number) => { readonly cap: number; readonly floor: number }) | undefined {
    const { cap, floor, logistic } = this.state;
    if (cap === undefined || logistic[series] === 0) return undefined;
    const top = cap.columns[cap.columnOf[series]];
    const bottom = floor?.columns[floor.columnOf[series]];
    return (h) => boundsOn(top, bottom, this.#days[h]);
  }

  /** Effect of each column of a series. */
  effects(series: number): Float64Array {
    const count = featureCount(this.state.features);
    return this.state.effects.subarray(series * count, (series + 1) * count);
  }
}

/** The share of its capacity that logistic growth has reached. */
export function logisticShare(logit: number): number {
  return 1 / (1 + exp(-logit));
}

function bySeries(unseen: readonly UnseenInSeries[]): Map<number, UnseenInSeries[]> {
  const groups = new Map<number, UnseenInSeries[]>();
  for (const one of unseen) {
    const group = groups.get(one.series);
    if (group) group.push(one);
    else groups.set(one.series, [one]);
  }
  return groups;
}
