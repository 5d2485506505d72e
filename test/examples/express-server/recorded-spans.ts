import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  type ContextManager,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  type SpanStatus,
  type TextMapPropagator,
  type Tracer,
  trace,
} from '@opentelemetry/api';

/** A span that has ended. */
export interface RecordedSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Id of the span that it is a part of. */
  readonly parentId: string | undefined;
  readonly kind: number | undefined;
  readonly attributes: Attributes;
  readonly status: SpanStatus;
}

/** Keeps all spans in memory, as an SDK with an exporter would send them. */
export function recordSpans(): { readonly spans: RecordedSpan[]; stop(): void } {
  const spans: RecordedSpan[] = [];
  let count = 0;
  const nextId = (length: number) => (++count).toString(16).padStart(length, '0');

  function startSpan(name: string, options: SpanOptions = {}, parentContext = context.active()): Span {
    const parent = options.root ? undefined : trace.getSpanContext(parentContext);
    const own = { traceId: parent?.traceId ?? nextId(32), spanId: nextId(16), traceFlags: 1 };
    const recorded = {
      name,
      traceId: own.traceId,
      spanId: own.spanId,
      parentId: parent?.spanId,
      kind: options.kind,
      attributes: { ...options.attributes } as Attributes,
      status: { code: 0 } as SpanStatus,
    };
    const span: Span = {
      spanContext: () => own,
      setAttribute: (key, value) => span.setAttributes({ [key]: value }),
      setAttributes: (attributes) => {
        Object.assign(recorded.attributes, attributes);
        return span;
      },
      updateName: (other) => {
        recorded.name = other;
        return span;
      },
      setStatus: (status) => {
        recorded.status = status;
        return span;
      },
      end: () => void spans.push(recorded),
      isRecording: () => true,
      addEvent: () => span,
      addLink: () => span,
      addLinks: () => span,
      recordException: () => undefined,
    };
    return span;
  }

  const tracer = {
    startSpan,
    startActiveSpan: (name: string, options: SpanOptions, work: (span: Span) => unknown) => {
      const span = startSpan(name, options);
      return context.with(trace.setSpan(context.active(), span), () => work(span));
    },
  } as Tracer;

  trace.setGlobalTracerProvider({ getTracer: () => tracer });
  context.setGlobalContextManager(new AsyncContexts());
  propagation.setGlobalPropagator(TRACE_PARENT);
  return {
    spans,
    stop: () => {
      trace.disable();
      context.disable();
      propagation.disable();
    },
  };
}

/** Contexts that follow promises and callbacks. */
class AsyncContexts implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    own: Context,
    work: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#storage.run(own, () => work.call(thisArg as ThisParameterType<F>, ...args));
  }

  bind<T>(_own: Context, target: T): T {
    return target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }
}

/** The header `traceparent` of W3C Trace Context: version, trace, parent, flags. */
const TRACE_PARENT: TextMapPropagator = {
  inject: () => undefined,
  fields: () => ['traceparent'],
  extract: (own, carrier, getter) => {
    const header = String(getter.get(carrier, 'traceparent'));
    const [, traceId, spanId] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(header) ?? [];
    if (traceId === undefined || spanId === undefined) return own;
    return trace.setSpanContext(own, { traceId, spanId, traceFlags: 1, isRemote: true });
  },
};
