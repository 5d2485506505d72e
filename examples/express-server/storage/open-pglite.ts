import type { PGlite } from '@electric-sql/pglite';
import { lockFolder } from './folder-lock.js';

export interface OpenPglite {
  readonly pglite: PGlite;
  close(): Promise<void>;
}

/**
 * Opens an embedded database, which a second process would damage.
 *
 * @throws ForecastError `conflict` while another process has it open.
 */
export async function openPglite(folder: string): Promise<OpenPglite> {
  const lock = await lockFolder(folder);
  try {
    const { PGlite } = await import('@electric-sql/pglite');
    const pglite = await PGlite.create(folder);
    return {
      pglite,
      close: async () => {
        await pglite.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
