/** Mean of the observed values among the last `days`; the last observed value if there are none, 0 without any. */
export function meanOfLast(history: Float64Array, days: number): number {
  let sum = 0;
  let observed = 0;
  for (let i = Math.max(0, history.length - days); i < history.length; i++) {
    if (Number.isNaN(history[i])) continue;
    sum += history[i];
    observed++;
  }
  if (observed > 0) return sum / observed;
  for (let i = history.length - 1; i >= 0; i--) if (!Number.isNaN(history[i])) return history[i];
  return 0;
}

/** Replaces the residuals of a series that is too short for the method to have forecast any of its days. */
export function deviationsFromMean(history: Float64Array, out: Float32Array): void {
  const mean = meanOfLast(history, out.length);
  const offset = history.length - out.length;
  for (let i = 0; i < out.length; i++) out[i] = history[offset + i] - mean;
}
