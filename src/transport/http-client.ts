import type { AxiosInstance, AxiosResponse } from 'axios';
import { CircuitBreaker } from '../circuit-breaker.js';
import { ForecastError } from '../errors.js';
import { abortError, throwIfAborted } from '../long-call.js';
import { optionalPackage } from '../optional-package.js';
import { type HttpClientOptions, type HttpSettings, resolveHttpSettings } from './http-client-options.js';
import {
  type HttpFailureDetails,
  httpError,
  httpStatusOf,
  isTransientStatus,
  redact,
  statusError,
} from './http-failure.js';
import { BodyFailure, readBody, readText } from './read-body.js';
import { RequestGate } from './request-gate.js';
import { backoffMs, retryAfterMs } from './retry-delay.js';

export interface HttpRequest {
  readonly method?: 'GET' | 'POST';
  /** Path below the base URL, without a query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Redacted in errors and events, besides the secrets of the client. */
  readonly secrets?: readonly string[];
  /** True if sending it twice does no harm. Default: true for GET. */
  readonly repeatable?: boolean;
  readonly signal?: AbortSignal;
}

export interface HttpTextResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

interface OpenResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** Length of the part of a service's own message that an error repeats. */
const DETAIL_LENGTH = 300;

/**
 * Client for HTTP services, the only one of the package: a time limit for each attempt, repetition with
 * backoff, jitter and `Retry-After`, a circuit breaker, size limits, and errors and events that never hold a
 * secret.
 */
export class HttpClient {
  private readonly settings: HttpSettings;
  private axios: Promise<AxiosInstance> | undefined;
  private readonly gate: RequestGate;
  private readonly breaker: CircuitBreaker;
  private readonly host: string;

  constructor(options: HttpClientOptions) {
    this.settings = resolveHttpSettings(options);
    this.host = new URL(this.settings.baseUrl).host;
    this.gate = new RequestGate(this.settings);
    this.breaker = new CircuitBreaker(this.settings);
  }

  /** Opened by the first request, as the package is needed for nothing else. */
  private library(): Promise<AxiosInstance> {
    this.axios ??= optionalPackage('axios', () => import('axios')).then(({ default: axios }) =>
      axios.create({
        // The fetch adapter alone streams bodies in Node, browsers and edge workers alike.
        adapter: 'fetch',
        responseType: 'stream',
        validateStatus: () => true,
        transformRequest: (body) => body,
        headers: { 'User-Agent': this.settings.userAgent },
      }),
    );
    return this.axios;
  }

  /** Sends a request and parses the answer as JSON. */
  async json(request: HttpRequest): Promise<unknown> {
    return this.withRetries(request, async () => {
      const { text, headers } = await this.readAll(request);
      try {
        return JSON.parse(text) as unknown;
      } catch {
        // Proxies and failing services answer 200 with an HTML page: worth another attempt. The text is not
        // quoted: it may be a truncated answer with new tokens or customer data.
        const what = `answered ${text.length} characters of ${headers['content-type'] ?? 'unknown type'}, not JSON`;
        throw httpError('invalid-data', what, this.details(request));
      }
    });
  }

  /** Sends a request and reads the answer as text. */
  async text(request: HttpRequest): Promise<HttpTextResponse> {
    return this.withRetries(request, () => this.readAll(request));
  }

  /**
   * Sends a request and hands out the body piece by piece. Repeated until the body begins; a body that breaks off
   * later rejects the iteration.
   */
  async stream(request: HttpRequest): Promise<AsyncGenerator<Uint8Array, void, void>> {
    const response = await this.withRetries(request, () => this.open(request, 'stream'));
    const client = this;
    return (async function* () {
      try {
        yield* response.pieces;
      } catch (error) {
        throw client.bodyError(error, request);
      }
    })();
  }

  private async readAll(request: HttpRequest): Promise<HttpTextResponse> {
    const { status, headers, pieces } = await this.open(request, 'whole');
    try {
      return { status, headers, text: await readText(pieces) };
    } catch (error) {
      throw this.bodyError(error, request);
    }
  }

  private async withRetries<T>(request: HttpRequest, attempt: () => Promise<T>): Promise<T> {
    const { settings } = this;
    const repeatable = request.repeatable ?? (request.method ?? 'GET') === 'GET';
    throwIfAborted(request.signal);
    await this.library();
    for (let retry = 0; ; retry++) {
      throwIfAborted(request.signal);
      this.passBreaker(request);
      const start = settings.now();
      try {
        const result = await attempt();
        this.breaker.succeeded();
        this.report(request, retry, start);
        return result;
      } catch (error) {
        this.countFailure(error);
        const pause = repeatable && retry < settings.maxRetries ? this.pauseBefore(error, retry) : undefined;
        this.report(request, retry, start, error, pause);
        if (pause === undefined) throw error instanceof RetryLater ? error.error : error;
        await settings.sleep(pause, request.signal);
      }
    }
  }

  private passBreaker(request: HttpRequest): void {
    if (this.breaker.tryAcquire()) return;
    const seconds = Math.ceil(this.breaker.waitMs / 1_000);
    throw httpError(
      'unavailable',
      `was not sent: the service failed several times, the next attempt is in ${seconds} s`,
      this.details(request),
    );
  }

  /** A refusal says that the service works; an abort says nothing. */
  private countFailure(error: unknown): void {
    const cause = error instanceof RetryLater ? error.error : error;
    if (ForecastError.is(cause) && cause.code === 'aborted') return;
    const status = httpStatusOf(cause);
    const refused = status !== undefined && (status < 500 || status === 501);
    if (refused) this.breaker.succeeded();
    else this.breaker.failed();
  }

