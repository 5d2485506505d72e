import type { Progress } from '../../long-call.js';
import { centredMean, scratchFor } from './centred-mean.js';
import type { StructuralHistory } from './history.js';
import { fitLogLinear, type LogLinearRows } from './log-linear.js';
import { groupMembers, LEAST_NOISE, type Pooling } from './pooling.js';
import {
  AFTER,
  BEFORE,
  logResponse,
  PRICE,
  PROMOTION,
  promotionPhases,
  RESPONSE_COUNT,
} from './response-columns.js';

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
}

/**
 * Uncertainty of the responses, as row-major covariances of {@link RESPONSE_COUNT} effects. Those of a series are its
 * own error, independent of others, and what it took over from its category: `share * error of the category * share'`. A
 * series that is alone in its category has all of the error for its own.
 */
export interface ResponseErrors {
  /** Series-major. */
  readonly own: Float64Array;
  readonly share: Float64Array;
  /** Group-major. */
  readonly group: Float64Array;
}

/** Belief of a category before its sales are seen: standard deviations of the effects around none. */
export const GROUP_DEVIATIONS = [0.8, 1.5, 0.15, 0.1];
/** Extent to which series deviate from their category; the days around promotions are those of the category. */
const OWN_DEVIATIONS = [0.3, 0.7, 0, 0];
/** Numbers of a covariance of the effects. */
export const COVARIANCE = RESPONSE_COUNT ** 2;
/** Elasticities beyond these are not believed. */
const STEEPEST = -6;
const RISING = 1;
/** Share of the variation of promotions that prices leave open, below which the two cannot be told apart. */
const OPEN_SHARE = 0.05;
/** Days around a price whose mean it is compared with, as sales are with their trend. */
const TREND_HALF = 91;
/** Rows of a category; more are thinned out evenly. */
export const MOST_ROWS = 60_000;

/**
 * Learns the responses, each series shrunk to its category.
 *
 * @param expected units without the responses, series-major; NaN where unknown
 */
export function* learnResponses(
  history: StructuralHistory,
  pooling: Pooling,
  expected: Float64Array,
): Generator<Progress, Responses, void> {
  const { seriesCount, groupCount, promo, price, steps } = history;
  const coefficients = new Float64Array(seriesCount * RESPONSE_COUNT);
  const phases = promo && allPhases(promo, seriesCount, steps);
  const builder = new RowBuilder(history, pooling, expected, phases);
  const members = groupMembers(history, pooling);
  const present = [promo !== undefined, price !== undefined, promo !== undefined, promo !== undefined];
  // Where every promotion came with its price, all that it did counts as the promotion's, and a price alone does nothing.
  const precisionOf = (deviations: readonly number[], apart: boolean) =>
    deviations.map((deviation, k) =>
      present[k] && deviation > 0 && (apart || k !== PRICE) ? deviation ** -2 : Number.POSITIVE_INFINITY,
    );
  const none = new Float64Array(RESPONSE_COUNT);
  const identifiable: boolean[] = [];
  const errors = {
    own: new Float64Array(seriesCount * COVARIANCE),
    share: new Float64Array(seriesCount * COVARIANCE),
    group: new Float64Array(groupCount * COVARIANCE),
  };
  for (let g = 0; g < groupCount; g++) {
    const rows = builder.rowsOf(members[g], MOST_ROWS);
    const apart = toldApart(rows);
    const ofGroup = fitLogLinear(rows, { mean: none, precision: precisionOf(GROUP_DEVIATIONS, apart) });
    const alone = members[g].length === 1;
    errors.group.set(ofGroup.covariance, g * COVARIANCE);
    identifiable.push(apart);
    const prior = { mean: ofGroup.effects, precision: precisionOf(OWN_DEVIATIONS, apart) };
    for (const s of members[g]) {
      const fit = alone ? ofGroup : fitLogLinear(builder.rowsOf([s], MOST_ROWS), prior);
      const own = fit.effects;
      own[PRICE] = Math.max(STEEPEST, Math.min(RISING, own[PRICE]));
      coefficients.set(own, s * RESPONSE_COUNT);
      errors.own.set(fit.covariance, s * COVARIANCE);
      if (!alone) errors.share.set(shareOf(fit.covariance, prior.precision), s * COVARIANCE);
      yield { phase: 'responses', done: s, total: seriesCount };
    }
  }
  return { coefficients, phases, errors, identifiable };
}

/**
 * Dependence of the effects of a series on those of its category: covariance times the precision of the prior, and one to one for
 * an effect that a series takes over as it is.
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

function allPhases(promo: Uint8Array, seriesCount: number, steps: number): Uint8Array {
  const phases = new Uint8Array(promo.length);
  for (let s = 0; s < seriesCount; s++) {
    phases.set(promotionPhases(promo.subarray(s * steps, (s + 1) * steps)), s * steps);
  }
  return phases;
}

/** Puts the days of series into rows, each series relative to its own mean. */
class RowBuilder {
  constructor(
    private readonly history: StructuralHistory,
    private readonly pooling: Pooling,
    private readonly expected: Float64Array,
    private readonly phases: Uint8Array | undefined,
  ) {}

  rowsOf(members: readonly number[], most: number): LogLinearRows {
    const { steps, units, price, events } = this.history;
    const stride = Math.max(1, Math.ceil((members.length * steps) / most));
    const size = Math.ceil(steps / stride) * members.length;
    const column = () => new Float64Array(size);
    const rows = { outcome: column(), expected: column(), weight: column() };
    const columns = Array.from({ length: RESPONSE_COUNT }, column);
    const relative = new Float64Array(steps);
    const around = new Float64Array(steps);
    const scratch = scratchFor(steps);
    const half = Math.round(TREND_HALF / this.history.grid.stepDays);
    let count = 0;
    members.forEach((s, m) => {
      const weight = 1 / (LEAST_NOISE + this.pooling.noise[s]);
      const mean = this.pooling.mean[s];
      const eventOf = events.of(s);
      if (price) {
        relative.set(price.relative.subarray(s * steps, (s + 1) * steps));
        centredMean(relative, half, around, scratch);
      }
      for (let i = m % stride; i < steps; i += stride) {
        const at = s * steps + i;
        if (Number.isNaN(units[at]) || !(this.expected[at] > 0) || eventOf[i] >= 0) continue;
        rows.outcome[count] = units[at] / mean;
        rows.expected[count] = this.expected[at] / mean;
        rows.weight[count] = weight;
        const phase = this.phases ? this.phases[at] : 0;
        columns[PROMOTION][count] = phase === 1 ? 1 : 0;
        columns[AFTER][count] = phase === 2 ? 1 : 0;
        columns[BEFORE][count] = phase === 3 ? 1 : 0;
        columns[PRICE][count] = price ? relative[i] - around[i] : 0;
        count++;
      }
    });
    return { count, ...rows, columns };
  }
}

/** Tells whether promotions varied without prices. */
function toldApart({ count, columns }: LogLinearRows): boolean {
  const [promotion, price] = [columns[PROMOTION], columns[PRICE]];
  let [sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    sumA += promotion[i];
    sumB += price[i];
    squareA += promotion[i] ** 2;
    squareB += price[i] ** 2;
    product += promotion[i] * price[i];
  }
  const varianceA = squareA - sumA ** 2 / count;
  const varianceB = squareB - sumB ** 2 / count;
  if (!(varianceA > 0) || !(varianceB > 1e-9)) return true;
  const covariance = product - (sumA * sumB) / count;
  return 1 - covariance ** 2 / (varianceA * varianceB) > OPEN_SHARE;
}
