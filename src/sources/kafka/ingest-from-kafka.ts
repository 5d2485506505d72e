import { checkWholeNumber, ForecastError } from '../../errors.js';
import { abortError, type LongCallOptions, throwIfAborted } from '../../long-call.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import type { SalesStorage } from '../../storage/contract.js';
import type { KafkaBatchPayload, KafkaConsumer } from './kafka-consumer.js';
import { type DecodeMessage, decodeJson, MessageReader } from './message-sales.js';
import { type KafkaDeadLetter, type KafkaGap, type KafkaPause, PartitionIntake } from './partition-intake.js';

export interface KafkaIngestOptions extends LongCallOptions {
  /** Connected and subscribed, best from the beginning of its topics; the call runs and disconnects it. */
  readonly consumer: KafkaConsumer;
  /** Storage that keeps positions of streams: `PostgresStorage`, `MemorySalesStorage`. */
  readonly storage: SalesStorage;
  /** `add` for sales lines, `replace` for daily totals that are sent again. Default `add`. */
  readonly mode?: 'add' | 'replace';
  /** Reads a message. Default: its value is JSON, a record or an array of records, and a tombstone means nothing. */
  readonly decode?: DecodeMessage;
  /** Format of dates that are not ISO 8601, as for `buildPanel`. */
  readonly dateFormat?: string;
  /** IANA time zone whose days count for timestamps. Default `UTC`. */
  readonly timeZone?: string;
  /** Category of records without one. Default `uncategorized`. */
  readonly uncategorized?: string;
  /** Name under which offsets are kept: one for each cluster, and another one if topics are created anew. Default `kafka`. */
  readonly cluster?: string;
  /** Messages that are stored at a time. Default 2,000. */
  readonly maxMessages?: number;
  /** Partitions that are worked on at once. Default 1. */
  readonly partitionsAtOnce?: number;
  /**
   * Receives messages that cannot be taken, before the offset after them is stored: after a crash some may come again. Without it
   * the call ends at the first one.
   */
  readonly onDeadLetter?: (letter: KafkaDeadLetter) => void | Promise<void>;
  /** Dead letters of a partition in a row after which the call ends. Default 100. */
  readonly maxDeadLetters?: number;
  /** Hears of messages that Kafka has removed before they were taken. */
  readonly onGap?: (gap: KafkaGap) => void;
  /** Hears of pauses while the storage does not answer. */
  readonly onPause?: (pause: KafkaPause) => void;
  /** Clock. Default: the real one. */
  readonly now?: () => Date;
  /** Numbers in [0, 1) for the length of pauses. Default `Math.random`. */
  readonly random?: () => number;
}

const KAFKA_INGEST_OPTIONS: OptionTable<KafkaIngestOptions> = {
  consumer: 1,
  storage: 1,
  mode: 1,
  decode: 1,
  dateFormat: 1,
  timeZone: 1,
  uncategorized: 1,
  cluster: 1,
  maxMessages: 1,
  partitionsAtOnce: 1,
  onDeadLetter: 1,
  maxDeadLetters: 1,
  onGap: 1,
  onPause: 1,
  now: 1,
  random: 1,
  signal: 1,
  onProgress: 1,
};

/**
 * Takes sales from topics of Kafka until it is aborted, each message once: the offset of a partition is stored in the transaction of
 * its rows, and decides where a new process, or another one after a rebalance, goes on. The offsets that the client commits to
 * Kafka only follow it.
 *
 * ```ts
 * import { MemorySalesStorage } from 'commerce-forecast';
 * import { ingestFromKafka } from 'commerce-forecast/sources';
 * import { Kafka } from 'kafkajs';
 *
 * const consumer = new Kafka({ brokers: ['127.0.0.1:9092'] }).consumer({ groupId: 'forecasts' });
 * await consumer.connect();
 * await consumer.subscribe({ topic: 'sales', fromBeginning: true });
 * const stop = new AbortController();
 * await ingestFromKafka({
 *   consumer,
 *   storage: new MemorySalesStorage(),
 *   onDeadLetter: ({ offset, reason }) => console.warn(offset, reason),
 *   onProgress: ({ done, total }) => console.log(`${total - done} messages behind`),
 *   signal: stop.signal,
 * });
 * ```
 *
 * `onProgress` reports the messages taken by this call, of those and the ones that its partitions still held at the last look.
 *
 * @throws ForecastError always in the end: `aborted`; `invalid-data` at a wrong message without `onDeadLetter`; `limit-exceeded`
 *   beyond `maxDeadLetters`; `conflict` for a topic that was created anew; `unavailable` if the consumer gives up; what
 *   `onDeadLetter` throws; and before that `invalid-option`.
 */
