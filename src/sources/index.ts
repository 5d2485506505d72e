export type { HttpAttempt, HttpOptions } from '../transport/http-client-options.js';
export { type CsvUrlOptions, salesCsvFromUrl } from './csv-url.js';
export type { DuckDbChunk, DuckDbConnection, DuckDbInstance, DuckDbResult } from './duckdb/duckdb-client.js';
export type { DuckDbSalesOptions, DuckDbSalesQuery } from './duckdb/duckdb-options.js';
export { type DuckDbSales, duckDbSales } from './duckdb/duckdb-sales.js';
export { ingestFromKafka, type KafkaIngestOptions } from './kafka/ingest-from-kafka.js';
export type {
  KafkaBatch,
  KafkaBatchPayload,
  KafkaConsumer,
  KafkaMessage,
} from './kafka/kafka-consumer.js';
export type { DecodeMessage } from './kafka/message-sales.js';
export type { KafkaDeadLetter, KafkaGap, KafkaPause } from './kafka/partition-intake.js';
export {
  type KaggleCredentials,
  type KaggleOptions,
  type KaggleOrigin,
  type KaggleRecipe,
  type KaggleSource,
  kaggleSource,
  type OpenKaggleFile,
} from './kaggle/kaggle-source.js';
export { m5Recipe } from './kaggle/m5.js';
export { csvRecipe, KAGGLE_RECIPES } from './kaggle/recipes.js';
export { FileTokenStore, type FileTokenStoreOptions } from './quickbooks/file-token-store.js';
export {
  type QuickBooksOptions,
  type QuickBooksRecordsOptions,
  type QuickBooksSource,
  type QuickBooksSync,
  type QuickBooksSyncOptions,
  quickBooksSource,
} from './quickbooks/quickbooks-source.js';
export type { KnownTransaction, QuickBooksSyncState } from './quickbooks/sync-state.js';
export { MemoryTokenStore, type QuickBooksTokenStore, type QuickBooksTokens } from './quickbooks/tokens.js';
