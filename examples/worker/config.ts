export interface WorkerConfig {
  /** `redis://...` or `postgres://...` of the queue. */
  readonly queueUrl: string;
  /** Begins all keys of the queue in Redis; schema of the queue in PostgreSQL. */
  readonly prefix: string;
  /** Folder that all workers see. */
  readonly artifacts: string;
  /** Milliseconds without a sign of life after which the work of a process is given to another. */
  readonly lockMs: number;
}

/** Reads the configuration from environment variables. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): WorkerConfig {
  return {
    queueUrl: env['QUEUE_URL'] ?? 'redis://127.0.0.1:6379',
    prefix: env['QUEUE_PREFIX'] ?? 'forecast_queue',
    artifacts: env['ARTIFACTS'] ?? './artifacts',
    lockMs: Number(env['LOCK_MS'] ?? 30_000),
  };
}
