/** Upper limits of the share of steps without sales of each class of series; the last class has none. */
const CLASS_LIMITS = [0.1, 0.5, 0.85];

export const CLASS_COUNT = CLASS_LIMITS.length + 1;

/** Class of a series by how rarely it sells: 0 for nearly every step to 3 for few of them, or none observed. */
export function classOf(zeroShare: number): number {
  const index = CLASS_LIMITS.findIndex((limit) => zeroShare < limit);
  return index < 0 ? CLASS_LIMITS.length : index;
}

/** Share of zeros among the last observed values, at most `window` of them; 1 without any. */
export function zeroShare(values: Float64Array, window = values.length): number {
  let [zeros, observed] = [0, 0];
  for (let i = values.length - 1; i >= 0 && observed < window; i--) {
    if (Number.isNaN(values[i])) continue;
    observed++;
    if (values[i] === 0) zeros++;
  }
  return observed > 0 ? zeros / observed : 1;
}
