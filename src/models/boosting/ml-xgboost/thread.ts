import { ForecastError } from '../../../errors.js';
import { abortError } from '../../../long-call.js';
import { WORKER_SOURCE } from './worker-source.js';

type Action = 'train' | 'load' | 'predict' | 'free';

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly message: string; readonly code?: string };
}

interface Call {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Part of Node's `Worker` that is used here. */
interface NodeThread {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (reply: Reply) => void): unknown;
  on(event: 'error' | 'exit', listener: (cause: unknown) => void): unknown;
  ref(): void;
  unref(): void;
  terminate(): Promise<number>;
}

/**
 * The thread that runs ml-xgboost; it starts with the first call and does not keep the process alive when idle.
 */
export class MlXGBoostThread {
  private thread: Promise<NodeThread> | undefined;
  private readonly calls = new Map<number, Call>();
  private nextCall = 1;

  /** @throws ForecastError `engine-failed` if the library fails, `missing-dependency` if it is not installed. */
  async call(action: Action, payload: object = {}, signal?: AbortSignal): Promise<unknown> {
    const thread = await this.started();
    const id = this.nextCall++;
    const stop = () => this.fail(abortError(signal?.reason));
    try {
      return await new Promise((resolve, reject) => {
        this.calls.set(id, { resolve, reject });
        thread.ref();
        signal?.addEventListener('abort', stop, { once: true });
        thread.postMessage({ id, action, payload });
      });
    } finally {
      signal?.removeEventListener('abort', stop);
      if (this.calls.size === 0) thread.unref();
    }
  }

  /** Ends the thread, with the models in it. */
  close(): void {
    this.fail(new ForecastError('aborted', 'The ml-xgboost engine was closed'));
  }

  private started(): Promise<NodeThread> {
    this.thread ??= this.start();
    return this.thread;
  }

  private async start(): Promise<NodeThread> {
    const { Worker } = await import('node:worker_threads').catch((cause: unknown) => {
      throw new ForecastError('missing-dependency', 'The ml-xgboost engine needs the threads of Node', {
        cause,
        hint: 'Use nativeEngine, the default, which runs everywhere',
      });
    });
    // The library prints its progress, which must not reach the output of the process.
    // Options of the process, such as `--input-type=module`, would change what the source means.
    const execArgv: string[] = [];
    const options = { eval: true, execArgv, stdout: true, stderr: true, workerData: { from: ownFile() } };
    const thread: NodeThread = new Worker(WORKER_SOURCE, options);
    thread.on('message', (reply) => this.answer(reply));
    const ended = (cause: unknown) => {
      const message = 'The thread of ml-xgboost has died';
      void this.failIfCurrent(thread, new ForecastError('engine-failed', message, { cause }));
    };
    thread.on('error', ended);
    thread.on('exit', ended);
    thread.unref();
    return thread;
  }

  private answer({ id, value, error }: Reply): void {
    const call = this.calls.get(id);
    this.calls.delete(id);
    if (!error) call?.resolve(value);
    else if (error.code === 'MODULE_NOT_FOUND') call?.reject(notInstalled(error.message));
    else call?.reject(new ForecastError('engine-failed', `ml-xgboost failed: ${error.message}`));
  }

  private async failIfCurrent(thread: NodeThread, error: ForecastError): Promise<void> {
    if (this.thread && (await this.thread) === thread) this.fail(error);
  }

  private fail(error: ForecastError): void {
    const { thread } = this;
    this.thread = undefined;
    void thread?.then((started) => started.terminate());
    for (const call of this.calls.values()) call.reject(error);
    this.calls.clear();
  }
}

function notInstalled(message: string): ForecastError {
  return new ForecastError('missing-dependency', `The package ml-xgboost is not installed: ${message}`, {
    path: ['ml-xgboost'],
    hint: 'Run: npm install ml-xgboost, or use nativeEngine',
  });
}

/** Base for resolving the library: this file, or the working directory if a bundler hides it. */
function ownFile(): string {
  const { url } = import.meta;
  if (typeof url === 'string') return url;
  return typeof __filename === 'string' ? __filename : 'file:///';
}
