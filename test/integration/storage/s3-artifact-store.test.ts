import { randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ArtifactStore, ArtifactVersion } from '../../../src/storage/artifact-contract.js';
import { S3ArtifactStore } from '../../../src/storage/s3/index.js';
import { artifactStoreChecks } from '../../../src/testing/check-artifact-store.js';
import { describeWithS3, S3_CREDENTIALS, S3_ENDPOINT } from '../services.js';

const bucket = `test-${randomUUID()}`;
const bytes = (text: string) => new TextEncoder().encode(text);

function clientWith(secretAccessKey = S3_CREDENTIALS.secretAccessKey): S3Client {
  return new S3Client({
    endpoint: S3_ENDPOINT,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { ...S3_CREDENTIALS, secretAccessKey },
  });
}

const client = clientWith();
const prefixes = new Map<ArtifactStore, string>();

async function open(prefix = `${randomUUID()}/`): Promise<S3ArtifactStore> {
  const store = new S3ArtifactStore({ client, bucket, prefix });
  prefixes.set(store, prefix);
  return store;
}

async function keysUnder(prefix: string): Promise<string[]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
    );
    keys.push(...(page.Contents ?? []).map((object) => object.Key!));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return keys;
}

async function damage(store: ArtifactStore, { sha256 }: ArtifactVersion): Promise<void> {
  const [Key] = await keysUnder(`${prefixes.get(store)}objects/${sha256}/`);
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
  const content = await Body!.transformToByteArray();
  content[0] ^= 1;
  await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: content }));
}

describeWithS3('S3ArtifactStore on a real S3 server', () => {
  beforeAll(async () => {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  });

  afterAll(async () => {
    for (const Key of await keysUnder(''))
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    await client.send(new DeleteBucketCommand({ Bucket: bucket }));
  });

  const reopen = async (store: ArtifactStore) => open(prefixes.get(store));
  for (const { name, run } of artifactStoreChecks(() => open(), { reopen, damage })) it(name, run);

  it('refuses a wrong signature', async () => {
    const intruder = new S3ArtifactStore({ client: clientWith('not the secret'), bucket });
    await expect(intruder.put('a', bytes('x'))).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(intruder.get('a')).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('answers with `unavailable` for a bucket that is missing', async () => {
    const store = new S3ArtifactStore({ client, bucket: `missing-${randomUUID()}` });
    await expect(store.put('a', bytes('x'))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('encrypts contents anew', async () => {
    const prefix = `${randomUUID()}/`;
    await (await open(prefix)).put('a', bytes('one'));
    const encryption = { currentKeyId: 'k', keys: { k: new Uint8Array(32).fill(7) } };
    const store = new S3ArtifactStore({ client, bucket, prefix, encryption });
    expect(await store.reencrypt()).toEqual({ changed: 1, lost: 0 });
    expect((await store.get('a')).content).toEqual(bytes('one'));
    expect(await keysUnder(`${prefix}objects/`)).toHaveLength(1);
    await expect((await open(prefix)).get('a')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('finds names on several pages of a listing', async () => {
    const store = await open();
    const names = Array.from({ length: 1_050 }, (_, i) => `model-${String(i).padStart(4, '0')}`);
    const put = async (from: number) => {
      for (let i = from; i < names.length; i += 10) await store.put(names[i], bytes(names[i]));
    };
    await Promise.all(Array.from({ length: 10 }, (_, from) => put(from)));
    expect(await store.names()).toEqual(names);
  });

  it('leaves only whole objects', async () => {
    const store = await open();
    await store.put('a', bytes('one'));
    await store.put('a', bytes('two'));
    await store.delete('a', 1);
    const keys = (await keysUnder(prefixes.get(store)!)).map((key) => key.slice(prefixes.get(store)!.length));
    expect(keys.filter((key) => key.startsWith('objects/'))).toHaveLength(1);
    expect(keys.filter((key) => key.startsWith('names/'))).toHaveLength(3);
    expect(keys.filter((key) => key.startsWith('probe/'))).toHaveLength(0);
  });
});
