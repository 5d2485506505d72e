import type { ResponseRows } from './response-rows.js';

/**
 * Slow course of sales that no factor explains, as relative variances: what each series does by itself, and what the series
 * of a group do together. It makes the days around a change of price alike, so that they tell less of it than as many
 * independent days would.
 */
export interface LevelDrift {
  readonly own: number;
  readonly shared: number;
}

/** Parts of the residuals of a fit. */
export interface ResidualNoise {
  readonly drift: LevelDrift;
  /** Variance of single days over the one that the weights of the rows stand for. */
  readonly daily: number;
}

/** Days over which the correlation of the drift falls to 1/e, and whose mean it is measured by. */
export const DRIFT_DAYS = 28;
/** Variance of the mean of as many days as the correlation is long, over that of a day: 2 / e. */
const OF_MEAN = 2 / Math.E;
/** Drift before anything was measured, and how many blocks of days weigh as much. */
const USUAL: LevelDrift = { own: 0.0016, shared: 0.0004 };
const USUAL_BLOCKS = 4;
/** Days of a block that must be there. */
const LEAST_SHARE = 0.5;
/** So many days weigh as much as the weights of the rows. */
const USUAL_DAYS = 56;
/** A relative error beyond this says that something else happened. */
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
          const square = (outcome[i] - ratio * fitted[i]) ** 2;
          squares += square;
          daily += (weights[i] * square) / fitted[i];
        }
        days += to - from - 1;
        const noise = (squares * (to - from)) / (to - from - 1) / expected ** 2;
        const error = Math.max(-WORST, Math.min(WORST, ratio - 1));
        const weight = USUAL.own / (USUAL.own + noise);
        sum += weight * (error ** 2 - noise);
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
    let [sum, square, weights, weightSquare] = [0, 0, 0, 0];
    for (const { error, weight } of members) {
      sum += weight * error;
      square += (weight * error) ** 2;
      weights += weight;
      weightSquare += weight ** 2;
    }
    const own = weights ** 2 - weightSquare;
    if (!(own > 0)) continue;
    products += (sum ** 2 - square) / own;
    pairs++;
    count++;
  }
  if (count === 0) return USUAL.shared;
  return Math.max(0, (products / OF_MEAN + USUAL_BLOCKS * USUAL.shared) / (pairs + USUAL_BLOCKS));
}
