import type { KafkaBatchPayload, KafkaConsumer, KafkaMessage } from '../../../src/sources/index.js';

/** A message of an offset: `null` for a tombstone, text as it is, anything else as JSON. */
export function message(offset: number, value: unknown, key: string | null = null): KafkaMessage {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return {
    offset: String(offset),
    key: key === null ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(text),
    timestamp: '1709510400000',
  };
}

/** A partition of a broker, and the consumer of a group that reads it in this process: fetches, seeks, pauses as the clients do. */
export class FakeConsumer implements KafkaConsumer {
  readonly log: KafkaMessage[] = [];
  /** Offset that the group has committed: where a consumer without a seek starts. */
  committed = 0n;
  /** Offset of the next message that will be written, if it is not the one after the last. */
  end: bigint | undefined;
  readonly batchSize: number;
  /** Called before each batch is handed over. */
  beforeBatch: (() => void | Promise<void>) | undefined;
  heartbeat: () => Promise<void> = async () => undefined;
  crash: ((event: { payload: { error: Error; restart: boolean } }) => void) | undefined;
  readonly seeks: string[] = [];
  isRunning = false;
  #position: bigint | undefined;
  #isStale = false;
  #paused = false;
  #wake: () => void = () => undefined;

  constructor(log: readonly KafkaMessage[], batchSize = 1_000) {
    this.log.push(...log);
    this.batchSize = batchSize;
  }

  on(_event: 'consumer.crash', listener: NonNullable<FakeConsumer['crash']>): () => void {
    this.crash = listener;
    return () => {
      this.crash = undefined;
    };
  }

  async run(config: { eachBatch(payload: KafkaBatchPayload): Promise<void> }): Promise<void> {
    this.isRunning = true;
    this.#position = this.committed;
    void this.#consume(config.eachBatch);
  }

  seek({ offset }: { offset: string }): void {
    this.seeks.push(offset);
    this.#position = BigInt(offset);
    this.#isStale = true;
  }

  async disconnect(): Promise<void> {
    this.isRunning = false;
    this.#wake();
  }

  /** Lets the consumer see what was appended to the log. */
  wake(): void {
    this.#wake();
  }

  async #consume(eachBatch: (payload: KafkaBatchPayload) => Promise<void>): Promise<void> {
    while (this.isRunning) {
      const position = this.#position ?? 0n;
      const messages = this.log.filter(({ offset }) => BigInt(offset) >= position).slice(0, this.batchSize);
      if (this.#paused || messages.length === 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      this.#isStale = false;
      await this.beforeBatch?.();
      const last = BigInt(this.log.at(-1)?.offset ?? -1) + 1n;
      const payload: KafkaBatchPayload = {
        batch: { topic: 'sales', partition: 0, highWatermark: String(this.end ?? last), messages },
        resolveOffset: (offset) => {
          this.#position = BigInt(offset) + 1n;
          this.committed = this.#position;
        },
        heartbeat: () => this.heartbeat(),
        pause: () => {
          this.#paused = true;
          return () => {
            this.#paused = false;
            this.#wake();
          };
        },
        isRunning: () => this.isRunning,
        isStale: () => this.#isStale,
      };
      // A client rejoins its group after an error of its own, and goes on from what is resolved.
      await eachBatch(payload).catch(() => undefined);
    }
  }
}
