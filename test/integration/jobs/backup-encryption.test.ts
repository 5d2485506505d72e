import { randomBytes, randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { PostgresStorage } from 'commerce-forecast/postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backUp } from '../../../examples/worker/recovery/back-up.js';
import { BackupFiles } from '../../../examples/worker/recovery/backup-files.js';
import { backupKeys } from '../../../examples/worker/recovery/backup-keys.js';
import { type BackupKeys, Decrypting, Encrypting } from '../../../examples/worker/recovery/encryption.js';
import { runPostgresTool } from '../../../examples/worker/recovery/installation.js';
import {
  changeKey,
  type Manifest,
  verifyBackup,
  writeManifest,
} from '../../../examples/worker/recovery/manifest.js';
import { restore } from '../../../examples/worker/recovery/restore.js';
import { DATABASE_URL, describeWithPostgres } from '../services.js';

const root = await mkdtemp(join(tmpdir(), 'backup-encryption-'));
afterAll(() => rm(root, { recursive: true, force: true }));

const MEGABYTE = 1_048_576;
const [first, second] = [randomBytes(32), randomBytes(32)];
const keys: BackupKeys = { currentKeyId: 'first', keys: { first } };
const about = { createdAt: '2024-06-02T03:00:00.000Z', database: 'postgres' } as const;
const SECRET = 'marmalade-of-the-duchess';

/** A backup with two files, without a database. */
async function someBackup(name: string): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder);
  const dataKey = randomBytes(32);
  const files = new BackupFiles(folder, dataKey);
  await files.write('database.dump', Readable.from([Buffer.from(`dump of ${SECRET}`)]));
  await files.write('artifacts/a/1', Readable.from([Buffer.alloc(3 * MEGABYTE, SECRET)]));
  await writeManifest(folder, about, { dataKey, keys });
  return folder;
}

async function contents(folder: string, given: BackupKeys): Promise<string> {
  const { dataKey } = await verifyBackup(folder, given);
  return (await buffer(new BackupFiles(folder, dataKey).read('database.dump'))).toString();
}

const edit = async (folder: string, change: (manifest: Manifest) => object) => {
  const file = join(folder, 'manifest.json');
  await writeFile(file, JSON.stringify(change(JSON.parse(await readFile(file, 'utf8')))));
};

describe('an encrypted file', () => {
  const dataKey = randomBytes(32);
  const encrypted = (content: Buffer, path = 'a', parts = [content]) =>
    buffer(Readable.from(parts).pipe(new Encrypting(dataKey, path)));
  const decrypted = (content: Buffer, path = 'a', key = dataKey) =>
    buffer(Readable.from([content]).pipe(new Decrypting(key, path)));

  it.each([0, 1, MEGABYTE - 1, MEGABYTE, MEGABYTE + 1, 3 * MEGABYTE])(
    'of %i bytes comes back',
    async (size) => {
      const content = randomBytes(size);
      const bytes = await encrypted(content);
      // A tag of 16 bytes for each chunk of a megabyte, also for an empty one.
      expect(bytes.length).toBe(size + 16 * Math.max(1, Math.ceil(size / MEGABYTE)));
      expect((await decrypted(bytes)).equals(content)).toBe(true);
      if (size > 40) expect(bytes.includes(content.subarray(0, 20))).toBe(false);
    },
  );

  it('is the same however its content arrives', async () => {
    const content = randomBytes(2 * MEGABYTE + 5);
    const parts = Array.from({ length: Math.ceil(content.length / 70_001) }, (_, i) =>
      content.subarray(i * 70_001, (i + 1) * 70_001),
    );
    expect((await encrypted(content, 'a', parts)).equals(await encrypted(content))).toBe(true);
  });

  it('does not decrypt as another one, with another key, or changed anywhere', async () => {
    const bytes = await encrypted(randomBytes(2 * MEGABYTE + 100));
    const size = MEGABYTE + 16;
    const [one, two, rest] = [
      bytes.subarray(0, size),
      bytes.subarray(size, 2 * size),
      bytes.subarray(2 * size),
    ];
    const refuse = (promise: Promise<Buffer>) =>
      expect(promise).rejects.toMatchObject({ code: 'invalid-data' });
    await refuse(decrypted(bytes, 'b'));
    await refuse(decrypted(bytes, 'a', randomBytes(32)));
    for (const place of [0, MEGABYTE, size - 1, size, bytes.length - 1]) {
      const copy = Buffer.from(bytes);
      copy[place]! ^= 1;
      await refuse(decrypted(copy));
    }
    await refuse(decrypted(Buffer.alloc(0)));
    await refuse(decrypted(bytes.subarray(0, bytes.length - 1)));
    await refuse(decrypted(Buffer.concat([one, two])));
    await refuse(decrypted(one));
    await refuse(decrypted(Buffer.concat([two, one, rest])));
    await refuse(decrypted(Buffer.concat([one, one, rest])));
    await refuse(decrypted(Buffer.concat([one, rest])));
    await refuse(decrypted(Buffer.concat([bytes, rest])));
  });
});

