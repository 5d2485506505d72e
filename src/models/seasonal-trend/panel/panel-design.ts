import { changepointRows } from '../changepoints.js';
import type { Design } from '../solver/gram.js';
import { PenalizedSystem } from '../solver/penalized-system.js';
import { ModeSolver } from '../solver/posterior-mode.js';
import { TREND_PRECISION } from '../solver/problem.js';
import type { FeatureRange, PanelFeatures } from './panel-features.js';
import { featureRange } from './panel-features.js';
import type { Observed } from './panel-history.js';
import { gaps } from './panel-history.js';
import type { ResolvedSeasonalTrendPanelOptions } from './panel-options.js';

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
  readonly system: PenalizedSystem;
  readonly solver: ModeSolver;
}

/** Builds designs and their systems, and reuses buffers, solvers and the last design where it fits. */
export class PanelDesigns {
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
  #last: PreparedDesign | undefined;
  #lastFirst = -1;
  #lastEnd = -1;

  constructor(
    features: PanelFeatures,
    columnsOf: (series: number) => readonly Float64Array[],
    precisions: Float64Array,
    options: ResolvedSeasonalTrendPanelOptions,
    from: number,
    days: number,
  ) {
    this.#features = features;
    this.#columnsOf = columnsOf;
    this.#precisions = precisions;
    this.#options = options;
    this.#from = from;
    this.#ones = new Float64Array(days).fill(1);
    this.#times = new Float64Array(days);
    this.#gathered = Array.from(precisions, () => new Float64Array(days));
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
    const flat = this.#options.growth === 'flat' || span + 1 < this.#options.minTrendDays;
    const times = this.#times.subarray(0, observed.count);
    for (let i = 0; i < observed.count; i++) times[i] = (rows[i] - observed.first) / span;
    const features = complete ? this.#slice(observed, range) : this.#gather(observed, range, rows);
    const ones = this.#ones.subarray(0, observed.count);
    const design: Design = {
      rows: observed.count,
      smooth: flat ? [ones, ...features] : [ones, times, ...features],
      times,
      changepoints: flat ? new Float64Array(0) : this.#changepoints(times),
    };
    const { system, solver } = this.#solverFor(design, range, flat);
    const prepared = { design, range, flat, precisions: system.precisions, span, system, solver };
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
