import { ForecastError } from '../../errors.js';

const NAME = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;
const DOTS = /(?:^|\/)\.{1,2}(?:\/|$)/;
const MAX_NAME_LENGTH = 200;

/** Numbers are stored as `LAST_NUMBER - version`, so that a listing has the newest first. */
const LAST_NUMBER = 999_999_999;
const DIGITS = 9;

const NAMES = 'names/';
/** Ends the name in a key; no name can hold it. */
const VERSIONS = '/@/';
const DELETED = '.deleted';
const VERSION_KEY = /^names\/(.+)\/@\/(\d{9})(\.deleted)?$/;

/** @throws ForecastError `invalid-option` for a name of another form. */
export function checkArtifactName(name: string): void {
  if (typeof name !== 'string' || name.length > MAX_NAME_LENGTH || !NAME.test(name) || DOTS.test(name)) {
    throw new ForecastError('invalid-option', `${JSON.stringify(name)} is not the name of an artifact`, {
      path: ['name'],
      hint: `Use segments of A-Z, a-z, 0-9, ".", "_" and "-" with slashes between them, at most ${MAX_NAME_LENGTH} characters.`,
    });
  }
}

/** @throws ForecastError `invalid-option` unless the version is a whole number from 1. */
export function checkVersion(version: number): void {
  if (!Number.isInteger(version) || version < 1 || version > LAST_NUMBER) {
    throw new ForecastError('invalid-option', `${version} is not the version of an artifact`, {
      path: ['version'],
    });
  }
}

/** Prefix of all versions of a name. */
export function versionsPrefix(name: string): string {
  return `${NAMES}${name}${VERSIONS}`;
}

/** Prefix of the versions of all names that start with a text. */
export function namesPrefix(prefix: string): string {
  return `${NAMES}${prefix}`;
}

/** Key of the manifest of a version, whose existence makes the version exist. */
export function manifestKey(name: string, version: number): string {
  return `${versionsPrefix(name)}${String(LAST_NUMBER - version).padStart(DIGITS, '0')}`;
}

/** Key of the marker of a deleted version. */
export function deletedKey(name: string, version: number): string {
  return manifestKey(name, version) + DELETED;
}

/** Key of a content: its checksum, and a part that distinguishes the copies of different versions. */
export function contentKey(sha256: string, copy: string): string {
  return `objects/${sha256}/${copy}`;
}

export interface VersionKey {
  readonly name: string;
  readonly version: number;
  readonly deleted: boolean;
}

/** Parses a key under `names/`; undefined for a foreign object. */
export function parseVersionKey(key: string): VersionKey | undefined {
  const [, name, number, deleted] = VERSION_KEY.exec(key) ?? [];
  if (name === undefined) return undefined;
  return { name, version: LAST_NUMBER - Number(number), deleted: deleted !== undefined };
}
