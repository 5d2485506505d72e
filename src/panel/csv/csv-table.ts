import { type CsvLine, CsvLineReader } from './csv-lines.js';

const DELIMITERS = [',', ';', '\t', '|'];
/** Lines in which the header is searched. */
const MAX_PREAMBLE = 80;
const SEPARATOR_LINE = /^\ufeff?"?sep=(.)"?[\r\n]/i;

/** A line that is well-formed. */
interface WholeLine extends CsvLine {
  readonly fields: readonly string[];
}

interface FoundHeader {
  readonly at: number;
  readonly line: WholeLine;
  readonly score: number;
}

/** Position of the table in a file, with its delimiter and header. */
export interface TableLocation {
  readonly delimiter: string;
  /** Number of the line with the names of the columns, from 1. */
  readonly headerLine: number;
  readonly header: readonly string[];
  /** The lines above, such as titles. */
  readonly preamble: readonly WholeLine[];
}

export interface TableSearch {
  /** One character, or `auto`. */
  readonly delimiter: string;
  readonly headerLine?: number;
  /** Lines that are skipped before the search for the header. */
  readonly skipLines?: number;
  /** Scores how much a line resembles a header; 0 for not at all. */
  readonly score: (fields: readonly string[]) => number;
}

/** The delimiter declared by a first line such as `sep=;`, which spreadsheets write. */
export function separatorLine(text: string): string | undefined {
  return SEPARATOR_LINE.exec(text)?.[1];
}

/** Finds the table in the first lines of a file; `undefined` if there is no line at all. */
export function locateTable(head: string, search: TableSearch): TableLocation | undefined {
  const declared = separatorLine(head);
  const delimiters = search.delimiter !== 'auto' ? [search.delimiter] : declared ? [declared] : DELIMITERS;
  let best: { table: TableLocation; score: number; shape: number } | undefined;
  for (const delimiter of delimiters) {
    const lines = headLines(head, delimiter).filter(({ line }) => line > (search.skipLines ?? 0));
    if (declared !== undefined && lines[0]?.line === 1) lines.shift();
    const found = findHeader(lines, search);
    if (!found) continue;
    const shape = evenness(lines.slice(found.at), found.line.fields.length);
    if (best && (found.score < best.score || (found.score === best.score && shape <= best.shape))) continue;
    const { line, fields } = found.line;
    const table = {
      delimiter,
      headerLine: line,
      header: headerNames(fields),
      preamble: lines.slice(0, found.at),
    };
    best = { table, score: found.score, shape };
  }
  return best?.table;
}

/** The names of a header; spreadsheets write empty ones after the last. */
export function headerNames(fields: readonly string[]): string[] {
  const names = fields.map((name) =>
    name
      .replace(/^\ufeff/, '')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  while (names.length > 0 && names[names.length - 1] === '') names.pop();
  return names;
}

export function isBlankLine(fields: readonly string[]): boolean {
  return fields.every((field) => field.trim() === '');
}

function headLines(head: string, delimiter: string): WholeLine[] {
  const reader = new CsvLineReader(delimiter);
  return reader
    .read(head.replace(/^\ufeff/, ''), true)
    .flatMap(({ line, fields }) => (fields !== undefined && !isBlankLine(fields) ? [{ line, fields }] : []));
}

function findHeader(
  lines: readonly WholeLine[],
  { headerLine, score }: TableSearch,
): FoundHeader | undefined {
  if (headerLine !== undefined) {
    const at = lines.findIndex(({ line }) => line >= headerLine);
    const line = lines[at];
    return line && { at, line, score: score(line.fields) };
  }
  let best: FoundHeader | undefined;
  for (const [at, line] of lines.slice(0, MAX_PREAMBLE).entries()) {
    const points = score(line.fields);
    if (!best || points > best.score) best = { at, line, score: points };
  }
  if (!best || best.score > 0) return best;
  const at = widestStart(lines);
  const line = lines[at];
  return line && { at, line, score: 0 };
}

/** The first line with the commonest number of fields. */
function widestStart(lines: readonly WholeLine[]): number {
  const widths = lines.map(({ fields }) => fields.length);
  const counts = new Map<number, number>();
  for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1);
  const common = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  return Math.max(
    0,
    widths.findIndex((width) => width >= common),
  );
}

/** Scores how well the number of fields in the lines below agrees with the header. */
function evenness(lines: readonly WholeLine[], width: number): number {
  const even = lines.filter(({ fields }) => fields.length === width).length;
  return (width - 1) * even;
}
