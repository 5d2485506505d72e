import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from './server-fixture.js';

const SCRIPT = `console.log(${JSON.stringify('tea '.repeat(1_000))});\n`;

let parent: string;
let server: TestServer;

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'dashboard-files-'));
  const folder = join(parent, 'dist');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Sales</title>');
  writeFileSync(join(parent, 'secret.txt'), 'outside of the folder');
  for (const name of ['both.js', 'plain.js']) writeFileSync(join(folder, 'assets', name), SCRIPT);
  // The copy says which one it is.
  writeFileSync(join(folder, 'assets', 'both.js.br'), brotliCompressSync(`// copy\n${SCRIPT}`));
  server = await startServer({ DASHBOARD_DIR: folder });
});
afterAll(async () => {
  await server.close();
  rmSync(parent, { recursive: true, force: true });
});

interface RawAnswer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A request whose body is left as it came; `fetch` decompresses. */
function ask(path: string, headers: Record<string, string> = {}): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    get(`${server.url}${path}`, { headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }),
      );
    }).on('error', reject);
  });
}

describe('an asset', () => {
  it('comes as its compressed copy to a browser that takes Brotli', async () => {
    const { status, headers, body } = await ask('/assets/both.js', { 'accept-encoding': 'gzip, br' });
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-encoding': 'br', 'content-length': String(body.length) });
    expect(headers['content-type']).toMatch(/^text\/javascript/);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers.vary?.toLowerCase()).toContain('accept-encoding');
    expect(brotliDecompressSync(body).toString()).toBe(`// copy\n${SCRIPT}`);
  });

  it.each([
    ['gzip', { 'accept-encoding': 'gzip' }, 'gzip'],
    ['nothing', {}, undefined],
    ['anything but Brotli', { 'accept-encoding': 'br;q=0, gzip' }, 'gzip'],
  ])('comes as itself to a browser that takes %s', async (_, accepted, encoding) => {
    const { headers, body } = await ask('/assets/both.js', accepted);
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers.vary?.toLowerCase()).toContain('accept-encoding');
    expect((encoding === undefined ? body : gunzipSync(body)).toString()).toBe(SCRIPT);
  });

  it('without a copy is compressed on its way', async () => {
    const { headers, body } = await ask('/assets/plain.js', { 'accept-encoding': 'br' });
    expect(headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(body).toString()).toBe(SCRIPT);
  });

  it('lies in its folder, whatever the path says', async () => {
    for (const path of [
      '/assets/%2e%2e/%2e%2e/secret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '/..%2fsecret.txt',
      '/assets/missing.js',
    ]) {
      expect((await ask(path, { 'accept-encoding': 'br' })).status, path).toBe(404);
    }
  });
});

describe('a page', () => {
  it('of any address is the document, which is asked for each time', async () => {
    const { status, headers, body } = await ask('/products/tea', { accept: 'text/html' });
    expect([status, headers['cache-control']]).toEqual([200, 'no-cache']);
    expect(headers['content-security-policy']).toContain("script-src 'self';");
    expect(body.toString()).toContain('<title>Sales</title>');
  });
});
