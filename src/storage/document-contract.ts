/** The document of one model name, and how often it was written: 0 with `undefined` before the first time. */
export interface StoredDocument {
  readonly revision: number;
  /** JSON data. */
  readonly document: unknown;
}

/**
 * Store in which a registry keeps the version in production: one JSON document per model name, changed only by
 * compare-and-set. `checkDocumentStore` of `commerce-forecast/testing` tests an implementation.
 */
export interface DocumentStore {
  readonly specificationVersion: 'v1';
  readonly name: string;
  /** @throws ForecastError `unavailable` if the store is out of reach, `invalid-data` if the document is damaged. */
  read(modelName: string): Promise<StoredDocument>;
  /**
   * Writes the document as revision `revision + 1` if the stored revision is still `revision`, and returns whether
   * it did. Of any number of concurrent writers with the same revision exactly one gets `true`.
   */
  compareAndSet(modelName: string, revision: number, document: unknown): Promise<boolean>;
  /** Names that have a document, sorted by code unit: for backups and overviews. */
  names(): Promise<readonly string[]>;
}
