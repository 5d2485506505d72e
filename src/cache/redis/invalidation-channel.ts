import type { CacheInvalidation } from '../contract.js';
import type { RedisSubscriber } from './redis-client.js';

/** Events after which messages may have been missed: a new connection, and in a cluster another node. */
const RECONNECT_EVENTS = ['ready', '+node', '-node'];

type Listener = (invalidation: CacheInvalidation) => void;

/** Receives the invalidations that other processes publish, and reports when some may have been missed. */
export class InvalidationChannel {
  private readonly channel: string;
  private readonly ownId: string;
  private readonly tell: Listener;
  private readonly subscriber: RedisSubscriber;
  private readonly ownsSubscriber: boolean;
  private readonly firstSubscription: Promise<void>;
  private markReady: () => void = () => {};
  private attempts = 0;

  constructor(options: {
    readonly channel: string;
    readonly ownId: string;
    readonly subscriber: RedisSubscriber;
    readonly ownsSubscriber: boolean;
    readonly tell: Listener;
  }) {
    this.channel = options.channel;
    this.ownId = options.ownId;
    this.subscriber = options.subscriber;
    this.ownsSubscriber = options.ownsSubscriber;
    this.tell = options.tell;
    this.firstSubscription = new Promise((resolve) => {
      this.markReady = resolve;
    });
    this.subscriber.on('message', this.onMessage);
    for (const event of RECONNECT_EVENTS) this.subscriber.on(event, this.subscribe);
    if (this.ownsSubscriber) this.subscriber.on('error', ignoreError);
    this.subscribe();
  }

  /** Resolves when a subscription is active and none is pending. */
  ready(): Promise<void> {
    return this.firstSubscription;
  }

  async close(): Promise<void> {
    this.subscriber.off('message', this.onMessage);
    for (const event of RECONNECT_EVENTS) this.subscriber.off(event, this.subscribe);
    if (this.ownsSubscriber) this.subscriber.disconnect();
    else if (this.subscriber.status === 'ready') await this.subscriber.unsubscribe(this.channel);
  }

  private readonly subscribe = (): void => {
    const attempt = ++this.attempts;
    this.subscriber.subscribe(this.channel).then(
      () => {
        this.tell({ kind: 'resynchronized' });
        // A connection that comes up while the first attempt is queued starts another attempt.
        if (attempt === this.attempts) this.markReady();
      },
      // The connection is down; its next `ready` tries again.
      ignoreError,
    );
  };

  private readonly onMessage = (channel: string, text: string): void => {
    if (channel !== this.channel) return;
    const message = parseMessage(text);
    if (message && message.from !== this.ownId) this.tell(message.invalidation);
  };
}

export function encodeMessage(from: string, invalidation: CacheInvalidation): string {
  return JSON.stringify({ from, invalidation });
}

/** Parses a message; `undefined` for other texts, as anybody may publish on a channel. */
function parseMessage(text: string): { from: unknown; invalidation: CacheInvalidation } | undefined {
  try {
    const { from, invalidation } = JSON.parse(text);
    if (invalidation.kind === 'clear') return { from, invalidation: { kind: 'clear' } };
    if (invalidation.kind === 'tags' && Array.isArray(invalidation.tags)) {
      return { from, invalidation: { kind: 'tags', tags: invalidation.tags.map(String) } };
    }
  } catch {
    // Not JSON, or not an object.
  }
  return undefined;
}

function ignoreError(): void {
  // An owned connection reconnects by itself; without a listener ioredis would print every attempt.
}
