import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import {
  createForecaster,
  createPlanBook,
  type DailySale,
  ForecastError,
  MemoryDocumentStore,
  type SalesStorage,
  type SalesSummary,
  snapshotToJson,
} from 'commerce-forecast';
import { countryHolidays } from 'commerce-forecast/holidays';
import { metricsOf } from '../rollout/version-metrics.js';
import type { FromTraining, ToTraining, TrainingOrder } from './messages.js';
import { createModel } from './model-factory.js';

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
  const documents = new MemoryDocumentStore();
  if (plan !== undefined) await documents.compareAndSet('plan', 0, plan);
  const forecaster = createForecaster({
    storage: remoteStorage,
    plans: createPlanBook(documents, 'plan'),
    model: createModel(name),
    events: country === undefined ? [] : await countryHolidays(country),
  });
  const { lineage, validation } = await forecaster.train({
    onProgress: (progress) => tell({ kind: 'progress', progress }),
  });
  const trained = forecaster.snapshot() ?? fail('A training ended without a snapshot');
  const model = forecaster.fittedModel() ?? fail('A training ended without a model');
  const snapshot = new TextEncoder().encode(JSON.stringify(snapshotToJson(trained)));
  const fitted = new TextEncoder().encode(JSON.stringify(model.toJSON()));
  tell({ kind: 'trained', snapshot, lineage, metrics: metricsOf(validation), fitted, model: name }, [
    snapshot.buffer,
    fitted.buffer,
  ]);
}

try {
  await train(workerData.order as TrainingOrder);
} catch (error) {
  const { code = 'engine-failed', message } = error as Partial<ForecastError> & Error;
  tell({ kind: 'failed', code, message });
}
