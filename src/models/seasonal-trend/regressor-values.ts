import { square } from '../../math/index.js';
import type { RegressorOptions } from './series/series-options.js';

/** Range of a regressor, relative to its largest value or absolute, up to which it counts as constant. */
const NO_VARIATION = { relative: 1e-6, absolute: 1e-8 };

/** Tells whether a regressor varies by more than rounding errors: the effect of another is not identified. */
export function varies(values: ArrayLike<number>): boolean {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  const { relative, absolute } = NO_VARIATION;
  return high - low > Math.max(absolute, relative * Math.max(Math.abs(low), Math.abs(high)));
}

/** The value that a regressor is centred on and the deviation that it is divided by, as in Prophet. */
export interface Standardization {
  readonly mean: number;
  readonly deviation: number;
}

export function standardizationOf(
  values: Float64Array,
  { standardize = 'auto' }: RegressorOptions,
): Standardization {
  const distinct = new Set(values);
  const binary = distinct.size === 2 && distinct.has(0) && distinct.has(1);
  const plain = distinct.size < 2 || standardize === false || (standardize === 'auto' && binary);
  return plain ? { mean: 0, deviation: 1 } : moments(values);
}

/** Mean and sample standard deviation. */
function moments(values: Float64Array): Standardization {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += square(values[i] - mean);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}
