import { resolve } from 'node:path';
import { ForecastError } from '../../errors.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import { type ArtifactStoreOptions, VersionedArtifactStore } from '../artifacts/versioned-artifact-store.js';
import { FileObjects } from './file-objects.js';

export interface FileSystemArtifactStoreOptions extends ArtifactStoreOptions {
  /** Folder of the store; created on the first write. */
  readonly directory: string;
}

const FILE_STORE_OPTIONS: OptionTable<FileSystemArtifactStoreOptions> = { directory: 1, encryption: 1 };

/**
 * Artifacts in a folder, which several processes may share: files are written under a temporary name, flushed
 * to disk, and linked to their final name, so that a crash leaves a whole version or none. The file system must
 * support hard links and be case-sensitive.
 *
 * ```ts
 * import { FileSystemArtifactStore } from 'commerce-forecast/filesystem';
 *
 * const store = new FileSystemArtifactStore({ directory: './artifacts' });
 * const { version } = await store.put('models/retail', new TextEncoder().encode('{}'));
 * const { content } = await store.get('models/retail', version);
 * ```
 */
export class FileSystemArtifactStore extends VersionedArtifactStore {
  /** @throws ForecastError `invalid-option` without a directory or for a wrong key. */
  constructor(options: FileSystemArtifactStoreOptions) {
    refuseUnknown(options, FILE_STORE_OPTIONS);
    const { directory, ...storeOptions } = options;
    if (typeof directory !== 'string' || directory === '') {
      throw new ForecastError('invalid-option', 'A file system store needs a directory', {
        path: ['directory'],
      });
    }
    super('filesystem', new FileObjects(resolve(directory)), storeOptions);
  }
}
