/** Factors of one series or group, with those of two halves of its history. */
export interface HalvedFactors {
  readonly all: Float64Array;
  readonly halves: readonly [Float64Array, Float64Array];
}

/** How far factors lie from their parent's, and how far by chance alone. */
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
    distance += (all[k] - parent[k]) ** 2;
    error += (halves[0][k] - halves[1][k]) ** 2 / 4;
  }
  return { distance: distance / all.length, error: error / all.length };
}

/** How many times the chance in the pool counts beside that of one series when its own share is judged. */
const POOL_STRENGTH = 3;

/**
 * Share of its own factors that each series keeps, the rest coming from the parent: one minus the part of its distance
 * that chance explains, as the pool of all series and its own halves say. A series that differs from its parent far more
 * than chance would have it keeps its own factors even in a pool of series that do not.
 *
 * @param strictness how many times the measured chance is reckoned with
 */
export function ownShares(
  deviations: readonly Deviation[],
  weights: ArrayLike<number>,
  strictness = 1,
): Float64Array {
  let distance = 0;
  let error = 0;
  let total = 0;
  deviations.forEach((own, i) => {
    if (own.distance === 0) return;
    distance += weights[i] * own.distance;
    error += weights[i] * own.error;
    total += weights[i];
  });
  if (total > 0) {
    distance /= total;
    error /= total;
  }
  return Float64Array.from(deviations, (own) => {
    const whole = own.distance + POOL_STRENGTH * distance;
    const chance = strictness * (own.error + POOL_STRENGTH * error);
    return whole > 0 ? Math.max(0, Math.min(1, 1 - chance / whole)) : 0;
  });
}

/** `share` of the own factors and the rest of the parent's, never below `least` where both are above zero. */
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
