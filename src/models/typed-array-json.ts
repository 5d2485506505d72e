import { isRecord } from '../checked-json.js';
import { ForecastError } from '../errors.js';

/** The kinds of typed arrays that are stored, by name. */
export const KINDS = {
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
} as const;

export type Kind = keyof typeof KINDS;
export type ArrayOf<K extends Kind> = InstanceType<(typeof KINDS)[K]>;
/** The typed arrays of {@link KINDS} over any buffer, shared ones included. */
export type Encodable = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

/** A typed array as JSON: its little-endian bytes in base64, so that it reads back to the last bit. */
export interface EncodedArray {
  readonly kind: Kind;
  readonly base64: string;
}

/** The names of {@link KINDS}. */
export const KIND_NAMES: readonly Kind[] = ['float64', 'float32', 'int32', 'uint32', 'uint16', 'uint8'];

/** The two base64 characters of each 12 bits: a table is ten times faster than `btoa` for large arrays. */
let pairsOfBase64: Uint16Array | undefined;

/** The name of the kind of an array. @throws ForecastError `invalid-data` if it is none of {@link KINDS}. */
export function kindOf(values: Encodable): Kind {
  for (const kind of KIND_NAMES) if (isKind(values, kind)) return kind;
  throw new ForecastError('invalid-data', 'Not a typed array that can be encoded');
}

/** Tells whether an array is of a kind. */
export function isKind<K extends Kind>(values: Encodable, kind: K): values is ArrayOf<K> {
  return values instanceof KINDS[kind];
}

/** Encodes a typed array; the inverse of {@link decodeArray}. */
export function encodeArray(values: Encodable): EncodedArray {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { kind: kindOf(values), base64: base64Of(bytes) };
}

function base64Of(bytes: Uint8Array): string {
  const pairs = new Uint16Array(Math.ceil(bytes.length / 3) * 2);
  const characters = new Uint8Array(pairs.buffer);
  pairsOfBase64 ??= makePairs();
  for (let i = 0, p = 0; i < bytes.length; i += 3) {
    // Beyond the end there are zero bits.
    const bits = (bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2];
    pairs[p++] = pairsOfBase64[bits >> 12];
    pairs[p++] = pairsOfBase64[bits & 0xfff];
  }
  const padding = (3 - (bytes.length % 3)) % 3;
  characters.fill('='.charCodeAt(0), characters.length - padding);
  return new TextDecoder().decode(characters);
}

/** All numbers of 12 bits one after the other, two in three bytes, in base64. */
function makePairs(): Uint16Array {
  const numbers = Uint8Array.from({ length: 0x1800 }, (_, i) => {
    const even = 2 * Math.floor(i / 3);
    return ((even << 12) | (even + 1)) >> (16 - 8 * (i % 3));
  });
  const text = btoa(String.fromCharCode(...numbers));
  return new Uint16Array(Uint8Array.from(text, (character) => character.charCodeAt(0)).buffer);
}

/**
 * Decodes what {@link encodeArray} wrote.
 *
 * @throws ForecastError `invalid-model` if the data is not an encoded array of that kind (and length, if given).
 */
export function decodeArray<K extends Kind>(data: unknown, kind: K, length?: number): ArrayOf<K> {
  const base64 = isRecord(data) && data['kind'] === kind ? data['base64'] : undefined;
  if (typeof base64 !== 'string') {
    throw new ForecastError('invalid-model', `Expected an encoded ${kind} array`);
  }
  let binary: string;
  try {
    binary = atob(base64);
  } catch (cause) {
    throw new ForecastError('invalid-model', `The bytes of a ${kind} array are not base64`, { cause });
  }
  const size = KINDS[kind].BYTES_PER_ELEMENT;
  if (binary.length % size !== 0 || (length !== undefined && binary.length !== length * size)) {
    throw new ForecastError('invalid-model', `A ${kind} array has ${binary.length} bytes, which is wrong`);
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return new KINDS[kind](bytes.buffer) as ArrayOf<K>;
}
