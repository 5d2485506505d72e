import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HttpProblem } from '../http/problem.js';

/**
 * Checks the HMAC-SHA256 of the bytes of a body that a header carries in Base64, in a time that says nothing of the right one.
 *
 * @param secret - Secret that both sides know.
 * @throws HttpProblem 401 without a signature, and for a wrong one.
 */
export function requireSignature(
  request: IncomingMessage,
  bytes: Uint8Array,
  header: string,
  secret: string,
): void {
  const given = Buffer.from(String(request.headers[header] ?? ''));
  const right = Buffer.from(createHmac('sha256', secret).update(bytes).digest('base64'));
  if (given.length === right.length && timingSafeEqual(given, right)) return;
  throw new HttpProblem(401, 'unauthorized', 'The signature of the body is missing or wrong.', {
    path: ['header', header],
    hint: 'Check that both sides have the same secret, and that nothing on the way changes the body.',
  });
}
