import { type RawBuilder, sql } from 'kysely';
import type { DocumentStore, StoredDocument } from '../document-contract.js';
import { type Database, type DatabaseOptions, openDatabase } from './open-database.js';

/**
 * Registry state in PostgreSQL or PGlite: one row for each model name, updated by a conditional statement.
 *
 * ```ts
 * import pg from 'pg';
 * import { PostgresDocumentStore } from 'commerce-forecast/postgres';
 *
 * const state = new PostgresDocumentStore({ pool: new pg.Pool() });
 * await state.migrate();
 * ```
 */
export class PostgresDocumentStore implements DocumentStore {
  readonly specificationVersion = 'v1';
  readonly name: 'postgres' | 'pglite';
  readonly #db: Database;
  readonly #table: RawBuilder<unknown>;

  /** @throws ForecastError `invalid-option` for a wrong schema name. */
  constructor(options: DatabaseOptions) {
    this.#db = openDatabase(options);
    this.name = this.#db.name;
    this.#table = this.#db.table('model_registry');
  }

  /** Creates the table if it is missing; call it once at the start of every process. */
  migrate(): Promise<void> {
    return this.#db.migrate(
      'commerce-forecast model registry',
      sql`
        CREATE TABLE IF NOT EXISTS ${this.#table} (
          model_name text COLLATE "C" PRIMARY KEY,
          revision integer NOT NULL,
          document json NOT NULL,
          changed_at timestamptz NOT NULL DEFAULT now()
        )`,
    );
  }

  async read(modelName: string): Promise<StoredDocument> {
    const [row] = await this.#db.run(
      sql<{ revision: number; document: string }>`
        SELECT revision, document::text AS document FROM ${this.#table} WHERE model_name = ${modelName}`,
    );
    if (row === undefined) return { revision: 0, document: undefined };
    return { revision: row.revision, document: JSON.parse(row.document) };
  }

  async compareAndSet(modelName: string, revision: number, document: unknown): Promise<boolean> {
    const text = JSON.stringify(document);
    const statement =
      revision === 0
        ? sql`
            INSERT INTO ${this.#table} (model_name, revision, document)
            VALUES (${modelName}, 1, ${text}::text::json)
            ON CONFLICT (model_name) DO NOTHING RETURNING revision`
        : sql`
            UPDATE ${this.#table} SET revision = revision + 1, document = ${text}::text::json, changed_at = now()
            WHERE model_name = ${modelName} AND revision = ${revision} RETURNING revision`;
    return (await this.#db.run(statement)).length > 0;
  }

  async names(): Promise<readonly string[]> {
    const rows = await this.#db.run(sql<{ model_name: string }>`SELECT model_name FROM ${this.#table}`);
    return rows.map(({ model_name }) => model_name).sort();
  }
}
