/** QL converges in two or three steps per eigenvalue; this only bounds the loop. */
const MAX_SWEEPS = 60;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, by Householder tridiagonalisation and implicit QL steps.
 *
 * Source: J. H. Wilkinson and C. Reinsch, Handbook for Automatic Computation, vol. II (1971).
 *
 * @param matrix row-major `size * size`; on return column `k` holds the unit eigenvector of `values[k]`.
 * @param values receives the eigenvalues, in no particular order.
 * @param scratch at least `3 * size` numbers.
 */
export function symmetricEigen(
  matrix: Float64Array,
  size: number,
  values: Float64Array,
  scratch: Float64Array,
): void {
  const offDiagonal = scratch.subarray(0, size);
  const halves = scratch.subarray(size, 2 * size);
  tridiagonalise(matrix, size, offDiagonal, halves);
  accumulateReflections(matrix, size, values, halves, scratch.subarray(2 * size, 3 * size));
  // The vectors are rotated as rows: plane rotations then touch two contiguous rows instead of two columns.
  transpose(matrix, size);
  implicitQl(matrix, size, values, offDiagonal);
  transpose(matrix, size);
}

/** Reduces the matrix to tridiagonal form and leaves the reflections that do so in its rows. */
function tridiagonalise(a: Float64Array, n: number, offDiagonal: Float64Array, halves: Float64Array): void {
  halves[0] = 0;
  for (let i = n - 1; i >= 1; i--) {
    const row = i * n;
    let norm = 0;
    for (let k = 0; k < i; k++) norm += a[row + k] * a[row + k];
    halves[i] = 0;
    if (i === 1 || norm === 0) {
      offDiagonal[i] = a[row + i - 1];
      continue;
    }
    const last = a[row + i - 1];
    const length = last > 0 ? -Math.sqrt(norm) : Math.sqrt(norm);
    offDiagonal[i] = length;
    const half = norm - last * length;
    a[row + i - 1] = last - length;
    halves[i] = half;
    reflect(a, n, i, half, offDiagonal);
  }
}

/** Applies the reflection stored in row `i` from both sides to the leading block of size `i`. */
function reflect(a: Float64Array, n: number, i: number, half: number, p: Float64Array): void {
  const row = i * n;
  for (let j = 0; j < i; j++) p[j] = 0;
  for (let j = 0; j < i; j++) {
    const vj = a[row + j];
    let sum = a[j * n + j] * vj;
    for (let k = 0; k < j; k++) {
      const value = a[j * n + k];
      sum += value * a[row + k];
      p[k] += value * vj;
    }
    p[j] += sum;
  }
  let along = 0;
  for (let j = 0; j < i; j++) {
    p[j] /= half;
    along += p[j] * a[row + j];
  }
  const shift = along / (2 * half);
  for (let j = 0; j < i; j++) p[j] -= shift * a[row + j];
  for (let j = 0; j < i; j++) {
    const vj = a[row + j];
    const pj = p[j];
    for (let k = 0; k <= j; k++) a[j * n + k] -= vj * p[k] + pj * a[row + k];
  }
}

/** Multiplies the stored reflections together, in place, and takes out the diagonal. */
function accumulateReflections(
  a: Float64Array,
  n: number,
  diagonal: Float64Array,
  halves: Float64Array,
  along: Float64Array,
): void {
  for (let i = 0; i < n; i++) {
    const row = i * n;
    if (halves[i] !== 0) {
      for (let j = 0; j < i; j++) along[j] = 0;
      for (let k = 0; k < i; k++) {
        const vk = a[row + k];
        for (let j = 0; j < i; j++) along[j] += vk * a[k * n + j];
      }
      for (let k = 0; k < i; k++) {
        const share = a[row + k] / halves[i];
        for (let j = 0; j < i; j++) a[k * n + j] -= share * along[j];
      }
    }
    diagonal[i] = a[row + i];
    a[row + i] = 1;
    for (let k = 0; k < i; k++) {
      a[row + k] = 0;
      a[k * n + i] = 0;
    }
  }
}

function transpose(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const value = a[i * n + j];
      a[i * n + j] = a[j * n + i];
      a[j * n + i] = value;
    }
  }
}

/** Diagonalises a tridiagonal matrix; `offDiagonal[i]` joins `i - 1` and `i`. Rotates the rows of `vectors`. */
function implicitQl(
  vectors: Float64Array,
  n: number,
  diagonal: Float64Array,
  offDiagonal: Float64Array,
): void {
  for (let i = 1; i < n; i++) offDiagonal[i - 1] = offDiagonal[i];
  offDiagonal[n - 1] = 0;
  for (let l = 0; l < n; l++) {
    for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
      const m = endOfBlock(diagonal, offDiagonal, l, n);
      if (m === l) break;
      qlStep(vectors, n, diagonal, offDiagonal, l, m);
    }
  }
}

/** First index from `l` whose coupling to the next one is negligible. */
function endOfBlock(diagonal: Float64Array, offDiagonal: Float64Array, l: number, n: number): number {
  let m = l;
  while (m < n - 1) {
    const size = Math.abs(diagonal[m]) + Math.abs(diagonal[m + 1]);
    if (Math.abs(offDiagonal[m]) <= Number.EPSILON * size) break;
    m++;
  }
  return m;
}

/** One QL step with Wilkinson's shift on the block `l..m`. */
function qlStep(
  vectors: Float64Array,
  n: number,
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  l: number,
  m: number,
): void {
  const ratio = (diagonal[l + 1] - diagonal[l]) / (2 * offDiagonal[l]);
  const root = Math.sqrt(ratio * ratio + 1);
  let g = diagonal[m] - diagonal[l] + offDiagonal[l] / (ratio + (ratio < 0 ? -root : root));
  let sin = 1;
  let cos = 1;
  let shift = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = sin * offDiagonal[i];
    const b = cos * offDiagonal[i];
    const length = Math.sqrt(f * f + g * g);
    offDiagonal[i + 1] = length;
    if (length === 0) {
      diagonal[i + 1] -= shift;
      offDiagonal[m] = 0;
      return;
    }
    sin = f / length;
    cos = g / length;
    g = diagonal[i + 1] - shift;
    const r = (diagonal[i] - g) * sin + 2 * cos * b;
    shift = sin * r;
    diagonal[i + 1] = g + shift;
    g = cos * r - b;
    rotateRows(vectors, n, i, sin, cos);
  }
  diagonal[l] -= shift;
  offDiagonal[l] = g;
  offDiagonal[m] = 0;
}

function rotateRows(vectors: Float64Array, n: number, i: number, sin: number, cos: number): void {
  const upper = i * n;
  const lower = upper + n;
  for (let k = 0; k < n; k++) {
    const f = vectors[lower + k];
    const e = vectors[upper + k];
    vectors[lower + k] = sin * e + cos * f;
    vectors[upper + k] = cos * e - sin * f;
  }
}
