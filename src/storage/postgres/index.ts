export type { DailyCategoryTotal } from './daily-totals.js';
export type { DatabaseOptions } from './open-database.js';
export type { EmbeddedDatabase } from './pglite-pool.js';
export type {
  PostgresCursor,
  PostgresPool,
  PostgresPoolClient,
  PostgresQueryResult,
} from './pool.js';
export { PostgresDocumentStore } from './postgres-document-store.js';
export {
  type PostgresConnection,
  PostgresStorage,
  type PostgresStorageOptions,
  type RetentionOptions,
} from './postgres-storage.js';
