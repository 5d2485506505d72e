import { ForecastError } from '../../../errors.js';
import type { Progress } from '../../../long-call.js';
import { exp, square } from '../../../math/index.js';
import type { Panel } from '../../../panel/panel.js';
import { fillCross } from '../solver/gram.js';
import { nonlinearWork } from '../solver/nonlinear-fit.js';
import type { Mode } from '../solver/posterior-mode.js';
import { bestVariance } from '../solver/posterior-mode.js';
import { LOW_START, MIN_CHANGE_SCALE, MODE_TOLERANCE } from '../solver/problem.js';
import type { PreparedDesign } from './panel-design.js';
import { isYoung, PanelDesigns } from './panel-design.js';
import { featureCount, firstRegressor, multiplicativeFeatures } from './panel-features.js';
import type { Observed } from './panel-history.js';
import type { ResolvedSeasonalTrendPanelOptions } from './panel-options.js';
import type { PanelLayout, PanelState, UnseenInSeries } from './panel-state.js';
import { emptyPanelState, inOrder } from './panel-state.js';
import { boundsOn, type ValueColumn } from './panel-values.js';

/** Fits one series after the other into the columns of a state, with reused buffers. */
export class SeriesFitter {
  readonly #state: PanelState;
  readonly #unseen: UnseenInSeries[] = [];
  readonly #designs: PanelDesigns;
  /** Flags of the columns that multiply, for series with additive and with multiplicative effects. */
  readonly #multiplicative: Uint8Array;
  readonly #columnCount: number;
  readonly #rows: Int32Array;
  readonly #target: Float64Array;
  readonly #cross: Float64Array;
  readonly #centre: Float64Array;

  constructor(
    readonly panel: Panel,
    layout: PanelLayout,
    readonly options: ResolvedSeasonalTrendPanelOptions,
    readonly from: number,
  ) {
    const days = panel.days - from;
    this.#state = emptyPanelState(layout);
    this.#designs = new PanelDesigns(panel, layout, options, from);
    this.#multiplicative = multiplicativeFeatures(layout.features, options.seasonalityMode);
    this.#columnCount = featureCount(layout.features);
    this.#rows = new Int32Array(days);
    this.#target = new Float64Array(days);
    this.#cross = new Float64Array(this.#columnCount + 2 + options.changepointCount);
    this.#centre = new Float64Array(this.#columnCount + 2);
  }

  state(): PanelState {
    return { ...this.#state, unseen: inOrder(this.#unseen) };
  }

  /** Fits one series; reports steps of a long search. */
  *fit(observed: Observed): Generator<Progress, void, void> {
    const state = this.#state;
    const { series } = observed;
    state.staleDays[series] = this.panel.days - 1 - Math.max(observed.last, 0);
    const capacity = observed.count > 0 ? this.#capacity(observed) : undefined;
    const still = observed.constant && (!capacity?.moves || isYoung(observed, this.options));
    if (observed.count < 2 || still) {
      this.#keepConstant(observed);
      return;
    }
    this.#collectRows(observed);
    const prepared = this.#designs.prepare(observed, this.#rows);
    const logistic = prepared.flat ? undefined : capacity && this.#logistic(observed, capacity);
    const scale = logistic?.scale ?? observed.scale;
    this.#collectTarget(observed, scale, logistic?.floors);
    const flags = this.#multiplicative.subarray(prepared.range.from, prepared.range.to);
    const linear = logistic === undefined && !flags.includes(1);
    const mode = linear
      ? this.#search(observed, prepared)
      : yield* this.#searchNonlinear(observed, prepared, flags, logistic?.caps);
    state.multiplicative[series] = this.options.seasonalityMode === 'multiplicative' ? 1 : 0;
    state.logistic[series] = logistic ? 1 : 0;
    this.#store(observed, prepared, mode, flags, scale);
    this.#keepResiduals(observed, prepared, mode, flags, scale, logistic?.caps);
  }

  /** A constant series is forecast as that constant and without noise, as in Prophet; an unobserved one as zero. */
  #keepConstant(observed: Observed): void {
    const { panel } = this;
    const state = this.#state;
    if (observed.count === 0) return;
    const value = panel.units[observed.series * panel.days + observed.first];
    state.level[observed.series] = value;
    // One day says nothing about the noise: that of a Poisson count is assumed.
    state.noise[observed.series] = observed.count === 1 ? Math.sqrt(Math.abs(value)) : 0;
    const base = (observed.series + 1) * state.residualDays;
    for (let d = Math.max(observed.first, panel.days - state.residualDays); d <= observed.last; d++) {
      const known = Number.isFinite(panel.units[observed.series * panel.days + d]);
      if (known)
        state.residuals[base - panel.days + d] = observed.count === 1 ? state.noise[observed.series] : 0;
    }
  }

