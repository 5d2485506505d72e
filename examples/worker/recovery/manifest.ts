import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ForecastError } from 'commerce-forecast';

/** Content of a backup: the checksum of every file, by its path in the backup. */
export interface Manifest {
  readonly format: 'commerce-forecast.backup';
  readonly version: 1;
  readonly createdAt: string;
  readonly database: 'postgres' | 'pglite';
  readonly files: Readonly<Record<string, string>>;
}

const NAME = 'manifest.json';

/** Writes the manifest of a folder, last of all: a backup without one was cut off. */
export async function writeManifest(folder: string, about: Pick<Manifest, 'createdAt' | 'database'>) {
  const files = await checksums(folder);
  const manifest: Manifest = { format: 'commerce-forecast.backup', version: 1, ...about, files };
  await writeFile(join(folder, NAME), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/**
 * Reads the manifest of a backup and compares every file with it.
 *
 * @throws ForecastError `invalid-data` if the backup is not complete and unchanged.
 */
export async function verifyBackup(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, NAME), 'utf8').catch((cause: unknown) => {
    throw damaged('There is no manifest: the backup was cut off, or this is no backup', NAME, cause);
  });
  const manifest = JSON.parse(text) as Manifest;
  if (manifest.format !== 'commerce-forecast.backup' || manifest.version !== 1) {
    throw damaged('The manifest is not one of this version', NAME);
  }
  const found = await checksums(folder);
  for (const path of new Set([...Object.keys(found), ...Object.keys(manifest.files)])) {
    if (found[path] !== manifest.files[path]) {
      throw damaged(`${path} is not what was backed up`, path);
    }
  }
  return manifest;
}

async function checksums(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sums: Record<string, string> = {};
  for (const path of paths.sort()) {
    const name = relative(folder, path).split(sep).join('/');
    if (name === NAME) continue;
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    sums[name] = hash.digest('hex');
  }
  return sums;
}

function damaged(message: string, path: string, cause?: unknown): ForecastError {
  return new ForecastError('invalid-data', message, { path: [path], cause, hint: 'Take an older backup.' });
}
