import { open } from 'node:fs/promises';

export interface WriteOptions {
  readonly signal?: AbortSignal;
  /** Permissions of the file, e.g. `0o600`. */
  readonly mode?: number;
}

/**
 * Writes a new file so that its content survives a power cut; its name does after {@link syncDirectory} of its
 * folder.
 */
export async function writeDurably(
  path: string,
  content: Uint8Array | string,
  { signal, mode }: WriteOptions = {},
): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(content, { signal });
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a new name survive a power cut; Windows, where a folder cannot be opened, does so by itself. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(() => undefined);
  try {
    await directory?.sync().catch(() => undefined);
  } finally {
    await directory?.close();
  }
}

/** Tells whether an error of the file system has one of the codes, such as `ENOENT`. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes((error as { code?: unknown } | undefined)?.code as string);
}