  /** The columns of capacity and floor of a series under logistic growth. */
  #capacity({ series }: Observed): Capacity | undefined {
    const { cap, floor } = this.#state;
    if (cap === undefined) return undefined;
    const column = cap.columns[cap.columnOf[series]];
    if (column === undefined) {
      throw new ForecastError('invalid-option', `The series "${this.panel.ids[series]}" has no cap`, {
        path: ['cap'],
        hint: 'Give a cap without scope, or one for each series.',
      });
    }
    const bottom = floor?.columns[floor.columnOf[series]];
    const moves = column.startDay !== undefined || bottom?.startDay !== undefined;
    return { cap: column, floor: bottom, moves };
  }

  /** Rows of the observed days. */
  #collectRows({ series, first, last }: Observed): void {
    const { days, units } = this.panel;
    let row = 0;
    for (let d = first; d <= last; d++) {
      if (Number.isFinite(units[series * days + d])) this.#rows[row++] = d;
    }
  }

  /** Capacities, floors and the scale of the values above them, as Prophet sets it. */
  #logistic({ series, count }: Observed, { cap, floor }: Capacity) {
    const { days, units, startDay } = this.panel;
    const floors = new Float64Array(count);
    const caps = new Float64Array(count);
    let scale = 0;
    for (let i = 0; i < count; i++) {
      const bounds = boundsOn(cap, floor, startDay + this.#rows[i]);
      floors[i] = bounds.floor;
      caps[i] = bounds.cap - bounds.floor;
      scale = Math.max(scale, Math.abs(units[series * days + this.#rows[i]] - bounds.floor));
    }
    if (scale === 0) scale = 1;
    for (let i = 0; i < count; i++) caps[i] /= scale;
    return { floors, caps, scale };
  }

  /** Scaled values of the observed days, centred on their mean so that sums of squares do not cancel. */
  #collectTarget({ series, count }: Observed, scale: number, floors: Float64Array | undefined): void {
    const { days, units } = this.panel;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const value = units[series * days + this.#rows[i]];
      this.#target[i] = (floors === undefined ? value : value - floors[i]) / scale;
      sum += this.#target[i];
    }
    const mean = sum / count;
    for (let i = 0; i < count; i++) this.#target[i] -= mean;
    this.#centre[0] = mean;
  }

  #search(observed: Observed, prepared: PreparedDesign): Mode {
    const rows = observed.count;
    fillCross(prepared.design, this.#target, this.#cross);
    let squares = 0;
    for (let i = 0; i < rows; i++) squares += this.#target[i] * this.#target[i];
    const start = bestVariance(rows, squares + rows * this.#centre[0] * this.#centre[0]);
    return prepared.solver.search(
      { rows, cross: this.#cross, squares },
      {
        changepointScale: this.options.changepointPriorScale,
        starts: [start, start * LOW_START],
        tolerance: MODE_TOLERANCE,
        centre: this.#centre,
      },
    );
  }

  /**
   * Runs the general solver on one series; returns its result in the form of the fast one. With logistic growth the
   * level is the logit at scaled time 0.
   */
  *#searchNonlinear(
    observed: Observed,
    { design, flat, precisions }: PreparedDesign,
    multiplicative: Uint8Array,
    caps: Float64Array | undefined,
  ): Generator<Progress, Mode, void> {
    const trend = flat ? 1 : 2;
    const columns = design.smooth.slice(trend);
    const straight = flat ? 'flat' : 'linear';
    const fitted = yield* nonlinearWork({
      growth: caps ? 'logistic' : straight,
      times: design.times,
      values: this.#target.subarray(0, observed.count).map((value) => value + this.#centre[0]),
      caps,
      changepoints: design.changepoints,
      changepointScale: this.options.changepointPriorScale,
      columns,
      precisions: precisions.subarray(trend),
      multiplicative,
    });
    const level = (caps ? -fitted.slope * fitted.offset : fitted.offset) - this.#centre[0];
    return {
      smooth: Float64Array.of(...(flat ? [level] : [level, fitted.slope]), ...fitted.coefficients),
      sizes: fitted.sizes,
      variance: square(fitted.noise),
      logPosterior: fitted.logPosterior,
    };
  }

  #store(
    observed: Observed,
    prepared: PreparedDesign,
    mode: Mode,
    multiplicative: Uint8Array,
    scale: number,
  ): void {
    const state = this.#state;
    const { series } = observed;
    const { changepoints } = prepared.design;
    const trend = prepared.flat ? 1 : 2;
    const unit = state.logistic[series] === 1 ? 1 : scale;
    let slope = prepared.flat ? 0 : mode.smooth[1];
    let level = this.#centre[0] + mode.smooth[0] + slope;
    let absolute = 0;
    for (let j = 0; j < changepoints.length; j++) {
      slope += mode.sizes[j];
      level += mode.sizes[j] * (1 - changepoints[j]);
      absolute += Math.abs(mode.sizes[j]);
      state.changes[series * state.changepointCount + j] = (mode.sizes[j] * unit) / prepared.span;
    }
    state.slope[series] = (slope * unit) / prepared.span;
    state.level[series] = level * unit + state.slope[series] * state.staleDays[series];
    state.noise[series] = Math.sqrt(mode.variance) * scale;
    if (!prepared.flat) {
      const count = Math.max(1, changepoints.length);
      state.changeRate[series] = count / prepared.span;
      state.changeScale[series] = ((absolute / count + MIN_CHANGE_SCALE) * unit) / prepared.span;
    }
    const { from, to } = prepared.range;
    const effects = series * this.#columnCount;
    for (let f = from; f < to; f++) {
      const effect = mode.smooth[trend + f - from];
      state.effects[effects + f] = multiplicative[f - from] === 1 ? effect : effect * scale;
    }
    this.#storeRegressors(series, prepared);
    for (const unseen of prepared.unseen) this.#unseen.push({ series, ...unseen });
  }

  /** Effects of regressors are stored per unit of the regressor. */
  #storeRegressors(series: number, { regressors }: PreparedDesign): void {
    const state = this.#state;
    const first = firstRegressor(state.features);
    regressors.forEach((standardization, r) => {
      if (standardization === undefined) return;
      state.regressorUsed[series * regressors.length + r] = 1;
      state.regressorCentre[series * regressors.length + r] = standardization.mean;
      state.effects[series * this.#columnCount + first + r] /= standardization.deviation;
    });
  }

  /** Keeps the residuals of the fit on the last days. */
  #keepResiduals(
    observed: Observed,
    prepared: PreparedDesign,
    mode: Mode,
    multiplicative: Uint8Array,
    scale: number,
    caps: Float64Array | undefined,
  ): void {
    const { panel } = this;
    const state = this.#state;
    const { design } = prepared;
    const trend = prepared.flat ? 1 : 2;
    const oldest = panel.days - state.residualDays;
    const offset = (observed.series + 1) * state.residualDays - panel.days;
    for (let i = observed.count - 1; i >= 0 && this.#rows[i] >= oldest; i--) {
      let line = this.#centre[0];
      let added = 0;
      let factor = 1;
      for (let c = 0; c < trend; c++) line += mode.smooth[c] * design.smooth[c][i];
      for (let c = trend; c < design.smooth.length; c++) {
        const effect = mode.smooth[c] * design.smooth[c][i];
        if (multiplicative[c - trend] === 1) factor += effect;
        else added += effect;
      }
      for (let j = 0; j < design.changepoints.length; j++) {
        const since = design.times[i] - design.changepoints[j];
        if (since <= 0) break;
        line += mode.sizes[j] * since;
      }
      const level = caps === undefined ? line : caps[i] / (1 + exp(-line));
      const fitted = level * factor + added - this.#centre[0];
      state.residuals[offset + this.#rows[i]] = (this.#target[i] - fitted) * scale;
    }
  }
}

/** Capacity and floor of one series. */
interface Capacity {
  readonly cap: ValueColumn;
  readonly floor: ValueColumn | undefined;
  /** One of them differs from day to day. */
  readonly moves: boolean;
}
