import type { Day } from '../../../calendar/day.js';
import type { Panel } from '../../../panel/panel.js';
import { changepointRows } from '../changepoints.js';
import { type Standardization, standardizationOf, varies } from '../regressor-values.js';
import type { Design } from '../solver/gram.js';
import { PenalizedSystem } from '../solver/penalized-system.js';
import { ModeSolver } from '../solver/posterior-mode.js';
import { TREND_PRECISION } from '../solver/problem.js';
import { type UnseenPhases, unseenPhases } from '../unseen-phases.js';
import type { ColumnSources, FeatureRange, PanelFeatures, Waves } from './panel-features.js';
import {
  featurePrecisions,
  featureRange,
  firstRegressor,
  isInside,
  panelColumns,
  panelWaves,
} from './panel-features.js';
import type { Observed } from './panel-history.js';
import { gaps } from './panel-history.js';
import type { ResolvedSeasonalTrendPanelOptions } from './panel-options.js';
import { missingValue } from './panel-values.js';

/** The design of one calendar, ready to be solved for any series on it. */
export interface PreparedDesign {
  readonly design: Design;
  /** The feature columns in use; smooth columns are level, slope (unless flat) and these. */
  readonly range: FeatureRange;
  readonly flat: boolean;
  /** Prior precisions of the smooth columns. */
  readonly precisions: Float64Array;
  /** Days from the first to the last observed day: the unit of scaled time. */
  readonly span: number;
  /** Centre and deviation of each regressor; undefined for one that the series lacks or that does not vary. */
  readonly regressors: readonly (Standardization | undefined)[];
  /** Phases without an observation, by index of the seasonality. */
  readonly unseen: readonly (UnseenPhases & { readonly wave: number })[];
  readonly system: PenalizedSystem;
  readonly solver: ModeSolver;
}

/** Builds designs and their systems, and reuses buffers, solvers and the last design where it fits. */
export class PanelDesigns {
  readonly #sources: ColumnSources;
  readonly #features: PanelFeatures;
  readonly #columnsOf: (series: number) => readonly Float64Array[];
  #columns: readonly Float64Array[] = [];
  readonly #precisions: Float64Array;
  readonly #options: ResolvedSeasonalTrendPanelOptions;
  readonly #solvers = new Map<string, { system: PenalizedSystem; solver: ModeSolver }>();
  readonly #ones: Float64Array;
  readonly #times: Float64Array;
  readonly #gathered: readonly Float64Array[];
  /** Grid day of the first feature value. */
  readonly #from: number;
  /** Day of grid day 0. */
  readonly #startDay: Day;
  #last: PreparedDesign | undefined;
  #lastFirst = -1;
  #lastEnd = -1;

  /** @param from first day used, as a grid day */
  constructor(
    panel: Pick<Panel, 'startDay' | 'days'>,
    sources: ColumnSources,
    options: ResolvedSeasonalTrendPanelOptions,
    from: number,
  ) {
    const days = panel.days - from;
    this.#sources = sources;
    this.#features = sources.features;
    this.#columnsOf = panelColumns(sources, panel.startDay + from, days);
    this.#precisions = featurePrecisions(sources.features, options);
    this.#options = options;
    this.#from = from;
    this.#startDay = panel.startDay;
    this.#ones = new Float64Array(days).fill(1);
    this.#times = new Float64Array(days);
    this.#gathered = Array.from(this.#precisions, () => new Float64Array(days));
  }

