/**
 * Training and prediction against native XGBoost and ml-xgboost, interleaved fresh processes on one thread:
 * `tsx benchmarks/boosting/speed.ts [--rows 730,7300] [--runs 3] [--calendar 0] [--library] [--json FILE]`.
 * `--clock cpu` measures processor time instead of wall time, for machines that are busy with other things.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { BoosterParams } from '../../src/models/boosting/engine/index.js';
import { median, type Row, report } from '../report.js';
import { generateData } from './data.js';
import { findNativePython, NativeExchange } from './native.js';

const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', default: '730,7300,73000' },
    runs: { type: 'string', default: '3' },
    calendar: { type: 'string', default: '0' },
    cases: { type: 'string', default: 'squared,squared-weights,poisson' },
    clock: { type: 'string', default: 'wall' },
    library: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const SEED = 5;
const PARAMS: Partial<BoosterParams> = { rounds: 100, maxDepth: 6, learningRate: 0.1, baseScore: 0.5 };
const WORKER = fileURLToPath(new URL('./speed-worker.ts', import.meta.url));

interface OurResult {
  readonly train: number[];
  readonly predict: number[];
  readonly rowMicroseconds: number[];
  readonly peakMegabytes: number;
  readonly heldMegabytes: number;
}

function inFreshProcess(engine: string, rows: number, name: string, repeat: number): OurResult {
  const request = {
    engine,
    rows,
    seed: SEED,
    calendarFeatures: Number(flags.calendar),
    weighted: name.endsWith('-weights'),
    params: { ...PARAMS, objective: name.replace('-weights', '') },
    repeat,
    clock: flags.clock,
  };
  const result = spawnSync(process.execPath, [...process.execArgv, WORKER, JSON.stringify(request)], {
    encoding: 'utf8',
  });
  const line = result.stdout.split('\n').find((text) => text.startsWith('RESULT '));
  if (!line) throw new Error(`${engine} failed: ${result.stderr.slice(0, 1000)}`);
  return JSON.parse(line.slice(7));
}

function nativeRun(exchange: NativeExchange, rows: number, name: string, repeat: number) {
  const objective = name.startsWith('poisson') ? { objective: 'count:poisson' } : {};
  const [result] = exchange.run([
    {
      name,
      clock: flags.clock,
      columns: 15,
      features: exchange.path(`${rows}.x`),
      labels: exchange.path(`${rows}.${name.startsWith('poisson') ? 'counts' : 'labels'}`),
      ...(name.endsWith('-weights') ? { weights: exchange.path(`${rows}.weights`) } : {}),
      params: { max_depth: 6, eta: 0.1, base_score: 0.5, ...objective },
      rounds: 100,
      repeat,
      test: exchange.path('test.x'),
      predictRepeat: 15,
      predictions: exchange.path('native.p'),
    },
  ]);
  return result;
}

function writeInputs(exchange: NativeExchange, rows: number): void {
  const shape = { calendarFeatures: Number(flags.calendar), missingShare: 0 };
  const data = generateData(rows, SEED, shape);
  exchange.writeMatrix(`${rows}.x`, data.features);
  exchange.writeFloats(`${rows}.labels`, data.labels);
  exchange.writeFloats(`${rows}.counts`, data.counts);
  exchange.writeFloats(
    `${rows}.weights`,
    data.labels.map((_, i) => 0.5 + (i % 10) / 10),
  );
  exchange.writeMatrix('test.x', generateData(10_000, SEED + 1, shape).features);
}

function compare(exchange: NativeExchange | undefined, rows: number, name: string): Row[] {
  const repeat = rows > 100_000 ? 2 : rows > 10_000 ? 3 : 6;
  const ours: OurResult[] = [];
  const native: { train: readonly number[]; predict: readonly number[] }[] = [];
  const library: number[] = [];
  for (let run = 0; run < Number(flags.runs); run++) {
    ours.push(inFreshProcess('native-ts', rows, name, repeat));
    if (exchange) {
      const { train = [], predict = [] } = nativeRun(exchange, rows, name, repeat);
      native.push({ train, predict });
    }
    if (flags.library && name === 'squared' && rows * 16 < 1_200_000) {
      library.push(median(inFreshProcess('ml-xgboost', rows, name, 2).train));
    }
  }
  // The first training of a process warms up the compiler and is reported separately.
  const warm = median(ours.map((run) => median(run.train.slice(1))));
  const first = median(ours.map((run) => run.train[0]));
  const predict = median(ours.map((run) => median(run.predict)));
  const row = (metric: string, value: number, method = 'native-ts'): Row => ({
    case: `${name}, ${rows} rows`,
    method,
    metric,
    value,
  });
  const result = [
    row('train_ms', warm),
    row('first_train_ratio_vs_warm', first / warm),
    row('predict_10000_ms', predict),
    row('predict_row_microseconds', median(ours.map((run) => median(run.rowMicroseconds)))),
    row('peak_megabytes_above_input', median(ours.map((run) => run.peakMegabytes))),
  ];
  if (native.length > 0) {
    const nativeTrain = median(native.map((run) => median(run.train.slice(1))));
    const nativePredict = median(native.map((run) => median(run.predict)));
    result.push(
      row('train_ms', nativeTrain, 'xgboost hist'),
      row('predict_10000_ms', nativePredict, 'xgboost hist'),
      row('train_ratio_vs_native', warm / nativeTrain),
      row('predict_ratio_vs_native', predict / nativePredict),
    );
  }
  if (library.length > 0) {
    result.push(row('train_ms', median(library), 'ml-xgboost hist'));
    result.push(row('train_speedup_vs_ml_xgboost', median(library) / warm));
  }
  return result;
}

const python = findNativePython();
if (!python) console.log('There is no Python with XGBoost: only our own times follow');
const exchange = python && new NativeExchange(python.command);
try {
  const rows = flags.rows.split(',').flatMap((count) => {
    if (exchange) writeInputs(exchange, Number(count));
    return flags.cases.split(',').flatMap((name) => compare(exchange, Number(count), name));
  });
  report(rows, flags.json);
} finally {
  exchange?.remove();
}
