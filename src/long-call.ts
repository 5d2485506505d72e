import { ForecastError } from './errors.js';

/** What a long call reports while it runs: `done` of `total` units of `phase`. */
export interface Progress {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

/** Options that every long call (fit, train, backtest, ingest) takes. */
export interface LongCallOptions {
  /** Aborting it rejects the call with a `ForecastError` of code `aborted` within 100 ms. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Milliseconds of work between two turns of the event loop: below the 100 ms that an abort may take. */
const SLICE_MS = 25;

/** Throws the typed `aborted` error if the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new ForecastError('aborted', 'The call was aborted', { cause: signal.reason });
  }
}

/** Gives the event loop a turn, so that an abort, a timer or a request can be handled. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/**
 * Runs a computation written as a generator of progress reports, and lets the event loop have a turn every
 * {@link SLICE_MS}. The wall clock decides only when to yield, never what is computed.
 */
export async function runInSlices<T>(
  work: Generator<Progress, T, void>,
  options: LongCallOptions = {},
): Promise<T> {
  const { signal, onProgress } = options;
  throwIfAborted(signal);
  let sliceStart = Date.now();
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    onProgress?.(step.value);
    if (Date.now() - sliceStart >= SLICE_MS) {
      await yieldToEventLoop();
      sliceStart = Date.now();
    }
    throwIfAborted(signal);
  }
}

/** Runs the same kind of generator to its end without yielding: for tests, workers and small inputs. */
export function runAtOnce<T>(work: Generator<Progress, T, void>): T {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
