import { HttpProblem } from './problem.js';

/** An API key, a session or a sign-in with its secret, also with escaped underscores. */
const SECRET = /c[fst](?:_|%5f)[0-9a-f]{16}(?:_|%5f)[\w%-]{20,}/gi;

/** A text without the keys, sessions and sign-ins in it. */
export function withoutSecrets(text: string): string {
  return text.replace(SECRET, '[redacted]');
}

/**
 * Refuses a key in the address of a request, where proxies, histories and logs keep it.
 *
 * @throws HttpProblem 400
 */
export function refuseSecretInUrl(url: string): void {
  if (withoutSecrets(url) === url) return;
  throw new HttpProblem(400, 'key-in-url', 'The address of the request holds an API key.', {
    hint: 'Revoke the key, as logs on the way have seen it, and send another one as "Authorization: Bearer <key>".',
  });
}
