import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** A CSV file without quoted cells, gzipped or not. */
export interface Table {
  /** Position of a column; throws if the file has none of that name. */
  column(name: string): number;
  readonly rows: readonly (readonly string[])[];
}

export function readTable(path: string): Table {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const [header, ...lines] = text.split('\n');
  const names = header.trim().split(',');
  return {
    column(name) {
      const index = names.indexOf(name);
      if (index < 0) throw new Error(`${path} has no column "${name}"`);
      return index;
    },
    rows: lines.filter((line) => line !== '').map((line) => line.trimEnd().split(',')),
  };
}
