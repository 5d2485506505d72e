import { square } from '../../math/index.js';
import type { ResponseRows } from './response-rows.js';

/**
 * Slow drift of sales that no factor explains, as relative variances: of each series by itself, and shared by
 * the series of a group. It correlates the days around a price change, so that they carry less information than
 * as many independent days.
 */
export interface LevelDrift {
  readonly own: number;
  readonly shared: number;
}

/** Parts of the residuals of a fit. */
export interface ResidualNoise {
  readonly drift: LevelDrift;
  /** Variance of single days, relative to that implied by the weights of the rows. */
  readonly daily: number;
}

/**
 * Days over which the autocorrelation of the drift falls to 1/e; also the length of the blocks that it is
 * measured on.
 */
export const DRIFT_DAYS = 28;
/** Variance of the mean over that many days, relative to that of a single day: 2 / e. */
const OF_MEAN = 2 / Math.E;
/** Prior drift, and the number of blocks that weigh as much. */
const USUAL: LevelDrift = { own: 0.0016, shared: 0.0004 };
const USUAL_BLOCKS = 4;
/** Share of the days of a block that must be present. */
const LEAST_SHARE = 0.5;
/** Number of days that weigh as much as the prior daily variance of 1. */
const USUAL_DAYS = 56;
/** Cap on relative errors: larger ones have other causes. */
const WORST = 0.5;

/** Measures the residuals of a fit. @param fitted the outcome of each row by the fit */
export function residualNoise(rows: ResponseRows, fitted: Float64Array, stepDays: number): ResidualNoise {
  const { starts, step, outcome, weight: weights, stride } = rows;
  const width = Math.max(1, Math.round(DRIFT_DAYS / stepDays));
  const least = Math.max(2, (LEAST_SHARE * width) / stride);
  const blocks = new Map<number, { error: number; weight: number }[]>();
  let [sum, total] = [0, 0];
  let [daily, days] = [USUAL_DAYS, USUAL_DAYS];
  for (let m = 0; m + 1 < starts.length; m++) {
    for (let from = starts[m]; from < starts[m + 1]; ) {
      const block = Math.floor(step[from] / width);
      let to = from;
      let [actual, expected] = [0, 0];
      for (; to < starts[m + 1] && Math.floor(step[to] / width) === block; to++) {
        actual += outcome[to];
        expected += fitted[to];
      }
      if (to - from >= least && expected > 0) {
        const ratio = actual / expected;
        let squares = 0;
        for (let i = from; i < to; i++) {
          const miss = square(outcome[i] - ratio * fitted[i]);
          squares += miss;
          daily += (weights[i] * miss) / fitted[i];
        }
        days += to - from - 1;
        const noise = (squares * (to - from)) / (to - from - 1) / square(expected);
        const error = Math.max(-WORST, Math.min(WORST, ratio - 1));
        const weight = USUAL.own / (USUAL.own + noise);
        sum += weight * (square(error) - noise);
        total += weight;
        const others = blocks.get(block) ?? [];
        others.push({ error, weight });
        blocks.set(block, others);
      }
      from = to;
    }
  }
  const whole = Math.max(0, (sum / OF_MEAN + USUAL_BLOCKS * USUAL.own) / (total + USUAL_BLOCKS));
  const shared = Math.min(whole, starts.length > 2 ? sharedDrift([...blocks.values()]) : 0);
  return { drift: { own: whole - shared, shared }, daily: daily / days };
}

/** Mean product of the errors of two series in the same days. */
function sharedDrift(blocks: readonly { readonly error: number; readonly weight: number }[][]): number {
  let [products, pairs, count] = [0, 0, 0];
  for (const members of blocks) {
    let [sum, squares, weights, weightSquares] = [0, 0, 0, 0];
    for (const { error, weight } of members) {
      sum += weight * error;
      squares += square(weight * error);
      weights += weight;
      weightSquares += square(weight);
    }
    const own = square(weights) - weightSquares;
    if (!(own > 0)) continue;
    products += (square(sum) - squares) / own;
    pairs++;
    count++;
  }
  if (count === 0) return USUAL.shared;
  return Math.max(0, (products / OF_MEAN + USUAL_BLOCKS * USUAL.shared) / (pairs + USUAL_BLOCKS));
}
