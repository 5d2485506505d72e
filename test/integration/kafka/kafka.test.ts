import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Consumer } from 'kafkajs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ForecastError } from '../../../src/index.js';
import { ingestFromKafka } from '../../../src/sources/index.js';
import type { PostgresStorage } from '../../../src/storage/postgres/index.js';
import { DATABASE_URL, describeWithService } from '../services.js';
import { newSchema, postgresFixture } from '../storage/postgres-fixture.js';
import { hasKcat, type MockCluster, startMockCluster } from './mock-cluster.js';

const PROGRAM = fileURLToPath(new URL('../../../examples/worker/take-from-kafka.ts', import.meta.url));
const KILL = new URL('kill-at-commit.ts', import.meta.url).href;
const MESSAGES = 40;

/** Offsets after the messages of the partitions, one of which has a wrong message too. */
const END = ['10', '10', '10', '11'];

/** Units are powers of two: their sum tells which messages are in it, and that none is twice. */
const ALL = 2 ** MESSAGES - 1;

async function unitsIn(storage: PostgresStorage): Promise<number> {
  let units = 0;
  for await (const rows of storage.read()) for (const row of rows) units += row.units;
  return units;
}

/** Waits for programs that start and join a group on a busy machine. */
function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 90_000, interval: 50 });
}

function positionsOf(storage: PostgresStorage, topic: string) {
  const partitions = [0, 1, 2, 3];
  return Promise.all(partitions.map((partition) => storage.streamPosition(`kafka/${topic}/${partition}`)));
}

describeWithService(
  'PostgreSQL with kcat',
  process.env['DATABASE_URL'] !== undefined && hasKcat(),
  'set DATABASE_URL, and run examples/express-server/ops/install-test-tools.sh',
  'sales from Kafka, by kafkajs from the mock cluster of librdkafka',
  () => {
    const { open, make } = postgresFixture();
    let cluster: MockCluster;
    const children: ChildProcess[] = [];
    const consumers: Consumer[] = [];

    beforeAll(async () => {
      cluster = await startMockCluster();
    });
    afterAll(async () => {
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(consumers.map((consumer) => consumer.disconnect()));
      cluster.stop();
    });

    async function produce(topic: string, first: number, last: number): Promise<void> {
      const producer = cluster.kafka.producer();
      await producer.connect();
      const messages = Array.from({ length: last - first }, (_, i) => ({
        partition: (first + i) % 4,
        value: JSON.stringify({ date: '2024-03-04', productId: 'tea', units: 2 ** (first + i) }),
      }));
      await producer.send({ topic, messages });
      if (first === 0) await producer.send({ topic, messages: [{ partition: 3, key: 'bad', value: '{' }] });
      await producer.disconnect();
    }

    /** Runs the example until it ends by itself, or, without a kill, until the test ends. */
    function run(topic: string, schema: string, group: string, kill?: Record<string, string>) {
      const preload = kill ? ['--import', KILL] : [];
      const child = spawn(process.execPath, ['--import', 'tsx', ...preload, PROGRAM], {
        env: {
          ...process.env,
          ...kill,
          KAFKA_BROKERS: cluster.broker,
          KAFKA_TOPIC: topic,
          KAFKA_GROUP: group,
          KAFKA_BATCH: '4',
          DATABASE_URL,
          DATABASE_SCHEMA: schema,
        },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      children.push(child);
      const ended = new Promise<string | number | null>((resolve) => {
        child.once('exit', (code, signal) => resolve(signal ?? code));
      });
      return { child, ended };
    }

    it.concurrent.for([
      // The transaction is lost: its messages are read again.
      ['before', 2],
      // The transaction is there, and no offset is committed to Kafka: its messages come again, and count once.
      ['after', 3],
    ] as const)('counts each message once after a kill %s a commit', async ([when, deliveries]) => {
      const [topic, schema] = [`killed-${when}`, newSchema()];
      const storage = open(schema, { totals: 'manual' });
      await storage.migrate();
      await produce(topic, 0, MESSAGES);
      const killed = run(topic, schema, `${topic}-1`, { KILL_AT: '3', KILL_WHEN: when });
      expect(await killed.ended).toBe('SIGKILL');
      expect(await storage.deliveries(100)).toHaveLength(deliveries);
      expect(await positionsOf(storage, topic)).not.toEqual(END);

      // Another group, which starts at the beginning: only what is stored tells where to go on.
      const second = run(topic, schema, `${topic}-2`);
      await eventually(async () => expect(await positionsOf(storage, topic)).toEqual(END));
      expect(await unitsIn(storage)).toBe(ALL);
      const dead = await cluster.endsOf(`${topic}.dead`);
      // Twice if the transaction with the wrong message was the one that was lost.
      expect([1, 2]).toContain(dead);
      second.child.kill('SIGTERM');
      expect(await second.ended).toBe(0);
    });

    it.concurrent('counts each message once while partitions move from one consumer to two', async () => {
      const topic = 'moved';
      const storage = await make({ totals: 'manual' });
      await produce(topic, 0, MESSAGES / 2);
      const stop = new AbortController();
      const [taken, assigned] = [
        [0, 0],
        [0, 0],
      ];
      const take = async (number: number) => {
        const consumer = cluster.kafka.consumer({
          groupId: topic,
          heartbeatInterval: 200,
          // For as long the mock cluster waits for members after a new one has come.
          sessionTimeout: 5_000,
          maxWaitTimeInMs: 200,
        });
        consumer.on('consumer.group_join', ({ payload: { memberAssignment } }) => {
          assigned[number] = memberAssignment[topic]?.length ?? 0;
        });
        consumers.push(consumer);
        await consumer.connect();
        await consumer.subscribe({ topic, fromBeginning: true });
        return ingestFromKafka({
          consumer,
          storage,
          maxMessages: 1,
          onDeadLetter: () => undefined,
          onProgress: ({ done }) => {
            taken[number] = done;
          },
          signal: stop.signal,
        }).catch((error: unknown) => error);
      };
      // The mock cluster refuses a member as malformed that asks for its share after the leader has set it; kafkajs gives up then.
      const join = async (number: number): Promise<unknown> => {
        const end = await take(number);
        return ForecastError.is(end) && end.code === 'unavailable' ? join(number) : end;
      };
      const first = join(0);
      await eventually(() => expect(taken[0]).toBeGreaterThan(3));
      const second = join(1);
      await eventually(async () => expect(await unitsIn(storage)).toBe(2 ** (MESSAGES / 2) - 1));
      await eventually(() => expect(assigned[1]).toBeGreaterThan(0));
      await produce(topic, MESSAGES / 2, MESSAGES);
      await eventually(async () => expect(await unitsIn(storage)).toBe(ALL));
      stop.abort();
      expect(await Promise.all([first, second])).toMatchObject([{ code: 'aborted' }, { code: 'aborted' }]);
      expect(await unitsIn(storage)).toBe(ALL);
    });
  },
);
