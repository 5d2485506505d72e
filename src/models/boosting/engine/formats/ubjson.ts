import { type DocumentValue, invalid } from './xgboost-format.js';

/*
 * Universal Binary JSON, draft 12 (https://ubjson.org), the subset that XGBoost writes: objects, strings,
 * big-endian integers, and typed arrays with counts.
 */

/** Greatest depth of nested objects and arrays; XGBoost's models have eight levels. */
const DEEPEST = 32;

/** @throws ForecastError `invalid-model` for bytes that are truncated, nested too deeply, or not UBJSON. */
export function decodeUbjson(bytes: Uint8Array): unknown {
  if (!(bytes instanceof Uint8Array)) invalid('The model is not a Uint8Array', []);
  const reader = new Reader(bytes);
  const value = reader.value(reader.marker(), 0);
  reader.expectEnd();
  return value;
}

/** The bytes of a document. */
export function encodeUbjson(value: DocumentValue): Uint8Array {
  const writer = new Writer();
  writer.value(value);
  return writer.finish();
}

class Reader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  marker(): string {
    this.need(1);
    return String.fromCharCode(this.bytes[this.at++]);
  }

  expectEnd(): void {
    if (this.at !== this.bytes.length) invalid('There are bytes after the end of the model', [this.at]);
  }

  value(marker: string, depth: number): unknown {
    if (depth > DEEPEST) invalid('The model is nested too deeply', [this.at]);
    switch (marker) {
      case '{':
        return this.object(depth);
      case '[':
        return this.array(depth);
      case 'S':
        return this.text();
      case 'T':
        return true;
      case 'F':
        return false;
      case 'Z':
        return null;
      default:
        return this.number(marker);
    }
  }

  private number(marker: string): number {
    const size = sizeOf(marker);
    if (size === 0) invalid(`There is no UBJSON type '${marker}'`, [this.at]);
    this.need(size);
    const { view, at } = this;
    this.at += size;
    switch (marker) {
      case 'i':
        return view.getInt8(at);
      case 'U':
        return view.getUint8(at);
      case 'I':
        return view.getInt16(at);
      case 'l':
        return view.getInt32(at);
      case 'L':
        return Number(view.getBigInt64(at));
      case 'd':
        return view.getFloat32(at);
      default:
        return view.getFloat64(at);
    }
  }

  private count(): number {
    const marker = this.marker();
    const count = 'iUIlL'.includes(marker) ? this.number(marker) : -1;
    // Every counted item takes at least a byte, so a huge count cannot cause a huge allocation.
    if (count < 0 || count > this.bytes.length - this.at) invalid('A count is out of range', [this.at]);
    return count;
  }

  private text(): string {
    const length = this.count();
    const start = this.at;
    this.at += length;
    return new TextDecoder().decode(this.bytes.subarray(start, this.at));
  }

  private object(depth: number): Record<string, unknown> {
    const result: Record<string, unknown> = Object.create(null);
    for (;;) {
      this.need(1);
      if (this.bytes[this.at] === 0x7d) {
        this.at++;
        return result;
      }
      const name = this.text();
      result[name] = this.value(this.marker(), depth + 1);
    }
  }

  private array(depth: number): unknown {
    let marker = this.marker();
    if (marker === '$') return this.typedArray();
    const result: unknown[] = [];
    if (marker === '#') {
      // Not `Array.from`, which makes room for all: a count is believed item by item.
      for (let left = this.count(); left > 0; left--) result.push(this.value(this.marker(), depth + 1));
      return result;
    }
    while (marker !== ']') {
      result.push(this.value(marker, depth + 1));
      marker = this.marker();
    }
    return result;
  }

  private typedArray(): number[] {
    const type = this.marker();
    const size = sizeOf(type);
    if (size === 0 || this.marker() !== '#') invalid('A typed array is malformed', [this.at]);
    const count = this.count();
    this.need(count * size);
    return Array.from({ length: count }, () => this.number(type));
  }

  private need(bytes: number): void {
    if (this.at + bytes > this.bytes.length) invalid('The model is truncated', [this.bytes.length]);
  }
}

/** Bytes of a number, 0 for other types. */
function sizeOf(marker: string): number {
  switch (marker) {
    case 'i':
    case 'U':
      return 1;
    case 'I':
      return 2;
    case 'l':
    case 'd':
      return 4;
    case 'L':
    case 'D':
      return 8;
    default:
      return 0;
  }
}

class Writer {
  private bytes = new Uint8Array(1024);
  private view = new DataView(this.bytes.buffer);
  private at = 0;

  finish(): Uint8Array {
    return this.bytes.slice(0, this.at);
  }

  value(value: DocumentValue): void {
    if (typeof value === 'string') {
      this.marker('S');
      this.text(value);
    } else if (typeof value === 'number') {
      this.marker('l');
      const at = this.reserve(4);
      this.view.setInt32(at, value);
    } else if (value instanceof Float32Array) {
      this.typedArray('d', 4, value, (at, number) => this.view.setFloat32(at, number));
    } else if (value instanceof Int32Array) {
      this.typedArray('l', 4, value, (at, number) => this.view.setInt32(at, number));
    } else if (value instanceof BigInt64Array) {
      this.typedArray('L', 8, value, (at, number) => this.view.setBigInt64(at, number));
    } else if (value instanceof Uint8Array) {
      this.typedArray('U', 1, value, (at, number) => this.view.setUint8(at, number));
    } else if (Array.isArray(value)) {
      this.marker('[');
      this.marker('#');
      this.count(value.length);
      for (const entry of value) this.value(entry);
    } else {
      this.marker('{');
      for (const [name, member] of Object.entries(value)) {
        this.text(name);
        this.value(member);
      }
      this.marker('}');
    }
  }

  private typedArray<T>(
    type: string,
    size: number,
    values: ArrayLike<T>,
    write: (at: number, value: T) => void,
  ): void {
    for (const marker of ['[', '$', type, '#']) this.marker(marker);
    this.count(values.length);
    const start = this.reserve(values.length * size);
    for (let i = 0; i < values.length; i++) write(start + i * size, values[i]);
  }

  private text(text: string): void {
    const encoded = new TextEncoder().encode(text);
    this.count(encoded.length);
    const at = this.reserve(encoded.length);
    this.bytes.set(encoded, at);
  }

  private count(count: number): void {
    this.marker('L');
    const at = this.reserve(8);
    this.view.setBigInt64(at, BigInt(count));
  }

  private marker(marker: string): void {
    const at = this.reserve(1);
    this.bytes[at] = marker.charCodeAt(0);
  }

  /** Reserves space for the next bytes and returns its start; may move `bytes` and `view` to a larger buffer. */
  private reserve(bytes: number): number {
    const start = this.at;
    this.at += bytes;
    if (this.at > this.bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.at));
      larger.set(this.bytes);
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    }
    return start;
  }
}
