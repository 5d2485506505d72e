import type { CsvQuestion, SalesCsvInspection } from 'commerce-forecast/csv';

export type Inspection = SalesCsvInspection;
export type { CsvQuestion };

/** Bytes of a file that are looked at before it is sent. */
const LOOKED_AT = 4 * 1_048_576;

/** Columns of a sales record, in the order in which they are shown. */
export const RECORD_COLUMNS = [
  'date',
  'productId',
  'category',
  'units',
  'revenue',
  'price',
  'promo',
  'inStock',
  'location',
] as const;

export type RecordColumn = (typeof RECORD_COLUMNS)[number];

/** Choices of a person about a file, by which the server reads it too. */
export interface FileChoices {
  readonly columns: Readonly<Partial<Record<RecordColumn, string>>>;
  readonly answers: Readonly<Record<string, string>>;
}

/** Recognises a file in the browser, by the same rules as the server. Nothing of it leaves the browser. */
export async function inspectFile(file: File, { columns, answers }: FileChoices): Promise<Inspection> {
  const { inspectSalesCsv } = await import('commerce-forecast/csv');
  return inspectSalesCsv(file.slice(0, LOOKED_AT), { columns, answers, gzip: false });
}

/** Name of the column that a part of a record is read from; undefined where it is none or more than one. */
export function columnOf({ mapping }: Inspection, column: RecordColumn): string | undefined {
  const source: unknown = mapping.columns?.[column];
  if (typeof source === 'string') return source;
  if (typeof source !== 'object' || source === null || !('column' in source)) return undefined;
  return typeof source.column === 'string' ? source.column : undefined;
}

/** The lines of a file with given numbers, from 1, as far as they lie in the part that is looked at. */
export async function linesOf(
  file: File,
  encoding: string,
  numbers: readonly number[],
): Promise<Map<number, string>> {
  const bytes = await file.slice(0, LOOKED_AT).arrayBuffer();
  const lines = new TextDecoder(encoding).decode(bytes).split(/\r\n|\n|\r/);
  return new Map(numbers.flatMap((n) => (lines[n - 1] === undefined ? [] : [[n, lines[n - 1] ?? '']])));
}
