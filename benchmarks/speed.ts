/**
 * Times the stages from records to answers, and the native engine against ml-xgboost on the same rows in the same
 * run. Peers of the boosting engine and of the seasonal-trend model have benchmarks of their own.
 *
 *   npm run bench:speed -- --products 1000 --days 730 --peer-rows 7300 --runs 3 --json speed.json
 */
import { parseArgs } from 'node:util';
import {
  adaptiveEnsemble,
  buildPanel,
  computeFeatures,
  createForecaster,
  type FeatureMatrix,
  type Panel,
  recursiveBoosting,
  seasonalTrend,
  snapshotToJson,
} from 'commerce-forecast';
import { type BoostingEngine, nativeEngine } from 'commerce-forecast/boosting';
import { createMlXGBoostEngine } from 'commerce-forecast/ml-xgboost';
import { generatePanel } from 'commerce-forecast/testing';
import { threadedEnsemble } from 'commerce-forecast/workers';
import { recordsOf } from './panel-records.js';
import { median, type Row, report } from './report.js';

const { values: flags } = parseArgs({
  options: {
    products: { type: 'string', default: '1000' },
    days: { type: 'string', default: '730' },
    'peer-rows': { type: 'string', default: '7300' },
    runs: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
});
const products = Number(flags.products);
const days = Number(flags.days);
const runs = Number(flags.runs);
const PARAMS = { rounds: 100, maxDepth: 6, learningRate: 0.1 };
const rows: Row[] = [];

/** Median wall-clock seconds of the runs; the first, which warms up, counts only if it is the only one. */
async function seconds(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const start = performance.now();
    await work();
    times.push((performance.now() - start) / 1000);
  }
  return median(times.slice(1));
}

function add(method: string, metric: string, value: number): void {
  rows.push({ case: `${products}x${days}`, method, metric, value });
}

async function timeStages(panel: Panel): Promise<void> {
  const records = [...recordsOf(panel)];
  add('panel', 'seconds', await seconds(() => buildPanel(records)));
  add('features', 'seconds', await seconds(() => computeFeatures(panel)));
  for (const [name, model] of [
    ['xgboost', recursiveBoosting({ intervalDays: 0 })],
    ['seasonal-trend', seasonalTrend()],
  ] as const) {
    const fitted = await model.fit(panel);
    add(name, 'fit_seconds', await seconds(() => model.fit(panel)));
    // A fitted model keeps its longest forecast, so each run takes a fresh copy.
    const data = fitted.toJSON();
    const year = () => model.load(data).forecast({ horizon: 365, levels: [0.8] });
    add(name, 'load_and_forecast_365_seconds', await seconds(year));
  }
}

async function timeAnswers(panel: Panel): Promise<void> {
  const forecaster = createForecaster();
  await forecaster.ingest(recordsOf(panel));
  const start = performance.now();
  await forecaster.train();
  add('forecaster', 'train_seconds', (performance.now() - start) / 1000);
  const fast = createForecaster({ model: adaptiveEnsemble({ effort: 'fast' }), storage: forecaster.storage });
  const fastStart = performance.now();
  await fast.train();
  add('forecaster, fast', 'train_seconds', (performance.now() - fastStart) / 1000);
  const threaded = createForecaster({ model: threadedEnsemble(), storage: forecaster.storage });
  const threadedStart = performance.now();
  await threaded.train();
  add('forecaster, two threads', 'train_seconds', (performance.now() - threadedStart) / 1000);
  const snapshot = forecaster.snapshot();
  if (!snapshot) throw new Error('There is no snapshot after a training');
  add('snapshot', 'json_bytes', JSON.stringify(snapshotToJson(snapshot)).length);
  const [category] = snapshot.categories;
  const questions = {
    top_products: () => forecaster.topProducts({ timePeriod: 'month' }),
    categories: () => forecaster.categories({ timePeriod: 'month' }),
    trends: () => forecaster.trends(category),
    predict: () => forecaster.predict({ timePeriod: 'month' }),
    all_products_with_quantiles: () =>
      forecaster.topProducts({
        timePeriod: 'month',
        limit: products,
        intervalLevel: 0.95,
        quantiles: [0.1, 0.5, 0.9],
      }),
  };
  for (const [name, ask] of Object.entries(questions)) {
    const cold = async () => {
      await forecaster.cache.clear();
      await ask();
    };
    add(name, 'cold_ms', 1000 * (await seconds(cold)));
    add(name, 'cached_ms', 1000 * (await seconds(ask)));
  }
}

/** Both engines on the same rows, in turns. */
async function compareEngines(panel: Panel, rowCount: number): Promise<void> {
  const all = computeFeatures(panel);
  const step = Math.max(1, Math.floor(all.rows / rowCount));
  const pick = (column: ArrayLike<number>) =>
    Float32Array.from({ length: Math.min(rowCount, all.rows) }, (_, i) => column[i * step]);
  const labels = pick(panel.units).map((units) => (Number.isNaN(units) ? 0 : units));
  const features: FeatureMatrix = { rows: labels.length, columns: all.columns.map(pick) };
  const peer = createMlXGBoostEngine();
  const train = (engine: BoostingEngine) => seconds(() => engine.train({ features, labels }, PARAMS));
  const own = await train(nativeEngine);
  const theirs = await train(peer);
  peer.close();
  const name = `${labels.length} rows x 15`;
  rows.push({ case: name, method: 'native-ts', metric: 'fit_seconds', value: own });
  rows.push({ case: name, method: 'ml-xgboost hist', metric: 'fit_seconds', value: theirs });
  rows.push({ case: name, method: 'native-ts', metric: 'train_speedup_vs_ml_xgboost', value: theirs / own });
}

const panel = generatePanel({ products, days, seed: 1 });
await timeStages(panel);
await timeAnswers(panel);
await compareEngines(panel, Number(flags['peer-rows']));
report(rows, flags.json);
