import { type RawBuilder, sql } from 'kysely';
import type { Day } from '../../calendar/day.js';
import { canonicalJson, sha256Hex } from '../../canonical-json.js';
import { CheckedJson } from '../../checked-json.js';
import { ForecastError } from '../../errors.js';
import type { FeatureDay, FeatureTable } from '../../features/store/feature-table.js';
import { type Database, type DatabaseOptions, openDatabase } from './open-database.js';

/** Days of one statement when reading. */
const CHUNK_DAYS = 64;

const WHAT = 'row of features';

interface FeatureRow {
  readonly day: number;
  readonly inputs: string;
  readonly ids_hash: string;
  readonly shared: Uint8Array;
  readonly series: Uint8Array;
}

/**
 * Features in PostgreSQL or PGlite: one row for each version and day, with the values as little-endian floats. The
 * ids of the series, which are mostly the same from day to day, are kept once for each different list.
 *
 * ```ts
 * import pg from 'pg';
 * import { createFeatureStore } from 'commerce-forecast';
 * import { PostgresFeatureTable } from 'commerce-forecast/postgres';
 *
 * const table = new PostgresFeatureTable({ pool: new pg.Pool() });
 * await table.migrate();
 * const store = createFeatureStore({ table });
 * ```
 */
export class PostgresFeatureTable implements FeatureTable {
  readonly specificationVersion = 'v1';
  readonly name: 'postgres' | 'pglite';
  readonly #db: Database;
  readonly #days: RawBuilder<unknown>;
  readonly #ids: RawBuilder<unknown>;

  /** @throws ForecastError `invalid-option` for a wrong schema name. */
  constructor(options: DatabaseOptions) {
    this.#db = openDatabase(options);
    this.name = this.#db.name;
    this.#days = this.#db.table('feature_days');
    this.#ids = this.#db.table('feature_ids');
  }

  /** Creates the tables if they are missing; call it once at the start of every process. */
  migrate(): Promise<void> {
    return this.#db.migrate(
      'commerce-forecast feature tables',
      sql`CREATE TABLE IF NOT EXISTS ${this.#ids} (hash text PRIMARY KEY, ids json NOT NULL)`,
      sql`
        CREATE TABLE IF NOT EXISTS ${this.#days} (
          version text NOT NULL,
          day integer NOT NULL,
          inputs text NOT NULL,
          ids_hash text NOT NULL REFERENCES ${this.#ids} (hash),
          shared bytea NOT NULL,
          series bytea NOT NULL,
          PRIMARY KEY (version, day)
        )`,
    );
  }

  async inputs(version: string): Promise<ReadonlyMap<Day, string>> {
    const rows = await this.#db.run(
      sql<{ day: number; inputs: string }>`SELECT day, inputs FROM ${this.#days} WHERE version = ${version}`,
    );
    return new Map(rows.map(({ day, inputs }) => [day, inputs]));
  }

  async write(version: string, days: readonly FeatureDay[]): Promise<void> {
    // In one order, so that writers at once do not lock each other out.
    const sorted = [...days].sort((a, b) => a.day - b.day);
    const lists = new Map<string, string>();
    const hashes: string[] = [];
    for (const { ids } of sorted) {
      const text = canonicalJson(ids);
      const hash = lists.get(text) ?? (await sha256Hex(text));
      lists.set(text, hash);
      hashes.push(hash);
    }
    await this.#db.transaction(async (run) => {
      for (const [text, hash] of [...lists].sort(([, a], [, b]) => (a < b ? -1 : 1))) {
        await run(
          sql`INSERT INTO ${this.#ids} (hash, ids) VALUES (${hash}, ${text}::text::json) ON CONFLICT DO NOTHING`,
        );
      }
      for (const [i, { day, inputs, shared, series }] of sorted.entries()) {
        await run(sql`
          INSERT INTO ${this.#days} (version, day, inputs, ids_hash, shared, series)
          VALUES (${version}, ${day}, ${inputs}, ${hashes[i]}, ${bytesOf(shared)}, ${bytesOf(series)})
          ON CONFLICT (version, day) DO UPDATE SET
            inputs = excluded.inputs, ids_hash = excluded.ids_hash, shared = excluded.shared, series = excluded.series`);
      }
    });
  }

  async *read(version: string, from: Day, to: Day): AsyncIterable<FeatureDay> {
    const lists = new Map<string, readonly string[]>();
    let next = from;
    for (;;) {
      const rows = await this.#db.run(sql<FeatureRow>`
        SELECT day, inputs, ids_hash, shared, series FROM ${this.#days}
        WHERE version = ${version} AND day BETWEEN ${next} AND ${to} ORDER BY day LIMIT ${sql.lit(CHUNK_DAYS)}`);
      for (const row of rows) yield toFeatureDay(row, await this.#idsOf(row.ids_hash, lists));
      if (rows.length < CHUNK_DAYS) return;
      next = rows[rows.length - 1].day + 1;
    }
  }

  async latest(version: string): Promise<FeatureDay | undefined> {
    const [row] = await this.#db.run(sql<FeatureRow>`
      SELECT day, inputs, ids_hash, shared, series FROM ${this.#days}
      WHERE version = ${version} ORDER BY day DESC LIMIT 1`);
    return row && toFeatureDay(row, await this.#idsOf(row.ids_hash, new Map()));
  }

  async deleteBefore(version: string, day: Day): Promise<number> {
    const rows = await this.#db.run(
      sql`DELETE FROM ${this.#days} WHERE version = ${version} AND day < ${day} RETURNING day`,
    );
    return rows.length;
  }

  async #idsOf(hash: string, lists: Map<string, readonly string[]>): Promise<readonly string[]> {
    const known = lists.get(hash);
    if (known !== undefined) return known;
    const [{ ids }] = await this.#db.run(
      sql<{ ids: string }>`SELECT ids::text AS ids FROM ${this.#ids} WHERE hash = ${hash}`,
    );
    const list = new CheckedJson({ ids: JSON.parse(ids) }, { what: WHAT, code: 'invalid-data' }).texts('ids');
    lists.set(hash, list);
    return list;
  }
}

/** @throws ForecastError `invalid-data` if the values of the row do not fit its series. */
function toFeatureDay(row: FeatureRow, ids: readonly string[]): FeatureDay {
  if (row.shared.byteLength % 4 !== 0 || row.series.byteLength % Math.max(4, 4 * ids.length) !== 0) {
    throw new ForecastError('invalid-data', `The ${WHAT} of day ${row.day} is damaged`, { path: [row.day] });
  }
  return {
    day: row.day,
    inputs: row.inputs,
    ids,
    shared: floatsOf(row.shared),
    series: floatsOf(row.series),
  };
}

function bytesOf(values: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (let i = 0; i < values.length; i++) view.setFloat32(i * 4, values[i], true);
  return new Uint8Array(view.buffer);
}

function floatsOf(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.byteLength / 4 }, (_, i) => view.getFloat32(i * 4, true));
}
