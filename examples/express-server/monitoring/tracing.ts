import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Attributes, Span, SpanOptions } from '@opentelemetry/api';
import { ConfigError } from '../config.js';
import { factsOf } from '../http/observe.js';
import { withoutSecrets } from '../http/secrets.js';

type Api = typeof import('@opentelemetry/api');
type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Name of what the spans come from. */
const SCOPE = 'commerce-forecast-server';

/**
 * Spans of requests, queries and trainings, for whatever OpenTelemetry SDK the process was started with. They hold no query of an
 * address, no statement, no header and no body.
 */
export class Tracing {
  readonly #api: Api;

  private constructor(api: Api) {
    this.#api = api;
  }

  /** @throws ConfigError if `@opentelemetry/api` is not installed. */
  static async load(): Promise<Tracing> {
    try {
      return new Tracing(await import('@opentelemetry/api'));
    } catch (cause) {
      throw new ConfigError('TRACING: @opentelemetry/api is not installed', { cause });
    }
  }

  /** Runs work that nobody waits for within a span, which is the first of a trace of its own. */
  root<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
    return this.#within(name, { attributes, root: true }, work);
  }

  /** Runs a part of a piece of work within a span. */
  part<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.#within(name, {}, work);
  }

  /** Runs a statement within a span that is named by its command and its first table; outside of any trace it has none. */
  query<T>(statement: string, work: () => Promise<T>): Promise<T> {
    const { trace, context, SpanKind } = this.#api;
    if (!trace.getSpan(context.active())) return work();
    const { command, table } = summaryOf(statement);
    const name = table === undefined ? command : `${command} ${table}`;
    const attributes = {
      'db.system.name': 'postgresql',
      'db.operation.name': command,
      'db.query.summary': name,
    };
    return this.#within(name, { kind: SpanKind.CLIENT, attributes }, work);
  }

  /** Handles requests within spans, which continue the trace that a request belongs to. */
  handle(handler: Handler): Handler {
    const { context, propagation, trace, SpanKind } = this.#api;
    return (request, response) => {
      const parent = propagation.extract(context.active(), request.headers);
      const method = request.method ?? '';
      const path = withoutSecrets((request.url ?? '').split('?', 1)[0] ?? '');
      const attributes = { 'http.request.method': method, 'url.path': path };
      const span = this.#tracer().startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
      response.once('close', () => this.#endRequest(span, request, response));
      context.with(trace.setSpan(parent, span), () => handler(request, response));
    };
  }

  #endRequest(span: Span, request: IncomingMessage, response: ServerResponse): void {
    const { id, route, keyId, tenant } = factsOf(request);
    const { statusCode: status, writableFinished } = response;
    span.updateName(`${request.method} ${route}`);
    span.setAttributes({
      'http.route': route,
      'request.id': id,
      ...(keyId !== undefined && { 'key.id': keyId }),
      ...(tenant !== undefined && { tenant }),
      ...(writableFinished && { 'http.response.status_code': status }),
    });
    if (!writableFinished) span.setAttribute('error.type', 'client-gone');
    if (status >= 500) span.setStatus({ code: this.#api.SpanStatusCode.ERROR });
    span.end();
  }

  /** Fails with the work. */
  #within<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
    return this.#tracer().startActiveSpan(name, options, async (span) => {
      try {
        return await work();
      } catch (error) {
        this.#fail(span, error);
        throw error;
      } finally {
        span.end();
      }
    });
  }

  #tracer() {
    return this.#api.trace.getTracer(SCOPE);
  }

  /** The message of an error may hold what was asked; its code does not. */
  #fail(span: Span, error: unknown): void {
    const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
    span.setAttribute('error.type', String(code ?? name ?? 'error'));
    span.setStatus({ code: this.#api.SpanStatusCode.ERROR });
  }
}

/** Command of a statement and the table that it names first, without its schema. */
export function summaryOf(statement: string): {
  readonly command: string;
  readonly table: string | undefined;
} {
  const command = /^\s*(\w+)/.exec(statement)?.[1]?.toUpperCase() ?? 'QUERY';
  const named =
    /\b(?:from|into|update|table|view|copy)\s+(?:only\s+|concurrently\s+)?(?:"?\w+"?\.)?"?(\w+)"?/i.exec(
      statement,
    );
  return { command, table: named?.[1] };
}
