export { RedisCacheStore, type RedisCacheStoreOptions } from './redis-cache-store.js';
export type { RedisClient, RedisSubscriber } from './redis-client.js';
