/** A message as the clients of Kafka hand it over. */
export interface KafkaMessage {
  readonly key: Uint8Array | null;
  /** Null for a tombstone, which removes the key from a compacted topic. */
  readonly value: Uint8Array | null;
  /** Milliseconds since 1970. */
  readonly timestamp: string;
  readonly offset: string;
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** Messages of one partition in the order of their offsets. */
export interface KafkaBatch {
  readonly topic: string;
  readonly partition: number;
  /** Offset of the next message that will be written to the partition; negative if it is not known. */
  readonly highWatermark: string;
  readonly messages: readonly KafkaMessage[];
}

/** A batch with what its handler may do about it. */
export interface KafkaBatchPayload {
  readonly batch: KafkaBatch;
  /** Marks messages up to an offset as done, for the offset that the client commits. */
  resolveOffset(offset: string): void;
  heartbeat(): Promise<void>;
  /** Stops fetching from this partition, and returns the function that goes on. */
  pause(): () => void;
  isRunning(): boolean;
  isStale(): boolean;
}

/** Consumer of `kafkajs`, or of the compatible API of `@confluentinc/kafka-javascript`: connected and subscribed. */
export interface KafkaConsumer {
  run(config: {
    eachBatchAutoResolve: boolean;
    partitionsConsumedConcurrently: number;
    eachBatch(payload: KafkaBatchPayload): Promise<void>;
  }): Promise<void>;
  seek(position: { topic: string; partition: number; offset: string }): void;
  disconnect(): Promise<void>;
  /** Tells of its end by an error, where the client has events. */
  on?(
    event: 'consumer.crash',
    listener: (event: { payload: { error: Error; restart: boolean } }) => void,
  ): unknown;
}
