import { join } from 'node:path';
import { FileSystemArtifactStore } from 'commerce-forecast/filesystem';
import type { S3ArtifactStore } from 'commerce-forecast/s3';
import type { ServerConfig } from '../config.js';

const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 30_000 };

export interface OpenArtifacts {
  readonly store: FileSystemArtifactStore | S3ArtifactStore;
  close(): void;
}

/**
 * Opens what models are kept in: a bucket of S3 where one is set, a folder otherwise.
 *
 * @param tenant whose models are kept apart from all others
 */
export async function openArtifacts(config: ServerConfig, tenant?: string): Promise<OpenArtifacts> {
  if (config.ARTIFACT_BUCKET !== undefined) return openBucket(config, config.ARTIFACT_BUCKET, tenant);
  const all = config.ARTIFACT_DIR ?? join(config.DATA_DIR, 'artifacts');
  const directory = tenant === undefined ? all : join(all, 'tenants', tenant);
  const store = new FileSystemArtifactStore({ directory, encryption: config.ARTIFACT_KEYS });
  return { store, close: () => undefined };
}

/** Credentials come from where the AWS SDK looks for them: the environment, a profile, the role of the machine. */
async function openBucket(
  config: ServerConfig,
  bucket: string,
  tenant: string | undefined,
): Promise<OpenArtifacts> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  const { S3ArtifactStore } = await import('commerce-forecast/s3');
  const client = new S3Client({
    region: config.S3_REGION,
    endpoint: config.S3_ENDPOINT,
    // Servers other than Amazon's seldom have a host name for each bucket.
    forcePathStyle: config.S3_ENDPOINT !== undefined,
    requestHandler: TIMEOUTS,
  });
  const { ARTIFACT_PREFIX: all = '', ARTIFACT_KEYS: encryption } = config;
  const prefix = tenant === undefined ? all : `${all}tenants/${tenant}/`;
  const store = new S3ArtifactStore({ client, bucket, prefix, encryption });
  return { store, close: () => client.destroy() };
}
