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
   * to the newest version returns that version. Concurrent writers get different versions.
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
  /** All versions of a name, oldest first; empty for an unknown name. */
  versions(name: string): Promise<readonly ArtifactVersion[]>;
  /** Names that start with the prefix, sorted by code unit. */
  names(prefix?: string): Promise<readonly string[]>;
  /** Removes one version; a missing one is ignored. Its number is never reused. */
  delete(name: string, version: number): Promise<void>;
}
