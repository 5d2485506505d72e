import { choleskyInPlace, solveCholesky } from './cholesky.js';
import type { PenalizedSystem } from './penalized-system.js';

/** Steps after which the search for the active set gives up; it needs a few per active changepoint. */
const MAX_STEPS = 400;

/**
 * The changepoint sizes for one noise variance: the exact minimum of a quadratic with an absolute-value penalty,
 * found by the feature-sign search over the set of active (non-zero) changepoints, which ends after finitely many
 * steps.
 *
 * Source: H. Lee, A. Battle, R. Raina and A. Ng, Efficient sparse coding algorithms, NIPS 2006.
 */
export class ChangepointLasso {
  /** Rotated smooth coefficients of the last solution. */
  readonly rotated: Float64Array;
  readonly #system: PenalizedSystem;
  readonly #inverse: Float64Array;
  readonly #weighted: Float64Array;
  readonly #target: Float64Array;
  readonly #hessian: Float64Array;
  readonly #hasRow: Uint8Array;
  readonly #active: Int32Array;
  readonly #sign: Float64Array;
  readonly #factor: Float64Array;
  readonly #candidate: Float64Array;
  #activeCount = 0;

  constructor(system: PenalizedSystem) {
    const { smooth, hinges } = system;
    this.#system = system;
    this.rotated = new Float64Array(smooth);
    this.#inverse = new Float64Array(smooth);
    this.#weighted = new Float64Array(smooth);
    this.#target = new Float64Array(hinges);
    this.#hessian = new Float64Array(hinges * hinges);
    this.#hasRow = new Uint8Array(hinges);
    this.#active = new Int32Array(hinges);
    this.#sign = new Float64Array(hinges);
    this.#factor = new Float64Array(hinges * hinges);
    this.#candidate = new Float64Array(hinges);
  }

  /**
   * Minimises over the changepoint sizes and the rotated smooth coefficients for noise variance `variance`.
   *
   * @param smoothCross rotated inner products of the smooth columns with the target, less the gradient of the
   *   priors.
   * @param hingeCross inner products of the hinges with the target, read from `hingeOffset` on.
   * @param penalty weight of the absolute values.
   * @param sizes start of the search (warm) and result.
   */
  solve(
    smoothCross: Float64Array,
    hingeCross: Float64Array,
    hingeOffset: number,
    variance: number,
    penalty: number,
    sizes: Float64Array,
  ): void {
    const { smooth, hinges, eigenvalues, coupling } = this.#system;
    for (let k = 0; k < smooth; k++) {
      this.#inverse[k] = 1 / (eigenvalues[k] + variance);
      this.#weighted[k] = smoothCross[k] * this.#inverse[k];
    }
    for (let j = 0; j < hinges; j++) {
      let sum = hingeCross[hingeOffset + j];
      for (let k = 0; k < smooth; k++) sum -= coupling[j * smooth + k] * this.#weighted[k];
      this.#target[j] = sum;
    }
    this.#hasRow.fill(0);
    this.#search(penalty, sizes);
    this.#backSubstitute(smoothCross, sizes);
  }

