import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import { readConfig } from '../../../examples/express-server/config.js';
import { openArtifacts } from '../../../examples/express-server/storage/open-artifacts.js';
import { post, startServer } from '../../examples/express-server/server-fixture.js';
import { DATABASE_URL, describeWithPostgres } from '../services.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const COMMAND = ['--import', 'tsx', 'examples/worker/change-artifact-key.ts'];
const run = promisify(execFile);

describeWithPostgres('the command that changes the key of models', () => {
  const schema = `test_keys_${randomUUID().slice(0, 8)}`;
  const admin = new pg.Pool({ connectionString: DATABASE_URL, max: 1 });
  let role: string | undefined;
  afterAll(async () => {
    await admin.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
    if (role) {
      await admin.query(`DROP SCHEMA IF EXISTS "${role}" CASCADE`);
      await admin.query(`DROP OWNED BY "${role}"`);
      await admin.query(`DROP ROLE "${role}"`);
    }
    await admin.end();
  });

  it('finds the tenants by itself', async () => {
    const [before, after] = ['old', 'new'].map((id) => `${id}:${randomBytes(32).toString('hex')}`);
    const server = await startServer({ DATABASE_URL, DATABASE_SCHEMA: schema });
    const environment = { DATABASE_URL, DATABASE_SCHEMA: schema, DATA_DIR: server.directory };
    const contentOf = async (tenant: string | undefined, keys: string) => {
      const { store } = await openArtifacts(readConfig({ ...environment, ARTIFACT_KEYS: keys }), tenant);
      return new TextDecoder().decode((await store.get('model')).content);
    };
    try {
      const key = await server.key('admin');
      expect((await server.send('/api/v1/tenants', { key, ...post({ id: 'acme' }) })).status).toBe(201);
      const { rows } = await admin.query(`SELECT schema_name FROM "${schema}".tenants`);
      role = rows[0].schema_name;
      const owners = [undefined, 'acme'];
      for (const owner of owners) {
        const config = readConfig({ ...environment, ARTIFACT_KEYS: before });
        const { store } = await openArtifacts(config, owner);
        await store.put('model', new TextEncoder().encode(`model of ${owner}`));
      }
      const env = { PATH: process.env['PATH'], ...environment, ARTIFACT_KEYS: `${after},${before}` };
      const { stdout } = await run(process.execPath, COMMAND, { cwd: ROOT, env });
      expect(stdout).toMatch(/^shop: 1 encrypted anew, 0 .*\nacme: 1 encrypted anew, 0 /);
      for (const owner of owners) expect(await contentOf(owner, after)).toBe(`model of ${owner}`);
    } finally {
      await server.close();
      rmSync(join(server.directory), { recursive: true, force: true });
    }
  });

  it('says in words that the database is not there', async () => {
    const url = new URL(DATABASE_URL ?? '');
    url.pathname = '/no_such_database';
    const ARTIFACT_KEYS = `new:${randomBytes(32).toString('hex')}`;
    const env = { PATH: process.env['PATH'], DATABASE_URL: url.href, ARTIFACT_KEYS };
    await expect(run(process.execPath, COMMAND, { cwd: ROOT, env })).rejects.toMatchObject({
      code: 1,
      stderr: 'The database failed: database "no_such_database" does not exist\n',
    });
  });
});
