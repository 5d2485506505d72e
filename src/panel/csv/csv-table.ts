import { type CsvLine, CsvLineReader } from './csv-lines.js';

const DELIMITERS = [',', ';', '\t', '|'];
/** Lines among which the header is looked for. */
const MAX_PREAMBLE = 80;
const SEPARATOR_LINE = /^\ufeff?"?sep=(.)"?[\r\n]/i;

/** Where the table of a file is. */
export interface TableLocation {
  readonly delimiter: string;
  /** Number of the line with the names of the columns, from 1. */
  readonly headerLine: number;
  readonly header: readonly string[];
  /** The lines above, such as titles. */
  readonly preamble: readonly CsvLine[];
}

export interface TableSearch {
  /** One character, or `auto`. */
  readonly delimiter: string;
  readonly headerLine?: number;
  /** Lines that are left out before the header is looked for. */
  readonly skipLines?: number;
  /** How much a line looks like the header; 0 for not at all. */
  readonly score: (fields: readonly string[]) => number;
}

/** The delimiter that a line `sep=;` at the top tells, as spreadsheets write it. */
export function separatorLine(text: string): string | undefined {
  return SEPARATOR_LINE.exec(text)?.[1];
}

/** Finds the table in the first lines of a file; `undefined` if there is no line at all. */
export function locateTable(head: string, search: TableSearch): TableLocation | undefined {
  const told = separatorLine(head);
  const delimiters = search.delimiter !== 'auto' ? [search.delimiter] : told ? [told] : DELIMITERS;
  let best: { table: TableLocation; score: number; shape: number } | undefined;
  for (const delimiter of delimiters) {
    const lines = headLines(head, delimiter).filter(({ line }) => line > (search.skipLines ?? 0));
    if (told !== undefined && lines[0]?.line === 1) lines.shift();
    const found = findHeader(lines, search);
    if (!found) continue;
    const shape = evenness(lines, found.at);
    if (best && (found.score < best.score || (found.score === best.score && shape <= best.shape))) continue;
    const { line, fields } = lines[found.at];
    const table = {
      delimiter,
      headerLine: line,
      header: headerNames(fields!),
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

function headLines(head: string, delimiter: string): CsvLine[] {
  const reader = new CsvLineReader(delimiter);
  return reader
    .read(head.replace(/^\ufeff/, ''), true)
    .filter(({ fields }) => fields !== undefined && !isBlankLine(fields));
}

function findHeader(
  lines: readonly CsvLine[],
  { headerLine, score }: TableSearch,
): { at: number; score: number } | undefined {
  if (headerLine !== undefined) {
    const at = lines.findIndex(({ line }) => line >= headerLine);
    return at < 0 ? undefined : { at, score: score(lines[at].fields!) };
  }
  let best: { at: number; score: number } | undefined;
  for (let at = 0; at < Math.min(lines.length, MAX_PREAMBLE); at++) {
    const points = score(lines[at].fields!);
    if (!best || points > best.score) best = { at, score: points };
  }
  if (!best || best.score > 0) return best;
  return { at: widestStart(lines), score: 0 };
}

/** The first line that is as wide as most of the lines are. */
function widestStart(lines: readonly CsvLine[]): number {
  const widths = lines.map(({ fields }) => fields!.length);
  const counts = new Map<number, number>();
  for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1);
  const common = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  return Math.max(
    0,
    widths.findIndex((width) => width >= common),
  );
}

/** How many fields the lines below have in common with the header. */
function evenness(lines: readonly CsvLine[], at: number): number {
  const width = lines[at].fields!.length;
  const even = lines.slice(at).filter(({ fields }) => fields!.length === width).length;
  return (width - 1) * even;
}
