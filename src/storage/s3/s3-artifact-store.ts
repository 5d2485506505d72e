import type { S3Client } from '@aws-sdk/client-s3';
import { ForecastError } from '../../errors.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import { type ArtifactStoreOptions, VersionedArtifactStore } from '../artifacts/versioned-artifact-store.js';
import { S3Objects } from './s3-objects.js';

export interface S3ArtifactStoreOptions extends ArtifactStoreOptions {
  /** The user's client of `@aws-sdk/client-s3`; it stays the user's to destroy. */
  readonly client: S3Client;
  readonly bucket: string;
  /** Put before every key, such as `forecast/`. Default none. */
  readonly prefix?: string;
}

const S3_STORE_OPTIONS: OptionTable<S3ArtifactStoreOptions> = {
  client: 1,
  bucket: 1,
  prefix: 1,
  encryption: 1,
};

/**
 * Artifacts in a bucket of S3, or of a compatible server that honours conditional writes (`If-None-Match: *`);
 * the first write checks that it does.
 *
 * ```ts
 * import { S3Client } from '@aws-sdk/client-s3';
 * import { S3ArtifactStore } from 'commerce-forecast/s3';
 *
 * const store = new S3ArtifactStore({ client: new S3Client({}), bucket: 'forecasts', prefix: 'artifacts/' });
 * const { version } = await store.put('models/retail', new TextEncoder().encode('{}'));
 * ```
 */
export class S3ArtifactStore extends VersionedArtifactStore {
  /** @throws ForecastError `invalid-option` without a bucket or for a wrong key. */
  constructor(options: S3ArtifactStoreOptions) {
    refuseUnknown(options, S3_STORE_OPTIONS);
    const { client, bucket, prefix = '', ...storeOptions } = options;
    if (typeof bucket !== 'string' || bucket === '') {
      throw new ForecastError('invalid-option', 'An S3 store needs a bucket', { path: ['bucket'] });
    }
    super('s3', new S3Objects(client, bucket, prefix), storeOptions);
  }
}
