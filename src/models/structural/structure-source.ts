import type { Progress } from '../../long-call.js';
import type { KnownFuture } from '../covariates.js';
import type { Bursts } from './bursts.js';
import type { Factors } from './factors.js';
import { applyEvents, historyFactors } from './factors.js';
import { FutureFactors } from './future-factors.js';
import type { StructuralHistory } from './history.js';
import { atLastLevel, type LevelSteps } from './level-steps.js';
import { smoothedLevels } from './levels.js';
import type { StructuralState } from './state.js';

/** The structural model's view of one step of a series, from an anchor before it. */
export interface StructuralOutlook {
  /** Level at the anchor with the usual, a short and a long memory, in units per step. */
  usual: number;
  fast: number;
  slow: number;
  /** Product of all factors of the step. */
  factor: number;
  /** The factor of its event alone, and that of promotions and prices. */
  event: number;
  response: number;
  /** 1 if the step, the one before and the one after have a promotion. */
  promo: number;
  promoBefore: number;
  promoAfter: number;
  /** Log of the price over the usual one, and over that of the month before the anchor. */
  price: number;
  priceChange: number;
}

/** Source of outlooks, for one series at a time. */
export interface StructureSource {
  load(series: number): void;
  /**
   * @param end steps known at the anchor
   * @param target the step in question, `end` or later
   */
  outlook(end: number, target: number, out: StructuralOutlook): void;
}

/** Smoothing weights of the short and the long memory of a level, per step. */
const FAST = { day: 0.2, week: 0.5 };
const SLOW = { day: 0.012, week: 0.06 };
const LEAST_FACTOR = 0.15;
const MONTH_DAYS = 28;

export function emptyOutlook(): StructuralOutlook {
  return {
    usual: 0,
    fast: 0,
    slow: 0,
    factor: 1,
    event: 1,
    response: 1,
    promo: 0,
    promoBefore: 0,
    promoAfter: 0,
    price: 0,
    priceChange: 0,
  };
}

/** Parts of a fit from which outlooks within the history are made. */
export interface LearntStructure {
  readonly history: StructuralHistory;
  readonly factors: Factors;
  readonly bursts: Bursts;
  readonly levelSteps: LevelSteps;
  /** Usual smoothing weight of each series. */
  readonly weightOf: (series: number) => number;
}

/**
 * Outlooks on steps of the history, with seasons and events learnt from the other years, so that a step never
 * explains itself.
 */
export class HistoryStructure implements StructureSource {
  private series = 0;
  /** By year left out, the last series that was asked for. */
  private readonly views: (SeriesView | undefined)[] = [];
  private prices: PriceMeans | undefined;
  private readonly adjusted: Float64Array;

  /** @param offset steps of the panel before the first one of the structural history */
  constructor(
    private readonly learnt: LearntStructure,
    private readonly offset: number,
  ) {
    this.adjusted = new Float64Array(learnt.history.steps);
  }

  load(series: number): void {
    this.series = series;
    const { price, steps, grid } = this.learnt.history;
    this.prices = price && new PriceMeans(price.relative, series * steps, steps, MONTH_DAYS / grid.stepDays);
  }

  outlook(end: number, target: number, out: StructuralOutlook): void {
    const { history } = this.learnt;
    const at = target - this.offset;
    const from = end - this.offset;
    const view = this.view(history.yearOf[at]);
    out.usual = view.usual[from];
    out.fast = view.fast[from];
    out.slow = view.slow[from];
    out.factor = view.factor[at];
    out.event = view.event[at];
    const { promo, steps } = history;
    const cell = this.series * steps + at;
    out.response = view.factor[at] / view.plain[at];
    out.promo = promo ? promo[cell] : 0;
    out.promoBefore = promo && at > 0 ? promo[cell - 1] : 0;
    out.promoAfter = promo && at + 1 < steps ? promo[cell + 1] : 0;
    out.price = this.prices?.at(at) ?? 0;
    out.priceChange = this.prices ? out.price - this.prices.before(from) : 0;
  }

  /** The three levels after the last step of the history, with nothing left out. */
  lastLevels(): [number, number, number] {
    const { usual, fast, slow } = this.view(-1);
    const { steps } = this.learnt.history;
    return [usual[steps], fast[steps], slow[steps]];
  }

  /** Mean log price of the month before the cutoff. */
  lastPrice(): number {
    return this.prices?.before(this.learnt.history.steps) ?? 0;
  }

  private view(year: number): SeriesView {
    let view = this.views[year + 1];
    view ??= this.views[year + 1] = emptyView(this.learnt.history.steps);
    if (view.series !== this.series) this.fill(view, year);
    return view;
  }

