import { exp, square } from '../../math/index.js';
import type { KnownFuture } from '../covariates.js';
import type { EffectForecast, EffectOptions } from '../effect.js';
import { checkTotalsOptions, type TotalsPlan } from '../uncertainty/index.js';
import { measuredCross } from './cross-effects.js';
import { type ForecastFactors, FutureFactors, unitsAt } from './future-factors.js';
import { COVARIANCE, combinedVariance } from './response.js';
import { AFTER, BEFORE, boundedPrice, PRICE, PROMOTION, RESPONSE_COUNT } from './response-columns.js';
import type { StructuralState } from './state.js';

/** Daily means of two futures, series-major. */
export interface ComparedMeans {
  readonly base: Float64Array;
  readonly scenario: Float64Array;
  readonly horizon: number;
}

export interface ComparedFutures {
  readonly base: KnownFuture | undefined;
  readonly scenario: KnownFuture | undefined;
}

/** Relative variances of levels after a number of steps: of each series by itself, and shared by all. */
export interface LevelVariances {
  own(series: number, steps: number): number;
  shared(steps: number): number;
}

/** Checks the groupings of a question and fills in their defaults. @throws ForecastError `invalid-option` */
export function effectPlans({ ranges, groupings }: EffectOptions, seriesCount: number): TotalsPlan[] {
  return groupings.map((groups) => checkTotalsOptions({ ranges, ...groups }, seriesCount));
}

/** Share of the base below which an effect is not used to scale that of another model. */
const LEAST_EFFECT = 1e-9;

/**
 * Differences between two forecast futures, of this model or of an ensemble around it, with the uncertainty of
 * this model. The variance is that of the delta method: gradients of the difference with respect to the effects
 * of promotions and prices, times their covariance; errors that a category shares add up over its series.
 */
export function effectAround(
  state: StructuralState,
  means: ComparedMeans,
  futures: ComparedFutures,
  levels: LevelVariances,
  plan: TotalsPlan,
): EffectForecast {
  const { horizon } = means;
  const { seriesCount } = state;
  const { ranges, groupOf, groupCount } = plan;
  const stride = ranges.length;
  const totals = () => new Float64Array(groupCount * stride);
  const [base, difference, variance, cross] = [totals(), totals(), totals(), totals()];
  const before = new FutureFactors(state, horizon, futures.base);
  const after = new FutureFactors(state, horizon, futures.scenario);
  const moved = crossMoves(state, means, before, after);
  const shared = new SharedGradients(state, groupCount * stride);
  const gradient = new Float64Array(RESPONSE_COUNT);
  for (let s = 0; s < seriesCount; s++) {
    if (groupOf[s] < 0) continue;
    const [own, other] = [before.of(s), after.of(s)];
    ranges.forEach(({ from, to }, r) => {
      const at = groupOf[s] * stride + r;
      let [own0, own1, lost, slope] = [0, 0, 0, 0];
      for (let h = from; h < to; h++) {
        const cell = s * horizon + h;
        own0 += means.base[cell];
        own1 += means.scenario[cell];
        lost += moved.units[cell];
        slope += moved.slopes[cell];
      }
      base[at] += own0;
      difference[at] += own1 - own0 + lost;
      cross[at] += lost;
      if (slope !== 0) shared.addCross(at, state.groupOf[s], slope);
      if (own1 === own0) return;
      const structural = effectGradient(state, s, own, other, from, to, gradient);
      if (Math.abs(structural) > LEAST_EFFECT * own0) {
        const scale = (own1 - own0) / structural;
        for (let k = 0; k < RESPONSE_COUNT; k++) gradient[k] *= scale;
        if (state.responseErrors) variance[at] += combinedVariance(state.responseErrors.own, s, gradient);
        shared.addSeries(at, s, gradient);
      }
      variance[at] += levels.own(s, to) * square(own1 - own0);
    });
  }
  for (let at = 0; at < variance.length; at++) {
    const { to } = ranges[at % stride];
    variance[at] +=
      levels.shared(to) * square(difference[at] - cross[at]) + shared.variance(at, moved.errors);
  }
  const priceActs = Uint8Array.from(state.level, (_, s) =>
    state.usualPrice && state.responses && state.responses[s * RESPONSE_COUNT + PRICE] !== 0 ? 1 : 0,
  );
  const crossMeasured = moved.measured;
  const { usualPrice } = state;
  return { groupCount, ranges, base, difference, variance, cross, crossMeasured, priceActs, usualPrice };
}

