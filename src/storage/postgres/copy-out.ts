import { abortError } from '../../long-call.js';

/** Connection of a `pg` client, as far as copying needs it. */
export interface CopyConnection {
  query(text: string): void;
  readonly stream: { pause(): void; resume(): void };
}

/** A statement that a `pg` client runs by calling it back (`client.query(statement)`). */
export interface Submittable {
  submit(connection: CopyConnection): void;
}

/** Results that wait for the reader before the server is told to wait. */
const MAX_WAITING = 2;

/**
 * The answer to `COPY ... TO STDOUT` as an async iteration over whatever is made of its rows. The server waits while the
 * reader is busy.
 *
 * @param take makes something of a row, if there is enough; the bytes are valid during the call only
 * @param rest what is left at the end
 */
export class CopyOut<T> implements Submittable {
  /** Called by the client's own time limit for statements, if it has one. */
  callback: ((error?: Error | null) => void) | undefined;
  /** True once the server has sent all. */
  isDone = false;
  readonly #text: string;
  readonly #take: (row: Uint8Array) => T | undefined;
  readonly #rest: () => T | undefined;
  readonly #waiting: T[] = [];
  #connection: CopyConnection | undefined;
  #isPaused = false;
  #failure: unknown;
  #wake = (): void => undefined;

  constructor(text: string, take: (row: Uint8Array) => T | undefined, rest: () => T | undefined) {
    this.#text = text;
    this.#take = take;
    this.#rest = rest;
  }

  submit(connection: CopyConnection): void {
    this.#connection = connection;
    connection.query(this.#text);
  }

  handleCopyData({ chunk }: { readonly chunk: Uint8Array }): void {
    if (this.#failure !== undefined) return;
    try {
      this.#add(this.#take(chunk));
    } catch (error) {
      this.handleError(error);
    }
    if (this.#waiting.length < MAX_WAITING || this.#isPaused) return;
    this.#isPaused = true;
    this.#connection?.stream.pause();
  }

  handleReadyForQuery(): void {
    this.isDone = true;
    // The connection goes on to its next user.
    this.#resume();
    if (this.#failure === undefined) this.#add(this.#rest());
    this.callback?.(null);
    this.#wake();
  }

  handleError(error: unknown): void {
    this.#failure ??= error;
    this.callback?.(error instanceof Error ? error : null);
    this.#wake();
  }

  handleRowDescription(): void {}
  handleCommandComplete(): void {}
  handleEmptyQuery(): void {}

  /** @throws ForecastError `aborted`; errors of the database as they come */
  async *results(signal: AbortSignal | undefined): AsyncGenerator<T, void, void> {
    const onAbort = () => this.handleError(abortError(signal?.reason));
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      for (;;) {
        if (this.#failure !== undefined) throw this.#failure;
        const next = this.#waiting.shift();
        if (next !== undefined) {
          yield next;
          continue;
        }
        if (this.isDone) return;
        const woken = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#resume();
        await woken;
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#connection?.stream.resume();
  }

  #add(result: T | undefined): void {
    if (result === undefined) return;
    this.#waiting.push(result);
    this.#wake();
  }
}
