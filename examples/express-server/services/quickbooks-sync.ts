import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ForecastError, parseDay } from 'commerce-forecast';
import type { QuickBooksSource, QuickBooksSyncState } from 'commerce-forecast/sources';
import type { Logger } from 'pino';
import type { SalesService } from './sales-service.js';

interface QuickBooksSyncParts {
  readonly source: QuickBooksSource;
  readonly sales: SalesService;
  /** File of what is known from the last synchronization. */
  readonly statePath: string;
  /** Days that are read at first, and that changes count in. */
  readonly days: number;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** Reads what has changed in QuickBooks when asked to, one time after the other. */
export class QuickBooksSync {
  readonly #parts: QuickBooksSyncParts;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #isDue = false;

  constructor(parts: QuickBooksSyncParts) {
    this.#parts = parts;
  }

  /** Begins to read what has changed. While that is under way, it is read once more after it. */
  request(): void {
    this.#isDue = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Waits until everything that was asked for has been read. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Ends what is under way; the next request reads it again. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#isDue && !this.#stopping.signal.aborted) {
      this.#isDue = false;
      await this.#sync().catch((error: unknown) => {
        if (ForecastError.is(error) && error.code === 'aborted') return;
        this.#parts.logger.error({ err: error }, 'sales were not read from QuickBooks');
      });
    }
  }

  async #sync(): Promise<void> {
    const { source, sales, days, logger, now } = this.#parts;
    const { signal } = this.#stopping;
    const from = parseDay(now().toISOString().slice(0, 10)) - days;
    const known = await this.#readState();
    const { records, state, full } = await source.sync({ from, signal, ...(known && { state: known }) });
    if (records.length > 0) await sales.ingest(records, { mode: 'replace', signal });
    // After the records: what is read twice is stored once.
    await this.#writeState(state);
    logger.info({ records: records.length, full }, 'sales were read from QuickBooks');
  }

  /** The state of the last time; undefined at first, and if the file is damaged: everything is read again. */
  async #readState(): Promise<QuickBooksSyncState | undefined> {
    const { statePath, logger } = this.#parts;
    try {
      return JSON.parse(await readFile(statePath, 'utf8'));
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isMissing) logger.warn({ err: error }, 'the state of QuickBooks cannot be read');
      return undefined;
    }
  }

  async #writeState(state: QuickBooksSyncState): Promise<void> {
    const { statePath } = this.#parts;
    await mkdir(dirname(statePath), { recursive: true });
    await writeFile(`${statePath}.new`, JSON.stringify(state), { mode: 0o600 });
    await rename(`${statePath}.new`, statePath);
  }
}
