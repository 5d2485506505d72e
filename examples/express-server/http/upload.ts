import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Request } from 'express';
import { HttpProblem } from './problem.js';

const DECOMPRESSORS = { gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress };
const LINE_LIMIT_BYTES = 65_536;
const LINE_FEED = 10;

/**
 * The bytes of an upload, decompressed, with limits on all of them and on a line: neither a bomb of zeros nor a file
 * without line ends takes more memory than it should.
 *
 * @throws HttpProblem 413 beyond a limit, 415 for an unknown encoding, 400 for damaged compression.
 */
export async function* readUpload(request: Request, limitBytes: number): AsyncGenerator<Uint8Array> {
  if (Number(request.headers['content-length']) > limitBytes) throw tooLarge(limitBytes);
  let size = 0;
  let line = 0;
  for await (const bytes of decompressed(request)) {
    size += bytes.length;
    if (size > limitBytes) throw tooLarge(limitBytes);
    line = openLineLength(line, bytes);
    yield bytes;
  }
}

async function* decompressed(request: Request): AsyncGenerator<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') {
    yield* request;
    return;
  }
  if (!Object.hasOwn(DECOMPRESSORS, encoding)) {
    throw new HttpProblem(415, 'unsupported-encoding', 'The Content-Encoding is not supported.', {
      hint: `Use ${Object.keys(DECOMPRESSORS).join(', ')} or none.`,
    });
  }
  const stream = DECOMPRESSORS[encoding as keyof typeof DECOMPRESSORS]();
  request.on('error', (error) => stream.destroy(error));
  request.pipe(stream);
  try {
    yield* stream;
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    throw new HttpProblem(400, 'invalid-data', 'The compressed body is damaged or cut off.');
  } finally {
    request.unpipe(stream);
    stream.destroy();
  }
}

/** Length of the line that is open after these bytes. */
function openLineLength(before: number, bytes: Uint8Array): number {
  let start = 0;
  let length = before;
  for (;;) {
    const end = bytes.indexOf(LINE_FEED, start);
    length += (end < 0 ? bytes.length : end) - start;
    if (length > LINE_LIMIT_BYTES) {
      throw new HttpProblem(413, 'line-too-long', `A line is longer than ${LINE_LIMIT_BYTES} bytes.`);
    }
    if (end < 0) return length;
    length = 0;
    start = end + 1;
  }
}

function tooLarge(limitBytes: number): HttpProblem {
  return new HttpProblem(413, 'body-too-large', `The body is larger than ${limitBytes} bytes.`);
}
