import { ForecastError } from '../../errors.js';
import { throwIfAborted } from '../../long-call.js';
import type { DailySale, SalesStorage } from '../../storage/contract.js';
import { asChecked } from '../../storage/daily-sales.js';
import { backoffMs, type RetryPolicy } from '../../transport/retry-delay.js';
import type { KafkaBatch, KafkaBatchPayload, KafkaConsumer, KafkaMessage } from './kafka-consumer.js';
import { latestRows, type MessageReader } from './message-sales.js';

/** A message that cannot be taken. It is not stored and not read again. */
export interface KafkaDeadLetter {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** Milliseconds since 1970, as the message says. */
  readonly timestamp: string;
  readonly reason: string;
}

/** Offsets of a partition that were stored as next, but that Kafka does not have any more, or does not hand out. */
export interface KafkaGap {
  readonly topic: string;
  readonly partition: number;
  /** First offset that is missing. */
  readonly from: string;
  /** First offset that is there again. */
  readonly to: string;
}

/** A pause because the storage does not take sales for now. */
export interface KafkaPause {
  readonly topic: string;
  readonly partition: number;
  readonly error: ForecastError;
  /** Milliseconds until the next attempt. */
  readonly retryInMs: number;
}

export interface IntakeOptions {
  readonly consumer: Pick<KafkaConsumer, 'seek'>;
  readonly storage: Pick<SalesStorage, 'write'> & Required<Pick<SalesStorage, 'streamPosition'>>;
  readonly reader: MessageReader;
  readonly cluster: string;
  readonly mode: 'add' | 'replace';
  readonly maxMessages: number;
  readonly maxDeadLetters: number;
  readonly onDeadLetter: ((letter: KafkaDeadLetter) => void | Promise<void>) | undefined;
  readonly onGap: ((gap: KafkaGap) => void) | undefined;
  readonly onPause: ((pause: KafkaPause) => void) | undefined;
  /** Fires when the ingest ends, for whatever reason. */
  readonly signal: AbortSignal;
  /** Called after each step with what this partition has taken, and what is left of it. */
  readonly onStep: () => void;
  readonly random: () => number;
}

const PAUSES: RetryPolicy = {
  maxRetries: Number.POSITIVE_INFINITY,
  baseDelayMs: 1_000,
  maxDelayMs: 30_000,
  maxRetryAfterMs: 0,
};

/** Takes the messages of one partition in their order, each once. */
export class PartitionIntake {
  readonly #options: IntakeOptions;
  readonly #topic: string;
  readonly #partition: number;
  readonly #stream: string;
  /** Offset of the next message by what is stored; undefined while that has to be read, null if nothing is stored. */
  #next: bigint | null | undefined;
  /** Offset that was last sought, so that it is not sought for ever where it is gone. */
  #sought: bigint | undefined;
  /** Offset before which dead letters have been handed over. */
  #toldBefore = -1n;
  #deadInARow = 0;
  #failures = 0;
  /** Messages taken by this process. */
  taken = 0;
  /** Messages of the partition that are not taken yet, as of the last batch. */
  lag = 0;

  constructor(topic: string, partition: number, options: IntakeOptions) {
    this.#options = options;
    this.#topic = topic;
    this.#partition = partition;
    this.#stream = `${options.cluster}/${topic}/${partition}`;
  }

  /** @throws ForecastError for what another attempt would not mend; and what `heartbeat` throws. */
  async take({
    batch,
    resolveOffset,
    heartbeat,
    pause,
    isRunning,
    isStale,
  }: KafkaBatchPayload): Promise<void> {
    const { signal, maxMessages } = this.#options;
    for (;;) {
      throwIfAborted(signal);
      if (!isRunning() || isStale()) return;
      const messages = await this.#attempt(pause, () => this.#unseen(batch));
      if (messages === undefined) return;
      const some = messages.slice(0, maxMessages);
      const last = some.at(-1);
      if (last === undefined) {
        const end = batch.messages.at(-1);
        if (end !== undefined) resolveOffset(end.offset);
        return;
      }
      const sales = await this.#sales(some);
      const isStored = await this.#attempt(pause, () => this.#store(some, sales));
      if (isStored === undefined) return;
      if (isStored) {
        resolveOffset(last.offset);
        this.#note(batch, some.length);
        // After the transaction: it may tell of a new assignment, and then nothing is left half done.
        await heartbeat();
      }
    }
  }

  /** Messages that are not stored yet; undefined if the consumer was sent back to where the storage is. */
  async #unseen(batch: KafkaBatch): Promise<readonly KafkaMessage[] | undefined> {
    const [first] = batch.messages;
    if (first === undefined) return [];
    if (this.#next === undefined) {
      const stored = await this.#options.storage.streamPosition(this.#stream);
      const next = stored === undefined ? null : BigInt(stored);
      if (next !== null) {
        this.#refuseNewTopic(batch, next);
        if (!this.#isReached(next, BigInt(first.offset))) return undefined;
      }
      this.#next = next;
    }
    const next = this.#next;
    return next === null ? batch.messages : batch.messages.filter(({ offset }) => BigInt(offset) >= next);
  }