export async function ingestFromKafka(options: KafkaIngestOptions): Promise<never> {
  refuseUnknown(options, KAFKA_INGEST_OPTIONS);
  const { consumer, signal, partitionsAtOnce = 1 } = options;
  const over = new AbortController();
  const intakes = intakesOf(options, over.signal);
  checkWholeNumber('partitionsAtOnce', partitionsAtOnce);
  throwIfAborted(signal);
  let end: (reason: unknown) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    end = (reason) => {
      reject(reason);
      over.abort();
    };
  });
  const onAbort = () => end(abortError(signal?.reason));
  signal?.addEventListener('abort', onAbort, { once: true });
  const stopListening = consumer.on?.('consumer.crash', ({ payload: { error, restart } }) => {
    if (!restart) {
      end(new ForecastError('unavailable', `The consumer gave up: ${error.message}`, { cause: error }));
    }
  });
  const eachBatch = async (payload: KafkaBatchPayload) => {
    if (over.signal.aborted) return;
    let rejoin: unknown;
    const heartbeat = () =>
      payload.heartbeat().catch((error: unknown) => {
        rejoin = error;
        throw error;
      });
    try {
      await intakes(payload.batch.topic, payload.batch.partition).take({ ...payload, heartbeat });
    } catch (error) {
      // How the client hears of a new assignment: its own matter.
      if (rejoin !== undefined && error === rejoin) throw error;
      end(error);
    }
  };
  try {
    const running = consumer.run({
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: partitionsAtOnce,
      eachBatch,
    });
    running.catch(end);
    return await ended;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    if (typeof stopListening === 'function') stopListening();
    // Not awaited, as it may take as long as a fetch, and an abort may not.
    consumer.disconnect().catch(() => undefined);
  }
}

/** Makes the function that finds the intake of a partition, and counts what they have taken in all. */
function intakesOf(
  options: KafkaIngestOptions,
  signal: AbortSignal,
): (topic: string, partition: number) => PartitionIntake {
  const { storage, maxMessages = 2_000, maxDeadLetters = 100, cluster = 'kafka', mode = 'add' } = options;
  checkWholeNumber('maxMessages', maxMessages);
  checkWholeNumber('maxDeadLetters', maxDeadLetters, 0);
  if (!/^[\w.-]{1,60}$/.test(cluster)) {
    throw new ForecastError('invalid-option', 'cluster must be 1 to 60 letters, digits, ".", "_" or "-"', {
      path: ['cluster'],
    });
  }
  if (!keepsPositions(storage)) {
    throw new ForecastError('invalid-option', 'This storage does not keep the positions of streams', {
      path: ['storage'],
      hint: 'It needs the method streamPosition(), and to store the position of a batch with its rows.',
    });
  }
  const { decode = decodeJson, uncategorized = 'uncategorized', dateFormat, timeZone } = options;
  const { consumer, onDeadLetter, onGap, onPause, onProgress, random = Math.random } = options;
  const now = options.now ?? (() => new Date());
  const reader = new MessageReader({ decode, dateFormat, timeZone, uncategorized, now });
  const all = new Map<string, PartitionIntake>();
  const onStep = () => {
    let [done, lag] = [0, 0];
    for (const intake of all.values()) {
      done += intake.taken;
      lag += intake.lag;
    }
    onProgress?.({ phase: 'take from Kafka', done, total: done + lag });
  };
  const shared = { consumer, storage, reader, cluster, mode, maxMessages, maxDeadLetters, onStep, random };
  return (topic, partition) => {
    const key = `${topic}/${partition}`;
    const known = all.get(key);
    if (known) return known;
    const made = new PartitionIntake(topic, partition, { ...shared, onDeadLetter, onGap, onPause, signal });
    all.set(key, made);
    return made;
  };
}

function keepsPositions(
  storage: SalesStorage,
): storage is SalesStorage & Required<Pick<SalesStorage, 'streamPosition'>> {
  return storage.streamPosition !== undefined;
}
