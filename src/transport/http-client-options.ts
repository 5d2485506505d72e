import { ForecastError, type ForecastErrorCode } from '../errors.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { sleep } from './sleep.js';

/** Outcome of one attempt; safe to log. */
export interface HttpAttempt {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** 1 for the first one. */
  readonly attempt: number;
  readonly durationMs: number;
  readonly status?: number;
  readonly code?: ForecastErrorCode;
  /** Milliseconds until the next attempt, if there is one. */
  readonly retryInMs?: number;
}

/** Options for sending requests; every source and indicator that uses HTTP takes these as `http`. */
export interface HttpOptions {
  /** Address of the service, where it is not the public one. */
  readonly baseUrl?: string;
  /** Milliseconds for an attempt, or for the next piece of a download. Default 30,000. */
  readonly timeoutMs?: number;
  /** Attempts after the first one. Default 4. */
  readonly maxRetries?: number;
  /** Longest first pause between attempts, doubled each time. Default 500 ms. */
  readonly baseDelayMs?: number;
  /** Default 30,000. */
  readonly maxDelayMs?: number;
  /** Longest pause that a service may ask for, in ms; a longer one fails the call instead. Default 120,000. */
  readonly maxRetryAfterMs?: number;
  /** Largest answer that is kept in memory. Default 64 MiB. */
  readonly maxResponseBytes?: number;
  /** Largest download that is passed on piece by piece. Default 4 GiB. */
  readonly maxStreamBytes?: number;
  /** Requests at the same time. */
  readonly maxConcurrent?: number;
  /** Milliseconds between the starts of two requests. */
  readonly minIntervalMs?: number;
  /** Failures in a row after which the service is left alone. Default 8. */
  readonly failureThreshold?: number;
  /** Milliseconds after which it is tried again. Default 30,000. */
  readonly coolDownMs?: number;
  /** Value of the `User-Agent` header. Default `commerce-forecast`. */
  readonly userAgent?: string;
  readonly onAttempt?: (attempt: HttpAttempt) => void;
  /** Numbers in [0, 1) for the jitter, e.g. `createRandom(seed).uniform`. Default `Math.random`. */
  readonly random?: () => number;
  /** Clock in milliseconds. Default `Date.now`. */
  readonly now?: () => number;
  /** Pauses between attempts; for tests. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export interface HttpClientOptions extends HttpOptions {
  readonly baseUrl: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Texts that are redacted in errors and events. */
  readonly secrets?: readonly string[];
}

const HTTP_OPTIONS: OptionTable<HttpClientOptions> = {
  baseUrl: 1,
  headers: 1,
  secrets: 1,
  timeoutMs: 1,
  maxRetries: 1,
  baseDelayMs: 1,
  maxDelayMs: 1,
  maxRetryAfterMs: 1,
  maxResponseBytes: 1,
  maxStreamBytes: 1,
  maxConcurrent: 1,
  minIntervalMs: 1,
  failureThreshold: 1,
  coolDownMs: 1,
  userAgent: 1,
  onAttempt: 1,
  random: 1,
  now: 1,
  sleep: 1,
};

export type HttpSettings = Required<Omit<HttpClientOptions, 'onAttempt'>> &
  Pick<HttpClientOptions, 'onAttempt'>;

const DEFAULTS = {
  timeoutMs: 30_000,
  maxRetries: 4,
  baseDelayMs: 500,
  maxDelayMs: 30_000,
  maxRetryAfterMs: 120_000,
  maxResponseBytes: 64 * 2 ** 20,
  maxStreamBytes: 4 * 2 ** 30,
  maxConcurrent: 4,
  minIntervalMs: 0,
  failureThreshold: 8,
  coolDownMs: 30_000,
};

export function resolveHttpSettings(options: HttpClientOptions): HttpSettings {
  refuseUnknown(options, HTTP_OPTIONS);
  const { baseUrl, headers = {}, secrets = [], userAgent = 'commerce-forecast', onAttempt } = options;
  if (!/^https?:$/.test(parseUrl(baseUrl)?.protocol ?? '')) {
    throw new ForecastError('invalid-option', 'baseUrl must be an http or https address', {
      path: ['baseUrl'],
    });
  }
  const limits = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]) {
    const value = options[name];
    if (value === undefined) continue;
    const minimum = name === 'maxRetries' || name === 'minIntervalMs' || name.endsWith('DelayMs') ? 0 : 1;
    if (!(Number.isFinite(value) && value >= minimum)) {
      throw new ForecastError('invalid-option', `${name} must be a number of at least ${minimum}`, {
        path: [name],
      });
    }
    limits[name] = value;
  }
  return {
    baseUrl,
    headers,
    secrets,
    userAgent,
    onAttempt,
    ...limits,
    random: options.random ?? Math.random,
    now: options.now ?? Date.now,
    sleep: options.sleep ?? sleep,
  };
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
