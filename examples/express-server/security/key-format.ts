import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** The part after a prefix: the id finds the row, the secret proves the right to use it. */
const ID_AND_SECRET = /^_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** `cf_<id>_<secret>`. */
const KEY_PREFIX = 'cf';

export interface ParsedKey {
  readonly id: string;
  readonly secretHash: Buffer;
}

/** A new key: shown to its owner once, while only the hash is kept. */
export function generateKey(): ParsedKey & { readonly text: string } {
  return generateSecret(KEY_PREFIX);
}

export function parseKey(text: string): ParsedKey | undefined {
  return parseSecret(KEY_PREFIX, text);
}

/** A new credential under a prefix, with the text that its holder shows. */
export function generateSecret(prefix: string): ParsedKey & { readonly text: string } {
  const id = randomBytes(8).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  return { id, secretHash: hashSecret(secret), text: `${prefix}_${id}_${secret}` };
}

export function parseSecret(prefix: string, text: string): ParsedKey | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const [, id, secret] = ID_AND_SECRET.exec(text.slice(prefix.length)) ?? [];
  return id !== undefined && secret !== undefined ? { id, secretHash: hashSecret(secret) } : undefined;
}

/** Takes the same time wherever the first difference is. */
export function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** A secret of 256 random bits cannot be guessed from its hash, however fast the hash is. */
function hashSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}
