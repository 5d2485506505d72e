import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../../examples/express-server/config.js';
import { EmbeddedGate, withTypedErrors } from '../../../examples/express-server/storage/database.js';

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      PORT: 3000,
      HOST: '127.0.0.1',
      DATA_DIR: '.data',
      DATABASE_POOL_MAX: 100,
      KEY_LIFETIME_DAYS: 90,
      RETENTION_DAYS: 731,
      CLUSTER_WORKERS: 1,
    });
    expect(readConfig({ REDIS_URL: '' }).REDIS_URL).toBeUndefined();
  });

  it('reads encryption keys, the current one first', () => {
    const { ARTIFACT_KEYS } = readConfig({ ARTIFACT_KEYS: `new:${'ab'.repeat(32)},old:${'01'.repeat(32)}` });
    expect(ARTIFACT_KEYS?.currentKeyId).toBe('new');
    expect(ARTIFACT_KEYS?.keys['old']).toEqual(new Uint8Array(32).fill(1));
  });

  it.each([
    [{ PORT: '70000' }, 'PORT'],
    [{ PORT: 'http' }, 'PORT'],
    [{ DATABASE_URL: 'mysql://host/db' }, 'DATABASE_URL'],
    [{ REDIS_URL: 'host' }, 'REDIS_URL'],
    [{ CLUSTER_WORKERS: '2' }, 'CLUSTER_WORKERS'],
    [{ TLS_CERT_FILE: 'a.crt' }, 'TLS_KEY_FILE'],
    [{ KEY_LIFETIME_DAYS: '91' }, 'KEY_LIFETIME_DAYS'],
    [{ JWT_SECRET: 'short' }, 'JWT_SECRET'],
    [{ JWT_SECRET_BEFORE: 'the secret before, with 32 characters or more' }, 'JWT_SECRET'],
    [{ OIDC_ISSUER: 'https://id.example' }, 'OIDC_AUDIENCE'],
    [{ OIDC_ISSUER: 'http://id.example', OIDC_AUDIENCE: 'forecasts' }, 'OIDC_ISSUER'],
    [{ OIDC_ISSUER: 'https://id.example?x=1', OIDC_AUDIENCE: 'forecasts' }, 'OIDC_ISSUER'],
    [{ OIDC_ROLES: 'owners:owner' }, 'OIDC_ROLES'],
    [{ OIDC_CLIENT_ID: 'dashboard', PUBLIC_URL: 'https://shop.example' }, 'OIDC_AUDIENCE'],
    [{ OIDC_ISSUER: 'https://id.example', OIDC_CLIENT_ID: 'dashboard' }, 'PUBLIC_URL'],
    [{ OIDC_CLIENT_SECRET: 'secret' }, 'OIDC_CLIENT_ID'],
    [{ OIDC_SCOPES: 'profile email' }, 'OIDC_SCOPES'],
    [{ OIDC_SCOPES: 'openid  email' }, 'OIDC_SCOPES'],
    [{ OIDC_LABEL: ' ' }, 'OIDC_LABEL'],
    [{ PUBLIC_URL: 'https://shop.example/path' }, 'PUBLIC_URL'],
    [{ PUBLIC_URL: 'http://shop.example' }, 'PUBLIC_URL'],
    [{ DASHBOARD_URL: 'javascript:alert(1)' }, 'DASHBOARD_URL'],
    [{ OIDC_CLOCK_TOLERANCE_SECONDS: '301' }, 'OIDC_CLOCK_TOLERANCE_SECONDS'],
    [{ ARTIFACT_KEYS: 'key:0123' }, 'ARTIFACT_KEYS'],
    [{ ARTIFACT_BUCKET: 'Not_A_Bucket' }, 'ARTIFACT_BUCKET'],
    [{ ARTIFACT_DIR: 'here', ARTIFACT_BUCKET: 'bucket' }, 'ARTIFACT_BUCKET'],
    [{ ARTIFACT_PREFIX: '/rooted/', ARTIFACT_BUCKET: 'bucket' }, 'ARTIFACT_PREFIX'],
    [{ S3_ENDPOINT: 'http://127.0.0.1:9000' }, 'ARTIFACT_BUCKET'],
    [{ S3_ENDPOINT: 'host:9000', ARTIFACT_BUCKET: 'bucket' }, 'S3_ENDPOINT'],
    [{ DATABASE_SCHEMA: 'a"; DROP' }, 'DATABASE_SCHEMA'],
    [{ CANARY_SHARE: '1.5' }, 'CANARY_SHARE'],
    [{ LIVE_DAYS: '31' }, 'LIVE_DAYS'],
    [{ MODEL_VERSIONS_KEPT: '0' }, 'MODEL_VERSIONS_KEPT'],
  ])('refuses %j, names the variable and does not show its value', (environment, name) => {
    const [value] = Object.values(environment);
    const read = () => readConfig(environment);
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(name);
    if (value.length > 3) expect(read).not.toThrow(value);
  });
});

describe('EmbeddedGate', () => {
  /** Notes statements in the order in which they arrive, and answers each a turn of the event loop later. */
  function fakeDatabase() {
    const order: string[] = [];
    const query = async (sql: string) => {
      order.push(sql);
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (sql === 'fail') throw new Error('failed');
      return { rows: [] };
    };
    return { order, query };
  }

  it('keeps other statements out of a transaction', async () => {
    const { order, query } = fakeDatabase();
    const gate = new EmbeddedGate({ query });
    const transaction = (async () => {
      await gate.transactional.query('begin');
      await gate.transactional.query('insert');
      await gate.transactional.query('commit');
    })();
    await Promise.all([transaction, gate.query('other 1'), gate.query('other 2')]);
    expect(order).toEqual(['begin', 'insert', 'commit', 'other 1', 'other 2']);
  });

  it('lets a transaction wait for a statement, and goes on after failures', async () => {
    const { order, query } = fakeDatabase();
    const gate = new EmbeddedGate({ query });
    const failing = gate.query('fail');
    const begun = gate.transactional.query('START TRANSACTION');
    await expect(failing).rejects.toThrow('failed');
    await begun;
    await expect(gate.transactional.query('fail')).rejects.toThrow('failed');
    const other = gate.query('other');
    await gate.transactional.query('rollback');
    await other;
    expect(order).toEqual(['fail', 'START TRANSACTION', 'fail', 'rollback', 'other']);
  });
});

it('the failure of a database says why for a host with several addresses, too', async () => {
  const refused = ['::1', '127.0.0.1'].map((host) => new Error(`connect ECONNREFUSED ${host}:5432`));
  const database = withTypedErrors({ query: () => Promise.reject(new AggregateError(refused)) });
  await expect(database.query('SELECT 1')).rejects.toThrow(
    'The database failed: connect ECONNREFUSED ::1:5432; connect ECONNREFUSED 127.0.0.1:5432',
  );
});
