import { createHash } from 'node:crypto';
import { HttpProblem } from '../http/problem.js';
import type { Database } from '../storage/database.js';

/** Names of tenants: they become parts of schemas, roles, folders and keys of Redis. */
export const TENANT_ID = /^[a-z][a-z0-9_]{0,30}$/;

const DUPLICATE_ROLE = '42710';
const NOT_PERMITTED = '42501';

/**
 * The name of the schema of a tenant, and of the role that owns it. Roles belong to a whole PostgreSQL server, so that the name holds
 * the database and the installation.
 */
export function tenantSchema(database: string, installation: string, id: string): string {
  if (!TENANT_ID.test(id)) throw new Error('The id of a tenant is not one');
  const place = createHash('sha256').update(`${database}\n${installation}`).digest('hex').slice(0, 8);
  return `tenant_${place}_${id}`;
}

/** The name of the database that a connection is to. */
export async function databaseName(database: Database): Promise<string> {
  const { rows } = await database.query<{ name: string }>('SELECT current_database() AS name');
  return rows[0]?.name ?? '';
}

/**
 * Creates the role of a tenant, which may log in nowhere, and the schema that it owns. May be repeated.
 *
 * @throws HttpProblem 409 where the user of the installation may not create roles or schemas.
 */
export async function createTenantSchema(database: Database, schema: string): Promise<void> {
  try {
    await createRole(database, schema);
    await database.query(`GRANT "${schema}" TO CURRENT_USER`);
    await database.query(`CREATE SCHEMA IF NOT EXISTS "${schema}" AUTHORIZATION "${schema}"`);
  } catch (error) {
    if (codeOf(error) !== NOT_PERMITTED) throw error;
    const detail = 'The user of the database may not create what a tenant needs.';
    throw new HttpProblem(409, 'not-permitted', detail, {
      hint: 'Give it CREATEROLE, and CREATE on the database.',
    });
  }
}

async function createRole(database: Database, name: string): Promise<void> {
  try {
    await database.query(`CREATE ROLE "${name}" NOLOGIN`);
  } catch (error) {
    if (codeOf(error) !== DUPLICATE_ROLE) throw error;
  }
}

function codeOf(error: unknown): unknown {
  return (error as { cause?: { code?: unknown } }).cause?.code;
}

/** An address of PostgreSQL whose connections have the rights of a role, and no others. */
export function withRole(url: string, role: string): string {
  const own = new URL(url);
  const before = own.searchParams.get('options');
  own.searchParams.set('options', [...(before === null ? [] : [before]), `-c role=${role}`].join(' '));
  return own.href;
}
