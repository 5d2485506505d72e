import { ForecastError } from '../../errors.js';
import { throwIfAborted } from '../../long-call.js';
import { type CsvLine, CsvLineReader } from './csv-lines.js';
import { type CsvInput, readCsvText } from './csv-source.js';
import { isBlankLine, locateTable } from './csv-table.js';

/** A file that fits into memory, such as a plan or a list of stock. */
export interface SmallTable {
  readonly header: readonly string[];
  /** Lines below the header. */
  readonly lines: readonly CsvLine[];
}

export interface SmallTableOptions {
  /** Content of the file in one word, for messages: `plan`. */
  readonly what: string;
  /** Number of columns that a line would name if it were the header. */
  readonly score: (fields: readonly string[]) => number;
  /** One character. Default: found out. */
  readonly delimiter?: string;
  /** Such as `windows-1252`. Default: found out. */
  readonly encoding?: string;
  readonly gzip?: 'auto' | boolean;
  readonly signal?: AbortSignal;
}

/** Longest file, in characters: this is no table of sales. */
const MAX_LENGTH = 64 * 2 ** 20;

/**
 * Reads a file as a whole and finds its table.
 *
 * @throws ForecastError `empty-data` without a line below a header, `limit-exceeded`, `aborted`.
 */
export async function readSmallTable(input: CsvInput, options: SmallTableOptions): Promise<SmallTable> {
  const { what, score, gzip = 'auto', encoding = 'auto', delimiter = 'auto', signal } = options;
  let text = '';
  throwIfAborted(signal);
  for await (const piece of readCsvText(input, { gzip, encoding })) {
    throwIfAborted(signal);
    text += piece;
    if (text.length > MAX_LENGTH) {
      throw new ForecastError('limit-exceeded', `The file is too long for a ${what}`, { path: ['input'] });
    }
  }
  const table = locateTable(text, { delimiter, score });
  const whole = new CsvLineReader(table?.delimiter ?? ',').read(text.replace(/^\ufeff/, ''), true);
  const lines = whole.filter(
    ({ line, fields }) => table && line > table.headerLine && !(fields && isBlankLine(fields)),
  );
  if (!table || lines.length === 0) {
    throw new ForecastError('empty-data', `The ${what} has no line below a header`, { path: ['input'] });
  }
  return { header: table.header, lines };
}
