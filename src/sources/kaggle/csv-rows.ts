import { ForecastError } from '../../errors.js';
import { CsvLineReader } from '../../panel/csv/csv-lines.js';
import { readCsvText } from '../../panel/csv/csv-source.js';
import { nextOrAbort } from '../../panel/record-source.js';

/** The lines of a CSV file with a header, as fields in the order of the requested columns. */
export async function* csvRows(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  columns: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<string[], void, void> {
  for await (const { header, fields } of csvLines(file, bytes, signal)) {
    yield columns.map((column) => fields[columnOf(file, header, column)] ?? '');
  }
}

/** The lines of a CSV file below its header, each with that header. */
export async function* csvLines(
  file: string,
  bytes: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<{ header: readonly string[]; fields: readonly string[] }, void, void> {
  const reader = new CsvLineReader(',');
  let header: readonly string[] | undefined;
  const pieces = async function* () {
    for await (const text of readCsvText(bytes, {})) yield reader.read(text, false);
    yield reader.read('', true);
  };
  for await (const lines of nextOrAbort(pieces(), signal)) {
    for (const { line, fields } of lines) {
      if (fields?.length === 1 && fields[0] === '') continue;
      if (!header) {
        header = fields?.map((name) => name.replace(/^\ufeff/, '').trim()) ?? [];
        continue;
      }
      if (fields?.length !== header.length) {
        throw new ForecastError('invalid-data', `${file} has another number of fields in line ${line}`, {
          path: [file, line],
        });
      }
      yield { header, fields };
    }
  }
  if (!header) throw new ForecastError('invalid-data', `${file} is empty`, { path: [file] });
}

/** @throws ForecastError `invalid-data` if the header lacks the column. */
export function columnOf(file: string, header: readonly string[], column: string): number {
  const position = header.indexOf(column);
  if (position >= 0) return position;
  throw new ForecastError('invalid-data', `${file} has no column ${column}`, {
    path: [file, column],
    hint: `It has: ${header.slice(0, 20).join(', ')}`,
  });
}
