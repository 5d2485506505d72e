/** Ratio of consecutive knots. */
const KNOT_RATIO = 1.25;

/**
 * Steps at which the shape of a distribution is computed, from the first to the last and ever farther apart; it is
 * interpolated between them.
 */
export function knotSteps(horizon: number): Int32Array {
  const steps: number[] = [0];
  let next = 1;
  while (next < horizon - 1) {
    steps.push(next);
    next = Math.max(next + 1, Math.round(next * KNOT_RATIO));
  }
  if (horizon > 1) steps.push(horizon - 1);
  return Int32Array.from(steps);
}
