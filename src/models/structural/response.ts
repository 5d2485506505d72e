import type { Progress } from '../../long-call.js';
import { square } from '../../math/index.js';
import { fittedOutcome, fitWithDrift } from './drift-aware-fit.js';
import type { StructuralHistory } from './history.js';
import { type ResidualNoise, residualNoise } from './level-drift.js';
import { fitLogLinear } from './log-linear.js';
import { groupMembers, type Pooling } from './pooling.js';
import { logResponse, PRICE, promotionPhases, RESPONSE_COUNT } from './response-columns.js';
import { type ExpectedSales, ResponseRowBuilder, variedSeparately } from './response-rows.js';
import { FEWEST_SEASON_YEARS } from './season.js';

/** Reactions of sales to promotions and prices. */
export interface Responses {
  /** Series-major, {@link RESPONSE_COUNT} values each: effects on the log of sales; that of a price is its elasticity. */
  readonly coefficients: Float64Array;
  /** Phase of the promotions of each step, series-major; undefined without promotions. */
  readonly phases: Uint8Array | undefined;
  readonly errors: ResponseErrors;
  /** False for a group in which promotion and price never varied alone, so that the price
   * has no effect of its own. */
  readonly identifiable: readonly boolean[];
  /** For each group, the residual noise of the first fit, made before the season was known. */
  readonly beforeSeason: readonly ResidualNoise[];
}

/**
 * Uncertainty of the responses, as row-major covariances of {@link RESPONSE_COUNT} effects. The error of a
 * series is its own, independent of others, plus the part inherited from its category:
 * `share * error of the category * share'`. A series that is alone in its category has only an error of its
 * own.
 */
export interface ResponseErrors {
  /** Series-major. */
  readonly own: Float64Array;
  readonly share: Float64Array;
  /** Group-major. */
  readonly group: Float64Array;
}

/** Standard deviations of the prior of a category's effects, around zero. */
export const GROUP_DEVIATIONS = [0.8, 1.5, 0.15, 0.1];
/** Standard deviations of series around their category; effects around promotions are those of the category. */
const OWN_DEVIATIONS = [0.3, 0.7, 0, 0];
/** Number of entries of a covariance of the effects. */
export const COVARIANCE = square(RESPONSE_COUNT);
/** Bounds of elasticities. */
const STEEPEST = -6;
const RISING = 1;
/** Most rows of a category; more are thinned out evenly. */
export const MOST_ROWS = 60_000;

/**
 * Learns the responses, each series shrunk to its category.
 *
 * @param earlier responses that were removed from the trend of the expected sales
 */
export function* learnResponses(
  history: StructuralHistory,
  pooling: Pooling,
  expected: ExpectedSales,
  earlier?: Responses,
): Generator<Progress, Responses, void> {
  const { seriesCount, groupCount, promo, price } = history;
  const { stepDays } = history.grid;
  const coefficients = new Float64Array(seriesCount * RESPONSE_COUNT);
  const phases = promo && (yield* allPhases(promo, history));
  const builder = new ResponseRowBuilder(history, pooling, expected, phases);
  const members = groupMembers(history, pooling);
  const present = [promo !== undefined, price !== undefined, promo !== undefined, promo !== undefined];
  // Where promotions and prices always changed together, the whole effect is the promotion's, and a price alone
  // has none.
  const precisionOf = (deviations: readonly number[], separate: boolean) =>
    deviations.map((deviation, k) =>
      present[k] && deviation > 0 && (separate || k !== PRICE)
        ? 1 / square(deviation)
        : Number.POSITIVE_INFINITY,
    );
  const none = new Float64Array(RESPONSE_COUNT);
  const identifiable: boolean[] = [];
  const beforeSeason: ResidualNoise[] = [];
  const errors = {
    own: new Float64Array(seriesCount * COVARIANCE),
    share: new Float64Array(seriesCount * COVARIANCE),
    group: new Float64Array(groupCount * COVARIANCE),
  };
  for (let g = 0; g < groupCount; g++) {
    const rows = builder.rowsOf(members[g], MOST_ROWS);
    const separate = variedSeparately(rows);
    const belief = { mean: none, precision: precisionOf(GROUP_DEVIATIONS, separate) };
    const plain = fitLogLinear(rows, belief);
    const measured = residualNoise(rows, fittedOutcome(rows, plain), stepDays);
    const atFirst = earlier?.beforeSeason[g];
    const residuals = withoutSeasonOf(measured, atFirst, history);
    beforeSeason.push(atFirst ?? measured);
    const ofGroup = fitWithDrift(rows, belief, residuals, stepDays, plain);
    const alone = members[g].length === 1;
    errors.group.set(ofGroup.covariance, g * COVARIANCE);
    identifiable.push(separate);
    const prior = { mean: ofGroup.effects, precision: precisionOf(OWN_DEVIATIONS, separate) };
    for (const s of members[g]) {
      const fit = alone ? ofGroup : fitWithDrift(builder.rowsOf([s], MOST_ROWS), prior, residuals, stepDays);
      const own = fit.effects;
      own[PRICE] = Math.max(STEEPEST, Math.min(RISING, own[PRICE]));
      coefficients.set(own, s * RESPONSE_COUNT);
      errors.own.set(fit.covariance, s * COVARIANCE);
      if (!alone) errors.share.set(shareOf(fit.covariance, prior.precision), s * COVARIANCE);
      yield { phase: 'responses', done: s, total: seriesCount };
    }
  }
  return { coefficients, phases, errors, identifiable, beforeSeason };
}

