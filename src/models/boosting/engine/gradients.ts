import type { Objective } from './objective.js';
import type { RowGradients } from './trees/accumulate.js';

/** Adding and subtracting 1.5 * 2^52 rounds a float64 to the nearest integer. */
export const INTEGER_ROUNDER = 6755399441055744;
/** A local copy, which the compiler folds. */
const ROUNDER = INTEGER_ROUNDER;

/** Placeholder packing for gradients that are not packed. */
export const UNPACKED = { unit: 1, scale: 1 };

/** The gradients of one round and their sums. */
export interface RoundGradients {
  readonly rows: RowGradients;
  readonly gradient: number;
  readonly hessian: number;
}

/** Computes the gradients of every row, packed where the objective and the weights allow it. */
export class GradientSource {
  private readonly objective: Objective;
  private readonly labels: Float32Array;
  private readonly weights: Float32Array | undefined;
  private readonly packed: Float64Array | undefined;
  private readonly buffer: Float32Array;

  constructor(objective: Objective, labels: Float32Array, weights: Float32Array | undefined) {
    this.objective = objective;
    this.labels = labels;
    this.weights = weights;
    const canPack = objective.unitGradients !== undefined && weights === undefined;
    this.packed = canPack ? new Float64Array(labels.length) : undefined;
    this.buffer = new Float32Array(labels.length * (canPack ? 1 : 2));
  }

  /** Sums are over rows `order[0..count)`; the others are not sampled for this tree. */
  compute(margins: Float32Array, output: number, order: Uint32Array, count: number): RoundGradients {
    const { objective, labels, weights, packed, buffer } = this;
    if (!packed) {
      objective.gradientPairs(margins, labels, weights, output, buffer);
      const rows = { pairs: buffer, doubles: new Float64Array(buffer.buffer) };
      return { rows, gradient: sumOf(buffer, 0, order, count), hessian: sumOf(buffer, 1, order, count) };
    }
    objective.unitGradients!(margins, labels, output, buffer);
    const unit = 2 ** 52 / powerAtLeast(labels.length + 1);
    const scale = scaleOf(buffer, unit);
    pack(buffer, 1 / scale, unit, packed);
    const rows = { packing: { unit, scale }, doubles: packed, pairs: new Float32Array(packed.buffer) };
    const gradient = (sumPacked(packed, order, count) - count * unit) * scale;
    return { rows, gradient, hessian: count };
  }
}

/**
 * The gradient, a power of two, that one integer unit stands for: small enough for precision, large enough that
 * the sum of all rows' integers, rounding included, stays below half of `unit` and cannot overflow into the
 * count.
 */
function scaleOf(gradients: Float32Array, unit: number): number {
  let total = 0;
  for (let i = 0; i < gradients.length; i++) total += Math.abs(gradients[i]);
  const room = unit / 2 - gradients.length;
  if (!(total > 0)) return 1;
  return powerAtLeast(total / room);
}

/** The least power of two, from 2^-40 upwards, that is not below the number. */
function powerAtLeast(least: number): number {
  let power = 1 / 2 ** 40;
  while (power < least) power *= 2;
  return power;
}

function pack(gradients: Float32Array, perScale: number, unit: number, packed: Float64Array): void {
  for (let i = 0; i < gradients.length; i++) {
    packed[i] = unit + (gradients[i] * perScale + ROUNDER - ROUNDER);
  }
}

function sumPacked(packed: Float64Array, order: Uint32Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += packed[order[i]];
  return sum;
}

function sumOf(pairs: Float32Array, part: number, order: Uint32Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += pairs[2 * order[i] + part];
  return sum;
}
