const TWO_32 = 2 ** 32;
const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

/**
 * Place of a key in [0, 1), spread evenly and the same on every machine:
 * `murmurHash3(key, murmurHash3(salt)) / 2^32`. Different salts give independent places.
 */
export function stableFraction(key: string, salt: string): number {
  return murmurHash3(key, murmurHash3(salt, 0)) / TWO_32;
}

/**
 * MurmurHash3, x86, 32 bits, of a text in UTF-8: an unsigned whole number.
 *
 * Source: Austin Appleby, SMHasher, `MurmurHash3_x86_32` (public domain).
 */
export function murmurHash3(text: string, seed: number): number {
  const bytes = new TextEncoder().encode(text);
  const words = new DataView(bytes.buffer, bytes.byteOffset);
  const blocks = bytes.length >> 2;
  let hash = seed | 0;
  for (let block = 0; block < blocks; block++) {
    const word = words.getInt32(block * 4, true);
    hash = Math.imul(rotateLeft(hash ^ scramble(word), 13), 5) + 0xe6546b64;
  }
  let tail = 0;
  for (let i = bytes.length - 1; i >= blocks * 4; i--) tail = (tail << 8) | words.getUint8(i);
  hash ^= scramble(tail) ^ bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scramble(word: number): number {
  return Math.imul(rotateLeft(Math.imul(word, C1), 15), C2);
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
