import { describe, expect, it, vi } from 'vitest';
import { ForecastError, MemorySalesStorage, parseDay } from '../../../src/index.js';
import {
  ingestFromKafka,
  type KafkaDeadLetter,
  type KafkaGap,
  type KafkaIngestOptions,
  type KafkaPause,
} from '../../../src/sources/index.js';
import type { DailySale, SalesStorage } from '../../../src/storage/contract.js';
import { errorOf } from '../../error-of.js';
import { FakeConsumer, message } from './fake-consumer.js';

const STREAM = 'kafka/sales/0';
const now = () => new Date('2024-03-10T12:00:00Z');
const sold = (units: number, productId = 'tea', date = '2024-03-04') => ({
  date,
  productId,
  category: 'Drinks',
  units,
});

async function unitsOf(storage: SalesStorage): Promise<Record<string, number>> {
  const units: Record<string, number> = {};
  for await (const rows of storage.read()) {
    for (const row of rows) units[row.productId] = (units[row.productId] ?? 0) + row.units;
  }
  return units;
}

/** An ingest that runs until the test ends it. */
function start(consumer: FakeConsumer, storage: SalesStorage, options: Partial<KafkaIngestOptions> = {}) {
  const controller = new AbortController();
  const signal = controller.signal;
  const outcome = ingestFromKafka({ consumer, storage, now, signal, ...options }).catch(
    (error: unknown) => error,
  );
  return {
    outcome,
    stop: async () => {
      controller.abort();
      return outcome;
    },
  };
}

/** Waits for as long as a busy machine may need. */
function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 30_000, interval: 5 });
}

/** Waits until the stream is at a position. */
async function reaches(storage: SalesStorage, position: string): Promise<void> {
  await eventually(async () => expect(await storage.streamPosition?.(STREAM)).toBe(position));
}