  private fill(view: SeriesView, year: number): void {
    const { series, adjusted } = this;
    const { history, factors, levelSteps, weightOf } = this.learnt;
    const { steps, grid } = history;
    const sold = history.units.subarray(series * steps, (series + 1) * steps);
    const units = atLastLevel(sold, levelSteps[series]);
    const { factor, plain, event } = view;
    view.series = series;
    historyFactors(factors, history, series, year, factor);
    if (factors.responses) historyFactors({ ...factors, responses: undefined }, history, series, year, plain);
    else plain.set(factor);
    const events = year < 0 ? factors.events : factors.events.without[year];
    applyEvents(events, history, history.events.of(series), series, event.fill(1));
    for (let i = 0; i < steps; i++) {
      adjusted[i] = factor[i] > LEAST_FACTOR ? units[i] / factor[i] : Number.NaN;
    }
    const daily = grid.stepDays === 1;
    smoothedLevels(adjusted, weightOf(series), view.usual);
    smoothedLevels(adjusted, daily ? FAST.day : FAST.week, view.fast);
    smoothedLevels(adjusted, daily ? SLOW.day : SLOW.week, view.slow);
  }
}

/** A series with a year left out: the factors of all steps, their events, and three levels before each step. */
interface SeriesView {
  series: number;
  readonly factor: Float64Array;
  /** The factor without promotions and prices. */
  readonly plain: Float64Array;
  readonly event: Float64Array;
  readonly usual: Float64Array;
  readonly fast: Float64Array;
  readonly slow: Float64Array;
}

function emptyView(steps: number): SeriesView {
  const column = () => new Float64Array(steps);
  const path = () => new Float64Array(steps + 1);
  return {
    series: -1,
    factor: column(),
    plain: column(),
    event: column(),
    usual: path(),
    fast: path(),
    slow: path(),
  };
}

/** Running means of a price column. */
class PriceMeans {
  private readonly sum: Float64Array;

  constructor(
    private readonly relative: Float32Array,
    private readonly base: number,
    steps: number,
    private readonly span: number,
  ) {
    this.sum = new Float64Array(steps + 1);
    for (let i = 0; i < steps; i++) this.sum[i + 1] = this.sum[i] + relative[base + i];
  }

  at(step: number): number {
    return this.relative[this.base + step];
  }

  /** Mean of the span before a step. */
  before(end: number): number {
    const from = Math.max(0, end - this.span);
    return end > from ? (this.sum[end] - this.sum[from]) / (end - from) : 0;
  }
}

/** The part of a fit that outlooks after the cutoff need in addition to the state of the model. */
export interface CutoffLevels {
  /** Usual, fast and slow level and the mean log price of the last month: four values per series. */
  readonly values: Float64Array;
}

const VALUES = 4;

/** Level of a series at the cutoff by its usual memory. */
export function usualLevel({ values }: CutoffLevels, series: number): number {
  return values[series * VALUES];
}

/** Records the levels and prices of every series at the cutoff. */
export function* cutoffLevels(
  source: HistoryStructure,
  seriesCount: number,
): Generator<Progress, CutoffLevels, void> {
  const values = new Float64Array(seriesCount * VALUES);
  for (let s = 0; s < seriesCount; s++) {
    source.load(s);
    values.set([...source.lastLevels(), source.lastPrice()], s * VALUES);
    if (s % 8 === 7) yield { phase: 'levels', done: s + 1, total: seriesCount };
  }
  return { values };
}

/** Outlooks on the steps after the cutoff. */
export class FutureStructure implements StructureSource {
  private readonly factors: FutureFactors;
  private series = -1;
  private own!: ReturnType<FutureFactors['of']>;

  /**
   * @param end steps known at the cutoff, in the numbering of the caller
   * @param horizon steps after it
   */
  constructor(
    private readonly state: StructuralState,
    private readonly levels: CutoffLevels,
    private readonly end: number,
    horizon: number,
    future: KnownFuture | undefined,
  ) {
    this.factors = new FutureFactors(state, horizon, future);
  }

  load(series: number): void {
    this.series = series;
    this.own = this.factors.of(series);
  }

  outlook(_end: number, target: number, out: StructuralOutlook): void {
    const { own, levels, series, state } = this;
    const h = target - this.end;
    const at = series * VALUES;
    const growth = own.growth[h];
    out.usual = levels.values[at] * growth;
    out.fast = levels.values[at + 1];
    out.slow = levels.values[at + 2];
    out.response = own.promotion[h] * own.price[h];
    out.event = own.event[h];
    out.factor = own.weekday[h] * own.season[h] * own.event[h] * out.response;
    out.promo = own.promo[h];
    out.promoBefore =
      h > 0 ? own.promo[h - 1] : (state.lastPromo?.at((series + 1) * state.lastPromoSteps - 1) ?? 0);
    out.promoAfter = own.promo[h + 1];
    out.price = own.logPrice[h];
    out.priceChange = own.logPrice[h] - levels.values[at + 3];
  }

  /** Sets forecasts to zero on steps on which a series is closed. */
  close(mean: Float64Array): Generator<Progress, void, void> {
    return this.factors.close(mean);
  }
}
