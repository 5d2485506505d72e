import { square } from '../../math/index.js';
/** Factors of one series or group, with those from two halves of its history. */
export interface HalvedFactors {
  readonly all: Float64Array;
  readonly halves: readonly [Float64Array, Float64Array];
}

/** Distance of factors from those of their parent, and the part of it due to chance. */
export interface Deviation {
  /** Mean squared distance from the parent. */
  readonly distance: number;
  /** Part of it that chance explains: the mean of two halves is off by half of their difference. */
  readonly error: number;
}

export const NO_DEVIATION: Deviation = { distance: 0, error: 0 };

export function deviationOf({ all, halves }: HalvedFactors, parent: Float64Array): Deviation {
  let distance = 0;
  let error = 0;
  for (let k = 0; k < all.length; k++) {
    distance += square(all[k] - parent[k]);
    error += square(halves[0][k] - halves[1][k]) / 4;
  }
  return { distance: distance / all.length, error: error / all.length };
}

/** Multiple of the chance part beyond which a distance counts as the series' own, whatever the others do. */
const OWN_EVIDENCE = 3;
/** Mean squared error of factors above which this rule does not apply. */
const ROUGH = 0.06;

/**
 * Shrinkage weights: the share of its own factors that each series keeps, the rest coming from the parent. It
 * is `true distance / (true distance + chance)`. The true distance is pooled over all series, unless a precise
 * series lies far beyond chance; the chance part of each series is estimated half from its two halves and half
 * from its noise.
 *
 * @param noise relative variance of each series; without it, only the halves are used
 * @param strictness factor on the measured chance part
 */
export function ownShares(
  deviations: readonly Deviation[],
  weights: ArrayLike<number>,
  noise?: ArrayLike<number>,
  strictness = 1,
): Float64Array {
  let [truth, error, expected, total] = [0, 0, 0, 0];
  deviations.forEach((own, i) => {
    if (own.distance === 0) return;
    truth += weights[i] * (own.distance - strictness * own.error);
    error += weights[i] * own.error;
    expected += weights[i] * (noise?.[i] ?? 0);
    total += weights[i];
  });
  const common = total > 0 ? Math.max(0, truth / total) : 0;
  return Float64Array.from(deviations, (own, i) => {
    if (own.distance === 0) return 0;
    const byNoise = noise && expected > 0 ? (noise[i] * error) / expected : own.error;
    const chance = strictness * ((own.error + byNoise) / 2);
    const beyond = chance < ROUGH ? own.distance - OWN_EVIDENCE * chance : 0;
    const real = Math.max(common, beyond);
    return real > 0 ? real / (real + chance) : 0;
  });
}

/** Mixes `share` of the own factors with the parent's; positive results are at least `least`. */
export function mixFactors(
  own: Float64Array,
  parent: Float64Array,
  share: number,
  least: number,
  out: Float64Array,
): void {
  for (let k = 0; k < own.length; k++) {
    const mixed = share * own[k] + (1 - share) * parent[k];
    out[k] = mixed > 0 ? Math.max(least, mixed) : 0;
  }
}
