import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { S3ArtifactStore } from '../../../src/storage/s3/index.js';

let server: Server | undefined;

/** A client of a server that answers every request with these statuses in turn, then 200. */
async function clientOf(statuses: number[], requests: string[] = []): Promise<S3Client> {
  const started = createServer((request, response) => {
    requests.push(`${request.method} ${request.headers['if-none-match'] ?? ''}`.trim());
    request.resume();
    response.writeHead(statuses.shift() ?? 200).end();
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return new S3Client({
    endpoint: `http://127.0.0.1:${(started.address() as AddressInfo).port}`,
    region: 'us-east-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const content = new Uint8Array([1]);

describe('S3ArtifactStore', () => {
  it('refuses a server that ignores conditional writes', async () => {
    const requests: string[] = [];
    const store = new S3ArtifactStore({ client: await clientOf([], requests), bucket: 'b' });
    await expect(store.put('a', content)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('If-None-Match'),
    });
    expect(requests.filter((request) => request === 'PUT *').length).toBe(2);
  });

  it('tries again while another conditional write is under way', async () => {
    const requests: string[] = [];
    // Listing, first probe, a conflict, then "exists" for the second probe, and so on.
    const client = await clientOf([200, 200, 409, 412, 204, 200, 409, 200], requests);
    const store = new S3ArtifactStore({ client, bucket: 'b' });
    expect(await store.put('a', content)).toMatchObject({ version: 1, size: 1 });
    expect(requests.filter((request) => request === 'PUT *').length).toBe(6);
  });

  it.each([
    [403, 'unauthorized'],
    [500, 'unavailable'],
  ])('turns the status %i into a ForecastError %s', async (status, code) => {
    const store = new S3ArtifactStore({ client: await clientOf([status, status]), bucket: 'b' });
    await expect(store.put('a', content)).rejects.toMatchObject({ code });
  });

  it('answers with `unavailable` when the server is gone, and `aborted` when the caller leaves', async () => {
    const client = await clientOf([]);
    server!.close();
    const store = new S3ArtifactStore({ client, bucket: 'b' });
    await expect(store.get('a')).rejects.toMatchObject({ code: 'unavailable' });
    await expect(store.get('a', 1, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  it('needs a bucket', async () => {
    const client = await clientOf([]);
    expect(() => new S3ArtifactStore({ client, bucket: '' })).toThrow(
      expect.objectContaining({ code: 'invalid-option', path: ['bucket'] }),
    );
  });
});
