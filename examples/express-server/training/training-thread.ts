import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { type DailySale, ForecastError, type SalesStorage, type SalesSummary } from 'commerce-forecast';
import type { FromTraining, ToTraining, TrainingOrder } from './messages.js';
import { createModel } from './model-factory.js';
import { trainHere } from './train-here.js';

const server = parentPort ?? fail('There is no server: the file is run as a worker thread');

/** The sales of the server, which sends them in chunks as they are asked for. */
const remoteStorage: SalesStorage = {
  specificationVersion: 'v1',
  name: 'remote',
  async summary(): Promise<SalesSummary> {
    const answer = await ask({ kind: 'ask-summary' });
    if (answer.kind !== 'summary') throw new Error(`Expected a summary, got ${answer.kind}`);
    return answer.summary;
  },
  async *read(): AsyncGenerator<readonly DailySale[]> {
    for (;;) {
      const answer = await ask({ kind: 'ask-rows' });
      if (answer.kind !== 'rows') throw new Error(`Expected rows, got ${answer.kind}`);
      if (answer.rows === undefined) return;
      yield answer.rows;
    }
  },
  write: readOnly,
  deliveries: readOnly,
  undo: readOnly,
  delete: readOnly,
  removals: readOnly,
  deleteBefore: readOnly,
  async close() {},
};

function fail(message: string): never {
  throw new Error(message);
}

async function readOnly(): Promise<never> {
  throw new ForecastError('invalid-option', 'A training does not change sales');
}

async function ask(question: FromTraining): Promise<ToTraining> {
  const answer = once(server, 'message');
  server.postMessage(question);
  return (await answer)[0];
}

function tell(message: FromTraining, transfer: ArrayBuffer[] = []): void {
  server.postMessage(message, transfer);
}

async function train({ model: name, country, plan }: TrainingOrder): Promise<void> {
  const work = trainHere({ storage: remoteStorage, name, model: createModel(name), country });
  const trained = await work({ plan, onProgress: (progress) => tell({ kind: 'progress', progress }) });
  const buffers = [trained.snapshot, trained.fitted].flatMap((bytes) => (bytes ? [bytes.buffer] : []));
  tell({ kind: 'trained', ...trained }, buffers);
}

try {
  await train(workerData.order as TrainingOrder);
} catch (error) {
  const { code = 'engine-failed', message } = error as Partial<ForecastError> & Error;
  tell({ kind: 'failed', code, message });
}
