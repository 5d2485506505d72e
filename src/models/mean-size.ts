/** Mean absolute value of the observed values; 0 without any. */
export function meanSize(values: Float64Array): number {
  let sum = 0;
  let observed = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += Math.abs(value);
    observed++;
  }
  return observed === 0 ? 0 : sum / observed;
}

/** Number of values that were observed. */
export function observedCount(values: ArrayLike<number>): number {
  let observed = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) observed++;
  return observed;
}

/** Mean of the observed values; NaN without any. */
export function meanOfObserved(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) sum += values[i];
  return sum / observedCount(values);
}
