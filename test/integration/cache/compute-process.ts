import { Redis } from 'ioredis';
import { createForecastCache } from '../../../src/cache/forecast-cache.js';
import { RedisCacheStore } from '../../../src/cache/redis/index.js';

/**
 * A process that asks for one cold key 500 times at once when its input says so, and prints what it did.
 * Arguments: address of Redis, prefix.
 */
const [url, prefix] = process.argv.slice(2);
const client = new Redis(url!);
const store = new RedisCacheStore({ client, prefix });
// On a busy machine Redis may answer later than a server would wait for it.
const cache = createForecastCache({ store, storeTimeoutMs: 30_000 });
await store.ready();
process.stdout.write('ready\n');
process.stdin.once('data', async () => {
  const calls = Array.from({ length: 500 }, () =>
    cache.getOrCompute('product', 'k', async () => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return { process: process.pid };
    }),
  );
  const answers = new Set((await Promise.all(calls)).map((answer) => answer.process));
  process.stdout.write(JSON.stringify({ ...cache.stats(), answers: [...answers] }) + '\n');
  await cache.close();
  client.disconnect();
  process.stdin.destroy();
});
