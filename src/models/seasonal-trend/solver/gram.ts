/**
 * The columns of a linear design: smooth ones (slope, level, features) as arrays, and one hinge
 * `weight[i] * max(0, time[i] - changepoint)` per changepoint, which is never stored.
 */
export interface Design {
  readonly rows: number;
  readonly smooth: readonly Float64Array[];
  /** Scaled times in ascending order. */
  readonly times: Float64Array;
  /** Scaled times of the changepoints in ascending order. */
  readonly changepoints: Float64Array;
  /** Weight of the hinges in each row; 1 where absent. */
  readonly hingeWeights?: Float64Array;
}

/** Inner products of all columns, smooth ones first: row-major and symmetric, `columns * columns`. */
export function fillGram(design: Design, gram: Float64Array): void {
  const { rows, smooth, changepoints } = design;
  const columns = smooth.length + changepoints.length;
  for (let a = 0; a < smooth.length; a += 2) {
    // Pairs of columns; the last one is paired with itself if their number is odd.
    const second = Math.min(a + 1, smooth.length - 1);
    pairProducts(smooth[a], smooth[second], smooth, second + 1, rows, gram, a * columns, second * columns);
  }
  for (let a = 0; a < smooth.length; a++) hingeProducts(design, smooth[a], gram, a * columns + smooth.length);
  hingeGram(design, gram, columns);
  for (let a = 0; a < smooth.length; a++) {
    for (let b = 0; b < a; b++) gram[b * columns + a] = gram[a * columns + b];
    for (let j = smooth.length; j < columns; j++) gram[j * columns + a] = gram[a * columns + j];
  }
}

/** Inner products of every column with a target, smooth ones first. */
export function fillCross(design: Design, target: Float64Array, cross: Float64Array): void {
  const { rows, smooth } = design;
  pairProducts(target, target, smooth, smooth.length, rows, cross, 0, 0);
  hingeProducts(design, target, cross, smooth.length);
}

/** Inner products of two vectors with the first `count` columns. */
function pairProducts(
  x: Float64Array,
  y: Float64Array,
  columns: readonly Float64Array[],
  count: number,
  rows: number,
  out: Float64Array,
  offsetX: number,
  offsetY: number,
): void {
  let c = 0;
  for (; c + 3 < count; c += 4) {
    const four = [columns[c], columns[c + 1], columns[c + 2], columns[c + 3]] as const;
    if (x === y) fourProducts(x, ...four, rows, out, offsetX + c);
    else eightProducts(x, y, ...four, rows, out, offsetX + c, offsetY + c);
  }
  for (; c < count; c++) {
    const column = columns[c];
    let sumX = 0;
    let sumY = 0;
    for (let i = 0; i < rows; i++) {
      sumX += x[i] * column[i];
      sumY += y[i] * column[i];
    }
    out[offsetX + c] = sumX;
    out[offsetY + c] = sumY;
  }
}

function fourProducts(
  x: Float64Array,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
  rows: number,
  out: Float64Array,
  offset: number,
): void {
  let sumA = 0;
  let sumB = 0;
  let sumC = 0;
  let sumD = 0;
  for (let i = 0; i < rows; i++) {
    const value = x[i];
    sumA += value * a[i];
    sumB += value * b[i];
    sumC += value * c[i];
    sumD += value * d[i];
  }
  out[offset] = sumA;
  out[offset + 1] = sumB;
  out[offset + 2] = sumC;
  out[offset + 3] = sumD;
}

/** Two vectors with four columns: eight sums stay in registers and every number that is read is used more than once. */
function eightProducts(
  x: Float64Array,
  y: Float64Array,
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  d: Float64Array,
  rows: number,
  out: Float64Array,
  offsetX: number,
  offsetY: number,
): void {
  let xa = 0;
  let xb = 0;
  let xc = 0;
  let xd = 0;
  let ya = 0;
  let yb = 0;
  let yc = 0;
  let yd = 0;
  for (let i = 0; i < rows; i++) {
    const first = x[i];
    const second = y[i];
    const valueA = a[i];
    const valueB = b[i];
    const valueC = c[i];
    const valueD = d[i];
    xa += first * valueA;
    xb += first * valueB;
    xc += first * valueC;
    xd += first * valueD;
    ya += second * valueA;
    yb += second * valueB;
    yc += second * valueC;
    yd += second * valueD;
  }
  out[offsetX] = xa;
  out[offsetX + 1] = xb;
  out[offsetX + 2] = xc;
  out[offsetX + 3] = xd;
  out[offsetY] = ya;
  out[offsetY + 1] = yb;
  out[offsetY + 2] = yc;
  out[offsetY + 3] = yd;
}

/**
 * Inner products of a vector with every hinge in one backward pass: a hinge's product is
 * `sum(v * t) - changepoint * sum(v)` over the rows after its changepoint.
 */
function hingeProducts(design: Design, vector: Float64Array, out: Float64Array, offset: number): void {
  const { rows, times, changepoints, hingeWeights } = design;
  let sum = 0;
  let sumTimes = 0;
  let row = rows - 1;
  for (let j = changepoints.length - 1; j >= 0; j--) {
    const changepoint = changepoints[j];
    for (; row >= 0 && times[row] >= changepoint; row--) {
      const value = hingeWeights === undefined ? vector[row] : hingeWeights[row] * vector[row];
      sum += value;
      sumTimes += value * times[row];
    }
    out[offset + j] = sumTimes - changepoint * sum;
  }
}

/** The block of hinges with hinges, from sums of `w^2`, `w^2 t` and `w^2 t^2` after the later changepoint. */
function hingeGram(design: Design, gram: Float64Array, columns: number): void {
  const { rows, smooth, times, changepoints, hingeWeights } = design;
  let sum = 0;
  let sumTimes = 0;
  let sumSquares = 0;
  let row = rows - 1;
  for (let l = changepoints.length - 1; l >= 0; l--) {
    const later = changepoints[l];
    for (; row >= 0 && times[row] >= later; row--) {
      const square = hingeWeights === undefined ? 1 : hingeWeights[row] * hingeWeights[row];
      sum += square;
      sumTimes += square * times[row];
      sumSquares += square * times[row] * times[row];
    }
    for (let j = 0; j <= l; j++) {
      const earlier = changepoints[j];
      const value = sumSquares - (earlier + later) * sumTimes + earlier * later * sum;
      gram[(smooth.length + j) * columns + smooth.length + l] = value;
      gram[(smooth.length + l) * columns + smooth.length + j] = value;
    }
  }
}
