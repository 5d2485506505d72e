import { cos, sin } from '../../math/index.js';
/**
 * Columns of a Fourier series over days since 1970-01-01: sine and cosine of one, two, ... `order` waves per period,
 * in the order sine 1, cosine 1, sine 2, cosine 2 and so on.
 *
 * Source: S. J. Taylor and B. Letham, Forecasting at scale, The American Statistician 72 (2018), equation 5.
 */
export function fourierColumns(days: ArrayLike<number>, period: number, order: number): Float64Array[] {
  const columns = Array.from({ length: 2 * order }, () => new Float64Array(days.length));
  for (let i = 0; i < days.length; i++) {
    const angle = (2 * Math.PI * days[i]) / period;
    const sinOne = sin(angle);
    const cosOne = cos(angle);
    let sine = sinOne;
    let cosine = cosOne;
    // Higher waves by the addition theorem: two trigonometric calls per day instead of two per column.
    for (let wave = 0; wave < order; wave++) {
      columns[2 * wave][i] = sine;
      columns[2 * wave + 1][i] = cosine;
      const next = sine * cosOne + cosine * sinOne;
      cosine = cosine * cosOne - sine * sinOne;
      sine = next;
    }
  }
  return columns;
}