  /** False if messages before a batch are missing and have been sought. */
  #isReached(next: bigint, first: bigint): boolean {
    if (first <= next) return true;
    const [topic, partition] = [this.#topic, this.#partition];
    if (this.#sought !== next) {
      this.#sought = next;
      this.#options.consumer.seek({ topic, partition, offset: String(next) });
      return false;
    }
    this.#options.onGap?.({ topic, partition, from: String(next), to: String(first) });
    return true;
  }

  #refuseNewTopic({ highWatermark }: KafkaBatch, next: bigint): void {
    const end = BigInt(highWatermark);
    if (end < 0n || end >= next) return;
    throw new ForecastError(
      'conflict',
      `${this.#stream} ends at ${end}, but messages before ${next} were taken from it`,
      {
        path: ['cluster'],
        hint: 'The topic was created anew, or lost messages: give another name as `cluster` to take it from its beginning.',
      },
    );
  }

  /** Stores messages together with the offset after them; false if another process has gone on from there. */
  async #store(
    messages: readonly KafkaMessage[],
    sales: readonly (readonly DailySale[])[],
  ): Promise<boolean> {
    const { storage, mode, signal } = this.#options;
    const first = messages[0]?.offset ?? '';
    const last = messages.at(-1)?.offset ?? '';
    const next = BigInt(last) + 1n;
    const from = this.#next === null || this.#next === undefined ? undefined : String(this.#next);
    try {
      await storage.write(
        {
          id: `${this.#stream}:${first}-${last}`,
          mode,
          rows: asChecked(mode === 'replace' ? latestRows(sales) : sales.flat()),
          position: { stream: this.#stream, from, to: String(next) },
        },
        { signal },
      );
    } catch (error) {
      if (!ForecastError.is(error)) throw error;
      // Known to have failed or not, and taken by another process or not: the stored position tells.
      this.#next = undefined;
      this.#sought = undefined;
      if (error.code === 'conflict' && error.path[0] === 'position') return false;
      throw error;
    }
    this.#next = next;
    this.#failures = 0;
    return true;
  }

  /** Rows of each good message; the others are handed over as dead letters before anything is stored. */
  async #sales(messages: readonly KafkaMessage[]): Promise<(readonly DailySale[])[]> {
    const { reader, onDeadLetter, maxDeadLetters } = this.#options;
    const [topic, partition] = [this.#topic, this.#partition];
    const sales: (readonly DailySale[])[] = [];
    for (const message of messages) {
      const read = reader.read(message);
      if ('rows' in read) {
        sales.push(read.rows);
        if (read.rows.length > 0) this.#deadInARow = 0;
        continue;
      }
      const { offset, key, value, timestamp } = message;
      if (BigInt(offset) < this.#toldBefore) continue;
      const { reason } = read;
      if (!onDeadLetter) throw this.#poisoned(offset, reason);
      if (++this.#deadInARow > maxDeadLetters) throw this.#tooManyDead(offset, reason);
      await onDeadLetter({ topic, partition, offset, key, value, timestamp, reason });
      this.#toldBefore = BigInt(offset) + 1n;
    }
    return sales;
  }

  /** The result of a step; undefined if it was put off because the storage does not answer for now. */
  async #attempt<T>(pause: () => () => void, step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      if (!ForecastError.is(error) || !isPassing(error)) throw error;
      const { onPause, signal, random } = this.#options;
      const retryInMs = Math.ceil(backoffMs(this.#failures++, PAUSES, random));
      const resume = pause();
      const goOn = () => {
        signal.removeEventListener('abort', forget);
        resume();
      };
      const timer = setTimeout(goOn, retryInMs);
      const forget = () => clearTimeout(timer);
      signal.addEventListener('abort', forget, { once: true });
      onPause?.({ topic: this.#topic, partition: this.#partition, error, retryInMs });
      return undefined;
    }
  }

  #note({ highWatermark }: KafkaBatch, messages: number): void {
    this.taken += messages;
    const left = BigInt(highWatermark) - (this.#next ?? 0n);
    this.lag = left > 0n ? Number(left) : 0;
    this.#options.onStep();
  }

  #poisoned(offset: string, reason: string): ForecastError {
    return new ForecastError('invalid-data', `${this.#stream} at ${offset}: ${reason}`, {
      path: [this.#topic, this.#partition, offset],
      hint: 'Give `onDeadLetter` to keep such messages elsewhere and go on.',
    });
  }

  #tooManyDead(offset: string, reason: string): ForecastError {
    const { maxDeadLetters } = this.#options;
    return new ForecastError(
      'limit-exceeded',
      `More than ${maxDeadLetters} messages of ${this.#stream} in a row are wrong, the last one at ${offset}: ${reason}`,
      {
        path: [this.#topic, this.#partition, offset],
        hint: 'Their form may have changed: mend `decode`. This one is read again.',
      },
    );
  }
}

/** True for failures that pass by themselves. */
function isPassing({ code }: ForecastError): boolean {
  return code === 'unavailable' || code === 'timeout' || code === 'limit-exceeded';
}
