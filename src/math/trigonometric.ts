/** Half of pi in three parts: the first two have 33 bits, so that their products with a quarter's number are exact. */
const HALF_PI_HIGH = 1.5707963267341256;
const HALF_PI_MIDDLE = 6.077100506303966e-11;
const HALF_PI_LOW = 2.0222662487959506e-21;

/** Sine of an angle in radians, to one and a half units in the last place up to 1e6; beyond with fewer digits. */
export function sin(angle: number): number {
  return turned(angle, 0);
}

/** Cosine of an angle in radians, to one and a half units in the last place up to 1e6; beyond with fewer digits. */
export function cos(angle: number): number {
  return turned(angle, 1);
}

/**
 * Sine of an angle and a number of quarter turns.
 *
 * Source: W. J. Cody and W. Waite, Software Manual for the Elementary Functions (1980), for the reduction; Taylor series.
 */
function turned(angle: number, quarters: number): number {
  const turns = Math.round(angle / (Math.PI / 2));
  const high = angle - turns * HALF_PI_HIGH;
  const middle = turns * HALF_PI_MIDDLE;
  const difference = high - middle;
  const low = high - difference - middle - turns * HALF_PI_LOW;
  const r = difference + low;
  const rest = difference - r + low;
  const quadrant = (((turns + quarters) % 4) + 4) % 4;
  const even = quadrant % 2;
  const t = r * r;
  const first = even ? 1 : r;
  let series = 1;
  // Each term is the one before it times t over two factors of a factorial; the divisions wait for no other result.
  for (let n = 17 + even; n > 3; n -= 2) series = 1 - (t / (n * (n - 1))) * series;
  const value = first - (first * (t / (even ? 2 : 6)) * series - (even ? -r * rest : rest));
  return quadrant > 1 ? -value : value;
}

/**
 * Arctangent in radians, to four units in the last place.
 *
 * Source: the angle is halved twice, NIST Digital Library 4.24.15; then its power series, 4.24.3.
 */
export function atan(x: number): number {
  if (Math.abs(x) > 1) return Math.sign(x) * (Math.PI / 2) - atan(1 / x);
  const quarter = halved(halved(x));
  const z = quarter * quarter;
  let series = 0;
  for (let n = 25; n > 1; n -= 2) series = z * (1 / n - series);
  return 4 * (quarter - quarter * series);
}

/** Tangent of half of the angle with this tangent. */
function halved(tangent: number): number {
  return tangent / (1 + Math.sqrt(1 + tangent * tangent));
}
