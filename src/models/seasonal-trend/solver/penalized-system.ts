import { ForecastError } from '../../../errors.js';
import { square } from '../../../math/index.js';
import type { Design } from './gram.js';
import { fillGram } from './gram.js';
import { symmetricEigen } from './symmetric-eigen.js';

/**
 * The normal equations of a design, rotated so that they can be solved for any noise variance at almost no
 * cost.
 *
 * The smooth coefficients have normal priors with precisions `D`. With `D^-1/2 G D^-1/2 = Q L Q'` and the rotated
 * coefficients `z`, where `theta = D^-1/2 Q z`, the penalised problem for noise variance `v` has the diagonal matrix
 * `L + v`. One eigendecomposition therefore serves every variance tried, every start and, in a panel, every series
 * on the same calendar.
 */
export class PenalizedSystem {
  smooth = 0;
  hinges = 0;
  /** Eigenvalues of the scaled smooth block, never negative. */
  eigenvalues = new Float64Array(0);
  /** Row-major `smooth * smooth`: smooth coefficients are `basis * z`. */
  basis = new Float64Array(0);
  /** Row-major `hinges * smooth`: rotated inner products of each hinge with the smooth columns. */
  coupling = new Float64Array(0);
  /** Row-major `hinges * hinges`: inner products of the hinges. */
  hingeGram = new Float64Array(0);
  /** Prior precisions of the smooth coefficients. */
  precisions = new Float64Array(0);
  #gram = new Float64Array(0);
  #scratch = new Float64Array(0);

  /** Computes the system of a design; buffers are kept for the next design of the same size. */
  prepare(design: Design, precisions: Float64Array): void {
    const smooth = design.smooth.length;
    const hinges = design.changepoints.length;
    this.#resize(smooth, hinges);
    this.precisions.set(precisions);
    fillGram(design, this.#gram);
    this.#rotateSmoothBlock();
    this.#rotateCoupling();
    const columns = smooth + hinges;
    for (let j = 0; j < hinges; j++) {
      const from = (smooth + j) * columns + smooth;
      this.hingeGram.set(this.#gram.subarray(from, from + hinges), j * hinges);
    }
  }

  /** Rotates inner products of the smooth columns with a target: `basis' * cross`. */
  rotate(cross: Float64Array, out: Float64Array): void {
    const { smooth, basis } = this;
    for (let k = 0; k < smooth; k++) out[k] = 0;
    for (let i = 0; i < smooth; i++) {
      const value = cross[i];
      for (let k = 0; k < smooth; k++) out[k] += basis[i * smooth + k] * value;
    }
  }

  #resize(smooth: number, hinges: number): void {
    if (smooth === this.smooth && hinges === this.hinges) return;
    this.smooth = smooth;
    this.hinges = hinges;
    this.eigenvalues = new Float64Array(smooth);
    this.basis = new Float64Array(smooth * smooth);
    this.coupling = new Float64Array(hinges * smooth);
    this.hingeGram = new Float64Array(hinges * hinges);
    this.precisions = new Float64Array(smooth);
    this.#gram = new Float64Array(square(smooth + hinges));
    this.#scratch = new Float64Array(4 * smooth);
  }

  #rotateSmoothBlock(): void {
    const { smooth, basis, eigenvalues, precisions } = this;
    const columns = smooth + this.hinges;
    const inverseRoots = this.#scratch.subarray(3 * smooth);
    for (let i = 0; i < smooth; i++) inverseRoots[i] = 1 / Math.sqrt(precisions[i]);
    for (let i = 0; i < smooth; i++) {
      for (let k = 0; k < smooth; k++) {
        basis[i * smooth + k] = this.#gram[i * columns + k] * inverseRoots[i] * inverseRoots[k];
      }
    }
    symmetricEigen(basis, smooth, eigenvalues, this.#scratch);
    for (let i = 0; i < smooth; i++) {
      if (Number.isNaN(eigenvalues[i])) {
        throw new ForecastError('invalid-data', 'The features of the model are not finite numbers');
      }
      // Rounding can leave an eigenvalue of collinear columns slightly negative.
      eigenvalues[i] = Math.max(eigenvalues[i], 0);
      for (let k = 0; k < smooth; k++) basis[i * smooth + k] *= inverseRoots[i];
    }
  }

  #rotateCoupling(): void {
    const { smooth, hinges, coupling } = this;
    for (let j = 0; j < hinges; j++) {
      const from = (smooth + j) * (smooth + hinges);
      this.rotate(this.#gram.subarray(from, from + smooth), coupling.subarray(j * smooth, (j + 1) * smooth));
    }
  }
}
