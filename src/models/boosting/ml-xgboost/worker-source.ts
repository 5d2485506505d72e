/**
 * The whole source of the thread that holds ml-xgboost. It has its own thread because the module installs a
 * process-wide `uncaughtException` handler, and because an overflow of its WebAssembly heap corrupts it
 * permanently; the thread is then discarded. Messages: `train`, `predict`, `load`, `free`; each is answered
 * once, in order.
 */
export const WORKER_SOURCE = `
const { createRequire } = require('node:module');
const { parentPort, workerData } = require('node:worker_threads');
const models = new Map();
let nextModel = 1;
let library;

async function load() {
  library ??= await createRequire(workerData.from)('ml-xgboost');
  return library;
}

// The library uses -1 for missing values.
function rowsOf({ rows, columns }) {
  return Array.from({ length: rows }, (_, i) => columns.map((column) => (Number.isNaN(column[i]) ? -1 : column[i])));
}

function keep(model) {
  models.set(nextModel, model);
  return nextModel++;
}

const actions = {
  async train({ features, labels, options }) {
    const XGBoost = await load();
    const model = new XGBoost(options);
    model.train(rowsOf(features), Array.from(labels));
    const saved = model.toJSON();
    return { id: keep(model), saved: { model: saved.model, options: saved.options } };
  },
  async load({ saved }) {
    const XGBoost = await load();
    return { id: keep(XGBoost.load({ name: 'ml-xgboost', ...saved })) };
  },
  async predict({ id, features }) {
    return Float64Array.from(models.get(id).predict(rowsOf(features)));
  },
  // Freeing twice crashes, so a model is forgotten before it is freed.
  async free({ id }) {
    const model = models.get(id);
    models.delete(id);
    if (model) model.free();
  },
};

let queue = Promise.resolve();
parentPort.on('message', ({ id, action, payload }) => {
  queue = queue.then(async () => {
    try {
      parentPort.postMessage({ id, value: await actions[action](payload) });
    } catch (error) {
      parentPort.postMessage({ id, error: { message: String(error?.message ?? error), code: error?.code } });
    }
  });
});
`;