/** Difference of a range by the structural model, and its gradient with respect to the responses. */
function effectGradient(
  { level, responses }: StructuralState,
  series: number,
  own: ForecastFactors,
  other: ForecastFactors,
  from: number,
  to: number,
  gradient: Float64Array,
): number {
  gradient.fill(0);
  let difference = 0;
  const add = (factors: ForecastFactors, h: number, sign: number) => {
    const { phase, logPrice } = factors;
    const units = sign * unitsAt(level[series], factors, h);
    difference += units;
    if (!responses) return;
    if (phase[h] === 1) gradient[PROMOTION] += units;
    else if (phase[h] === 2) gradient[AFTER] += units;
    else if (phase[h] === 3) gradient[BEFORE] += units;
    gradient[PRICE] += units * boundedPrice(logPrice[h]);
  };
  for (let h = from; h < to; h++) {
    add(own, h, -1);
    add(other, h, 1);
  }
  return difference;
}

/**
 * Units that products of a group gain from each other, per cell, with the derivative by the cross effect, and
 * its error per group.
 */
function crossMoves(
  state: StructuralState,
  means: ComparedMeans,
  before: FutureFactors,
  after: FutureFactors,
) {
  const { seriesCount, groupCount, groupOf } = state;
  const { base, scenario, horizon } = means;
  const units = new Float64Array(base.length);
  const slopes = new Float64Array(base.length);
  const effects = Array.from({ length: groupCount }, (_, g) => measuredCross(state.cross, g));
  const measured = Uint8Array.from(groupOf, (g) => (effects[g] ? 1 : 0));
  const errors = Float64Array.from(effects, (effect) => effect?.error ?? 0);
  if (!measured.includes(1)) return { units, slopes, measured, errors };
  const added = new Float64Array(base.length);
  const total = new Float64Array(groupCount * horizon);
  const size = new Float64Array(groupCount * horizon);
  for (let s = 0; s < seriesCount; s++) {
    const [open, stays] = [before.of(s).open, after.of(s).open];
    for (let h = 0; h < horizon; h++) {
      const cell = s * horizon + h;
      // Substitution for a product that is not on sale was not measured.
      if (open[h] === stays[h]) added[cell] = scenario[cell] - base[cell];
      total[groupOf[s] * horizon + h] += added[cell];
      size[groupOf[s] * horizon + h] += base[cell];
    }
  }
  for (let s = 0; s < seriesCount; s++) {
    const cross = effects[groupOf[s]];
    if (!cross) continue;
    for (let h = 0; h < horizon; h++) {
      const cell = s * horizon + h;
      const at = groupOf[s] * horizon + h;
      const share = size[at] > 0 ? (total[at] - added[cell]) / size[at] : 0;
      if (share === 0) continue;
      const factor = exp(cross.effect * share);
      units[cell] = scenario[cell] * (factor - 1);
      slopes[cell] = scenario[cell] * factor * share;
    }
  }
  return { units, slopes, measured, errors };
}

/** Gradients of totals with respect to the parameters that the series of a group share. */
class SharedGradients {
  private readonly responses = new Map<number, Float64Array>();
  private readonly crosses = new Map<number, number>();

  constructor(
    private readonly state: StructuralState,
    private readonly totals: number,
  ) {}

  addSeries(at: number, series: number, gradient: Float64Array): void {
    const { responseErrors, groupOf } = this.state;
    if (!responseErrors) return;
    const key = groupOf[series] * this.totals + at;
    const sum = this.responses.get(key) ?? new Float64Array(RESPONSE_COUNT);
    this.responses.set(key, sum);
    const base = series * COVARIANCE;
    for (let j = 0; j < RESPONSE_COUNT; j++) {
      for (let k = 0; k < RESPONSE_COUNT; k++) {
        sum[k] += responseErrors.share[base + j * RESPONSE_COUNT + k] * gradient[j];
      }
    }
  }

  addCross(at: number, group: number, slope: number): void {
    const key = group * this.totals + at;
    this.crosses.set(key, (this.crosses.get(key) ?? 0) + slope);
  }

  variance(at: number, crossErrors: Float64Array): number {
    const { groupCount, responseErrors } = this.state;
    let sum = 0;
    for (let g = 0; g < groupCount; g++) {
      const gradient = this.responses.get(g * this.totals + at);
      if (gradient && responseErrors) sum += combinedVariance(responseErrors.group, g, gradient);
      sum += square((this.crosses.get(g * this.totals + at) ?? 0) * crossErrors[g]);
    }
    return sum;
  }
}
