import { CheckedJson } from '../../checked-json.js';
import { ForecastError } from '../../errors.js';
import type { PartData } from '../../models/part-work.js';
import { type Encodable, KIND_NAMES, KINDS, type Kind, kindOf } from '../../models/typed-array-json.js';
import { present } from '../../present.js';

/** Position of an array in the bytes, counted from the end of the header. */
interface Entry {
  readonly kind: Kind;
  readonly offset: number;
  readonly length: number;
  /** A `float64` array whose values are all exact as `float32` is stored as that. */
  readonly narrowed?: true;
}

const WHAT = 'piece of a fanned-out fit';
const MAGIC = 0x43_46_50_31;
const ALIGNMENT = 8;
const PREFIX_BYTES = 8;

/**
 * Data and arrays as bytes: a magic number, the length of the header, the header as JSON, the little-endian
 * values of the arrays. At most half the size of JSON for sales, and read back without a copy.
 */
export function encodePiece({ about, arrays }: PartData): Uint8Array {
  const entries: Record<string, Entry> = {};
  const stored: Encodable[] = [];
  let end = 0;
  for (const [name, values] of Object.entries(arrays)) {
    const narrow = values instanceof Float64Array ? asFloat32(values) : undefined;
    stored.push(narrow ?? values);
    entries[name] = {
      kind: kindOf(values),
      offset: end,
      length: values.length,
      ...(narrow && { narrowed: true }),
    };
    end += aligned((narrow ?? values).byteLength);
  }
  const header = new TextEncoder().encode(JSON.stringify({ about, entries }));
  const start = aligned(PREFIX_BYTES + header.length);
  const bytes = new Uint8Array(start + end);
  new Uint32Array(bytes.buffer, 0, 2).set([MAGIC, header.length]);
  bytes.set(header, PREFIX_BYTES);
  Object.values(entries).forEach(({ offset }, i) => {
    const { buffer, byteOffset, byteLength } = present(stored[i], 'array of the entry');
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), start + offset);
  });
  return bytes;
}

/** @throws ForecastError `invalid-data` if the bytes are not what {@link encodePiece} wrote. */
export function decodePiece(content: Uint8Array): PartData {
  const { buffer } = content;
  const bytes =
    content.byteOffset % ALIGNMENT === 0 && buffer instanceof ArrayBuffer
      ? new Uint8Array(buffer, content.byteOffset, content.length)
      : new Uint8Array(content);
  if (bytes.length < PREFIX_BYTES) throw damaged();
  const [magic, headerLength = 0] = new Uint32Array(bytes.buffer, bytes.byteOffset, 2);
  if (magic !== MAGIC || PREFIX_BYTES + headerLength > bytes.length) throw damaged();
  const header = bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + headerLength);
  const start = bytes.byteOffset + aligned(PREFIX_BYTES + headerLength);
  const end = bytes.byteOffset + bytes.length;
  const json = new CheckedJson(parse(header), { what: WHAT, code: 'invalid-data' });
  const entries = json.object('entries');
  const arrays = entries.names.map((name) => [name, arrayOf(entries.object(name), bytes, start, end)]);
  return { about: json.object('about').fields, arrays: Object.fromEntries(arrays) };
}

function arrayOf(entry: CheckedJson, bytes: Uint8Array<ArrayBuffer>, start: number, end: number): Encodable {
  const kind = entry.oneOf('kind', KIND_NAMES);
  const narrowed = entry.optional('narrowed', () => entry.flag('narrowed')) ?? false;
  const Stored = KINDS[narrowed ? 'float32' : kind];
  const offset = start + entry.integer('offset', 0);
  const length = entry.integer('length', 0);
  // The same buffer may hold other data beyond the end.
  if (offset % ALIGNMENT !== 0 || offset + length * Stored.BYTES_PER_ELEMENT > end) entry.fail('offset');
  const stored = new Stored(bytes.buffer, offset, length);
  return narrowed ? Float64Array.from(stored) : stored;
}

function parse(header: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(header));
  } catch (cause) {
    throw damaged(cause);
  }
}

/** The values as `float32` if they are exact; sales are mostly whole numbers. */
function asFloat32(values: Float64Array): Float32Array | undefined {
  const narrow = new Float32Array(values);
  for (let i = 0; i < values.length; i++) {
    if (narrow[i] !== values[i] && !Number.isNaN(values[i])) return undefined;
  }
  return narrow;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

function damaged(cause?: unknown): ForecastError {
  return new ForecastError('invalid-data', `The bytes are not a ${WHAT}`, { cause });
}
