import { ForecastError } from '../../errors.js';

/** Findings of a decoder about the bytes. */
export interface EncodingFacts {
  /** The encoding in use, by its WHATWG name. */
  encoding: string;
  /** True if a byte order mark named the encoding. */
  byMark: boolean;
  /** Encoding that is used for bytes that are not UTF-8; undefined if none were met. */
  fallback: string | undefined;
  /** True if valid UTF-8 with letters beyond ASCII preceded bytes that are not UTF-8. */
  mixed: boolean;
}

const MARKS: readonly (readonly [encoding: string, bytes: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/**
 * Decodes bytes that arrive in pieces. Bytes that are not UTF-8 are read in the likeliest encoding, never as
 * replacement characters, which would merge different names.
 */
export class CsvDecoder {
  readonly facts: EncodingFacts;
  private decoder: TextDecoder | undefined;
  private beyondAscii = false;
  private held: Uint8Array = new Uint8Array(0);

  /** @throws ForecastError `invalid-option` for an unknown encoding. */
  constructor(wanted: string) {
    this.facts = {
      encoding: wanted === 'auto' ? 'utf-8' : wanted,
      byMark: false,
      fallback: undefined,
      mixed: false,
    };
    if (wanted !== 'auto') this.decoder = makeDecoder(wanted);
  }

  decode(piece: Uint8Array, last: boolean): string {
    let { decoder } = this;
    if (!decoder) {
      this.held = joined(this.held, piece);
      // UTF-16 without a byte order mark is recognised by its first letters.
      if (this.held.length < 64 && !last) return '';
      decoder = this.start(this.held);
      piece = this.held;
      this.held = new Uint8Array(0);
    }
    if (this.facts.encoding !== 'utf-8') return decodeLegacy(decoder, piece, !last);
    return this.decodeUtf8(decoder, joined(this.held, piece), last);
  }

  private start(head: Uint8Array): TextDecoder {
    const mark = MARKS.find(([, bytes]) => bytes.every((byte, i) => head[i] === byte));
    this.facts.byMark = mark !== undefined;
    this.facts.encoding = mark?.[0] ?? unmarkedUtf16(head) ?? 'utf-8';
    this.decoder = makeDecoder(this.facts.encoding);
    return this.decoder;
  }

  /** Decodes whole characters only, so that a piece is either UTF-8 or not. */
  private decodeUtf8(decoder: TextDecoder, bytes: Uint8Array, last: boolean): string {
    const end = last ? bytes.length : wholeCharacters(bytes);
    this.held = bytes.slice(end);
    const whole = bytes.subarray(0, end);
    if (this.facts.fallback !== undefined && !this.facts.mixed) return decodeLegacy(decoder, whole);
    try {
      const text = makeDecoder('utf-8').decode(whole);
      this.beyondAscii ||= text.length !== whole.length;
      return text;
    } catch {
      return this.fallBack(whole);
    }
  }

  private fallBack(bytes: Uint8Array): string {
    this.facts.fallback ??= likelyEncoding(bytes);
    this.facts.mixed ||= this.beyondAscii;
    this.decoder = makeDecoder(this.facts.fallback);
    return this.decodeLines(this.decoder, bytes);
  }

  /** Files of different encodings may have been concatenated: each line is decoded by itself. */
  private decodeLines(decoder: TextDecoder, bytes: Uint8Array): string {
    const utf8 = makeDecoder('utf-8');
    let text = '';
    for (let from = 0; from < bytes.length; ) {
      const at = bytes.indexOf(10, from);
      const end = at < 0 ? bytes.length : at + 1;
      const line = bytes.subarray(from, end);
      try {
        const decoded = utf8.decode(line);
        this.facts.mixed ||= decoded.length !== line.length;
        text += decoded;
      } catch {
        text += decodeLegacy(decoder, line);
      }
      from = end;
    }
    return text;
  }
}

/** UTF-8 is read strictly; the replacement character would hide the original bytes. */
function makeDecoder(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: /^utf-?8$/i.test(encoding), ignoreBOM: false });
  } catch (cause) {
    throw new ForecastError('invalid-option', `Unknown encoding "${encoding}"`, {
      path: ['encoding'],
      hint: 'Use a WHATWG name such as utf-8 or windows-1252',
      cause,
    });
  }
}

/** Characters of the bytes 0x80 to 0x9f in Windows-1252. */
const WINDOWS_1252 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

/** Decodes, and corrects some versions of Node that decode Windows-1252 as Latin-1, which has no euro sign. */
function decodeLegacy(decoder: TextDecoder, bytes: Uint8Array, stream = false): string {
  const text = decoder.decode(bytes, { stream });
  if (decoder.encoding !== 'windows-1252' || !/[\u0080-\u009f]/.test(text)) return text;
  return text.replace(/[\u0080-\u009f]/g, (mark) => WINDOWS_1252[mark.charCodeAt(0) - 0x80] ?? mark);
}

/** ASCII text in UTF-16 has a zero in every second byte. */
function unmarkedUtf16(head: Uint8Array): string | undefined {
  let even = 0;
  let odd = 0;
  for (let i = 0; i < head.length; i++) if (head[i] === 0) i % 2 === 0 ? even++ : odd++;
  const half = head.length / 2;
  if (odd > 0.7 * half && even === 0) return 'utf-16le';
  return even > 0.7 * half && odd === 0 ? 'utf-16be' : undefined;
}

/** Bytes before a last character that is not complete. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes.at(-back) ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

const CENTRAL_EUROPEAN = new Set([
  0xb9, 0xb3, 0xbf, 0x9c, 0x9f, 0xa5, 0xa3, 0xaf, 0x8c, 0x8f, 0x9a, 0x9e, 0x8a, 0x8e,
]);

/** Accented vowels in Mac OS Roman, where Windows encodings have hardly any letters. */
const MACINTOSH = new Set([0x87, 0x88, 0x89, 0x8a, 0x8d, 0x8e, 0x8f, 0x90, 0x9a, 0x9b, 0x9c, 0x9d, 0x9f]);

/** The likeliest single-byte encoding of bytes, by how their letters beyond ASCII lie among the others. */
export function likelyEncoding(bytes: Uint8Array): string {
  let high = 0;
  let runs = 0;
  let low = 0;
  let central = 0;
  const isLetter = (byte: number | undefined) =>
    byte !== undefined && (byte | 32) >= 97 && (byte | 32) <= 122;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte < 0x80) continue;
    high++;
    if (byte >= 0xc0 && (bytes[i - 1] ?? 0) >= 0xc0 && (bytes[i - 2] ?? 0) >= 0xc0) runs++;
    if (!isLetter(bytes[i - 1]) && !isLetter(bytes[i + 1])) continue;
    if (CENTRAL_EUROPEAN.has(byte) && isLetter(bytes[i + 1])) central++;
    if (MACINTOSH.has(byte)) low++;
  }
  if (high === 0) return 'windows-1252';
  // Whole words beyond ASCII are Cyrillic; in Latin text such letters occur singly.
  if (runs > 0.4 * high) return 'windows-1251';
  // Mac OS Roman has letters where Windows has quotes and dashes.
  if (low > 0.5 * high && (central < low || low === high)) return 'macintosh';
  return central > 0.3 * high ? 'windows-1250' : 'windows-1252';
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
