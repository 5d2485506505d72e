export type { DatabaseOptions } from '../../features/store-postgres/open-database.js';
export { PostgresFeatureTable } from '../../features/store-postgres/postgres-feature-table.js';
export { PostgresRegistryState } from '../../registry/postgres-registry-state.js';
export type { DailyCategoryTotal } from './daily-totals.js';
export type { EmbeddedDatabase } from './pglite-pool.js';
export {
  type PostgresConnection,
  PostgresStorage,
  type PostgresStorageOptions,
} from './postgres-storage.js';