  #search(penalty: number, sizes: Float64Array): void {
    this.#activeCount = 0;
    for (let j = 0; j < sizes.length; j++) if (sizes[j] !== 0) this.#activate(j, Math.sign(sizes[j]));
    for (let step = 0; step < MAX_STEPS; step++) {
      for (let inner = 0; inner < MAX_STEPS && this.#activeCount > 0; inner++) {
        if (this.#improveActive(penalty, sizes)) break;
      }
      if (!this.#activateWorst(penalty, sizes)) return;
    }
  }

  #activate(j: number, sign: number): void {
    this.#active[this.#activeCount++] = j;
    this.#sign[j] = sign;
    if (this.#hasRow[j] === 1) return;
    this.#hasRow[j] = 1;
    const { smooth, hinges, coupling, hingeGram } = this.#system;
    const weighted = this.#weighted;
    for (let k = 0; k < smooth; k++) weighted[k] = coupling[j * smooth + k] * this.#inverse[k];
    for (let l = 0; l < hinges; l++) {
      let value = hingeGram[j * hinges + l];
      for (let k = 0; k < smooth; k++) value -= coupling[l * smooth + k] * weighted[k];
      this.#hessian[j * hinges + l] = value;
    }
  }

  /** Moves to the minimum on the active set, or as far as the first useful change of sign; true when it is reached. */
  #improveActive(penalty: number, sizes: Float64Array): boolean {
    const count = this.#activeCount;
    const candidate = this.#candidate;
    this.#solveActive(penalty);
    let reached = true;
    for (let a = 0; a < count && reached; a++) reached = candidate[a] * this.#sign[this.#active[a]] > 0;
    if (reached) {
      for (let a = 0; a < count; a++) sizes[this.#active[a]] = candidate[a];
      return true;
    }
    this.#moveTo(this.#bestStep(penalty, sizes), sizes);
    return false;
  }

  /** Solves the equations of the active set with the signs held fixed. */
  #solveActive(penalty: number): void {
    const count = this.#activeCount;
    let ridge = 0;
    do {
      for (let a = 0; a < count; a++) {
        const i = this.#active[a];
        this.#candidate[a] = this.#target[i] - penalty * this.#sign[i];
        const row = i * this.#system.hinges;
        for (let b = 0; b <= a; b++) this.#factor[a * count + b] = this.#hessian[row + this.#active[b]];
        this.#factor[a * count + a] += ridge * this.#factor[a * count + a] + ridge * 1e-4;
      }
      ridge = ridge === 0 ? 1e-10 : ridge * 100;
    } while (!choleskyInPlace(this.#factor, count) && ridge < 1);
    solveCholesky(this.#factor, count, this.#candidate);
  }

  /** The best of the points where a size changes its sign on the way to the candidate, and the candidate itself. */
  #bestStep(penalty: number, sizes: Float64Array): number {
    const count = this.#activeCount;
    const { hinges } = this.#system;
    // Along the way the objective is a quadratic in the step plus the absolute values.
    let slope = 0;
    let curvature = 0;
    for (let a = 0; a < count; a++) {
      const i = this.#active[a];
      const move = this.#candidate[a] - sizes[i];
      let atStart = -this.#target[i];
      let alongMove = 0;
      for (let b = 0; b < count; b++) {
        const j = this.#active[b];
        const value = this.#hessian[i * hinges + j];
        atStart += value * sizes[j];
        alongMove += value * (this.#candidate[b] - sizes[j]);
      }
      slope += move * atStart;
      curvature += move * alongMove;
    }
    let best = slope + 0.5 * curvature + penalty * this.#absoluteSum(1, sizes);
    let bestStep = 1;
    for (let a = 0; a < count; a++) {
      const size = sizes[this.#active[a]];
      if (size * this.#candidate[a] >= 0) continue;
      const step = size / (size - this.#candidate[a]);
      const value = step * (slope + 0.5 * step * curvature) + penalty * this.#absoluteSum(step, sizes);
      if (value < best) {
        best = value;
        bestStep = step;
      }
    }
    return bestStep;
  }

  #absoluteSum(step: number, sizes: Float64Array): number {
    let sum = 0;
    for (let a = 0; a < this.#activeCount; a++) {
      const size = sizes[this.#active[a]];
      sum += Math.abs(size + step * (this.#candidate[a] - size));
    }
    return sum;
  }

  #moveTo(step: number, sizes: Float64Array): void {
    let kept = 0;
    for (let a = 0; a < this.#activeCount; a++) {
      const i = this.#active[a];
      const size = sizes[i];
      const crossing = size * this.#candidate[a] < 0 ? size / (size - this.#candidate[a]) : Number.NaN;
      sizes[i] = Math.abs(crossing - step) < 1e-15 ? 0 : size + step * (this.#candidate[a] - size);
      if (sizes[i] === 0) continue;
      this.#sign[i] = Math.sign(sizes[i]);
      this.#active[kept++] = i;
    }
    this.#activeCount = kept;
  }

  /** Adds the zero changepoint that violates optimality most; false when none does. */
  #activateWorst(penalty: number, sizes: Float64Array): boolean {
    const { hinges } = this.#system;
    let worst = 1e-9 * penalty + 1e-14;
    let index = -1;
    let slope = 0;
    for (let i = 0; i < hinges; i++) {
      if (sizes[i] !== 0) continue;
      let gradient = this.#target[i];
      for (let a = 0; a < this.#activeCount; a++) {
        const j = this.#active[a];
        gradient -= this.#hessian[j * hinges + i] * sizes[j];
      }
      const excess = Math.abs(gradient) - penalty;
      if (excess > worst) {
        worst = excess;
        index = i;
        slope = gradient;
      }
    }
    if (index < 0) return false;
    this.#activate(index, Math.sign(slope));
    return true;
  }

  #backSubstitute(smoothCross: Float64Array, sizes: Float64Array): void {
    const { smooth, coupling } = this.#system;
    for (let k = 0; k < smooth; k++) this.rotated[k] = smoothCross[k];
    for (let j = 0; j < sizes.length; j++) {
      if (sizes[j] === 0) continue;
      for (let k = 0; k < smooth; k++) this.rotated[k] -= coupling[j * smooth + k] * sizes[j];
    }
    for (let k = 0; k < smooth; k++) this.rotated[k] *= this.#inverse[k];
  }
}
