import { createBullMqJobRunner } from 'commerce-forecast/bullmq';
import { FileSystemArtifactStore } from 'commerce-forecast/filesystem';
import { Redis } from 'ioredis';
import type { WorkerConfig } from './config.js';

/** The queue and the artifact store that all workers of an installation share. */
export function openQueue({ queueUrl, prefix, artifacts, lockMs }: WorkerConfig) {
  const onError = (error: unknown) => console.error(error);
  const store = new FileSystemArtifactStore({ directory: artifacts });
  if (queueUrl.startsWith('postgres')) {
    const postgres = { connectionString: queueUrl, schema: prefix, migrate: true };
    const runner = createBullMqJobRunner({ postgres, lockMs, onError });
    return { runner, artifacts: store, close: () => runner.close() };
  }
  const redis = new Redis(queueUrl, { maxRetriesPerRequest: null });
  const runner = createBullMqJobRunner({ redis, prefix, lockMs, onError });
  return {
    runner,
    artifacts: store,
    async close() {
      await runner.close();
      await redis.quit();
    },
  };
}
