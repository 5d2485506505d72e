import type * as z from 'zod/mini';
import { ForecastError } from '../../errors.js';
import { throwIfAborted } from '../../long-call.js';
import { checkedBy, firstIssue } from '../../schema.js';
import { ColumnEvidence } from './column-evidence.js';
import { type CsvLine, CsvLineReader } from './csv-lines.js';
import { type CsvInput, readCsvText } from './csv-source.js';
import { isBlankLine, locateTable } from './csv-table.js';
import { rolesOf } from './csv-words.js';

/** A file that fits into memory, such as a plan or a list of stock. */
export interface SmallTable<Column extends string> {
  readonly header: readonly string[];
  /** Lines below the header. */
  readonly lines: readonly CsvLine[];
  /** Position of each column, by its name or as the options say. */
  readonly columns: ReadonlyMap<Column, number>;
  readonly evidence: readonly ColumnEvidence[];
}

export interface SmallTableOptions<Column extends string> {
  /** Content of the file in one word, for messages: `plan`. */
  readonly what: string;
  /** Finds columns by their names in a header. */
  readonly find: (header: readonly string[]) => ReadonlyMap<Column, number>;
  /** Names of columns that are not recognised. */
  readonly columns?: Readonly<Partial<Record<Column, string>>>;
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
 * @throws ForecastError `empty-data` without a line below a header, `invalid-option` for a column that the header lacks,
 *   `limit-exceeded`, `aborted`.
 */
export async function readSmallTable<Column extends string>(
  input: CsvInput,
  options: SmallTableOptions<Column>,
): Promise<SmallTable<Column>> {
  const { what, find, gzip = 'auto', encoding = 'auto', delimiter = 'auto', signal } = options;
  const given = (options.columns ?? {}) as Readonly<Record<string, string>>;
  let text = '';
  throwIfAborted(signal);
  for await (const piece of readCsvText(input, { gzip, encoding })) {
    throwIfAborted(signal);
    text += piece;
    if (text.length > MAX_LENGTH) {
      throw new ForecastError('limit-exceeded', `The file is too long for a ${what}`, { path: ['input'] });
    }
  }
  const ownNames = new Set(Object.values(given));
  const score = (fields: readonly string[]) =>
    find(fields).size + fields.filter((field) => ownNames.has(field.trim())).length;
  const table = locateTable(text, { delimiter, score });
  const whole = new CsvLineReader(table?.delimiter ?? ',').read(text.replace(/^\ufeff/, ''), true);
  const lines = whole.filter(
    ({ line, fields }) => table && line > table.headerLine && !(fields && isBlankLine(fields)),
  );
  if (!table || lines.length === 0) {
    throw new ForecastError('empty-data', `The ${what} has no line below a header`, { path: ['input'] });
  }
  const { header } = table;
  const columns = new Map(find(header));
  for (const [column, name] of Object.entries(given) as [Column, string][]) {
    const position = header.indexOf(name);
    if (position < 0) throw missingColumn(`The ${what} has no column "${name}"`, header, column);
    for (const [other, taken] of columns) if (taken === position) columns.delete(other);
    columns.set(column, position);
  }
  const evidence = header.map((title, position) => new ColumnEvidence(position, title));
  for (const { fields } of lines) {
    for (const column of evidence) column.add(fields?.[column.position] ?? '');
  }
  return { header, lines, columns, evidence };
}

/** Makes the error `invalid-option` about a column that a header lacks. */
export function missingColumn(message: string, header: readonly string[], column: string): ForecastError {
  return new ForecastError('invalid-option', message, {
    path: [`columns.${column}`],
    hint: `The header has: ${header.join(', ')}.`,
  });
}

/** Finds the columns of a header: the first one of each, ids of products before their names. */
export function findColumns<Column extends string>(
  header: readonly string[],
  columnsOf: (title: string) => readonly (Column | 'product')[],
): ReadonlyMap<Column | 'product', number> {
  const found = new Map<Column | 'product', number>();
  const ids = header.findIndex((title) => rolesOf(title).some(({ role }) => role === 'sku'));
  if (ids >= 0) found.set('product', ids);
  header.forEach((title, position) => {
    if (position === ids) return;
    const column = columnsOf(title).find((candidate) => !found.has(candidate));
    if (column !== undefined) found.set(column, position);
  });
  return found;
}

/** A line that cannot be used. */
export interface CsvLineProblem {
  /** Number of the line in the file, from 1. */
  readonly line: number;
  /** Column of the record. */
  readonly column: string;
  readonly message: string;
}

/** Records of a small table, and its lines that cannot be used. */
export interface SmallTableRecords<Item, Column extends string> {
  readonly records: readonly Item[];
  readonly problems: readonly CsvLineProblem[];
  /** The name of each recognised column. */
  readonly columns: Readonly<Partial<Record<Column, string>>>;
}

/** Makes a record of each line of a table, by a schema. */
export function recordsOf<Schema extends z.core.$ZodType, Column extends string>(
  { header, lines, columns }: SmallTable<Column>,
  schema: Schema,
  read: (fields: readonly string[]) => unknown,
): SmallTableRecords<z.output<Schema>, Column> {
  const records: z.output<Schema>[] = [];
  const problems: CsvLineProblem[] = [];
  for (const { line, fields } of lines) {
    if (!fields) {
      problems.push({ line, column: 'line', message: 'The line is not well-formed' });
      continue;
    }
    const checked = checkedBy(schema, read(fields));
    if (checked.success) records.push(checked.data);
    else {
      const { path, message } = firstIssue(checked.error);
      problems.push({ line, column: String(path[0] ?? 'line'), message });
    }
  }
  const named = [...columns].map(([column, position]) => [column, header[position]]);
  return { records, problems, columns: Object.fromEntries(named) };
}
