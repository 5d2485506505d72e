export interface SignalOption {
  readonly signal?: AbortSignal;
}

/**
 * The operations that an artifact store needs from a storage medium. Keys are slash-separated; an object is
 * never changed once it exists, but for manifests of contents that are encrypted anew. Failures of the medium reject with a `ForecastError` `unavailable`.
 */
export interface ObjectBackend {
  /** Stores a new object atomically; returns false, without any change, if the key exists. */
  create(key: string, content: Uint8Array, options?: SignalOption): Promise<boolean>;
  /** Stores an object atomically in place of the one of this key. */
  replace(key: string, content: Uint8Array, options?: SignalOption): Promise<void>;
  /** The content of an object, or undefined if there is none. */
  read(key: string, options?: SignalOption): Promise<Uint8Array | undefined>;
  /** Keys that start with the prefix, in order of code units. */
  list(prefix: string): AsyncIterable<string>;
  /** Removes an object; a missing one is ignored. */
  remove(key: string): Promise<void>;
}
