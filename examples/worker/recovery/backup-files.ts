import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Decrypting, Encrypting } from './encryption.js';

/** End of the names of encrypted files. */
const ENCRYPTED = '.enc';

/** Paths of all files below a folder, with slashes, in order. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** Files of a backup, encrypted where it has a key. */
export class BackupFiles {
  readonly #folder: string;
  readonly #dataKey: Uint8Array | undefined;

  constructor(folder: string, dataKey: Uint8Array | undefined) {
    this.#folder = folder;
    this.#dataKey = dataKey;
  }

  /** Writes a file as its content comes. */
  async write(path: string, content: Readable): Promise<void> {
    const file = join(this.#folder, this.#dataKey ? path + ENCRYPTED : path);
    await mkdir(dirname(file), { recursive: true });
    const written = createWriteStream(file, { flags: 'wx' });
    if (this.#dataKey) await pipeline(content, new Encrypting(this.#dataKey, path), written);
    else await pipeline(content, written);
  }

  /** Writes all files of a folder. */
  async writeFolder(name: string, from: string): Promise<void> {
    await mkdir(join(this.#folder, name), { recursive: true });
    for (const path of await filesBelow(from)) {
      await this.write(`${name}/${path}`, createReadStream(join(from, path)));
    }
  }

  /** Content of a file, which fails with `invalid-data` where it does not decrypt. */
  read(path: string): Readable {
    if (!this.#dataKey) return createReadStream(join(this.#folder, path));
    const decrypting = new Decrypting(this.#dataKey, path);
    const encrypted = createReadStream(join(this.#folder, path + ENCRYPTED));
    pipeline(encrypted, decrypting).catch((error) => decrypting.destroy(error));
    return decrypting;
  }

  /** Puts all files of a folder into one that is there. */
  async readFolder(name: string, to: string): Promise<void> {
    for (const path of await filesBelow(join(this.#folder, name))) {
      const own = this.#dataKey ? path.slice(0, -ENCRYPTED.length) : path;
      await mkdir(dirname(join(to, own)), { recursive: true });
      await pipeline(this.read(`${name}/${own}`), createWriteStream(join(to, own), { flags: 'wx' }));
    }
  }
}
