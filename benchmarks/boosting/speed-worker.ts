/**
 * One process of the speed benchmark: trains `repeat` times on generated data with one engine and prints the
 * milliseconds of each training, of predictions, and the memory above the input. Run by `speed.ts`.
 */
import { createRequire } from 'node:module';
import { type BoosterParams, trainBooster } from '../../src/models/boosting/engine/index.js';
import { generateData } from './data.js';

const request = JSON.parse(process.argv[2]) as {
  engine: 'native-ts' | 'ml-xgboost';
  rows: number;
  seed: number;
  calendarFeatures: number;
  weighted: boolean;
  params: Partial<BoosterParams>;
  repeat: number;
  clock: 'wall' | 'cpu';
};

const data = generateData(request.rows, request.seed, {
  calendarFeatures: request.calendarFeatures,
  missingShare: 0,
});
const { features } = data;
const labels = request.params.objective === 'poisson' ? data.counts : data.labels;
const weights = request.weighted ? labels.map((_, i) => 0.5 + (i % 10) / 10) : undefined;

/** Milliseconds by the wall clock, or of the processor, all threads of this process together. */
function clock(): number {
  if (request.clock === 'wall') return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function timed<T>(action: () => T): { milliseconds: number; value: T } {
  const start = clock();
  const value = action();
  return { milliseconds: clock() - start, value };
}

async function libraryTimes(): Promise<number[]> {
  const XGBoost = await createRequire(import.meta.url)('ml-xgboost');
  const rows = Array.from({ length: request.rows }, (_, i) => features.columns.map((column) => column[i]));
  const values = Array.from(labels);
  const { rounds, maxDepth, learningRate } = request.params;
  const options = {
    objective: 'reg:linear',
    tree_method: 'hist',
    max_depth: maxDepth,
    eta: learningRate,
    subsample: 1,
    silent: 1,
    iterations: rounds,
  };
  return Array.from({ length: request.repeat }, () => {
    const model = new XGBoost(options);
    const { milliseconds } = timed(() => model.train(rows, values));
    model.free();
    return milliseconds;
  });
}

function ourTimes() {
  const train: number[] = [];
  const before = process.memoryUsage();
  const first = timed(() => trainBooster({ features, labels, weights }, request.params));
  const after = process.memoryUsage();
  train.push(first.milliseconds);
  for (let i = 1; i < request.repeat; i++) {
    train.push(timed(() => trainBooster({ features, labels, weights }, request.params)).milliseconds);
  }
  const booster = first.value;
  const sample = generateData(10_000, request.seed + 1, {
    calendarFeatures: request.calendarFeatures,
    missingShare: 0,
  });
  const predict = Array.from(
    { length: 15 },
    () => timed(() => booster.predict(sample.features)).milliseconds,
  );
  const row = sample.features.columns.map((column) => column[0]);
  let sum = 0;
  const rowTimes = Array.from({ length: 15 }, () => {
    const { milliseconds } = timed(() => {
      for (let i = 0; i < 2000; i++) sum += booster.predictRow(row);
    });
    return (milliseconds / 2000) * 1000;
  });
  const peak = process.resourceUsage().maxRSS / 1024;
  return {
    train,
    predict,
    rowMicroseconds: rowTimes,
    peakMegabytes: peak - before.rss / 2 ** 20,
    heldMegabytes: (after.rss - before.rss) / 2 ** 20,
    checksum: sum,
  };
}

const result = request.engine === 'native-ts' ? ourTimes() : { train: await libraryTimes() };
console.log(`RESULT ${JSON.stringify(result)}`);