  private pauseBefore(error: unknown, retry: number): number | undefined {
    const { settings } = this;
    const backoff = backoffMs(retry, settings, settings.random);
    if (error instanceof RetryLater) {
      return error.ms > settings.maxRetryAfterMs ? undefined : Math.max(error.ms, backoff);
    }
    if (!ForecastError.is(error)) return undefined;
    const status = httpStatusOf(error);
    if (status !== undefined) return isTransientStatus(status) ? backoff : undefined;
    return ['unavailable', 'timeout', 'invalid-data'].includes(error.code) ? backoff : undefined;
  }

  /** One attempt, up to the beginning of the body. */
  private async open(request: HttpRequest, mode: 'whole' | 'stream'): Promise<OpenResponse> {
    const { settings } = this;
    const leave = await this.gate.enter(request.signal);
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(new BodyFailure('stalled')), settings.timeoutMs);
    const onAbort = () => deadline.abort(request.signal?.reason);
    request.signal?.addEventListener('abort', onAbort, { once: true });
    const finish = () => {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', onAbort);
      leave();
    };
    try {
      const response = await this.send(request, deadline.signal);
      const headers = response.headers as Record<string, unknown>;
      if (mode === 'stream') {
        // A download may take any time as long as it makes progress, and its reader may come late or never.
        clearTimeout(timer);
        leave();
      }
      const pieces = this.pieces(response, deadline.signal, mode, finish);
      if (response.status >= 200 && response.status < 300)
        return { status: response.status, headers, pieces };
      const detail = await readText(pieces).catch(() => '');
      const error = statusError(response.status, this.details(request, detail));
      const later = retryAfterMs(headers['retry-after'], settings.now());
      throw later !== undefined && isTransientStatus(response.status) ? new RetryLater(error, later) : error;
    } catch (error) {
      finish();
      throw this.bodyError(error, request);
    }
  }

  private async *pieces(
    response: AxiosResponse<ReadableStream<Uint8Array> | null>,
    signal: AbortSignal,
    mode: 'whole' | 'stream',
    finish: () => void,
  ): AsyncGenerator<Uint8Array, void, void> {
    const { settings } = this;
    const compressed = response.headers['content-encoding'] !== undefined;
    const declared = Number(response.headers['content-length']);
    try {
      yield* readBody(response.data, {
        maxBytes: mode === 'stream' ? settings.maxStreamBytes : settings.maxResponseBytes,
        stallMs: settings.timeoutMs,
        declaredBytes: compressed || !(declared > 0) ? undefined : declared,
        signal,
      });
    } finally {
      finish();
    }
  }

  private async send(request: HttpRequest, signal: AbortSignal): Promise<AxiosResponse> {
    const url = new URL(this.settings.baseUrl.replace(/\/$/, '') + request.path);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const axios = await this.library();
    return axios.request({
      method: request.method ?? 'GET',
      url: url.href,
      headers: { ...this.settings.headers, ...request.headers },
      data: request.body,
      signal,
    });
  }

  /**
   * Converts any failure to a typed error that contains nothing of the request but its method, host and path.
   */
  private bodyError(error: unknown, request: HttpRequest): unknown {
    if (ForecastError.is(error) || error instanceof RetryLater) return error;
    if (request.signal?.aborted) {
      return abortError(request.signal.reason);
    }
    const details = this.details(request);
    const reason = error instanceof BodyFailure ? error.reason : undefined;
    if (reason === 'too-large') {
      return httpError('limit-exceeded', 'answered more than is accepted', details, 'Raise the size limit.');
    }
    if (reason === 'truncated')
      return httpError('unavailable', 'broke off in the middle of its answer', details);
    const { code, name } = error as { code?: unknown; name?: unknown };
    const timedOut = reason === 'stalled' || name === 'CanceledError';
    if (timedOut) return httpError('timeout', `took longer than ${this.settings.timeoutMs} ms`, details);
    return httpError('unavailable', `could not be reached${code ? ` (${String(code)})` : ''}`, details);
  }

  private details(request: HttpRequest, answer = ''): HttpFailureDetails {
    const secrets = [...this.settings.secrets, ...(request.secrets ?? [])];
    // Redacted before it is cut: half a secret at the end would not be recognised.
    const detail = redact(answer, secrets).replace(/\s+/g, ' ').trim().slice(0, DETAIL_LENGTH);
    return {
      method: request.method ?? 'GET',
      host: this.host,
      path: redact(request.path, secrets),
      ...(detail && { detail }),
    };
  }

  private report(
    request: HttpRequest,
    retry: number,
    start: number,
    failure?: unknown,
    retryInMs?: number,
  ): void {
    const { onAttempt, now } = this.settings;
    if (!onAttempt) return;
    const { method, host, path } = this.details(request);
    const error = failure instanceof RetryLater ? failure.error : failure;
    onAttempt({
      method,
      host,
      path,
      attempt: retry + 1,
      durationMs: now() - start,
      ...(ForecastError.is(error) && { code: error.code, status: httpStatusOf(error) }),
      ...(retryInMs !== undefined && { retryInMs }),
    });
  }
}

/** A failure after which the service asked for a pause. */
class RetryLater {
  constructor(
    readonly error: ForecastError,
    readonly ms: number,
  ) {}
}
