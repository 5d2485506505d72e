import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { QuickBooksAccess } from '../../../src/sources/quickbooks/access.js';
import { FileTokenStore } from '../../../src/sources/quickbooks/file-token-store.js';
import {
  MemoryTokenStore,
  type QuickBooksTokenStore,
  type QuickBooksTokens,
} from '../../../src/sources/quickbooks/tokens.js';
import { type FakeService, fakeService, json, text } from '../../transport/fake-service.js';
import { CLIENT, FakeQuickBooks } from './fake-quickbooks.js';

const RENEWING_PROCESS = fileURLToPath(new URL('./renewing-process.ts', import.meta.url));

describe('QuickBooksAccess', () => {
  let service: FakeService;
  let quickBooks: FakeQuickBooks;
  let directory: string;

  beforeEach(async () => {
    quickBooks = new FakeQuickBooks();
    service = await fakeService(quickBooks.handler);
    directory = mkdtempSync(join(tmpdir(), 'tokens-'));
  });
  afterEach(async () => {
    await service.close();
    rmSync(directory, { recursive: true });
  });

  const expired = (): QuickBooksTokens => ({
    accessToken: 'access-old',
    refreshToken: 'refresh-0',
    accessTokenExpiresAt: 0,
    refreshTokenExpiresAt: quickBooks.time + 1e9,
  });
  const access = (tokens: QuickBooksTokenStore) =>
    new QuickBooksAccess({
      ...CLIENT,
      tokens,
      http: { baseUrl: service.url, now: () => quickBooks.time, sleep: async () => {}, maxRetries: 2 },
    });
  const fileStore = (staleLockMs?: number) =>
    new FileTokenStore({ path: join(directory, 'tokens.json'), staleLockMs });

  it('renews once for all callers, and again shortly before the hour ends', async () => {
    const one = access(new MemoryTokenStore(expired()));
    const tokens = await Promise.all(Array.from({ length: 50 }, () => one.token()));
    expect(new Set(tokens)).toEqual(new Set(['access-1']));
    quickBooks.time += 3_600_000 - 61_000;
    expect(await one.token()).toBe('access-1');
    quickBooks.time += 2_000;
    expect(await one.token()).toBe('access-2');
    expect(quickBooks.renewals).toBe(2);
  });

  it('renews a token that the service refuses, but not for every caller that was refused', async () => {
    const one = access(new MemoryTokenStore(expired()));
    const refused = await one.token();
    expect(await one.token(refused)).toBe('access-2');
    expect(await one.token(refused)).toBe('access-2');
  });

  it('never renews twice at once in several processes that share a store', async () => {
    const seed = fileStore();
    await seed.save(expired());
    const processes = Array.from({ length: 6 }, () => access(fileStore()));
    for (let round = 1; round <= 3; round++) {
      const tokens = await Promise.all(processes.map((one) => one.token()));
      expect(new Set(tokens)).toEqual(new Set([`access-${round}`]));
      quickBooks.time += 3_600_000;
    }
    expect(quickBooks.renewals).toBe(3);
    expect((await seed.load())!.refreshToken).toBe('refresh-3');
  });

  it('renews once for three processes of the operating system that find the token expired', async () => {
    const path = join(directory, 'tokens.json');
    await fileStore().save(expired());
    const command = ['--import', 'tsx', RENEWING_PROCESS, service.url, path, String(quickBooks.time)];
    const children = Array.from({ length: 3 }, () => spawn(process.execPath, command));
    const outputs = children.map(({ stdout }) => createInterface(stdout)[Symbol.asyncIterator]());
    for (const lines of outputs) expect((await lines.next()).value).toBe('ready');
    for (const { stdin } of children) stdin.write('now\n');
    const tokens = await Promise.all(outputs.map(async (lines) => (await lines.next()).value));
    expect(tokens).toEqual(['access-1', 'access-1', 'access-1']);
    expect(quickBooks.renewals).toBe(1);
    expect(await fileStore().load()).toMatchObject({ refreshToken: 'refresh-1' });
  });

  it('stores the new refresh token before the new access token is used', async () => {
    const store = new MemoryTokenStore(expired());
    const order: string[] = [];
    vi.spyOn(store, 'save').mockImplementation(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push('saved');
    });
    await access(store).token();
    order.push('used');
    expect(order).toEqual(['saved', 'used']);
  });

  it('tries again to store the new refresh token, and fails without using or showing it', async () => {
    const store = new MemoryTokenStore(expired());
    const save = vi.spyOn(store, 'save').mockRejectedValueOnce(new Error('disk busy'));
    expect(await access(store).token()).toBe('access-1');
    expect(save).toHaveBeenCalledTimes(2);
    quickBooks.time += 3_600_000;
    save.mockRejectedValue(new Error('disk full: {"refreshToken":"refresh-2"}'));
    const error = await access(store)
      .token()
      .catch((thrown) => thrown);
    expect(error.code).toBe('unavailable');
    expect(inspect(error, { depth: 9 })).not.toContain('refresh-2');
  });

  it.each([
    ['there are no tokens', undefined],
    ['the refresh token has expired', { refreshTokenExpiresAt: 1 }],
    ['the refresh token is refused', { refreshToken: 'refresh-stolen' }],
  ])('asks to connect the company again when %s', async (_, change) => {
    const tokens = change && { ...expired(), ...change };
    const error = await access(new MemoryTokenStore(tokens))
      .token()
      .catch((thrown) => thrown);
    expect(error).toMatchObject({
      code: 'unauthorized',
      hint: expect.stringContaining('connect the company'),
    });
    expect(inspect(error, { depth: 9 })).not.toContain('stolen');
  });

  it('repeats a renewal after a server error, and shows nothing of an answer that it does not understand', async () => {
    service.answer(json({}, 503), quickBooks.handler);
    expect(await access(new MemoryTokenStore(expired())).token()).toBe('access-1');
    for (const answer of [
      text('{"access_token":"access-secret","refresh_tok'),
      json({ access_token: 'access-secret' }),
    ]) {
      service.answer(answer);
      const error = await access(new MemoryTokenStore(expired()))
        .token()
        .catch((thrown) => thrown);
      expect(error.code).toBe('invalid-data');
      const shown = inspect(error, { depth: 20, showHidden: true });
      for (const secret of ['access-secret', CLIENT.clientSecret, 'refresh-0'])
        expect(shown).not.toContain(secret);
    }
  });

  describe('FileTokenStore', () => {
    it('replaces the file as a whole, readable by its owner only, and leaves nothing behind', async () => {
      const store = fileStore();
      expect(await store.load()).toBeUndefined();
      await store.save(expired());
      await store.withLock(() => store.save({ ...expired(), refreshToken: 'new' }));
      expect((await store.load())!.refreshToken).toBe('new');
      expect(statSync(join(directory, 'tokens.json')).mode & 0o777).toBe(0o600);
      expect(readdirSync(directory)).toEqual(['tokens.json']);
    });

    it('keeps the old tokens when it cannot write the new ones', async () => {
      const store = fileStore();
      await store.save(expired());
      const circular = { ...expired() } as Record<string, unknown>;
      circular['self'] = circular;
      await expect(store.save(circular as never)).rejects.toThrow(TypeError);
      expect(await store.load()).toEqual(expired());
      expect(readdirSync(directory)).toEqual(['tokens.json']);
    });

    it('answers a damaged file with a typed error that shows nothing of it', async () => {
      const path = join(directory, 'tokens.json');
      writeFileSync(path, '{"refreshToken":"secret-half');
      const error = await fileStore()
        .load()
        .catch((thrown) => thrown);
      expect(error.code).toBe('invalid-data');
      expect(inspect(error, { depth: 9 })).not.toContain('secret-half');
      expect(readFileSync(path, 'utf8')).toContain('secret-half');
    });

    it('lets one holder at a time into the lock, and frees it after a failure', async () => {
      const stores = [fileStore(), fileStore(), fileStore()];
      let inside = 0;
      let most = 0;
      await Promise.allSettled(
        Array.from({ length: 12 }, (_, i) =>
          stores[i % 3]!.withLock(async () => {
            most = Math.max(most, ++inside);
            await new Promise((resolve) => setTimeout(resolve, 5));
            inside--;
            if (i % 2 === 0) throw new Error('failed inside');
          }),
        ),
      );
      expect(most).toBe(1);
      expect(readdirSync(directory)).toEqual([]);
    });

    it('takes over the lock of a process that died', async () => {
      const lock = join(directory, 'tokens.json.lock');
      writeFileSync(lock, '');
      utimesSync(lock, new Date(0), new Date(0));
      expect(await fileStore(1_000).withLock(async () => 'in')).toBe('in');
      expect(readdirSync(directory)).toEqual([]);
    });
  });
});
