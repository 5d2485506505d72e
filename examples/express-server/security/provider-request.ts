const TIMEOUT_MS = 5_000;
const MAX_BYTES = 524_288;

/**
 * Asks an identity provider: for a few seconds, for no more than half a megabyte, and never where it leads on to.
 *
 * @throws if it does not answer so.
 */
export async function askProvider(address: string, init: RequestInit = {}): Promise<Response> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(address, { ...init, redirect: 'error', signal });
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > MAX_BYTES) throw new Error(`${address} is larger than ${MAX_BYTES} bytes`);
    parts.push(part);
  }
  const { status, headers } = response;
  return new Response(bytes > 0 ? Buffer.concat(parts) : null, { status, headers });
}
