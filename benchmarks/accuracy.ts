import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dataMetrics, type Metrics } from './accuracy/case-metrics.js';
import { type AccuracyCase, CASE_NAMES, type CaseName, loadCase, WINDOWS } from './accuracy/cases.js';
import { caseCovariates, richCovariates } from './accuracy/covariates.js';
import { everyInput, inputsOfPeers, withKinds } from './accuracy/known-inputs.js';
import { METHODS, NAIVE_METHODS } from './accuracy/methods.js';
import { differences, readPeers } from './accuracy/peers.js';
import { formatCase, formatSpeed } from './accuracy/report.js';
import { runMethod, testWindows } from './accuracy/run-method.js';

/**
 * Accuracy on real data, beside published figures of other tools.
 *
 * npx tsx benchmarks/accuracy.ts --data DIR [--case A,B,C,D] [--methods a,b] [--intervals] [--json FILE]
 *   [--peers FILE] [--windows test|earlier] [--verify-naive]
 *
 * `--windows earlier` scores windows that end before the test windows begin, of which nothing is published. `xgboost_direct` (native XGBoost
 * in Python) runs only when it is named.
 * `--verify-naive` fails if the naive methods do not give the published figures: the check of data, cutoffs and metrics.
 */
const { values: flags } = parseArgs({
  options: {
    data: { type: 'string' },
    case: { type: 'string', default: 'A,B,C,D' },
    methods: { type: 'string' },
    intervals: { type: 'boolean', default: false },
    json: { type: 'string' },
    peers: { type: 'string' },
    windows: { type: 'string', default: 'test' },
    'verify-naive': { type: 'boolean', default: false },
  },
});

interface Row {
  readonly case: CaseName;
  readonly method: string;
  readonly metric: string;
  readonly value: number;
}

async function main(dataFolder: string): Promise<void> {
  const peersFile = flags.peers ?? join(dataFolder, '..', 'peers.csv');
  const windows = WINDOWS.find((known) => known === flags.windows);
  if (!windows) throw new Error(`There are no windows "${flags.windows}": ${WINDOWS.join(', ')}`);
  const rows: Row[] = [];
  const failures: string[] = [];
  for (const name of parseCases(flags.case)) {
    const data = loadCase(name, dataFolder, windows);
    const peers =
      windows === 'test' && existsSync(peersFile) ? readPeers(peersFile, name) : new Map<string, Metrics>();
    const ours = flags['verify-naive']
      ? await verifyNaive(data, peers, failures)
      : await runCase(data, dataFolder);
    for (const [method, metrics] of ours) {
      for (const [metric, value] of Object.entries(metrics)) rows.push({ case: name, method, metric, value });
    }
    console.log(`\nCase ${name}: ${data.panel.seriesCount} series, horizon ${data.horizon}`);
    console.log(formatCase(ours, flags['verify-naive'] ? new Map() : peers));
    console.log(formatSpeed(ours, peers));
  }
  if (flags.json) writeFileSync(flags.json, JSON.stringify(rows, null, 1));
  if (failures.length > 0) {
    console.error(failures.join('\n'));
    process.exitCode = 1;
  }
}

async function runCase(data: AccuracyCase, dataFolder: string): Promise<Map<string, Metrics>> {
  const wanted = flags.methods?.split(',');
  const unknown = wanted?.find((name) => METHODS.every((method) => method.name !== name));
  if (unknown)
    throw new Error(`There is no method "${unknown}": ${METHODS.map((method) => method.name).join(', ')}`);
  const covariates = await caseCovariates(data, dataFolder);
  const rich = await richCovariates(data, dataFolder);
  const all = await everyInput(data, dataFolder);
  const inputs = { none: withKinds(all, []), peers: inputsOfPeers(all, data), all };
  const ours = new Map<string, Metrics>();
  const nothing = data.cutoffs.map(() => new Float64Array(data.panel.seriesCount * data.horizon));
  ours.set('_data', dataMetrics(data, testWindows(data, nothing)));
  for (const method of METHODS) {
    const named = wanted?.includes(method.name) ?? !method.onRequest;
    if (!named || !method.cases.includes(data.name)) continue;
    const known = method.known && inputs[method.known];
    const given = known?.covariates ?? (method.rich ? rich : covariates);
    ours.set(method.name, await runMethod(data, method, given, flags.intervals, known?.panel));
  }
  return ours;
}

async function verifyNaive(
  data: AccuracyCase,
  peers: ReadonlyMap<string, Metrics>,
  failures: string[],
): Promise<Map<string, Metrics>> {
  const ours = new Map<string, Metrics>();
  for (const method of NAIVE_METHODS) {
    if (!method.cases.includes(data.name)) continue;
    const metrics = await runMethod(data, method, {});
    ours.set(method.name, metrics);
    const published = peers.get(method.name);
    const wrong = published ? differences(metrics, published) : ['nothing is published'];
    failures.push(...wrong.map((line) => `${data.name} ${method.name}: ${line}`));
    console.log(
      `${data.name} ${method.name}: ${wrong.length} of ${Object.keys(metrics).length - 1} metrics differ`,
    );
  }
  return ours;
}

function parseCases(text: string): CaseName[] {
  return text.split(',').map((part) => {
    const name = CASE_NAMES.find((known) => known === part);
    if (!name) throw new Error(`There is no case "${part}": ${CASE_NAMES.join(', ')}`);
    return name;
  });
}

if (flags.data === undefined || !existsSync(flags.data)) {
  console.log('Skipped: pass the folder of the data sets with --data.');
} else {
  await main(flags.data);
}
