/** Part of a Redis client that the cache uses; an ioredis `Redis` or `Cluster` fits. */
export interface RedisClient extends RedisSubscriber {
  /** True if keys are spread over nodes, so that one command cannot read arbitrary keys. */
  readonly isCluster?: boolean;
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
  /** A second connection with the same settings, for subscriptions. */
  duplicate(): RedisSubscriber;
}

/** A connection that may be put into subscriber mode. */
export interface RedisSubscriber {
  readonly status: string;
  // biome-ignore lint/suspicious/noExplicitAny: ioredis types the arguments of each event differently.
  on(event: string, listener: (...args: any[]) => void): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  off(event: string, listener: (...args: any[]) => void): unknown;
  subscribe(...channels: string[]): Promise<unknown>;
  unsubscribe(...channels: string[]): Promise<unknown>;
  disconnect(): void;
}
