import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ForecastError } from 'commerce-forecast';
import { filesBelow } from './backup-files.js';
import {
  type BackupKeys,
  changed,
  isSameSeal,
  sealOf,
  unwrapKey,
  type WrappedKey,
  wrapKey,
} from './encryption.js';

/** Content of a backup: the checksum of every file, by its path in the backup. */
export interface Manifest {
  readonly format: 'commerce-forecast.backup';
  readonly version: 1;
  readonly createdAt: string;
  readonly database: 'postgres' | 'pglite';
  readonly files: Readonly<Record<string, string>>;
  /** Key of the files, where they are encrypted. */
  readonly encryption?: WrappedKey;
  /** Proof that whoever wrote the rest had the key. */
  readonly seal?: string;
}

const NAME = 'manifest.json';

/**
 * Writes the manifest of a folder, last of all: a backup without one was cut off.
 *
 * @param key of the backup, and those of the operator, where it is encrypted
 */
export async function writeManifest(
  folder: string,
  about: Pick<Manifest, 'createdAt' | 'database'>,
  key?: { readonly dataKey: Uint8Array; readonly keys: BackupKeys },
): Promise<Manifest> {
  const files = await checksums(folder);
  const manifest: Manifest = { format: 'commerce-forecast.backup', version: 1, ...about, files };
  const complete = key
    ? {
        ...manifest,
        encryption: wrapKey(key.dataKey, key.keys),
        seal: sealOf(key.dataKey, sealedText(manifest)),
      }
    : manifest;
  await writeText(folder, complete);
  return complete;
}

/**
 * Reads the manifest of a backup and compares every file with it.
 *
 * @param keys without which an encrypted backup is not read, and with which no other one is: somebody may have put it there
 * @throws ForecastError `invalid-data` if the backup is not complete and unchanged; `unavailable` without its key.
 */
export async function verifyBackup(
  folder: string,
  keys?: BackupKeys,
): Promise<{ readonly manifest: Manifest; readonly dataKey: Uint8Array | undefined }> {
  const manifest = await readManifest(folder);
  const dataKey = openSeal(manifest, keys);
  const found = await checksums(folder);
  for (const path of new Set([...Object.keys(found), ...Object.keys(manifest.files)])) {
    if (found[path] !== manifest.files[path]) throw changed(`${path} is not what was backed up`, path);
  }
  return { manifest, dataKey };
}

/**
 * Encrypts the key of a backup with the current key of the operator, so that the one before is not needed for it any more. Nothing else
 * is written.
 *
 * @returns the id of the key before
 * @throws ForecastError as {@link verifyBackup}
 */
export async function changeKey(folder: string, keys: BackupKeys): Promise<string> {
  const manifest = await readManifest(folder);
  const dataKey = openSeal(manifest, keys);
  if (!dataKey || !manifest.encryption) throw notEncrypted();
  await writeText(folder, { ...manifest, encryption: wrapKey(dataKey, keys) });
  return manifest.encryption.keyId;
}

async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, NAME), 'utf8').catch((cause: unknown) => {
    throw changed('There is no manifest: the backup was cut off, or this is no backup', NAME, cause);
  });
  const manifest = JSON.parse(text) as Manifest;
  if (manifest.format !== 'commerce-forecast.backup' || manifest.version !== 1) {
    throw changed('The manifest is not one of this version', NAME);
  }
  return manifest;
}

/** Key of the files of a backup; undefined for one that is not encrypted. */
function openSeal(manifest: Manifest, keys: BackupKeys | undefined): Uint8Array | undefined {
  const { encryption, seal } = manifest;
  if (!encryption) {
    if (keys) throw notEncrypted();
    return undefined;
  }
  if (!keys) {
    throw new ForecastError('unavailable', 'The backup is encrypted, and no key is given', {
      path: ['BACKUP_KEYS'],
      hint: `Give the key "${encryption.keyId}" in BACKUP_KEYS.`,
    });
  }
  const dataKey = unwrapKey(encryption, keys);
  if (!isSameSeal(seal ?? '', sealOf(dataKey, sealedText(manifest)))) {
    throw changed('The manifest is not what was written with the backup', NAME);
  }
  return dataKey;
}

function notEncrypted(): ForecastError {
  return new ForecastError('invalid-data', 'The backup is not encrypted', {
    path: [NAME],
    hint: 'If it is yours from before there was a key, restore it without BACKUP_KEYS.',
  });
}

/** All that the seal vouches for; the key of the operator may be changed. */
function sealedText({ format, version, createdAt, database, files }: Manifest): string {
  return JSON.stringify([format, version, createdAt, database, Object.entries(files).sort()]);
}

async function writeText(folder: string, manifest: Manifest): Promise<void> {
  const next = join(folder, `${NAME}.next`);
  await writeFile(next, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(next, join(folder, NAME));
}

async function checksums(folder: string): Promise<Record<string, string>> {
  const sums: Record<string, string> = {};
  for (const path of await filesBelow(folder)) {
    if (path === NAME || path === `${NAME}.next`) continue;
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(folder, path)), hash);
    sums[path] = hash.digest('hex');
  }
  return sums;
}
