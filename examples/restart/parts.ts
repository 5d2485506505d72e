import { S3Client } from '@aws-sdk/client-s3';
import { type ArtifactStore, createForecastCache, createForecaster, createPlanBook } from 'commerce-forecast';
import { FileSystemArtifactStore } from 'commerce-forecast/filesystem';
import { PostgresDocumentStore, PostgresStorage } from 'commerce-forecast/postgres';
import { RedisCacheStore } from 'commerce-forecast/redis';
import { S3ArtifactStore } from 'commerce-forecast/s3';
import { Redis } from 'ioredis';
import pg from 'pg';

export interface Settings {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Begins the names of the tables' schema and of the keys, so that several installations share the servers. */
  readonly name: string;
  /** A bucket, or a folder that all processes see. */
  readonly artifacts: { readonly bucket: string } | { readonly folder: string };
}

/** Opens the forecaster of any process: all of them share sales, plans, models and cached answers. */
export async function openForecaster({ databaseUrl, redisUrl, name, artifacts }: Settings) {
  const pool = new pg.Pool({ connectionString: databaseUrl });
  const client = new Redis(redisUrl);
  const storage = new PostgresStorage({ pool, schema: name });
  const plans = new PostgresDocumentStore({ pool, schema: name });
  await storage.migrate();
  await plans.migrate();
  const cache = createForecastCache({ store: new RedisCacheStore({ client, prefix: name }) });
  const forecaster = createForecaster({
    storage,
    plans: createPlanBook(plans),
    cache,
    artifacts: openArtifacts(artifacts),
  });
  const close = async () => {
    await cache.close();
    await storage.close();
    await Promise.all([client.quit(), pool.end()]);
  };
  return { forecaster, close };
}

function openArtifacts(artifacts: Settings['artifacts']): ArtifactStore {
  return 'bucket' in artifacts
    ? new S3ArtifactStore({ client: new S3Client({}), bucket: artifacts.bucket })
    : new FileSystemArtifactStore({ directory: artifacts.folder });
}

/** The settings of the environment: `DATABASE_URL`, `REDIS_URL`, and `BUCKET` or `FOLDER`. */
export function settingsOf(env: NodeJS.ProcessEnv): Settings {
  const {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    NAME: name = 'forecast',
    BUCKET: bucket,
    FOLDER: folder = 'models',
  } = env;
  if (!databaseUrl || !redisUrl) throw new Error('Set DATABASE_URL and REDIS_URL');
  return { databaseUrl, redisUrl, name, artifacts: bucket ? { bucket } : { folder } };
}
