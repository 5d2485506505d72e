import { PostgresStorage } from 'commerce-forecast/postgres';
import { ingestFromKafka } from 'commerce-forecast/sources';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';

/**
 * Takes sales from a topic of Kafka into the database of the server until it is stopped, each message once; wrong ones go to the topic
 * `NAME.dead`. As many of these may run as the topic has partitions:
 *
 * KAFKA_BROKERS=127.0.0.1:9092 KAFKA_TOPIC=sales DATABASE_URL=postgres://... npx tsx take-from-kafka.ts
 *
 * Further: KAFKA_GROUP (`forecasts`), KAFKA_CLUSTER (`kafka`: another name if the topic is created anew), KAFKA_MODE (`add` or `replace`),
 * KAFKA_BATCH (messages of a transaction, 2000), DATABASE_SCHEMA (`public`, or that of a tenant).
 */
const { env } = process;
const { KAFKA_BROKERS, KAFKA_TOPIC, DATABASE_URL } = env;
if (!KAFKA_BROKERS || !KAFKA_TOPIC || !DATABASE_URL) {
  throw new Error('KAFKA_BROKERS, KAFKA_TOPIC and DATABASE_URL are needed');
}
const mode = env['KAFKA_MODE'] ?? 'add';
if (mode !== 'add' && mode !== 'replace') throw new Error('KAFKA_MODE is add or replace');

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 4 });
// A connection that breaks while it is idle: the next one is a new one.
pool.on('error', (error) => console.error(error.message));
const storage = new PostgresStorage({ pool, schema: env['DATABASE_SCHEMA'] ?? 'public' });
await storage.migrate();

const kafka = new Kafka({
  clientId: 'forecasts',
  brokers: KAFKA_BROKERS.split(','),
  logLevel: logLevel.ERROR,
});
const producer = kafka.producer();
await producer.connect();
// A stop waits for the fetch that is under way: a short one.
const consumer = kafka.consumer({ groupId: env['KAFKA_GROUP'] ?? 'forecasts', maxWaitTimeInMs: 500 });
await consumer.connect();
await consumer.subscribe({ topic: KAFKA_TOPIC, fromBeginning: true });

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
try {
  await ingestFromKafka({
    consumer,
    storage,
    mode,
    cluster: env['KAFKA_CLUSTER'] ?? 'kafka',
    maxMessages: Number(env['KAFKA_BATCH'] ?? 2_000),
    onDeadLetter: async ({ topic, partition, offset, key, value, reason }) => {
      const headers = { reason, from: `${topic}/${partition}/${offset}` };
      const copy = { key: key && Buffer.from(key), value: value && Buffer.from(value), headers };
      await producer.send({ topic: `${topic}.dead`, messages: [copy] });
    },
    onGap: ({ partition, from, to }) => console.error(`partition ${partition}: ${from} to ${to} are gone`),
    onPause: ({ error, retryInMs }) => console.error(`${error.message}: again in ${retryInMs} ms`),
    onProgress: ({ done, total }) => console.log(`${done} messages taken, ${total - done} behind`),
    signal: stop.signal,
  });
} catch (error) {
  if (!stop.signal.aborted) throw error;
} finally {
  await consumer.disconnect();
  await producer.disconnect();
  await storage.close();
  await pool.end();
}
