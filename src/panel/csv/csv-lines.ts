import Papa from 'papaparse';
import { splitSimpleLines } from './split-simple-lines.js';

/** A line of the file as its fields, or `undefined` in place of fields for a line that is not well-formed. */
export interface CsvLine {
  /** Number of the line in the file, from 1; of the first line where a quoted field spans several. */
  readonly line: number;
  readonly fields: readonly string[] | undefined;
  /** The raw text of a malformed line. */
  readonly text?: string;
}

/** The text of a field; blank if the line ends before it. */
export function fieldAt(fields: readonly string[], position: number): string {
  return fields[position] ?? '';
}

/** Characters within which a quote must close; otherwise it is taken for a stray one. */
const MAX_RECORD_LENGTH = 1 << 18;

/**
 * Splits text that arrives in pieces into lines of fields. A stray quote costs only its own line, as the piece
 * that holds it is read line by line.
 */
export class CsvLineReader {
  private readonly parser: Papa.Parser;
  private rest = '';
  private nextLine = 1;

  constructor(private readonly delimiter: string) {
    this.parser = new Papa.Parser({ delimiter, newline: '\n' });
  }

  /** The lines that a further piece completes; with `last`, also one without a line end. */
  read(piece: string, last: boolean): CsvLine[] {
    let text = this.rest + piece;
    // A carriage return at the very end may be the first half of a line end.
    const held = !last && text.endsWith('\r') ? '\r' : '';
    if (held) text = text.slice(0, -1);
    if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n');
    if (last && text !== '' && !text.endsWith('\n')) text += '\n';
    const simple = splitSimpleLines(text, this.delimiter);
    if (simple) {
      this.rest = text.slice(text.lastIndexOf('\n') + 1) + held;
      return simple.map((fields) => ({ line: this.nextLine++, fields }));
    }
    const { data, errors, meta } = this.parser.parse(text, 0, true) as Papa.ParseResult<string[]>;
    const unclosed = text.length - meta.cursor > MAX_RECORD_LENGTH || (last && meta.cursor < text.length);
    if (errors.length > 0 || unclosed) return this.readLineByLine(text, held);
    this.rest = text.slice(meta.cursor) + held;
    return this.number(data, countLineEnds(text, meta.cursor));
  }

  private number(rows: readonly (readonly string[])[], lineEnds: number): CsvLine[] {
    const plain = rows.length === lineEnds;
    return rows.map((fields) => {
      const line = this.nextLine;
      this.nextLine += plain
        ? 1
        : 1 + fields.reduce((sum, field) => sum + countLineEnds(field, field.length), 0);
      return { line, fields };
    });
  }

  private readLineByLine(text: string, held: string): CsvLine[] {
    const lines = text.split('\n');
    this.rest = (lines.pop() ?? '') + held;
    return lines.map((line) => ({ line: this.nextLine++, ...this.readLine(line) }));
  }

  private readLine(text: string): Pick<CsvLine, 'fields' | 'text'> {
    if (!text.includes('"')) return { fields: text.split(this.delimiter) };
    const { data, errors } = this.parser.parse(text, 0, false) as Papa.ParseResult<string[]>;
    return errors.length === 0 && data.length === 1 ? { fields: data[0] } : { fields: undefined, text };
  }
}

function countLineEnds(text: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
