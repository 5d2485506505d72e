import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpProblem } from './problem.js';

/** Deeper than any body that an endpoint takes. */
const MAX_DEPTH = 32;

const QUOTE = 34;
const BACKSLASH = 92;
const OPENING = new Set([91, 123]);
const CLOSING = new Set([93, 125]);

/**
 * Checks JSON before it is parsed: bytes that are not UTF-8 would become other names, and what walks through a nested value
 * is recursive.
 *
 * @throws HttpProblem 400 for bytes in another encoding, and for more levels than any schema has.
 */
export function checkJsonBytes(
  _request: IncomingMessage,
  _response: ServerResponse,
  bytes: Buffer,
  encoding: string,
): void {
  if (encoding === 'utf-8' && !isUtf8(bytes)) {
    throw new HttpProblem(400, 'not-utf-8', 'The body is not in UTF-8, perhaps in Latin-1.', {
      hint: 'Encode it as UTF-8. CSV may have other encodings: name them as "text/csv; charset=iso-8859-1".',
    });
  }
  let depth = 0;
  let inText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (inText) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (OPENING.has(byte)) {
      if (++depth > MAX_DEPTH) {
        throw new HttpProblem(400, 'json-too-deep', `The body is nested deeper than ${MAX_DEPTH} levels.`);
      }
    } else if (CLOSING.has(byte)) depth--;
  }
}
