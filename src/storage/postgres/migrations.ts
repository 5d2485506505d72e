import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import { ForecastError } from '../../errors.js';
import { toForecastError } from './postgres-errors.js';
import { COLUMN_NAMES, type Tables, tablesIn } from './tables.js';

const MIGRATIONS_TABLE = 'commerce_forecast_migrations';

/**
 * Brings the tables up to date, forward only, in one transaction under an advisory lock: processes that start
 * together migrate once. Returns the names of the migrations that were run.
 *
 * @throws ForecastError `conflict` if the database was migrated by a newer version of the package.
 */
export async function migrateToLatest(db: Kysely<unknown>, schema: string): Promise<readonly string[]> {
  const migrations = migrationsFor(tablesIn(schema));
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    migrationTableSchema: schema,
    migrationTableName: MIGRATIONS_TABLE,
    migrationLockTableName: `${MIGRATIONS_TABLE}_lock`,
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) throw migrationError(error);
  return (results ?? []).map((result) => result.migrationName);
}

function migrationError(error: unknown): ForecastError {
  if (error instanceof Error && /corrupted migrations/.test(error.message)) {
    return new ForecastError('conflict', `The database does not fit this version: ${error.message}`, {
      cause: error,
      hint: 'Use the version of commerce-forecast that migrated the database last, or a newer one.',
    });
  }
  return toForecastError(error);
}

/** The migrations; never changed once released, as a change of the tables is a new migration. */
function migrationsFor(tables: Tables): Record<string, Migration> {
  return {
    '0001_sales': { up: (db: Kysely<unknown>) => createSales(db, tables) },
    '0002_daily_category_totals': { up: (db: Kysely<unknown>) => createDailyTotals(db, tables) },
    '0003_deliveries': { up: (db: Kysely<unknown>) => createStaging(db, tables) },
    '0004_removals': { up: (db: Kysely<unknown>) => createRemovals(db, tables) },
    '0005_positions': { up: (db: Kysely<unknown>) => createPositions(db, tables) },
  };
}

async function createSales(db: Kysely<unknown>, { sales, batches }: Tables): Promise<void> {
  // Collation C: one order on every machine, and equality that is equality of bytes.
  await sql`
    CREATE TABLE ${sales} (
      day date NOT NULL,
      product_id text COLLATE "C" NOT NULL,
      location text COLLATE "C" NOT NULL,
      category text COLLATE "C" NOT NULL,
      units double precision NOT NULL,
      revenue double precision,
      price double precision,
      promo boolean,
      in_stock boolean,
      PRIMARY KEY (product_id, location, day)
    ) PARTITION BY RANGE (day)`.execute(db);
  await sql`CREATE INDEX sales_category_day ON ${sales} (category, day)`.execute(db);
  await sql`CREATE INDEX sales_day ON ${sales} (day)`.execute(db);
  await sql`
    CREATE TABLE ${batches} (
      id text COLLATE "C" PRIMARY KEY,
      written integer NOT NULL,
      written_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
}

async function createDailyTotals(db: Kysely<unknown>, { sales, dailyTotals }: Tables): Promise<void> {
  await sql`
    CREATE MATERIALIZED VIEW ${dailyTotals} AS
      SELECT category, day, sum(units) AS units, sum(revenue) AS revenue, count(*) AS rows
      FROM ${sales} GROUP BY category, day`.execute(db);
  // A unique index is required for concurrent refreshes.
  await sql`CREATE UNIQUE INDEX daily_category_totals_key ON ${dailyTotals} (category, day)`.execute(db);
}

async function createStaging(db: Kysely<unknown>, { sales, batches, staging }: Tables): Promise<void> {
  await sql`ALTER TABLE ${batches} ADD COLUMN sha256 text NOT NULL DEFAULT ''`.execute(db);
  // Unlogged, as a delivery that a crash of the server interrupts is sent again as a whole.
  await sql`
    CREATE UNLOGGED TABLE ${staging} (
      delivery uuid NOT NULL,
      staged_at timestamptz NOT NULL DEFAULT now(),
      LIKE ${sales},
      PRIMARY KEY (delivery, product_id, location, day)
    )`.execute(db);
  await sql`CREATE INDEX sales_staging_staged_at ON ${staging} (staged_at)`.execute(db);
}

async function createRemovals(
  db: Kysely<unknown>,
  { schema, sales, batches, before, removals }: Tables,
): Promise<void> {
  // Deliveries of older versions have no days: what they changed is not known.
  await sql`
    ALTER TABLE ${batches} ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
      ADD COLUMN first_day date, ADD COLUMN last_day date`.execute(db);
  await sql`ALTER TABLE ${sales} ADD COLUMN delivery bigint`.execute(db);
  await sql`
    CREATE TABLE ${before} (
      overwritten_by bigint NOT NULL,
      LIKE ${sales},
      PRIMARY KEY (overwritten_by, product_id, location, day)
    )`.execute(db);
  await sql`CREATE INDEX sales_before_delivery ON ${before} (delivery)`.execute(db);
  await sql`CREATE INDEX sales_before_key ON ${before} (product_id, location, day)`.execute(db);
  // A trigger, as only it sees the row that an upsert meets while other deliveries are written.
  const keepBefore = sql.id(schema, 'keep_sales_before');
  const columns = [...COLUMN_NAMES, 'delivery'];
  await sql`
    CREATE FUNCTION ${keepBefore}() RETURNS trigger LANGUAGE plpgsql AS ${sql.lit(`BEGIN
      INSERT INTO "${schema}".sales_before (overwritten_by, ${columns.join(', ')})
      VALUES (NEW.delivery, ${columns.map((column) => `OLD.${column}`).join(', ')});
      RETURN NEW;
    END`)}`.execute(db);
  await sql`
    CREATE TRIGGER keep_sales_before BEFORE UPDATE ON ${sales}
    FOR EACH ROW WHEN (NEW.delivery IS DISTINCT FROM OLD.delivery)
    EXECUTE FUNCTION ${keepBefore}()`.execute(db);
  await sql`
    CREATE TABLE ${removals} (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at timestamptz NOT NULL DEFAULT now(),
      rows integer NOT NULL,
      actor text,
      reason text,
      delivery text,
      first_day date,
      last_day date,
      categories text[],
      product_ids text[]
    )`.execute(db);
}

async function createPositions(db: Kysely<unknown>, { positions }: Tables): Promise<void> {
  await sql`
    CREATE TABLE ${positions} (
      stream text COLLATE "C" PRIMARY KEY,
      position text COLLATE "C" NOT NULL,
      moved_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
}
