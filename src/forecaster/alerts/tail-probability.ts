import { square } from '../../math/index.js';
import { normalQuantile } from '../../models/uncertainty/normal.js';
import { normalCdf } from '../../models/uncertainty/normal-cdf.js';
import { numberAt } from '../../present.js';

/** Probabilities of the tails at which laws are read off, from the middle outwards. */
export const TAILS: readonly number[] = [
  0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-10, 1e-12, 1e-15,
];

/** Probabilities of the quantiles of both tails: those of the lower one first. */
export const TAIL_PROBABILITIES: readonly number[] = [...TAILS, ...TAILS.map((tail) => 1 - tail)];

export type Side = 'lower' | 'upper';

/** Quantile at the k-th of the {@link TAILS}: of probability `tail` on the lower side, `1 - tail` on the upper one. */
export type TailQuantiles = (side: Side, k: number) => number;

/** Half a unit: quantiles of counts spread each count evenly over the unit around it. */
const HALF = 0.5;
/** Probabilities of the bounds of the 99 % interval, and the standard normal deviation beyond which it ends. */
export const BAND = [0.005, 0.995] as const;
export const BAND_DEVIATIONS = normalQuantile(BAND[1]);

/** Tail quantiles of one total from the columns of {@link TAIL_PROBABILITIES}. */
export function tailQuantiles(columns: readonly Float64Array[], at: number): TailQuantiles {
  return (side, k) => numberAt(columns[side === 'lower' ? k : TAILS.length + k] ?? [], at);
}

/**
 * Standard normal deviation with the probability of at least, or at most, so many units: between two quantiles on the scale of
 * deviations. Beyond the last one its square goes on straight, as the tail of a count falls exponentially. 0 for units on this side of the median.
 */
export function tailDeviation(units: number, side: Side, quantiles: TailQuantiles): number {
  const sign = side === 'upper' ? 1 : -1;
  // How far the units, counting themselves as in the tail, lie beyond the quantile.
  const beyond = (k: number) => sign * (units - quantiles(side, k)) - HALF;
  if (!(beyond(0) > 0)) return 0;
  for (let k = 1; k < TAILS.length; k++) {
    if (beyond(k) > 0) continue;
    const gap = beyond(k - 1) - beyond(k);
    const share = gap > 0 ? beyond(k - 1) / gap : 1;
    return (1 - share) * deviationOf(k - 1) + share * deviationOf(k);
  }
  const last = TAILS.length - 1;
  const gap = beyond(last - 1) - beyond(last);
  const steps = gap > 0 ? beyond(last) / gap : 0;
  const farthest = square(deviationOf(last));
  return Math.sqrt(farthest + steps * (farthest - square(deviationOf(last - 1))));
}

/** Probability beyond a deviation, of a spread that is wider by a factor; no less than that of the last tail. */
export function tailProbability(deviation: number, factor = 1): number {
  return Math.max(numberAt(TAILS, TAILS.length - 1), normalCdf(-deviation / factor));
}

/** Bound of the 99 % interval on a side, of a spread that is wider by a factor. */
export function bandBound(side: Side, quantiles: TailQuantiles, factor: number): number {
  const wanted = BAND_DEVIATIONS * factor;
  for (let k = 1; k < TAILS.length; k++) {
    if (deviationOf(k) < wanted) continue;
    const share = (wanted - deviationOf(k - 1)) / (deviationOf(k) - deviationOf(k - 1));
    return Math.max(0, (1 - share) * quantiles(side, k - 1) + share * quantiles(side, k));
  }
  return Math.max(0, quantiles(side, TAILS.length - 1));
}

function deviationOf(k: number): number {
  return -normalQuantile(numberAt(TAILS, k));
}