describe('an encrypted backup', () => {
  it('is read with its key, and shows nothing without', async () => {
    const folder = await someBackup('read');
    expect(await contents(folder, keys)).toBe(`dump of ${SECRET}`);
    for (const path of await readdir(folder, { recursive: true })) {
      const bytes = await readFile(join(folder, path)).catch(() => Buffer.alloc(0));
      expect(bytes.includes(SECRET), path).toBe(false);
      expect(bytes.includes(first.toString('hex')) || bytes.includes(first.toString('base64'))).toBe(false);
    }
  });

  it('is refused without its key, with another one of its name, and with none of its name', async () => {
    const folder = await someBackup('keys');
    await expect(verifyBackup(folder)).rejects.toMatchObject({ code: 'unavailable' });
    const others = { currentKeyId: 'second', keys: { second } };
    await expect(verifyBackup(folder, others)).rejects.toThrow('needs the key "first"');
    const wrong = { currentKeyId: 'first', keys: { first: second } };
    await expect(verifyBackup(folder, wrong)).rejects.toMatchObject({ code: 'invalid-data' });
  });

  it('goes over to a new key, after which the one before is not needed', async () => {
    const folder = await someBackup('rotated');
    const files = async () =>
      Promise.all(['database.dump.enc', 'artifacts/a/1.enc'].map((path) => readFile(join(folder, path))));
    const before = await files();
    expect(await changeKey(folder, { currentKeyId: 'second', keys: { first, second } })).toBe('first');
    expect(await contents(folder, { currentKeyId: 'second', keys: { second } })).toBe(`dump of ${SECRET}`);
    await expect(verifyBackup(folder, keys)).rejects.toThrow('needs the key "second"');
    const after = await files();
    expect(after.map((bytes, i) => bytes.equals(before[i]!))).toEqual([true, true]);
    expect(await readdir(folder)).not.toContain('manifest.json.next');
    await expect(changeKey(folder, keys)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('is refused once anything of it was changed, also by somebody who makes the checksums fit', async () => {
    const original = await someBackup('original');
    let copies = 0;
    const refuse = async (damage: (folder: string) => Promise<unknown>) => {
      const folder = join(root, `copy-${copies++}`);
      await cp(original, folder, { recursive: true });
      await damage(folder);
      await expect(verifyBackup(folder, keys)).rejects.toMatchObject({ code: 'invalid-data' });
    };
    const flip = async (folder: string, path: string) => {
      const bytes = await readFile(join(folder, path));
      bytes[bytes.length >> 1]! ^= 1;
      await writeFile(join(folder, path), bytes);
    };
    await refuse((folder) => flip(folder, 'database.dump.enc'));
    await refuse((folder) => rm(join(folder, 'artifacts/a/1.enc')));
    await refuse((folder) => writeFile(join(folder, 'artifacts/a/2.enc'), 'more'));
    await refuse((folder) => rename(join(folder, 'database.dump.enc'), join(folder, 'artifacts/a/1.enc')));
    await refuse((folder) =>
      edit(folder, (manifest) => ({ ...manifest, createdAt: '2025-01-01T00:00:00.000Z' })),
    );
    await refuse((folder) => edit(folder, (manifest) => ({ ...manifest, database: 'pglite' })));
    await refuse((folder) => edit(folder, (manifest) => ({ ...manifest, seal: undefined })));
    await refuse((folder) => edit(folder, (manifest) => ({ ...manifest, seal: 'AAAA' })));
    await refuse(async (folder) => {
      await flip(folder, 'database.dump.enc');
      // The checksums as somebody without the key would write them.
      const { encryption, seal } = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
      await writeManifest(folder, about);
      await edit(folder, (manifest) => ({ ...manifest, encryption, seal }));
    });
    // A backup that somebody has put in its place, which is not encrypted at all.
    await refuse(async (folder) => {
      await writeManifest(folder, about);
    });
    // The key of another backup of the same operator.
    const other = JSON.parse(await readFile(join(await someBackup('other'), 'manifest.json'), 'utf8'));
    await refuse((folder) => edit(folder, (manifest) => ({ ...manifest, encryption: other.encryption })));
  });

  it('takes its keys from the environment, and says nothing of wrong ones', () => {
    const hex = first.toString('hex');
    expect(backupKeys({})).toBeUndefined();
    expect(backupKeys({ BACKUP_KEYS: `first:${hex}` })).toEqual({
      currentKeyId: 'first',
      keys: { first: new Uint8Array(first) },
    });
    const read = () => backupKeys({ BACKUP_KEYS: `first:${hex}00` });
    expect(read).toThrow('BACKUP_KEYS');
    expect(read).not.toThrow(hex);
  });
});

describeWithPostgres('the recovery drill with encryption', () => {
  const admin = new pg.Pool({ connectionString: DATABASE_URL, max: 1 });
  const names = [0, 1, 2].map(() => `test_recovery_${randomUUID().replaceAll('-', '').slice(0, 16)}`);
  const urlOf = (name: string) => {
    const url = new URL(DATABASE_URL);
    url.pathname = `/${name}`;
    return url.href;
  };
  beforeAll(async () => {
    for (const name of names) await admin.query(`CREATE DATABASE ${name}`);
  });
  afterAll(async () => {
    for (const name of names) await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.end();
  });

  async function withStorage<T>(url: string, work: (storage: PostgresStorage) => Promise<T>): Promise<T> {
    const pool = new pg.Pool({ connectionString: url, max: 2 });
    const storage = new PostgresStorage({ pool });
    try {
      await storage.migrate();
      return await work(storage);
    } finally {
      await storage.close();
      await pool.end();
    }
  }

  it('brings everything back, and stores nothing that can be read', async () => {
    const [from, to, cut] = names.map(urlOf) as [string, string, string];
    const rows = Array.from({ length: 5_000 }, (_, i) => ({
      day: 19_700 + (i % 700),
      productId: `${SECRET}-${Math.floor(i / 700)}`,
      category: 'Jams',
      units: 1 + (i % 9),
    }));
    const summary = await withStorage(from, async (storage) => {
      await storage.write({ id: 'all', rows });
      return storage.summary();
    });
    const artifacts = join(root, 'artifacts');
    await mkdir(join(artifacts, 'model'), { recursive: true });
    await writeFile(join(artifacts, 'model', '1.json'), SECRET.repeat(100_000));
    const backup = join(root, 'drill');
    await backUp({ database: { url: from }, artifacts }, backup, { keys });
    expect((await readdir(backup)).sort()).toEqual(['artifacts', 'database.dump.enc', 'manifest.json']);
    for (const path of ['database.dump.enc', 'artifacts/model/1.json.enc', 'manifest.json']) {
      expect((await readFile(join(backup, path))).includes(SECRET), path).toBe(false);
    }

    const restored = join(root, 'drill-artifacts');
    const target = { database: { url: to }, artifacts: restored };
    await expect(restore(backup, target)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await readdir(restored).catch(() => [])).toEqual([]);
    await restore(backup, target, keys);
    expect(await withStorage(to, (storage) => storage.summary())).toEqual(summary);
    expect(await readFile(join(restored, 'model', '1.json'), 'utf8')).toBe(SECRET.repeat(100_000));

    // Content that breaks off while it is restored leaves nothing behind, whatever was checked before.
    const { dataKey } = await verifyBackup(backup, keys);
    const whole = await readFile(join(backup, 'database.dump.enc'));
    const broken = join(root, 'broken');
    await mkdir(broken);
    await writeFile(join(broken, 'database.dump.enc'), whole.subarray(0, whole.length - 20));
    const options = ['--exit-on-error', '--single-transaction', '--no-owner'];
    const input = new BackupFiles(broken, dataKey).read('database.dump');
    await expect(runPostgresTool('pg_restore', options, cut, { input })).rejects.toMatchObject({
      code: 'invalid-data',
    });
    const client = new pg.Client({ connectionString: cut });
    await client.connect();
    const { rows: tables } = await client.query(`SELECT 1 FROM pg_tables WHERE schemaname = 'public'`);
    await client.end();
    expect(tables).toEqual([]);
    await expect(
      restore(
        backup,
        { database: { url: `${cut}_that_is_not_there` }, artifacts: join(root, 'nowhere') },
        keys,
      ),
    ).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/does not exist/) });
    expect(await readdir(join(root, 'nowhere'))).toEqual([]);
  });
});
