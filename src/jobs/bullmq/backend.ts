import type { BackendFactory, IQueueBackend, PostgresConnectionOptions, QueueBaseOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { ForecastError } from '../../errors.js';
import { optionalPackage } from '../../optional-package.js';

/** Database in which BullMQ keeps its jobs: Redis or PostgreSQL. */
export type BullMqBackend =
  | {
      /** An ioredis client with `maxRetriesPerRequest: null`, which blocking reads need. It is not closed. */
      readonly redis: Redis;
      /** Begins all keys. Default `commerce-forecast`. */
      readonly prefix?: string;
    }
  | {
      /**
       * The options of a `pg` pool with the `schema` of the queues, a connection string, or a pool, which is not closed;
       * with the latter two the schema is `bullmq`.
       */
      readonly postgres: PostgresConnectionOptions;
    };

const DEFAULT_PREFIX = 'commerce-forecast';

/** @throws ForecastError `invalid-option` for a Redis client that gives up on blocking reads. */
export function checkBackend(backend: BullMqBackend): void {
  if ('redis' in backend && backend.redis.options.maxRetriesPerRequest !== null) {
    throw new ForecastError(
      'invalid-option',
      'The Redis client of a job runner must not give up on requests',
      {
        path: ['redis'],
        hint: 'new Redis(url, { maxRetriesPerRequest: null })',
      },
    );
  }
}

/**
 * Loads BullMQ and binds its classes to a backend, with the options that all of them need.
 *
 * @throws ForecastError `missing-dependency` if it is not installed.
 */
export async function bindBackend(backend: BullMqBackend) {
  const bullmq = await optionalPackage('bullmq', () => import('bullmq'));
  if ('postgres' in backend) {
    return bound(bullmq, bullmq.createPostgresBackend, { connection: backend.postgres });
  }
  const { redis, prefix = DEFAULT_PREFIX } = backend;
  return bound(bullmq, bullmq.createRedisBackend, { connection: redis, prefix });
}

/** Erases the type of the connection, the only difference between the two backends. */
function bound<B extends IQueueBackend, C>(
  { withBackend, UnrecoverableError }: typeof import('bullmq'),
  factory: BackendFactory<B, C>,
  options: QueueBaseOptions<C> & { readonly prefix?: string },
) {
  const generic = factory as unknown as BackendFactory<IQueueBackend, unknown>;
  return {
    ...withBackend(generic),
    UnrecoverableError,
    options: options as QueueBaseOptions<unknown> & { prefix?: string },
  };
}
