export interface RetryPolicy {
  /** Attempts after the first one. */
  readonly maxRetries: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** Longest pause, in ms, that a service may ask for. */
  readonly maxRetryAfterMs: number;
}

/**
 * Pause before attempt `retry` (0 for the first repetition): a random part of an exponentially growing time, so
 * that clients that failed together do not retry together.
 *
 * Source: "Exponential Backoff And Jitter" (full jitter), AWS Architecture Blog, 2015.
 */
export function backoffMs(retry: number, policy: RetryPolicy, random: () => number): number {
  return random() * Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** retry);
}

/** Milliseconds that a `Retry-After` header asks for (RFC 9110, 10.2.3: seconds or a date), or undefined. */
export function retryAfterMs(header: unknown, now: number): number | undefined {
  if (typeof header !== 'string') return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