describe('ingestFromKafka', () => {
  it('stores messages with the offset after them, reports what is left, and ends when it is aborted', async () => {
    const storage = new MemorySalesStorage();
    const consumer = new FakeConsumer([message(0, sold(1)), message(1, [sold(2), sold(4, 'mug')])]);
    const progress = vi.fn();
    const ingest = start(consumer, storage, { onProgress: progress, maxMessages: 1 });
    await reaches(storage, '2');
    expect(await unitsOf(storage)).toEqual({ tea: 3, mug: 4 });
    expect(progress.mock.calls).toEqual([
      [{ phase: 'take from Kafka', done: 1, total: 2 }],
      [{ phase: 'take from Kafka', done: 2, total: 2 }],
    ]);
    expect((await storage.deliveries(5)).map(({ id }) => id)).toEqual([`${STREAM}:1-1`, `${STREAM}:0-0`]);
    consumer.log.push(message(2, sold(8)));
    consumer.wake();
    await reaches(storage, '3');
    expect(await ingest.stop()).toMatchObject({ code: 'aborted' });
    expect(consumer.isRunning).toBe(false);
    expect(consumer.crash).toBeUndefined();
    expect(consumer.committed).toBe(3n);
  });

  it('takes nothing twice where Kafka hands out what is stored', async () => {
    const storage = new MemorySalesStorage();
    const log = [1, 2, 4, 8].map((units, offset) => message(offset, sold(units)));
    const first = start(new FakeConsumer(log.slice(0, 3)), storage);
    await reaches(storage, '3');
    await first.stop();
    // A process that died before its client committed anything: the group starts at 0 again.
    const again = start(new FakeConsumer(log, 2), storage);
    await reaches(storage, '4');
    await again.stop();
    expect(await unitsOf(storage)).toEqual({ tea: 15 });
  });

  it('goes back to where the storage is, which may have been restored from a backup', async () => {
    const storage = new MemorySalesStorage();
    const consumer = new FakeConsumer([1, 2, 4, 8].map((units, offset) => message(offset, sold(units))));
    await storage.write({
      rows: [{ day: parseDay('2024-03-04'), productId: 'tea', category: 'Drinks', units: 1 }],
      position: { stream: STREAM, from: undefined, to: '1' },
    });
    consumer.committed = 3n;
    const ingest = start(consumer, storage);
    await reaches(storage, '4');
    await ingest.stop();
    expect(consumer.seeks).toEqual(['1']);
    expect(await unitsOf(storage)).toEqual({ tea: 15 });
  });

  it('tells which messages Kafka has removed before they were taken, and goes on', async () => {
    const storage = new MemorySalesStorage();
    await storage.write({ rows: [], position: { stream: STREAM, from: undefined, to: '2' } });
    const consumer = new FakeConsumer([message(5, sold(1)), message(8, sold(2))], 1);
    const gaps: KafkaGap[] = [];
    const ingest = start(consumer, storage, { onGap: (gap) => gaps.push(gap) });
    await reaches(storage, '9');
    await ingest.stop();
    // Within what one consumer reads, offsets may be missing: of transactions and compaction.
    expect(gaps).toEqual([{ topic: 'sales', partition: 0, from: '2', to: '5' }]);
    expect(await unitsOf(storage)).toEqual({ tea: 3 });
  });

  it('refuses a topic that was created anew, until it has another name', async () => {
    const storage = new MemorySalesStorage();
    await storage.write({ rows: [], position: { stream: STREAM, from: undefined, to: '900' } });
    const log = [message(0, sold(1))];
    expect(await start(new FakeConsumer(log), storage).outcome).toMatchObject({
      code: 'conflict',
      path: ['cluster'],
    });
    const ingest = start(new FakeConsumer(log), storage, { cluster: 'second' });
    await eventually(async () => expect(await storage.streamPosition('second/sales/0')).toBe('1'));
    await ingest.stop();
  });

  it('stores nothing for a consumer that has lost its partition without knowing', async () => {
    const storage = new MemorySalesStorage();
    const log = [1, 2, 4].map((units, offset) => message(offset, sold(units)));
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    // Holds the first consumer between reading the position and writing, as a long stop of its process would.
    const slow: SalesStorage = Object.assign(Object.create(storage) as SalesStorage, {
      streamPosition: (stream: string) => storage.streamPosition(stream),
      write: async (...given: Parameters<SalesStorage['write']>) => {
        await held;
        return storage.write(...given);
      },
    });
    const zombie = new FakeConsumer(log);
    const old = start(zombie, slow);
    const young = start(new FakeConsumer(log), storage);
    await reaches(storage, '3');
    release();
    await eventually(() => expect(zombie.committed).toBe(3n));
    await old.stop();
    await young.stop();
    expect(await unitsOf(storage)).toEqual({ tea: 7 });
  });

  it('goes on after the client has rejoined its group', async () => {
    const storage = new MemorySalesStorage();
    const consumer = new FakeConsumer([1, 2, 4].map((units, offset) => message(offset, sold(units))));
    const rejoin = vi.fn().mockRejectedValueOnce(new Error('The group is rebalancing'));
    consumer.heartbeat = async () => {
      await rejoin();
    };
    const ingest = start(consumer, storage, { maxMessages: 1 });
    await reaches(storage, '3');
    await ingest.stop();
    expect(await unitsOf(storage)).toEqual({ tea: 7 });
  });

  it('hands over wrong messages with the reason, whole, and counts them as taken', async () => {
    const storage = new MemorySalesStorage();
    const values: unknown[] = [
      sold(1),
      '{"date":',
      Buffer.from([0xff]),
      sold(Number.NaN),
      [sold(1), { ...sold(1), date: '2024-02-30' }],
      sold(1, 'tea', '2024-03-12'),
      null,
      [],
      'null',
      sold(2),
    ];
    const log = values.map((value, offset) =>
      Buffer.isBuffer(value) ? { ...message(offset, null), value } : message(offset, value, `key ${offset}`),
    );
    const letters: KafkaDeadLetter[] = [];
    const ingest = start(new FakeConsumer(log), storage, {
      onDeadLetter: (letter) => void letters.push(letter),
    });
    await reaches(storage, '10');
    await ingest.stop();
    expect(letters.map(({ offset, reason }) => [offset, reason])).toEqual([
      ['1', expect.stringMatching(/^The message cannot be read: .*JSON/)],
      ['2', expect.stringMatching(/^The message cannot be read: .*(encoded|UTF-8|utf-8)/)],
      ['3', 'The units are missing, not a number or beyond 1e12'],
      ['4', 'Record 1: The date is not understood, does not exist or is not within 1900 to 2199'],
      ['5', 'The day is after today'],
      ['8', 'The record is not an object'],
    ]);
    expect(letters[0]).toMatchObject({ topic: 'sales', partition: 0, timestamp: '1709510400000' });
    expect(String(letters[0].key)).toBe('key 1');
    expect(await unitsOf(storage)).toEqual({ tea: 3 });
  });

  it('ends at a wrong message without onDeadLetter, and after too many in a row', async () => {
    const storage = new MemorySalesStorage();
    const log = [message(0, sold(1)), message(1, 'x'), message(2, sold(1)), message(3, 'x'), message(4, 'x')];
    const refused = await start(new FakeConsumer(log), storage).outcome;
    expect(refused).toMatchObject({ code: 'invalid-data', path: ['sales', 0, '1'] });
    expect(await storage.streamPosition(STREAM)).toBeUndefined();
    const letters: string[] = [];
    const onDeadLetter = ({ offset }: KafkaDeadLetter) => void letters.push(offset);
    const ended = await start(new FakeConsumer(log, 2), storage, { onDeadLetter, maxDeadLetters: 1 }).outcome;
    expect(ended).toMatchObject({ code: 'limit-exceeded', path: ['sales', 0, '4'] });
    expect(letters).toEqual(['1', '3']);
    // What came before it is stored; the message itself is read again by a decoder that was mended.
    expect(await storage.streamPosition(STREAM)).toBe('4');
    const failure = new Error('The queue of dead letters is away');
    const failed = start(new FakeConsumer(log), storage, {
      onDeadLetter: () => Promise.reject(failure),
    }).outcome;
    expect(await failed).toBe(failure);
    expect(await storage.streamPosition(STREAM)).toBe('4');
  });

  it('keeps the last message of a day in mode replace, also within one batch, and reads tombstones by decode', async () => {
    const storage = new MemorySalesStorage();
    const log = [
      message(0, [sold(1), sold(2)], 'tea'),
      message(1, sold(9, 'mug'), 'mug'),
      message(2, [sold(3), sold(4)], 'tea'),
      message(3, null, 'mug'),
    ];
    const ingest = start(new FakeConsumer(log), storage, {
      mode: 'replace',
      decode: ({ key, value }) =>
        value === null ? sold(0, String(key)) : JSON.parse(Buffer.from(value).toString()),
    });
    await reaches(storage, '4');
    await ingest.stop();
    expect(await unitsOf(storage)).toEqual({ tea: 7, mug: 0 });
  });

  it('pauses while the storage does not answer, and hands each dead letter over once', async () => {
    const storage = new MemorySalesStorage();
    let failures = 3;
    const flaky: SalesStorage = Object.assign(Object.create(storage) as SalesStorage, {
      streamPosition: (stream: string) => storage.streamPosition(stream),
      write: async (...given: Parameters<SalesStorage['write']>) => {
        // The last failure is one after which the sender does not know that the transaction was committed.
        if (--failures === 0) await storage.write(...given);
        if (failures >= 0) throw new ForecastError('unavailable', 'The database is starting up');
        return storage.write(...given);
      },
    });
    const pauses: KafkaPause[] = [];
    const letters: string[] = [];
    const consumer = new FakeConsumer([message(0, sold(1)), message(1, 'x'), message(2, sold(2))]);
    const ingest = start(consumer, flaky, {
      onPause: (pause) => pauses.push(pause),
      onDeadLetter: ({ offset }) => void letters.push(offset),
      random: () => 0.001,
    });
    await eventually(() => expect(consumer.committed).toBe(3n));
    await ingest.stop();
    // A thousandth of 1 s, 2 s, 4 s: the pauses double.
    expect(pauses.map(({ retryInMs, error }) => [retryInMs, error.code])).toEqual([
      [1, 'unavailable'],
      [2, 'unavailable'],
      [4, 'unavailable'],
    ]);
    expect(letters).toEqual(['1']);
    expect(await unitsOf(storage)).toEqual({ tea: 3 });
  });

  it('ends with the error of a consumer that gives up, and not of one that starts again', async () => {
    const storage = new MemorySalesStorage();
    const consumer = new FakeConsumer([message(0, sold(1))]);
    const ingest = start(consumer, storage);
    await reaches(storage, '1');
    consumer.crash?.({ payload: { error: new Error('retries exceeded'), restart: true } });
    consumer.crash?.({ payload: { error: new Error('not authorized'), restart: false } });
    expect(await ingest.outcome).toMatchObject({
      code: 'unavailable',
      message: 'The consumer gave up: not authorized',
    });
  });

  it('ends promptly while a write hangs', async () => {
    const storage = new MemorySalesStorage();
    const hanging: SalesStorage = Object.assign(Object.create(storage) as SalesStorage, {
      streamPosition: () => new Promise<undefined>(() => undefined),
    });
    const ingest = start(new FakeConsumer([message(0, sold(1))]), hanging);
    await new Promise((resolve) => setTimeout(resolve, 10));
    const before = performance.now();
    expect(await ingest.stop()).toMatchObject({ code: 'aborted' });
    expect(performance.now() - before).toBeLessThan(100);
  });

  it('refuses wrong options', async () => {
    const consumer = new FakeConsumer([]);
    const storage = new MemorySalesStorage();
    const without: SalesStorage = Object.assign(Object.create(storage) as SalesStorage, {
      streamPosition: undefined,
    });
    const refusals: [Partial<KafkaIngestOptions>, string][] = [
      [{ storage: without }, 'storage'],
      [{ cluster: 'a/b' }, 'cluster'],
      [{ maxMessages: 0 }, 'maxMessages'],
      [{ maxDeadLetters: -1 }, 'maxDeadLetters'],
      [{ partitionsAtOnce: 1.5 }, 'partitionsAtOnce'],
      [{ topics: ['sales'] } as Partial<KafkaIngestOptions>, 'topics'],
    ];
    for (const [options, name] of refusals) {
      const error = await errorOf(ingestFromKafka({ consumer, storage, ...options }));
      expect(error).toMatchObject({ code: 'invalid-option', path: [name] });
    }
    expect(consumer.isRunning).toBe(false);
  });

  it('gives the storage rows like those of an ingest', async () => {
    const rows: DailySale[] = [];
    const storage = new MemorySalesStorage();
    const record = { date: '2024-03-09T23:30:00-05:00', productId: 'tea', units: 2, price: 3, promo: null };
    const ingest = start(new FakeConsumer([message(0, record)]), storage, { timeZone: 'America/New_York' });
    await reaches(storage, '1');
    await ingest.stop();
    for await (const chunk of storage.read()) rows.push(...chunk);
    expect(rows).toMatchObject([
      { day: parseDay('2024-03-09'), productId: 'tea', category: 'uncategorized', units: 2, price: 3 },
    ]);
  });
});
