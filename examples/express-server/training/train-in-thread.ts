import { Worker } from 'node:worker_threads';
import {
  type DailySale,
  ForecastError,
  type ForecastErrorCode,
  type Progress,
  type SalesStorage,
} from 'commerce-forecast';
import type { FromTraining, ToTraining, Trained, Trainer, TrainingOrder } from './messages.js';

/** The sources are TypeScript under tsx, which a thread does not inherit. */
const START = `
const { workerData } = require('node:worker_threads');
const ready = workerData.module.endsWith('.ts') ? import('tsx/esm/api').then((tsx) => tsx.register()) : Promise.resolve();
ready.then(() => import(workerData.module));`;

const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const THREAD = new URL(`./training-thread${EXTENSION}`, import.meta.url).href;

/**
 * Trains on the sales of a storage in a thread of its own, so that requests are answered meanwhile. Rejects with what the
 * training threw, with `aborted`, or with `engine-failed` if the thread died.
 */
export function trainInThread({
  storage,
  ...settings
}: Omit<TrainingOrder, 'plan'> & { readonly storage: SalesStorage }): Trainer {
  return ({ plan, signal = new AbortController().signal, onProgress }) =>
    runThread(storage, { ...settings, plan }, signal, onProgress);
}

function runThread(
  storage: SalesStorage,
  order: TrainingOrder,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<Trained> {
  const worker = new Worker(START, { eval: true, execArgv: [], workerData: { module: THREAD, order } });
  const reading = new AbortController();
  return new Promise<Trained>((resolve, reject) => {
    const fail = (code: ForecastErrorCode, message: string, cause?: unknown) =>
      reject(new ForecastError(code, message, { cause }));
    const serve = serveSales(storage, reading.signal, (answer: ToTraining) => worker.postMessage(answer));
    signal.addEventListener('abort', () => fail('aborted', 'The training was aborted', signal.reason), {
      once: true,
    });
    if (signal.aborted) fail('aborted', 'The training was aborted', signal.reason);
    worker.on('error', (error) => fail('engine-failed', 'The training thread died', error));
    worker.on('exit', () => fail('engine-failed', 'The training thread ended without a result'));
    worker.on('message', (message: FromTraining) => {
      if (message.kind === 'trained') resolve(message);
      else if (message.kind === 'failed') fail(message.code as ForecastErrorCode, message.message);
      else if (message.kind === 'progress') onProgress(message.progress);
      else serve(message.kind).catch(reject);
    });
  }).finally(async () => {
    reading.abort();
    await worker.terminate();
  });
}

/** Answers the thread's questions; the next chunk of rows is read when it is asked for. */
function serveSales(storage: SalesStorage, signal: AbortSignal, answer: (message: ToTraining) => void) {
  let rows: AsyncIterator<readonly DailySale[]> | undefined;
  return async (question: 'ask-summary' | 'ask-rows'): Promise<void> => {
    if (question === 'ask-summary') {
      answer({ kind: 'summary', summary: await storage.summary() });
      return;
    }
    rows ??= storage.read({ signal })[Symbol.asyncIterator]();
    const step = await rows.next();
    answer({ kind: 'rows', rows: step.done ? undefined : step.value });
  };
}
