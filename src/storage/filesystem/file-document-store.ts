import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ForecastError } from '../../errors.js';
import { refuseUnknown } from '../../options.js';
import type { DocumentStore, StoredDocument } from '../document-contract.js';
import { hasCode, syncDirectory, writeDurably } from './durable-files.js';

/** Revisions that are kept on disk, as a history and for delayed writers. */
const KEPT_REVISIONS = 100;
const DIGITS = 10;
const REVISION_FILE = /^\d{10}\.json$/;

/**
 * Registry state as files `<directory>/<model>/<revision>.json`. A revision is created by linking a complete
 * file to its name, which succeeds for one writer only: no lock that a crash could leave behind, and no partial
 * reads.
 *
 * ```ts
 * import { FileDocumentStore } from 'commerce-forecast/filesystem';
 *
 * const state = new FileDocumentStore({ directory: './data/registry' });
 * ```
 */
export class FileDocumentStore implements DocumentStore {
  readonly specificationVersion = 'v1';
  readonly name = 'filesystem';
  readonly #directory: string;

  constructor(options: { readonly directory: string }) {
    refuseUnknown(options, { directory: 1 });
    this.#directory = options.directory;
  }

  async read(modelName: string): Promise<StoredDocument> {
    return this.#guarded(async () => {
      for (;;) {
        const revision = (await this.#revisions(modelName)).at(-1) ?? 0;
        if (revision === 0) return { revision, document: undefined };
        const text = await readIfPresent(this.#pathOf(modelName, revision));
        // The file is gone: a hundred revisions were written since the directory was listed.
        if (text !== undefined) return { revision, document: parse(text, modelName, revision) };
      }
    });
  }

  async compareAndSet(modelName: string, revision: number, document: unknown): Promise<boolean> {
    return this.#guarded(async () => {
      const revisions = await this.#revisions(modelName);
      if ((revisions.at(-1) ?? 0) !== revision) return false;
      const directory = this.#directoryOf(modelName);
      await mkdir(directory, { recursive: true });
      const draft = join(directory, `${randomUUID()}.draft`);
      try {
        await writeDurably(draft, JSON.stringify(document));
        if (!(await linkIfAbsent(draft, this.#pathOf(modelName, revision + 1)))) return false;
      } finally {
        await rm(draft, { force: true });
      }
      await syncDirectory(directory);
      for (const old of revisions.slice(0, -KEPT_REVISIONS))
        await rm(this.#pathOf(modelName, old), { force: true });
      return true;
    });
  }

  async names(): Promise<readonly string[]> {
    return this.#guarded(async () => {
      const names = (await listIfPresent(this.#directory)).map(decodeURIComponent);
      const written = await Promise.all(names.map(async (name) => (await this.#revisions(name)).length > 0));
      return names.filter((_, i) => written[i]).sort();
    });
  }

  async #revisions(modelName: string): Promise<number[]> {
    const files = await listIfPresent(this.#directoryOf(modelName));
    return files
      .filter((file) => REVISION_FILE.test(file))
      .sort()
      .map((file) => Number.parseInt(file, 10));
  }

  #directoryOf(modelName: string): string {
    return join(this.#directory, fileNameOf(modelName));
  }

  #pathOf(modelName: string, revision: number): string {
    return join(this.#directoryOf(modelName), `${String(revision).padStart(DIGITS, '0')}.json`);
  }

  async #guarded<R>(work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } catch (error) {
      if (ForecastError.is(error)) throw error;
      throw new ForecastError('unavailable', `The registry state on disk failed: ${String(error)}`, {
        cause: error,
        hint: 'The directory must be writable, on a file system with hard links.',
      });
    }
  }
}

/** A name that is the same on file systems that ignore case: all but a-z, 0-9, "-" and "_" as %XX of UTF-8. */
function fileNameOf(modelName: string): string {
  const bytes = new TextEncoder().encode(modelName);
  return Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    return /[a-z0-9_-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
  }).join('');
}

async function linkIfAbsent(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function listIfPresent(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

function parse(text: string, modelName: string, revision: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ForecastError(
      'invalid-data',
      `Revision ${revision} of the state of "${modelName}" is damaged`,
      {
        path: [modelName, revision],
        hint: 'Restore the directory from a backup, or delete the file to return to the revision before.',
        cause,
      },
    );
  }
}
