import type { BoosterParams } from './params.js';

/**
 * Sorts the predicted quantiles of each row by level, in place: output `k` of row `i` is at `k * rows + i`. Other predictions
 * stay as they are.
 */
export function sortQuantiles(
  predictions: Float64Array,
  rows: number,
  { objective, quantiles }: BoosterParams,
): void {
  if (objective !== 'quantile' || quantiles.length < 2) return;
  const byLevel = [...quantiles.keys()].sort((a, b) => quantiles[a] - quantiles[b]);
  const sorted = new Float64Array(byLevel.length);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < sorted.length; k++) sorted[k] = predictions[k * rows + i];
    sorted.sort();
    for (let k = 0; k < sorted.length; k++) predictions[byLevel[k] * rows + i] = sorted[k];
  }
}
