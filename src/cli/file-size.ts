import { stat } from 'node:fs/promises';
import { ForecastError } from '../errors.js';

/** Size of a file in bytes. @throws ForecastError `not-found`, `invalid-option` if it is not a file. */
export async function fileSize(path: string): Promise<number> {
  try {
    const file = await stat(path);
    if (file.isFile()) return file.size;
  } catch (cause) {
    throw new ForecastError('not-found', `There is no file ${path}`, { path: ['file'], cause });
  }
  throw new ForecastError('invalid-option', `${path} is not a file`, { path: ['file'] });
}
