import { ForecastError } from '../errors.js';

/** One immutable version of an artifact. */
export interface ArtifactVersion {
  /** Slash-separated segments of `[A-Za-z0-9._-]`, e.g. `models/retail`. */
  readonly name: string;
  /** Counts up from 1 for each name. */
  readonly version: number;
  /** SHA-256 of the content as 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** Size of the content in bytes. */
  readonly size: number;
}

/** Store of trained models, snapshots and backups: versions are added, never changed. */
export interface ArtifactStore {
  readonly specificationVersion: 'v1';
  readonly name: string;
  /**
   * Stores the next version of a name, atomically: a reader sees the whole content or no version. Content equal
   * to the newest version returns that version, unless it is lost or damaged. Concurrent writers get different versions.
   *
   * @throws ForecastError `invalid-option` for a wrong name, `unavailable` if it cannot be stored (disk full).
   */
  put(
    name: string,
    content: Uint8Array,
    options?: { readonly signal?: AbortSignal },
  ): Promise<ArtifactVersion>;
  /**
   * Reads a version (the newest by default) and checks its checksum.
   *
   * @throws ForecastError `not-found`, or `invalid-data` if the content is not what was written.
   */
  get(
    name: string,
    version?: number,
    options?: { readonly signal?: AbortSignal },
  ): Promise<{ readonly artifact: ArtifactVersion; readonly content: Uint8Array }>;
  /** All versions of a name, oldest first, without those whose metadata are damaged; empty for an unknown name. */
  versions(name: string): Promise<readonly ArtifactVersion[]>;
  /** Names that start with the prefix, sorted by code unit. */
  names(prefix?: string): Promise<readonly string[]>;
  /** Removes one version; a missing one is ignored. Its number is never reused. */
  delete(name: string, version: number): Promise<void>;
}

/** Codes of failures that trying again does not mend. */
const LOST = new Set(['invalid-data', 'invalid-model', 'not-found']);

/**
 * Tells whether content is lost or damaged for good, and not merely out of reach at the moment.
 *
 * ```ts
 * import { type ArtifactStore, isArtifactLost } from 'commerce-forecast';
 *
 * declare const store: ArtifactStore;
 * const lost = await store.get('models/retail').then(() => false, isArtifactLost);
 * ```
 */
export function isArtifactLost(error: unknown): boolean {
  return ForecastError.is(error) && LOST.has(error.code);
}
