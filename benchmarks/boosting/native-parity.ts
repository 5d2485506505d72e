/**
 * Compares the booster with native XGBoost, live: `tsx benchmarks/boosting/native-parity.ts [--sets N] [--json FILE]`.
 * Exits with 1 when a bound is broken, with 0 and a word when there is no Python XGBoost.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  type BoosterParams,
  loadXGBoostJson,
  type ObjectiveName,
  saveXGBoostJson,
  saveXGBoostUbjson,
  trainBooster,
} from '../../src/models/boosting/engine/index.js';
import { type Row, report } from '../report.js';
import { type GeneratedData, generateData, sliceRows } from './data.js';
import { findNativePython, NativeExchange } from './native.js';

const { values: flags } = parseArgs({
  options: {
    sets: { type: 'string', default: '10' },
    rows: { type: 'string', default: '6000' },
    json: { type: 'string' },
  },
});
const SETS = Number(flags.sets);
const ROWS = Number(flags.rows);
const ROUNDS = 100;

interface Bounded extends Row {
  readonly bound: number;
}

const COMPARED: readonly {
  objective: ObjectiveName;
  native: Record<string, unknown>;
  ours?: Partial<BoosterParams>;
}[] = [
  { objective: 'squared', native: {} },
  { objective: 'poisson', native: { objective: 'count:poisson' } },
  { objective: 'gamma', native: { objective: 'reg:gamma' } },
  {
    objective: 'tweedie',
    native: { objective: 'reg:tweedie', tweedie_variance_power: 1.3 },
    ours: { tweedieVariancePower: 1.3 },
  },
];

const python = findNativePython();
if (!python) {
  console.log('native parity: skipped, there is no Python with XGBoost (apt-get install python3-xgboost)');
} else {
  const exchange = new NativeExchange(python.command);
  try {
    const rows = [...compareLoading(exchange), ...compareAccuracy(exchange)];
    report(
      rows.map(({ bound: _, ...row }) => row),
      flags.json,
    );
    const broken = rows.filter((row) => !(row.value <= row.bound));
    for (const row of broken) console.error(`${row.case} ${row.metric}: ${row.value} exceeds ${row.bound}`);
    process.exitCode = broken.length > 0 ? 1 : 0;
  } finally {
    exchange.remove();
  }
}

function labelsOf(data: GeneratedData, objective: ObjectiveName): Float32Array {
  if (objective === 'squared') return data.labels;
  return objective === 'gamma' ? data.counts.map((count) => count + 1) : data.counts;
}

/** Our models in native XGBoost, and its models here: 10,000 rows with missing values each. */
function compareLoading(exchange: NativeExchange): Bounded[] {
  const data = generateData(10_000, 99, { calendarFeatures: 6, missingShare: 0.1 });
  const train = sliceRows(data, 0, 3000);
  const columns = data.features.columns.length;
  const features = exchange.writeMatrix('all.x', data.features);
  const trainFeatures = exchange.writeMatrix('train.x', train.features);
  return COMPARED.flatMap(({ objective, native, ours }) => {
    const labels = labelsOf(train, objective);
    const booster = trainBooster(
      { features: train.features, labels },
      { objective, rounds: ROUNDS, ...ours },
    );
    const expected = booster.predict(data.features);
    writeFileSync(exchange.path('ours.json'), saveXGBoostJson(booster));
    writeFileSync(exchange.path('ours.ubj'), saveXGBoostUbjson(booster));
    const common = { columns, features, test: features };
    exchange.run([
      { ...common, name: 'json', model: exchange.path('ours.json'), predictions: exchange.path('json.p') },
      { ...common, name: 'ubj', model: exchange.path('ours.ubj'), predictions: exchange.path('ubj.p') },
      {
        ...common,
        name: 'native',
        features: trainFeatures,
        labels: exchange.writeFloats('train.y', labels),
        params: { eta: 0.1, max_depth: 6, ...native },
        rounds: ROUNDS,
        save: exchange.path('native.json'),
        predictions: exchange.path('native.p'),
      },
    ]);
    const loaded = loadXGBoostJson(exchange.readText('native.json')).predict(data.features);
    const row = (method: string, actual: ArrayLike<number>, other: ArrayLike<number>): Bounded => ({
      case: `${objective}, 10000 rows`,
      method,
      metric: 'largest_relative_difference',
      value: largestDifference(actual, other),
      bound: 1e-6,
    });
    return [
      row('native loads our JSON', exchange.readFloats('json.p'), expected),
      row('native loads our UBJSON', exchange.readFloats('ubj.p'), expected),
      row('we load native JSON', loaded, exchange.readFloats('native.p')),
    ];
  });
}

/** Held-out error of both, averaged over generated data sets; features are continuous, so cuts may differ. */
function compareAccuracy(exchange: NativeExchange): Bounded[] {
  return COMPARED.map(({ objective, native, ours }) => {
    let total = 0;
    for (let set = 0; set < SETS; set++) {
      const data = generateData(ROWS, 1000 + set, { calendarFeatures: 0, missingShare: 0.05 });
      const train = sliceRows(data, 0, (ROWS * 2) / 3);
      const test = sliceRows(data, (ROWS * 2) / 3, ROWS);
      const labels = labelsOf(train, objective);
      const booster = trainBooster(
        { features: train.features, labels },
        { objective, rounds: ROUNDS, baseScore: 0.5, ...ours },
      );
      exchange.run([
        {
          name: 'native',
          columns: train.features.columns.length,
          features: exchange.writeMatrix('train.x', train.features),
          labels: exchange.writeFloats('train.y', labels),
          params: { eta: 0.1, max_depth: 6, base_score: 0.5, ...native },
          rounds: ROUNDS,
          test: exchange.writeMatrix('test.x', test.features),
          predictions: exchange.path('native.p'),
        },
      ]);
      const actual = labelsOf(test, objective);
      const theirs = loss(objective, exchange.readFloats('native.p'), actual);
      total += loss(objective, booster.predict(test.features), actual) / theirs - 1;
    }
    return {
      case: `${objective}, ${SETS} sets`,
      method: 'native-ts',
      metric: objective === 'squared' ? 'mean_excess_rmse' : 'mean_excess_deviance',
      value: total / SETS,
      bound: objective === 'squared' ? 0.005 : 0.01,
    };
  });
}

function loss(objective: ObjectiveName, predictions: ArrayLike<number>, labels: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < labels.length; i++) sum += unitLoss(objective, predictions[i], labels[i]);
  const mean = sum / labels.length;
  return objective === 'squared' ? Math.sqrt(mean) : mean;
}

function unitLoss(objective: ObjectiveName, p: number, y: number): number {
  const power = 1.3;
  switch (objective) {
    case 'poisson':
      return 2 * ((y > 0 ? y * Math.log(y / p) : 0) - y + p);
    case 'gamma':
      return 2 * (Math.log(p / y) + y / p - 1);
    case 'tweedie':
      return (
        2 *
        (y ** (2 - power) / ((1 - power) * (2 - power)) -
          (y * p ** (1 - power)) / (1 - power) +
          p ** (2 - power) / (2 - power))
      );
    default:
      return (p - y) ** 2;
  }
}

function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let worst = actual.length === expected.length ? 0 : Infinity;
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(actual[i] - expected[i]) / Math.max(1e-6, Math.abs(expected[i])));
  }
  return worst;
}
