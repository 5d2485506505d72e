import { ForecastError } from '../../../errors.js';
import type { Progress } from '../../../long-call.js';
import { type EventScopes, eventScopes } from '../../../panel/event-scopes.js';
import type { Panel } from '../../../panel/panel.js';
import { lastDay } from '../../../panel/panel.js';
import type { Covariates } from '../../contract.js';
import { fillCross } from '../solver/gram.js';
import { fitNonlinear } from '../solver/nonlinear-fit.js';
import type { Mode } from '../solver/posterior-mode.js';
import { bestVariance } from '../solver/posterior-mode.js';
import { LOW_START, MIN_CHANGE_SCALE, MODE_TOLERANCE } from '../solver/problem.js';
import type { PreparedDesign } from './panel-design.js';
import { PanelDesigns } from './panel-design.js';
import { featureCount, featurePrecisions, panelFeatures, seriesFeatureColumns } from './panel-features.js';
import type { Observed } from './panel-history.js';
import { compareCalendars, observe } from './panel-history.js';
import type { ResolvedSeasonalTrendPanelOptions } from './panel-options.js';
import type { PanelState } from './panel-state.js';
import { emptyPanelState, RESIDUAL_DAYS } from './panel-state.js';

/** Fits every series of a panel; one report of progress per series. */
export function* fitPanelWork(
  panel: Panel,
  options: ResolvedSeasonalTrendPanelOptions,
  covariates: Covariates = {},
): Generator<Progress, PanelState, void> {
  const from = Math.max(0, panel.days - options.lookbackDays);
  const used = panel.days - from;
  const events = options.holidays ? (covariates.events ?? []) : [];
  const scopes = eventScopes(panel, events);
  const features = panelFeatures(options, events, panel.startDay + from, lastDay(panel), scopes);
  const columnsOf = seriesFeatureColumns(features, scopes, panel.startDay + from, used);
  const columnCount = featureCount(features);
  const precisions = featurePrecisions(features, options);
  const residualDays = Math.min(RESIDUAL_DAYS, used);
  const state = emptyPanelState(
    lastDay(panel),
    panel.seriesCount,
    features,
    columnCount,
    options.changepointCount,
    residualDays,
    scopes,
  );
  const histories = observeAll(panel, from, scopes);
  const fitter = new SeriesFitter(
    panel,
    columnCount,
    state,
    options,
    from,
    new PanelDesigns(features, columnsOf, precisions, options, from, used),
  );
  let done = 0;
  for (const observed of histories) {
    fitter.fit(observed);
    yield { phase: 'fit', done: ++done, total: panel.seriesCount };
  }
  return state;
}

function observeAll(panel: Panel, from: number, scopes: EventScopes | undefined): Observed[] {
  const histories = Array.from({ length: panel.seriesCount }, (_, s) => observe(panel, s, from));
  const setOf = ({ series }: Observed) => scopes?.setOf[series] ?? 0;
  return histories.sort((a, b) => setOf(a) - setOf(b) || compareCalendars(a, b));
}

/** @throws ForecastError `empty-data` if no series has an observed value in the days used. */
export function requireObserved(panel: Panel, { lookbackDays }: ResolvedSeasonalTrendPanelOptions): void {
  const from = Math.max(0, panel.days - lookbackDays);
  for (let s = 0; s < panel.seriesCount; s++) {
    for (let d = Math.max(from, panel.firstDay[s]); d < panel.days; d++) {
      if (Number.isFinite(panel.units[s * panel.days + d])) return;
    }
  }
  throw new ForecastError('empty-data', 'The panel has no observed value in the days used', {
    path: ['units'],
    hint: 'Check lookbackDays and that the panel holds sales.',
  });
}

/** Fits one series after the other into the columns of a state, with reused buffers. */
class SeriesFitter {
  readonly #rows: Int32Array;
  readonly #target: Float64Array;
  readonly #cross: Float64Array;
  readonly #centre: Float64Array;

  constructor(
    readonly panel: Panel,
    readonly columnCount: number,
    readonly state: PanelState,
    readonly options: ResolvedSeasonalTrendPanelOptions,
    readonly from: number,
    readonly designs: PanelDesigns,
  ) {
    const days = panel.days - from;
    this.#rows = new Int32Array(days);
    this.#target = new Float64Array(days);
    this.#cross = new Float64Array(columnCount + 2 + options.changepointCount);
    this.#centre = new Float64Array(columnCount + 2);
  }

