import type { JobRunner } from 'commerce-forecast/jobs';
import type { ServerConfig } from '../config.js';

export type QueueConfig = Pick<ServerConfig, 'QUEUE_PREFIX' | 'QUEUE_LOCK_MS'> & {
  readonly QUEUE_URL: string;
};

export interface OpenQueue {
  readonly runner: JobRunner;
  close(): Promise<void>;
}

/** Opens the queue that the processes of an installation share: BullMQ over Redis or PostgreSQL. */
export async function openQueue(
  { QUEUE_URL: url, QUEUE_PREFIX: prefix, QUEUE_LOCK_MS: lockMs }: QueueConfig,
  onError: (error: unknown) => void,
): Promise<OpenQueue> {
  const { createBullMqJobRunner } = await import('commerce-forecast/bullmq');
  if (url.startsWith('postgres')) {
    const postgres = { connectionString: url, schema: prefix, migrate: true };
    const runner = createBullMqJobRunner({ postgres, lockMs, onError });
    return { runner, close: () => runner.close() };
  }
  const { Redis } = await import('ioredis');
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  redis.on('error', onError);
  const runner = createBullMqJobRunner({ redis, prefix, lockMs, onError });
  return {
    runner,
    close: async () => {
      await runner.close();
      redis.disconnect();
    },
  };
}
