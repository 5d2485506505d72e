import { ForecastError } from './errors.js';
import type { OptionTable } from './options.js';

/** Progress of a long call: `done` of `total` units of `phase`. */
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

export const LONG_CALL_OPTIONS: OptionTable<LongCallOptions> = { signal: 1, onProgress: 1 };

/** Milliseconds of work between two turns of the event loop: below the 100 ms that an abort may take. */
const SLICE_MS = 25;

/** The typed `aborted` error, with the reason of the signal as its cause. */
export function abortError(reason: unknown): ForecastError {
  return new ForecastError('aborted', 'The call was aborted', { cause: reason });
}

/** Throws {@link abortError} if the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal.reason);
}

/** Settles as the promise does, or rejects with {@link abortError} as soon as the signal fires. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortError(signal.reason));
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/**
 * Gives the event loop a turn, so that an abort, a timer or a request can be handled. Where there is one, by an immediate: timers
 * that are due one after the other may keep Node from all else.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise<void>((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

/** Time at which the present turn of the event loop was first seen; undefined before its first pacer. */
let turnSeenAt: number | undefined;

/**
 * A long call consists of shorter ones, whose pacers share the time of a turn: many of them in a row must not delay an
 * abort or a request any longer than one.
 */
function turnBegan(): number {
  return turnSeenAt ?? beginTurn();
}

function beginTurn(): number {
  setTimeout(() => {
    turnSeenAt = undefined;
  }, 0);
  turnSeenAt = Date.now();
  return turnSeenAt;
}

/**
 * Makes a function that an async loop awaits after each unit of work: it reports the progress, lets the event loop
 * have a turn every {@link SLICE_MS}, and throws once the signal has fired. The wall clock decides only when to
 * yield, never what is computed.
 */
export function createPacer(options: LongCallOptions = {}): (progress: Progress) => Promise<void> {
  const { signal, onProgress } = options;
  throwIfAborted(signal);
  turnBegan();
  return async (progress) => {
    onProgress?.(progress);
    if (isTurnOver()) await nextTurn();
    throwIfAborted(signal);
  };
}

function isTurnOver(): boolean {
  return Date.now() - turnBegan() >= SLICE_MS;
}

async function nextTurn(): Promise<void> {
  await yieldToEventLoop();
  // Here, as the first piece of work counts too, and as a timer is lost where a clock was replaced meanwhile.
  beginTurn();
}

/** Runs a computation written as a generator of progress reports, paced as {@link createPacer} says. */
export async function runInSlices<T>(
  work: Generator<Progress, T, void>,
  options: LongCallOptions = {},
): Promise<T> {
  const { signal, onProgress } = options;
  throwIfAborted(signal);
  turnBegan();
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    onProgress?.(step.value);
    // Awaiting each of thousands of small steps would cost as much as some of them.
    if (isTurnOver()) await nextTurn();
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
