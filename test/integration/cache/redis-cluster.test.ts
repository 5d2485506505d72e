import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createForecastCache } from '../../../src/cache/forecast-cache.js';
import { RedisCacheStore } from '../../../src/cache/redis/index.js';
import { cacheStoreRules } from '../../../src/testing/cache-store-rules.js';
import { eventually } from '../services.js';
import { describeWithOwnRedis, type OwnRedis, ownRedis } from './redis-servers.js';

describeWithOwnRedis('RedisCacheStore on a Redis Cluster of three nodes', () => {
  let nodes: OwnRedis[];
  const clusters: Cluster[] = [];

  beforeAll(async () => {
    nodes = await Promise.all(
      [0, 1, 2].map(() => ownRedis(['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'])),
    );
    const addresses = nodes.map((node) => `127.0.0.1:${node.port}`);
    execFileSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes'], { stdio: 'ignore' });
    await eventually(async () => expect(await connect().cluster('INFO')).toContain('cluster_state:ok'));
  });
  afterAll(async () => {
    for (const cluster of clusters) cluster.disconnect();
    await Promise.all((nodes ?? []).map((node) => node.remove()));
  });

  function connect(): Cluster {
    const cluster = new Cluster(nodes.map((node) => ({ host: '127.0.0.1', port: node.port })));
    cluster.on('error', () => {});
    clusters.push(cluster);
    return cluster;
  }

  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  for (const [name, rule] of Object.entries(cacheStoreRules)) {
    it(`passes the conformance kit: ${name}`, async () => {
      const prefix = randomUUID();
      const [store, peer] = [connect(), connect()].map((client) => new RedisCacheStore({ client, prefix }));
      await rule({ store: store!, peer: peer!, wait });
      await Promise.all([store!.close(), peer!.close()]);
    });
  }

  it('spreads entries over the nodes and invalidates them all', async () => {
    const prefix = randomUUID();
    const store = new RedisCacheStore({ client: connect(), prefix });
    const cache = createForecastCache({ store, storeTimeoutMs: 30_000 });
    await store.ready();
    for (let i = 0; i < 60; i++)
      await cache.getOrCompute('product', `k${i}`, async () => i, { tags: ['sales'] });
    await cache.invalidate(['sales']);
    const found = await Promise.all(Array.from({ length: 60 }, (_, i) => store.get(`product:k${i}`)));
    expect(found.every((value) => value === undefined)).toBe(true);
    const perNode = await Promise.all(nodes.map((node) => entriesOn(node, prefix)));
    await cache.close();
    expect(Math.min(...perNode)).toBeGreaterThan(5);
  });
});

async function entriesOn(node: OwnRedis, prefix: string): Promise<number> {
  const client = new Redis(node.port, '127.0.0.1');
  const keys = await client.keys(`${prefix}:entry:*`);
  client.disconnect();
  return keys.length;
}
