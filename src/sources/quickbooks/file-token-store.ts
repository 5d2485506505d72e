import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod/mini';
import { ForecastError } from '../../errors.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import { hasCode, syncDirectory, writeDurably } from '../../storage/filesystem/durable-files.js';
import type { QuickBooksTokenStore, QuickBooksTokens } from './tokens.js';

export interface FileTokenStoreOptions {
  /** File of the tokens; `path + '.lock'` is its lock. */
  readonly path: string;
  /** Age in ms from which a lock counts as left by a dead process. Default 60,000. */
  readonly staleLockMs?: number;
}

const TOKEN_STORE_OPTIONS: OptionTable<FileTokenStoreOptions> = { path: 1, staleLockMs: 1 };

const LOCK_POLL_MS = 25;

const tokensSchema = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  accessTokenExpiresAt: z.number(),
  refreshTokenExpiresAt: z.number(),
});

/**
 * Keeps tokens in a file that only its owner may read, for processes of one machine. It is replaced as a whole and
 * flushed to disk; a lock file keeps two processes from renewing the tokens at once.
 *
 * ```ts
 * import { FileTokenStore } from 'commerce-forecast/sources';
 *
 * const tokens = new FileTokenStore({ path: './quickbooks-tokens.json' });
 * ```
 */
export class FileTokenStore implements QuickBooksTokenStore {
  private readonly path: string;
  private readonly staleLockMs: number;

  constructor(options: FileTokenStoreOptions) {
    refuseUnknown(options, TOKEN_STORE_OPTIONS);
    this.path = options.path;
    this.staleLockMs = options.staleLockMs ?? 60_000;
  }

  /** @throws ForecastError `invalid-data` if the file is damaged. */
  async load(): Promise<QuickBooksTokens | undefined> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
    const tokens = z.safeParse(tokensSchema, parseJson(text));
    if (tokens.success) return tokens.data;
    throw new ForecastError('invalid-data', `${this.path} does not hold QuickBooks tokens`, {
      path: [this.path],
      hint: 'Connect the company again.',
    });
  }

  async save(tokens: QuickBooksTokens): Promise<void> {
    const temporary = `${this.path}.${randomUUID()}`;
    try {
      await writeDurably(temporary, JSON.stringify(tokens), { mode: 0o600 });
      await rename(temporary, this.path);
      await syncDirectory(dirname(this.path));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async withLock<T>(action: () => Promise<T>): Promise<T> {
    const lock = `${this.path}.lock`;
    while (!(await this.tryLock(lock))) await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
    try {
      return await action();
    } finally {
      await rm(lock, { force: true });
    }
  }

  private async tryLock(lock: string): Promise<boolean> {
    try {
      await (await open(lock, 'wx', 0o600)).close();
      return true;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
    await this.removeStale(lock);
    return false;
  }

  /** Renames a stale lock before removing it, so that only one of several waiting processes removes it. */
  private async removeStale(lock: string): Promise<void> {
    try {
      const { mtimeMs } = await stat(lock);
      if (Date.now() - mtimeMs < this.staleLockMs) return;
      const aside = `${lock}.${randomUUID()}`;
      await rename(lock, aside);
      await rm(aside, { force: true });
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
