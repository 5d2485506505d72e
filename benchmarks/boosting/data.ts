import type { FeatureMatrix } from '../../src/features/matrix.js';
import { createRandom } from '../../src/random.js';

export interface GeneratedData {
  readonly features: FeatureMatrix;
  /** Real numbers. */
  readonly labels: Float32Array;
  /** Counts with mean `exp(labels / 3)`. */
  readonly counts: Float32Array;
}

/** Calendar-like features (few distinct values) among the 15, the rest like lagged sales; share of missing values. */
export interface DataShape {
  readonly calendarFeatures: number;
  readonly missingShare: number;
}

const FEATURES = 15;
const CALENDAR_SIZES = [7, 12, 4, 31, 2, 53, 2, 3];

/** Made-up rows with effects of several kinds, interactions and noise; the same for a seed on any machine. */
export function generateData(rows: number, seed: number, shape: DataShape): GeneratedData {
  const random = createRandom(seed);
  const columns = Array.from({ length: FEATURES }, (_, j) => {
    const levels = j < shape.calendarFeatures ? CALENDAR_SIZES[j % CALENDAR_SIZES.length] : 0;
    return Float32Array.from({ length: rows }, () =>
      levels > 0 ? random.integer(levels) / levels : random.uniform(),
    );
  });
  const effects = Array.from({ length: FEATURES }, () => random.normal());
  const phases = Array.from({ length: FEATURES }, () => 2 + 6 * random.uniform());
  const labels = Float32Array.from({ length: rows }, (_, i) => {
    let sum = 3;
    for (let j = 0; j < FEATURES; j++) {
      const value = columns[j][i];
      sum += j % 3 === 0 ? effects[j] * value : 0.5 * effects[j] * Math.sin(phases[j] * value);
      if (j > 0 && j % 4 === 0) sum += effects[j] * value * columns[j - 1][i];
    }
    return sum + 0.5 * random.normal();
  });
  const counts = labels.map((label) => poisson(Math.exp(label / 3), random.uniform));
  for (const column of columns) {
    if (shape.missingShare === 0) break;
    for (let i = 0; i < rows; i++) if (random.uniform() < shape.missingShare) column[i] = Number.NaN;
  }
  return { features: { rows, columns }, labels, counts };
}

/** Knuth's method; fine for the small means here. */
function poisson(mean: number, uniform: () => number): number {
  const limit = Math.exp(-Math.min(mean, 50));
  let product = uniform();
  let count = 0;
  while (product > limit) {
    count++;
    product *= uniform();
  }
  return count;
}

/** Rows `from..to` of a data set. */
export function sliceRows(data: GeneratedData, from: number, to: number): GeneratedData {
  return {
    features: { rows: to - from, columns: data.features.columns.map((column) => column.slice(from, to)) },
    labels: data.labels.slice(from, to),
    counts: data.counts.slice(from, to),
  };
}
