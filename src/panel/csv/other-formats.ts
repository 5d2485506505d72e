import { ForecastError } from '../../errors.js';

/** First characters (bytes as Latin-1) of files that are no CSV, and what they are. */
const BY_SIGNATURE: readonly (readonly [start: string, name: string])[] = [
  ['PK\u0003\u0004', 'an Excel workbook or another zip archive'],
  ['\u00d0\u00cf\u0011\u00e0', 'an old Excel workbook'],
  ['%PDF-', 'a PDF document'],
  ['\u001f\u008b', 'compressed with gzip twice'],
];
const BY_SYNTAX: readonly (readonly [start: RegExp, name: string])[] = [
  [/^\s*<(?:!doctype|html|table|\?xml)\b/i, 'a web page or XML'],
  [/^\s*(?:\{\s*"|\[\s*[{[])/, 'JSON'],
];
/** Byte order marks of UTF-8, as bytes and as text. */
const MARK = /^(?:\u00ef\u00bb\u00bf|\ufeff)/;
const START_LENGTH = 64;

/** Recognises other kinds of files by their first bytes, such as a workbook renamed to `.csv`. */
export class OtherFormats {
  private start = '';

  /** @throws ForecastError `invalid-data` if the input begins like a file that is no CSV. */
  check(piece: Uint8Array | string): void {
    const missing = START_LENGTH - this.start.length;
    if (missing <= 0) return;
    this.start +=
      typeof piece === 'string'
        ? piece.slice(0, missing)
        : String.fromCharCode(...piece.subarray(0, missing));
    const text = this.start.replace(MARK, '');
    const found =
      BY_SIGNATURE.find(([start]) => text.startsWith(start)) ?? BY_SYNTAX.find(([start]) => start.test(text));
    if (!found) return;
    throw new ForecastError('invalid-data', `The file is ${found[1]}, not CSV`, {
      path: ['input'],
      hint: 'Export the sales as CSV, or save the sheet as "CSV UTF-8".',
    });
  }
}
