export type { DailyCategoryTotal } from './daily-totals.js';
export type { EmbeddedDatabase } from './pglite-pool.js';
export {
  type PostgresConnection,
  PostgresStorage,
  type PostgresStorageOptions,
} from './postgres-storage.js';
