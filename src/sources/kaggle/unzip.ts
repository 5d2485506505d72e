import { ForecastError } from '../../errors.js';
import { optionalPackage } from '../../optional-package.js';

/** First bytes of a zip archive with at least one file. */
const ZIP_MAGIC = [0x50, 0x4b, 0x03, 0x04];

/**
 * Yields the content of a file, or of one file inside it if it is a zip archive, in pieces, so that its size
 * does not matter.
 *
 * @throws ForecastError `invalid-data` for a damaged archive or one without the file, `limit-exceeded` if the content is
 * larger than `maxBytes`, `missing-dependency` without the package `fflate`.
 */
export async function* unzipped(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, void> {
  const iterator = bytes[Symbol.asyncIterator]();
  try {
    const head = await firstBytes(iterator, ZIP_MAGIC.length);
    const all = async function* () {
      yield head;
      for (let step = await iterator.next(); !step.done; step = await iterator.next()) yield step.value;
    };
    const isZip = ZIP_MAGIC.every((byte, i) => head[i] === byte);
    let size = 0;
    for await (const piece of isZip ? fileOf(all(), name) : all()) {
      size += piece.length;
      if (size > maxBytes) {
        throw new ForecastError('limit-exceeded', `${name} is larger than ${maxBytes} bytes`, {
          path: [name],
        });
      }
      yield piece;
    }
  } finally {
    await iterator.return?.();
  }
}

async function* fileOf(
  zip: AsyncIterable<Uint8Array>,
  wanted: string,
): AsyncGenerator<Uint8Array, void, void> {
  const { Unzip, UnzipInflate } = await optionalPackage('fflate', () => import('fflate'));
  const pieces: Uint8Array[] = [];
  const found: string[] = [];
  let state: 'before' | 'inside' | 'after' = 'before';
  const unzip = new Unzip((file) => {
    found.push(file.name);
    if (state !== 'before' || baseName(file.name) !== baseName(wanted)) return;
    state = 'inside';
    file.ondata = (error, data, final) => {
      if (error) throw error;
      pieces.push(data);
      if (final) state = 'after';
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  const isRead = () => state === 'after';
  const push = (chunk: Uint8Array, final: boolean) => {
    try {
      unzip.push(chunk, final);
    } catch (cause) {
      throw damaged(wanted, cause);
    }
  };
  for await (const chunk of zip) {
    push(chunk, false);
    yield* pieces.splice(0);
    if (isRead()) return;
  }
  push(new Uint8Array(0), true);
  yield* pieces.splice(0);
  if (isRead()) return;
  if (found.some((name) => baseName(name) === baseName(wanted))) throw damaged(wanted);
  throw new ForecastError('invalid-data', `The archive has no file ${baseName(wanted)}`, {
    path: [wanted],
    hint: `It has: ${found.slice(0, 20).join(', ')}`,
  });
}

async function firstBytes(iterator: AsyncIterator<Uint8Array>, length: number): Promise<Uint8Array> {
  let head = new Uint8Array(0);
  while (head.length < length) {
    const step = await iterator.next();
    if (step.done) break;
    const joined = new Uint8Array(head.length + step.value.length);
    joined.set(head);
    joined.set(step.value, head.length);
    head = joined;
  }
  return head;
}

function damaged(name: string, cause?: unknown): ForecastError {
  return new ForecastError('invalid-data', `The zip archive with ${name} is damaged or cut off`, {
    path: [name],
    cause,
  });
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.zip$/, '');
}
