import { isRecord } from './checked-json.js';

/**
 * JSON text that is the same for equal data: the keys of every object are sorted by code unit, `undefined` members
 * are left out. For fingerprints and comparisons, not for reading.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => (isRecord(member) ? sortedCopy(member) : member));
}

/** SHA-256 of bytes or of a text in UTF-8, as 64 lower-case hexadecimal digits. */
export async function sha256Hex(content: Uint8Array | string): Promise<string> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function sortedCopy(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  // Without a prototype, so that a key named "__proto__" is a key like any other.
  const copy: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(value).sort()) copy[key] = value[key];
  return copy;
}