  fit(observed: Observed): void {
    const { state, panel } = this;
    const { series } = observed;
    state.staleDays[series] = panel.days - 1 - Math.max(observed.last, 0);
    if (observed.count < 2 || observed.constant) {
      this.#keepConstant(observed);
      return;
    }
    this.#collect(observed);
    const prepared = this.designs.prepare(observed, this.#rows);
    const multiplicative = this.options.seasonalityMode === 'multiplicative';
    const mode = multiplicative
      ? this.#searchMultiplicative(observed, prepared)
      : this.#search(observed, prepared);
    state.multiplicative[series] = multiplicative ? 1 : 0;
    this.#store(observed, prepared, mode);
    this.#keepResiduals(observed, prepared, mode);
  }

  /** A constant series is forecast as that constant and without noise, as in Prophet; an unobserved one as zero. */
  #keepConstant(observed: Observed): void {
    const { state, panel } = this;
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

  /** Rows and scaled values of the observed days, centred on their mean so that sums of squares do not cancel. */
  #collect(observed: Observed): void {
    const { panel } = this;
    const base = observed.series * panel.days;
    let row = 0;
    let sum = 0;
    for (let d = observed.first; d <= observed.last; d++) {
      const value = panel.units[base + d];
      if (!Number.isFinite(value)) continue;
      this.#rows[row] = d;
      this.#target[row] = value / observed.scale;
      sum += this.#target[row];
      row++;
    }
    const mean = sum / row;
    for (let i = 0; i < row; i++) this.#target[i] -= mean;
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

  /** Runs the general solver on one series; returns its result in the form of the fast one. */
  #searchMultiplicative(observed: Observed, { design, flat, precisions }: PreparedDesign): Mode {
    const trend = flat ? 1 : 2;
    const columns = design.smooth.slice(trend);
    const fitted = fitNonlinear({
      growth: flat ? 'flat' : 'linear',
      times: design.times,
      values: this.#target.subarray(0, observed.count).map((value) => value + this.#centre[0]),
      caps: undefined,
      changepoints: design.changepoints,
      changepointScale: this.options.changepointPriorScale,
      columns,
      precisions: precisions.subarray(trend),
      multiplicative: new Uint8Array(columns.length).fill(1),
    });
    const level = fitted.offset - this.#centre[0];
    return {
      smooth: Float64Array.of(...(flat ? [level] : [level, fitted.slope]), ...fitted.coefficients),
      sizes: fitted.sizes,
      variance: fitted.noise ** 2,
      logPosterior: fitted.logPosterior,
    };
  }

  #store(observed: Observed, prepared: PreparedDesign, mode: Mode): void {
    const { state } = this;
    const { series, scale } = observed;
    const { changepoints } = prepared.design;
    const trend = prepared.flat ? 1 : 2;
    let slope = prepared.flat ? 0 : mode.smooth[1];
    let level = this.#centre[0] + mode.smooth[0] + slope;
    let absolute = 0;
    for (let j = 0; j < changepoints.length; j++) {
      slope += mode.sizes[j];
      level += mode.sizes[j] * (1 - changepoints[j]);
      absolute += Math.abs(mode.sizes[j]);
      state.changes[series * state.changepointCount + j] = (mode.sizes[j] * scale) / prepared.span;
    }
    state.slope[series] = (slope * scale) / prepared.span;
    state.level[series] = level * scale + state.slope[series] * state.staleDays[series];
    state.noise[series] = Math.sqrt(mode.variance) * scale;
    if (!prepared.flat) {
      const count = Math.max(1, changepoints.length);
      state.changeRate[series] = count / prepared.span;
      state.changeScale[series] = ((absolute / count + MIN_CHANGE_SCALE) * scale) / prepared.span;
    }
    const effects = series * this.columnCount;
    const unit = state.multiplicative[series] === 1 ? 1 : scale;
    for (let f = prepared.range.from; f < prepared.range.to; f++) {
      state.effects[effects + f] = mode.smooth[trend + f - prepared.range.from] * unit;
    }
  }

  /** Keeps the residuals of the fit on the last days. */
  #keepResiduals(observed: Observed, prepared: PreparedDesign, mode: Mode): void {
    const { state, panel } = this;
    const { design } = prepared;
    const trend = prepared.flat ? 1 : 2;
    const multiplicative = state.multiplicative[observed.series] === 1;
    const oldest = panel.days - state.residualDays;
    const offset = (observed.series + 1) * state.residualDays - panel.days;
    for (let i = observed.count - 1; i >= 0 && this.#rows[i] >= oldest; i--) {
      let fitted = 0;
      let effects = 0;
      for (let c = 0; c < trend; c++) fitted += mode.smooth[c] * design.smooth[c][i];
      for (let c = trend; c < design.smooth.length; c++) effects += mode.smooth[c] * design.smooth[c][i];
      for (let j = 0; j < design.changepoints.length; j++) {
        const since = design.times[i] - design.changepoints[j];
        if (since <= 0) break;
        fitted += mode.sizes[j] * since;
      }
      fitted += multiplicative ? effects * (this.#centre[0] + fitted) : effects;
      state.residuals[offset + this.#rows[i]] = (this.#target[i] - fitted) * observed.scale;
    }
  }
}
