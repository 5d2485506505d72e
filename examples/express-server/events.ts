import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import * as z from 'zod';

const eventSchema = z.discriminatedUnion('kind', [
  /** A key was revoked, rotated or changed: copies of it are worth nothing. */
  z.object({ kind: z.literal('api-key'), id: z.string() }),
  /** The model registry was changed: other versions may get the requests. */
  z.object({ kind: z.literal('model') }),
]);

/** Event that one instance announces to the others. */
export type InstanceEvent = z.output<typeof eventSchema>;

/** Carries events to all instances, the sender included. */
export interface InstanceEvents {
  /**
   * Notifies this process at once, and the others if they can be reached. Never rejects: what it announces has happened
   * already.
   */
  publish(event: InstanceEvent): Promise<void>;
  subscribe(listener: (event: InstanceEvent) => void): void;
  /** True while all events of other instances arrive; after each loss, `onGap` listeners are called. */
  isListening(): boolean;
  /** Calls the listener when events may have been missed. */
  onGap(listener: () => void): void;
  close(): Promise<void>;
}

/** Events of a server that is the only one on its database. */
export class LocalEvents implements InstanceEvents {
  readonly #listeners: ((event: InstanceEvent) => void)[] = [];

  async publish(event: InstanceEvent): Promise<void> {
    for (const listener of this.#listeners) listener(event);
  }

  subscribe(listener: (event: InstanceEvent) => void): void {
    this.#listeners.push(listener);
  }

  isListening(): boolean {
    return true;
  }

  onGap(): void {}

  async close(): Promise<void> {}
}

/** Events of several servers without Redis: instances do not hear each other, so nothing may be cached in memory. */
export class UnconnectedEvents extends LocalEvents {
  override isListening(): boolean {
    return false;
  }
}

/** Events through Redis pub/sub. */
export class RedisEvents implements InstanceEvents {
  readonly #client: Redis;
  readonly #subscriber: Redis;
  readonly #channel: string;
  readonly #logger: Logger;
  readonly #listeners: ((event: InstanceEvent) => void)[] = [];
  readonly #gapListeners: (() => void)[] = [];
  #listening = false;

  constructor(client: Redis, channel: string, logger: Logger) {
    this.#client = client;
    this.#logger = logger;
    this.#channel = channel;
    this.#subscriber = client.duplicate({ enableOfflineQueue: true, autoResubscribe: false });
    this.#subscriber.on('error', () => this.#lost());
    this.#subscriber.on('close', () => this.#lost());
    this.#subscriber.on('ready', () => void this.#listen());
    this.#subscriber.on('message', (_, text: string) => this.#hear(text));
  }

  async publish(event: InstanceEvent): Promise<void> {
    this.#tell(event);
    try {
      await this.#client.publish(this.#channel, JSON.stringify(event));
    } catch (error) {
      this.#logger.warn({ err: error, event }, 'other instances find a change when they look for it');
    }
  }

  subscribe(listener: (event: InstanceEvent) => void): void {
    this.#listeners.push(listener);
  }

  isListening(): boolean {
    return this.#listening;
  }

  onGap(listener: () => void): void {
    this.#gapListeners.push(listener);
  }

  async close(): Promise<void> {
    this.#subscriber.removeAllListeners('close');
    this.#subscriber.disconnect();
  }

  async #listen(): Promise<void> {
    try {
      await this.#subscriber.subscribe(this.#channel);
      for (const listener of this.#gapListeners) listener();
      this.#listening = true;
    } catch {
      // The connection went again; its next `ready` tries again.
    }
  }

  #lost(): void {
    this.#listening = false;
    for (const listener of this.#gapListeners) listener();
  }

  #hear(text: string): void {
    const event = parseEvent(text);
    if (event) this.#tell(event);
  }

  #tell(event: InstanceEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/**
 * Opens the events of an installation, or of a tenant.
 *
 * @param isAlone true if there is no other instance on the database
 */
export function openEvents(
  redis: Redis | undefined,
  channel: string,
  isAlone: boolean,
  logger: Logger,
): InstanceEvents {
  if (redis) return new RedisEvents(redis, channel, logger);
  return isAlone ? new LocalEvents() : new UnconnectedEvents();
}

/** Messages are checked, because anything may be published on a channel. */
function parseEvent(text: string): InstanceEvent | undefined {
  try {
    return eventSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