/**
 * Adds to the noise what a season learnt from few years may have absorbed: a price that changed once looks like
 * a season. Therefore part of the drift measured before the season was removed is counted.
 */
function withoutSeasonOf(
  { drift, daily }: ResidualNoise,
  before: ResidualNoise | undefined,
  { steps, grid }: StructuralHistory,
): ResidualNoise {
  const years = (steps * grid.stepDays) / 365;
  if (!before || years < FEWEST_SEASON_YEARS) return { drift, daily };
  const share = Math.min(0.5, 1 / (years * (years - 1)));
  const { own, shared } = before.drift;
  return { daily, drift: { own: drift.own + share * own, shared: drift.shared + share * shared } };
}

/**
 * Derivative of the effects of a series by those of its category: covariance times the precision of the prior;
 * one for an effect that is inherited unchanged.
 */
function shareOf(covariance: Float64Array, precision: readonly number[]): Float64Array {
  const share = new Float64Array(COVARIANCE);
  for (let j = 0; j < RESPONSE_COUNT; j++) {
    for (let k = 0; k < RESPONSE_COUNT; k++) {
      const at = j * RESPONSE_COUNT + k;
      if (precision[k] !== Number.POSITIVE_INFINITY) share[at] = covariance[at] * precision[k];
      else if (j === k) share[at] = 1;
    }
  }
  return share;
}

/** Variance of a combination of the effects of a series or a group, by its row-major covariance. */
export function combinedVariance(
  covariances: Float64Array,
  index: number,
  combination: ArrayLike<number>,
): number {
  let sum = 0;
  for (let j = 0; j < RESPONSE_COUNT; j++) {
    for (let k = 0; k < RESPONSE_COUNT; k++) {
      sum += combination[j] * covariances[index * COVARIANCE + j * RESPONSE_COUNT + k] * combination[k];
    }
  }
  return Math.max(0, sum);
}

/** Logs of the response factors of a series, written to `out`. */
export function responseLogs(
  { coefficients, phases }: Responses,
  { price, steps }: StructuralHistory,
  series: number,
  out: Float64Array,
): void {
  for (let i = 0; i < steps; i++) {
    const at = series * steps + i;
    out[i] = logResponse(
      coefficients,
      series * RESPONSE_COUNT,
      phases ? phases[at] : 0,
      price ? price.relative[at] : 0,
    );
  }
}

function* allPhases(
  promo: Uint8Array,
  { seriesCount, steps, grid }: StructuralHistory,
): Generator<Progress, Uint8Array, void> {
  const phases = new Uint8Array(promo.length);
  for (let s = 0; s < seriesCount; s++) {
    if (s % 64 === 0) yield { phase: 'responses', done: s, total: seriesCount };
    phases.set(promotionPhases(promo.subarray(s * steps, (s + 1) * steps), grid), s * steps);
  }
  return phases;
}
