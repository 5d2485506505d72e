import { once } from 'node:events';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';

const START_TIMEOUT_MS = 3_000;
const MAX_PAUSE_MS = 2_000;

/**
 * Connects to Redis. Commands fail at once while the connection is down, since each of their callers can do without;
 * the server starts without Redis too, and uses it when it is there.
 */
export async function openRedis(url: string, logger: Logger): Promise<Redis> {
  const client = new Redis(url, {
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 100, MAX_PAUSE_MS),
  });
  let isDown = false;
  client.on('error', (error) => {
    if (!isDown) logger.warn({ err: error }, 'Redis is out of reach');
    isDown = true;
  });
  client.on('ready', () => {
    if (isDown) logger.info('Redis is back');
    isDown = false;
  });
  await Promise.race([
    client.status === 'ready' ? undefined : once(client, 'ready').catch(() => undefined),
    new Promise((resolve) => setTimeout(resolve, START_TIMEOUT_MS).unref()),
  ]);
  return client;
}
