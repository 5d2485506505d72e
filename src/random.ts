import { ForecastError } from './errors.js';
import { log } from './math/index.js';

/** A seeded source of pseudo-random numbers; the same seed gives the same numbers on every machine. */
export interface Random {
  /** A whole number between 0 and 2^32 - 1. */
  uint32(): number;
  /** A number in [0, 1) with 53 random bits. */
  uniform(): number;
  /** A whole number in [0, limit), every one equally likely; `limit` is between 1 and 2^32. */
  integer(limit: number): number;
  /** A draw of the standard normal distribution. */
  normal(): number;
}

const TWO_32 = 2 ** 32;
const TWO_53 = 2 ** 53;

/**
 * A xoshiro128** generator whose state is spread from a seed by a 32-bit SplitMix. Not for cryptography.
 *
 * Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM Transactions on Mathematical
 * Software 47 (2021), and https://prng.di.unimi.it/xoshiro128starstar.c (version 1.1).
 *
 * @param stream - Independent streams of one seed: one per series, tree or worker. Default 0.
 * @throws ForecastError `invalid-option` if the seed or the stream is not a safe whole number.
 */
export function createRandom(seed: number, stream = 0): Random {
  const next = splitMix32(seedHash(seedHash(0, 'seed', seed), 'stream', stream));
  return randomFromState([next(), next(), next(), next()]);
}

/** The generator started from four 32-bit words, not all of them zero. */
export function randomFromState(state: readonly [number, number, number, number]): Random {
  let [s0, s1, s2, s3] = state.map((word) => word | 0);
  let spareNormal = Number.NaN;

  function uint32(): number {
    const scrambled = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = rotateLeft(s3, 11);
    return scrambled;
  }

  function uniform(): number {
    const high = uint32() >>> 5;
    const low = uint32() >>> 6;
    return (high * 2 ** 26 + low) / TWO_53;
  }

  function integer(limit: number): number {
    if (!Number.isInteger(limit) || limit < 1 || limit > TWO_32) {
      throw new ForecastError('invalid-option', 'limit must be a whole number between 1 and 2^32', {
        path: ['limit'],
      });
    }
    // Draws at or above the largest multiple of the limit are rejected: a plain remainder would favour small
    // numbers.
    const fair = TWO_32 - (TWO_32 % limit);
    let draw = uint32();
    while (draw >= fair) draw = uint32();
    return draw % limit;
  }

  /** Marsaglia's polar method: two normals from a point in the unit disc, the second kept for the next call. */
  function normal(): number {
    if (!Number.isNaN(spareNormal)) {
      const spare = spareNormal;
      spareNormal = Number.NaN;
      return spare;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * log(square)) / square);
      spareNormal = y * factor;
      return x * factor;
    }
  }

  return { uint32, uniform, integer, normal };
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Mixes the two halves of a whole number into a 32-bit hash. */
function seedHash(hash: number, name: string, value: number): number {
  if (!Number.isSafeInteger(value)) {
    throw new ForecastError('invalid-option', `${name} must be a safe whole number`, { path: [name] });
  }
  const low = value | 0;
  const high = Math.floor(value / TWO_32) | 0;
  return mix(mix((hash ^ low) + 0x9e3779b9) ^ high);
}

/** A random stream for a name, such as the id of a series: a whole number below 2^32. */
export function streamOf(name: string): number {
  let hash = name.length;
  for (let i = 0; i < name.length; i++) hash = mix(hash ^ name.charCodeAt(i));
  return hash >>> 0;
}

/** The finaliser of MurmurHash3: every bit of the input flips about half of the bits of the output. */
export function mix(word: number): number {
  let hash = word | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** SplitMix in 32 bits: a counter in golden-ratio steps through {@link mix}, so that no four words are all zero. */
function splitMix32(start: number): () => number {
  let counter = start | 0;
  return () => {
    counter = (counter + 0x9e3779b9) | 0;
    return mix(counter);
  };
}
