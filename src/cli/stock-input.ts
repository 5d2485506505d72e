import { createReadStream } from 'node:fs';
import { readStockCsv } from '../csv.js';
import { ForecastError } from '../errors.js';
import type { StockRecord } from '../index.js';
import type { CliOptions } from './arguments.js';
import { fileSize } from './file-size.js';
import type { InputContext } from './sales-input.js';

/** Stock that was read from a file. */
export interface StockInput {
  readonly records: readonly StockRecord[];
  /** Lines that were left out, and why; one text for each. */
  readonly problems: readonly string[];
}

/**
 * Reads a file of stock.
 *
 * @throws ForecastError `empty-data` if no line can be used, `not-found`, `invalid-data` for an open question.
 */
export async function readStockFile(
  path: string,
  { reading: { decimal } }: Pick<CliOptions, 'reading'>,
  { signal }: InputContext,
): Promise<StockInput> {
  await fileSize(path);
  const { records, problems } = await readStockCsv(createReadStream(path), { decimal, signal });
  const texts = problems.map(({ line, column, message }) => `line ${line}, ${column}: ${message}`);
  if (records.length > 0) return { records, problems: texts };
  throw new ForecastError('empty-data', `None of the lines of ${path} can be used`, {
    path: ['--stock'],
    hint: `${texts.slice(0, 3).join('; ')}.`,
  });
}
