import { ForecastError } from 'commerce-forecast';
import pg from 'pg';
import type { Database } from '../../express-server/storage/database.js';
import { useDatabase } from '../../express-server/storage/use-database.js';
import { createTenantSchema } from '../../express-server/tenants/tenant-schema.js';

/** Tables of the server's installations in a database, by the schemas that they are in. */
const INSTALLATIONS = `
  SELECT n.nspname AS schema FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'schema_name' AND NOT a.attisdropped
  WHERE c.relname = 'tenants' AND c.relkind = 'r'
    AND EXISTS (SELECT 1 FROM pg_class AS s WHERE s.relnamespace = n.oid AND s.relname = 'server_tables')
  ORDER BY 1`;

/** Statements that give a schema, and all that is in it, to the role of its name. Sequences follow the tables that they count for. */
const OWNERSHIP = `
  SELECT format('ALTER SCHEMA %1$I OWNER TO %1$I', nspname) AS statement FROM pg_namespace WHERE nspname = $1
  UNION ALL
  SELECT format('ALTER TABLE %I.%I OWNER TO %I', $1::text, c.relname, $1::text) FROM pg_class AS c
    WHERE c.relnamespace = to_regnamespace(quote_ident($1)) AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
      AND NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i')
        AND d.classid = 'pg_class'::regclass AND c.relkind = 'S')
  UNION ALL
  SELECT format('ALTER ROUTINE %s OWNER TO %I', oid::regprocedure, $1::text) FROM pg_proc
    WHERE pronamespace = to_regnamespace(quote_ident($1))`;

/** Things in a schema that do not belong to the role of its name. */
const NOT_OWNED = `
  SELECT c.relname AS name FROM pg_class AS c
    WHERE c.relnamespace = to_regnamespace(quote_ident($1)) AND c.relowner::regrole::text <> quote_ident($1)
  UNION ALL
  SELECT proname FROM pg_proc
    WHERE pronamespace = to_regnamespace(quote_ident($1)) AND proowner::regrole::text <> quote_ident($1)
  UNION ALL
  SELECT nspname FROM pg_namespace WHERE nspname = $1 AND nspowner::regrole::text <> quote_ident($1)`;

/**
 * Gives the tenants of a restored database back what is theirs: the roles that its list of tenants names, which no dump of a database
 * holds, and all that is in their schemas. May be repeated.
 *
 * @returns the number of tenants
 * @throws ForecastError `invalid-data` if the schema of a tenant is missing; HttpProblem 409 if the user may not create roles.
 */
export function restoreTenants(url: string): Promise<number> {
  return useDatabase(url, async (database) => {
    const tenants = await notedTenants(database);
    for (const { schema, isReady } of tenants) {
      if (!(await exists(database, schema))) {
        // One that was not set up to the end may have none yet.
        if (!isReady) continue;
        throw new ForecastError('invalid-data', `The schema ${schema} of a tenant is not in the database`);
      }
      await createTenantSchema(database, schema);
      await giveBack(database, schema);
    }
    return tenants.length;
  });
}

interface NotedTenant {
  readonly schema: string;
  readonly isReady: boolean;
}

async function notedTenants(database: Database): Promise<NotedTenant[]> {
  const installations = await database.query<{ schema: string }>(INSTALLATIONS);
  const tenants: NotedTenant[] = [];
  for (const { schema } of installations.rows) {
    const { rows } = await database.query<{ schema_name: string | null; ready: boolean }>(
      `SELECT schema_name, ready FROM ${pg.escapeIdentifier(schema)}.tenants ORDER BY id`,
    );
    for (const { schema_name: name, ready: isReady } of rows) {
      if (name === null) {
        throw new ForecastError('invalid-data', `The tenants in ${schema} are noted without their schemas`, {
          hint: 'Start this version of the server once on the database that was backed up, and back it up again.',
        });
      }
      tenants.push({ schema: name, isReady });
    }
  }
  return tenants;
}

async function exists(database: Database, schema: string): Promise<boolean> {
  const { rows } = await database.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
  return rows.length > 0;
}

/** All of a schema at once, or nothing of it. */
async function giveBack(database: Database, schema: string): Promise<void> {
  const { rows } = await database.query<{ statement: string }>(OWNERSHIP, [schema]);
  await database.query(['BEGIN', ...rows.map(({ statement }) => statement), 'COMMIT'].join(';\n'));
  const { rows: left } = await database.query<{ name: string }>(NOT_OWNED, [schema]);
  if (left.length === 0) return;
  const names = left.map(({ name }) => name).join(', ');
  throw new ForecastError('engine-failed', `What is in ${schema} does not belong to the tenant: ${names}`);
}
