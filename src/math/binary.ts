const VIEW = new DataView(new ArrayBuffer(8));
const ZERO = 1075;
/** From 2^-1075, which is 0, to 2^1023. */
const POWERS = powersOfTwo();

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(ZERO + 1024);
  for (let i = 1, power = 5e-324; i < powers.length; i++, power *= 2) powers[i] = power;
  return powers;
}

/** Two to a whole power between -1075, for which it is 0, and 1023. */
export function powerOfTwo(exponent: number): number {
  return POWERS[exponent + ZERO];
}

/** Exponent of a positive, normal number as a mantissa from the square root of one half to that of two takes it. */
export function exponentOf(x: number): number {
  VIEW.setFloat64(0, x);
  return ((VIEW.getInt32(0) + 0x95f62) >> 20) - 1023;
}
