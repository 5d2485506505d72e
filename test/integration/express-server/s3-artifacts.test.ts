import { randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  startServer,
  type TestServer,
  trainSmallMerchant,
} from '../../examples/express-server/server-fixture.js';
import {
  DATABASE_URL,
  describeWithPostgres,
  describeWithS3,
  dropSchemas,
  S3_CREDENTIALS,
  S3_ENDPOINT,
} from '../services.js';

const bucket = `server-${randomUUID()}`;
const FORECAST = '/api/v1/forecast/top-products?time_period=week';
const PRODUCT = '"P01"';

describeWithS3('models in a bucket', () => {
  const client = new S3Client({
    endpoint: S3_ENDPOINT,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: S3_CREDENTIALS,
  });
  const servers: TestServer[] = [];
  const start = async (environment: Record<string, string>) => {
    const server = await startServer({
      ARTIFACT_BUCKET: bucket,
      S3_ENDPOINT: S3_ENDPOINT!,
      S3_REGION: 'us-east-1',
      ...environment,
    });
    servers.push(server);
    return server;
  };
  const keys = async () => {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
    return Contents.map(({ Key }) => Key!);
  };
  const text = async (Key: string) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
    return Body!.transformToString('latin1');
  };
  beforeAll(async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', S3_CREDENTIALS.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', S3_CREDENTIALS.secretAccessKey);
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  });
  afterAll(async () => {
    for (const server of servers) await server.close();
    for (const Key of await keys()) await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    await client.send(new DeleteBucketCommand({ Bucket: bucket }));
    client.destroy();
    vi.unstubAllEnvs();
  });

  describeWithPostgres('with a database', () => {
    const schema = `test_s3_${randomUUID().slice(0, 8)}`;
    const shared = { ARTIFACT_PREFIX: 'forecast/', DATABASE_URL: DATABASE_URL!, DATABASE_SCHEMA: schema };
    afterAll(() => dropSchemas(schema));

    it('are put there under the prefix and found there by another server of the database', async () => {
      const first = await start(shared);
      await trainSmallMerchant(first);
      const stored = await keys();
      expect(stored.length).toBeGreaterThan(0);
      expect(stored.filter((key) => !key.startsWith('forecast/'))).toEqual([]);
      expect((await Promise.all(stored.map(text))).join()).toContain(PRODUCT);
      const version = first.composed.dependencies.models.production()!.model.snapshot.modelVersion;

      const second = await start(shared);
      await second.composed.dependencies.models.refresh();
      expect(second.composed.dependencies.models.production()!.model.snapshot.modelVersion).toBe(version);
      const answer = await second.send(FORECAST, { key: await second.key('merchant') });
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain(PRODUCT);
    });
  });

  it('are encrypted before they leave the server', async () => {
    const before = new Set(await keys());
    const keyOf = (digit: string) => ({ ARTIFACT_PREFIX: 'secret/', ARTIFACT_KEYS: `k:${digit.repeat(64)}` });
    const server = await start(keyOf('a'));
    await trainSmallMerchant(server);
    const objects = (await keys()).filter((key) => !before.has(key));
    expect(objects.length).toBeGreaterThan(0);
    for (const key of objects) expect(await text(key)).not.toContain(PRODUCT);

    const stranger = await start(keyOf('b'));
    await stranger.composed.dependencies.models.refresh();
    expect(stranger.composed.dependencies.models.production()).toBeUndefined();
  });

  it('stay in use when the bucket is not there, and the training says so', async () => {
    const server = await start({ ARTIFACT_BUCKET: `missing-${randomUUID()}` });
    await trainSmallMerchant(server);
    const key = await server.key('admin');
    const latest = await (await server.send('/api/v1/model/trainings/latest', { key })).json();
    expect(latest).toMatchObject({ status: 'failed', failure: 'unavailable' });
    expect(await (await server.send(FORECAST, { key })).text()).not.toMatch(/bucket|s3/i);
  });
});
