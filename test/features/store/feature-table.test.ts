import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { MemoryFeatureTable } from '../../../src/features/store/memory-feature-table.js';
import { PostgresFeatureTable } from '../../../src/storage/postgres/postgres-feature-table.js';
import { checkFeatureTable, featureTableChecks } from '../../../src/testing/check-feature-table.js';
import { DATABASE_URL, describeWithPostgres } from '../../integration/services.js';

describe('MemoryFeatureTable', () => {
  it.each(featureTableChecks(async () => new MemoryFeatureTable()))('$name', ({ run }) => run());
});

describe('PostgresFeatureTable on PGlite', async () => {
  const pglite = await PGlite.create();
  afterAll(() => pglite.close());
  let made = 0;
  const make = async () => {
    const schema = `features_${made++}`;
    await pglite.query(`CREATE SCHEMA ${schema}`);
    const table = new PostgresFeatureTable({ pglite, schema });
    await table.migrate();
    return table;
  };
  it.each(featureTableChecks(make))('$name', ({ run }) => run());
});

describeWithPostgres('PostgresFeatureTable on PostgreSQL', () => {
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 }).setMaxListeners(100);
  const schemas: string[] = [];
  const make = async () => {
    const schema = `features_${process.pid}_${schemas.length}`;
    schemas.push(schema);
    await pool.query(`CREATE SCHEMA ${schema}`);
    const table = new PostgresFeatureTable({ pool, schema });
    await table.migrate();
    await table.migrate();
    return table;
  };
  afterAll(async () => {
    for (const schema of schemas) await pool.query(`DROP SCHEMA ${schema} CASCADE`);
    await pool.end();
  });
  it.each(featureTableChecks(make))('$name', ({ run }) => run());

  it('reads more days than one statement gives', async () => {
    const table = await make();
    const days = Array.from({ length: 150 }, (_, day) => ({
      day,
      inputs: `${day}`,
      ids: ['tea'],
      shared: Float32Array.of(day),
      series: Float32Array.of(day),
    }));
    await table.write('v', days);
    const read = [];
    for await (const day of table.read('v', 5, 140)) read.push(day.shared[0]);
    expect(read).toEqual(Array.from({ length: 136 }, (_, i) => i + 5));
  });
});

describe('checkFeatureTable', () => {
  it('finds a table that forgets to replace', async () => {
    class Forgetful extends MemoryFeatureTable {
      override async write(...[version, days]: Parameters<MemoryFeatureTable['write']>): Promise<void> {
        const known = await this.inputs(version);
        await super.write(
          version,
          days.filter(({ day }) => !known.has(day)),
        );
      }
    }
    await expect(checkFeatureTable(async () => new Forgetful())).rejects.toThrow(/written again is replaced/);
  });
});