  /** The design of the days on which a series is observed; `rows[i]` is the grid day of row `i`. */
  prepare(observed: Observed, rows: Int32Array): PreparedDesign {
    const complete = gaps(observed) === 0;
    const columns = this.#columnsOf(observed.series);
    if (columns !== this.#columns) this.#last = undefined;
    this.#columns = columns;
    if (complete && this.#last && this.#lastFirst === observed.first && this.#lastEnd === observed.last) {
      return this.#last;
    }
    const span = observed.last - observed.first;
    const range = featureRange(this.#features, this.#options, span + 1);
    const flat = this.#options.growth === 'flat' || isYoung(observed, this.#options);
    const times = this.#times.subarray(0, observed.count);
    for (let i = 0; i < observed.count; i++) times[i] = (rows[i] - observed.first) / span;
    const features = complete ? this.#slice(observed, range) : this.#gather(observed, range, rows);
    const regressors = this.#standardize(observed, rows, range, features);
    const ones = this.#ones.subarray(0, observed.count);
    const design: Design = {
      rows: observed.count,
      smooth: flat ? [ones, ...features] : [ones, times, ...features],
      times,
      changepoints: flat ? new Float64Array(0) : this.#changepoints(times),
    };
    const { system, solver } = this.#solverFor(design, range, flat);
    const unseen = this.#unseen(observed, rows, range);
    const { precisions } = system;
    const prepared = { design, range, flat, precisions, span, regressors, unseen, system, solver };
    this.#last = complete ? prepared : undefined;
    this.#lastFirst = observed.first;
    this.#lastEnd = observed.last;
    return prepared;
  }

  #changepoints(times: Float64Array): Float64Array {
    const { changepointCount, changepointRange } = this.#options;
    return Float64Array.from(
      changepointRows(times.length, changepointCount, changepointRange),
      (row) => times[row],
    );
  }

  #slice(observed: Observed, range: FeatureRange): Float64Array[] {
    const from = observed.first - this.#from;
    return this.#columns.slice(range.from, range.to).map((c) => c.subarray(from, from + observed.count));
  }

  #gather(observed: Observed, range: FeatureRange, rows: Int32Array): Float64Array[] {
    const result: Float64Array[] = [];
    for (let f = range.from; f < range.to; f++) {
      const source = this.#columns[f];
      const column = this.#gathered[f].subarray(0, observed.count);
      for (let i = 0; i < observed.count; i++) column[i] = source[rows[i] - this.#from];
      result.push(column);
    }
    return result;
  }

  /** Replaces the columns of regressors by standardised ones, and by zeros where they have no effect. */
  #standardize(observed: Observed, rows: Int32Array, range: FeatureRange, columns: Float64Array[]) {
    const first = firstRegressor(this.#features);
    return this.#options.regressors.map((options, r) => {
      const given = columns[first + r - range.from];
      const own = this.#gathered[first + r].subarray(0, observed.count);
      columns[first + r - range.from] = own;
      const values = this.#sources.regressors[r];
      if (values.columnOf[observed.series] < 0) {
        own.fill(0);
        return undefined;
      }
      const missing = given.findIndex(Number.isNaN);
      if (missing >= 0) throw missingValue(options.name, this.#startDay + rows[missing]);
      if (this.#options.strict !== 'prophet' && !varies(given)) {
        own.fill(0);
        return undefined;
      }
      const standardization = standardizationOf(given, options);
      const { mean, deviation } = standardization;
      for (let i = 0; i < own.length; i++) own[i] = (given[i] - mean) / deviation;
      return standardization;
    });
  }

  #unseen(observed: Observed, rows: Int32Array, range: FeatureRange) {
    if (this.#options.strict === 'prophet') return [];
    const days = Float64Array.from(rows.subarray(0, observed.count), (row) => this.#startDay + row);
    return panelWaves(this.#features).flatMap((waves, wave) => {
      const { from, to, ranges } = waves;
      if (from === to || from < range.from || to > range.to) return [];
      if (ranges === undefined && isCovered(waves, observed)) return [];
      const unseen = unseenPhases(waves, ranges ? days.filter((day) => isInside(ranges, day)) : days);
      return unseen ? [{ wave, ...unseen }] : [];
    });
  }

  #solverFor(design: Design, range: FeatureRange, flat: boolean) {
    const trend = flat ? 1 : 2;
    const precisions = new Float64Array(design.smooth.length).fill(TREND_PRECISION);
    precisions.set(this.#precisions.subarray(range.from, range.to), trend);
    const key = `${design.smooth.length},${design.changepoints.length}`;
    const known = this.#solvers.get(key);
    const system = known?.system ?? new PenalizedSystem();
    system.prepare(design, precisions);
    const entry = known ?? { system, solver: new ModeSolver(system) };
    if (known === undefined) this.#solvers.set(key, entry);
    return entry;
  }
}

/** Tells whether a series without gaps spans a whole period, whose resolution is no finer than a day. */
function isCovered({ period, fourierOrder }: Waves, observed: Observed): boolean {
  const days = observed.last - observed.first + 1;
  return gaps(observed) === 0 && days >= period && period >= 2 * fourierOrder + 1;
}

/** Tells whether a series is too short for a trend. */
export function isYoung(
  { first, last }: Observed,
  { minTrendDays }: ResolvedSeasonalTrendPanelOptions,
): boolean {
  return last - first + 1 < minTrendDays;
}
