import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ForecastError } from '../errors.js';
import {
  adaptiveEnsemble,
  backtest,
  buildPanel,
  createForecaster,
  type DataFinding,
  type ForecastModel,
  forecastCsv,
  formatLeaderboard,
  type LongCallOptions,
  lastDay,
  leaderboard,
  seasonalNaive,
  structural,
  weekdayMean,
  xgboostProphetBlend,
} from '../index.js';
import { collectResults, type ForecastResults } from '../report/forecast-results.js';
import { alertsCsv, alertsReport } from './alerts-report.js';
import { type CliOptions, type ModelName, parseArguments, type TableOptions } from './arguments.js';
import { consoleReport } from './console-report.js';
import { forecastTableReport } from './forecast-table.js';
import { HELP } from './help.js';
import { inspectReport } from './inspect-report.js';
import { demoScenario, readPlanFile } from './plan-input.js';
import { ProgressLine, type ProgressOutput } from './progress.js';
import { resultsCsv } from './results-csv.js';
import { type InputContext, inspectFile, openSales } from './sales-input.js';
import { readStockFile } from './stock-input.js';
import { stockCsv, stockReport } from './stock-report.js';

/** Input and outputs of a command, and the signal that stops it. */
export interface CliContext {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: ProgressOutput;
  readonly signal?: AbortSignal;
}

const MODELS: Readonly<Record<ModelName, () => ForecastModel>> = {
  adaptive: () => adaptiveEnsemble(),
  fast: () => adaptiveEnsemble({ effort: 'fast' }),
  structural: () => structural(),
  blend: () => xgboostProphetBlend(),
};
const BACKTEST_HORIZON = 28;

/**
 * Runs a command line. Returns the results of a forecast.
 *
 * @throws ForecastError for anything that goes wrong.
 */
export async function runCli(
  args: readonly string[],
  context: CliContext,
): Promise<ForecastResults | undefined> {
  const options = parseArguments(args);
  if (!options) {
    context.stdout.write(HELP);
    return undefined;
  }
  const progress = new ProgressLine(context.stderr);
  const call: InputContext = { stdin: context.stdin, signal: context.signal, onProgress: progress.report };
  try {
    if (options.command === 'inspect') await inspect(options, context, call);
    else if (options.command === 'stock') await planStock(options, context, call, progress);
    else if (options.command === 'alerts') await watch(options, context, call, progress);
    else if (options.table) await tabulate(options, options.table, context, call, progress);
    else if (options.command === 'backtest') await runBacktest(options, context, call, progress);
    else return await forecast(options, context, call, progress);
    return undefined;
  } finally {
    progress.finish();
  }
}

async function inspect(options: CliOptions, { stdout }: CliContext, call: InputContext): Promise<void> {
  const inspection = await inspectFile(options, call);
  stdout.write(inspectReport(inspection));
  await saveAll([[options.json, () => `${JSON.stringify(inspection, null, 2)}\n`]], stdout);
}

/** Reads the sales and the plan. */
async function load(options: CliOptions, call: InputContext) {
  const input = await openSales(options, call);
  const { signal, onProgress } = call;
  const forecaster = createForecaster({
    model: MODELS[options.model](),
    panel: input.panel,
    events: input.events,
    seed: options.seed,
  });
  const plan = options.plan && (await readPlanFile(options.plan, '--plan', options, call));
  const scenario = options.whatIf && (await readPlanFile(options.whatIf, '--what-if', options, call));
  const stock = options.stock.file && (await readStockFile(options.stock.file, options, call));
  const ingest = await forecaster.ingest(input.records, { signal, onProgress });
  if (ingest.accepted === 0) throw nothingAccepted(ingest.rows, ingest.findings);
  if (plan) await forecaster.plan(plan.records);
  return { input, forecaster, plan, scenario, stock, ingest };
}

/** Reads the sales and the plan, and trains. */
async function train(options: CliOptions, call: InputContext) {
  const { signal, onProgress } = call;
  const loaded = await load(options, call);
  return { ...loaded, training: await loaded.forecaster.train({ signal, onProgress }) };
}

async function watch(
  options: CliOptions,
  { stdout }: CliContext,
  call: InputContext,
  progress: ProgressLine,
): Promise<void> {
  const { forecaster } = await load(options, call);
  const { days, category, limit, json, csv } = options;
  const { signal, onProgress } = call;
  const alerts = await forecaster.alerts({ days, category, signal, onProgress });
  progress.finish();
  stdout.write(`\n${alertsReport(alerts, limit)}\n\n`);
  await saveAll(
    [
      [json, () => `${JSON.stringify(alerts, null, 2)}\n`],
      [csv, () => alertsCsv(alerts)],
    ],
    stdout,
  );
}

async function tabulate(
  options: CliOptions,
  table: TableOptions,
  { stdout }: CliContext,
  call: InputContext,
  progress: ProgressLine,
): Promise<void> {
  const { forecaster } = await train(options, call);
  const { category, limit, json, csv } = options;
  const forecast = await forecaster.forecast({ ...table, category, signal: call.signal });
  progress.finish();
  stdout.write(`\n${forecastTableReport(forecast, limit)}\n\n`);
  await saveAll(
    [
      [json, () => `${JSON.stringify(forecast, null, 2)}\n`],
      [csv, () => forecastCsv(forecast)],
    ],
    stdout,
  );
}

async function planStock(
  options: CliOptions,
  { stdout }: CliContext,
  call: InputContext,
  progress: ProgressLine,
): Promise<void> {
  const { forecaster, input, stock } = await train(options, call);
  const { file: _file, ...terms } = options.stock;
  const { category } = options;
  const records = stock ? stock.records : [];
  const plan = await forecaster.stockPlan({ ...terms, category, stock: records, signal: call.signal });
  progress.finish();
  const problems = stock ? stock.problems.map((problem) => `  ! ${problem}\n`) : [];
  stdout.write(`\n${stockReport(plan, options.limit)}\n${problems.join('')}\n`);
  await saveAll(
    [
      [options.html, async () => (await import('../report/stock-page.js')).stockPage(plan, input.title)],
      [options.json, () => `${JSON.stringify(plan, null, 2)}\n`],
      [options.csv, () => stockCsv(plan)],
    ],
    stdout,
  );
}

async function forecast(
  options: CliOptions,
  { stdout }: CliContext,
  call: InputContext,
  progress: ProgressLine,
): Promise<ForecastResults> {
  const { input, forecaster, plan, scenario, ingest, training } = await train(options, call);
  const { period: timePeriod, limit, category } = options;
  const demo = options.files.length === 0 && (await demoScenario(forecaster, input.generated ?? [], options));
  const whatIf = scenario ? scenario.records : demo || undefined;
  const query = { timePeriod, limit, category, whatIf, alerts: options.html !== undefined };
  const files = [
    ...(plan ? [`plan: ${plan.summary}`] : []),
    ...(scenario ? [`what if: ${scenario.summary}`] : []),
  ];
  const source = { ...input, source: [input.source, ...files].join('; ') };
  const results = await collectResults(forecaster, source, ingest, training, query);
  progress.finish();
  stdout.write(`\n${consoleReport(results)}\n\n`);
  await saveAll(
    [
      [options.html, async () => (await import('../report/page.js')).htmlReport(results)],
      [options.json, () => `${JSON.stringify(results, null, 2)}\n`],
      [options.csv, () => resultsCsv(results)],
    ],
    stdout,
  );
  return results;
}

async function runBacktest(
  options: CliOptions,
  { stdout }: CliContext,
  call: InputContext,
  progress: ProgressLine,
): Promise<void> {
  const input = await openSales(options, call);
  const long: LongCallOptions = { signal: call.signal, onProgress: call.onProgress };
  const { panel } = await buildPanel(input.records, { ...input.panel, ...long });
  const models = [MODELS[options.model](), seasonalNaive({ season: 7 }), weekdayMean({ weeks: 4 })];
  const { origins, seed } = options;
  const firstDay = panel.firstDay.reduce((first, day) => Math.min(first, day));
  const events = input.events(firstDay, lastDay(panel));
  const result = await backtest(panel, models, {
    horizon: BACKTEST_HORIZON,
    origins,
    levels: [0.8],
    seed,
    covariates: { events },
    ...long,
  });
  progress.finish();
  const entries = leaderboard(result);
  stdout.write(
    `\nForecasts of the last ${origins} x ${BACKTEST_HORIZON} days, each from the days before:\n\n${formatLeaderboard(entries)}\n`,
  );
  await saveAll(
    [
      [
        options.html,
        async () => (await import('../report/backtest-page.js')).backtestPage(result, input.title),
      ],
      [options.json, () => `${JSON.stringify(entries, null, 2)}\n`],
    ],
    stdout,
  );
}

/** The error for data without usable rows, with the commonest finding as hint. */
function nothingAccepted(rows: number, findings: readonly DataFinding[]): ForecastError {
  const [finding] = [...findings].sort((a, b) => b.count - a.count);
  const example = finding?.examples[0];
  const where = example ? ` For example ${example.path.join(' ')}: ${example.message}.` : '';
  const format = finding?.code === 'invalid-date' ? ' Give the format of the dates with --date-format.' : '';
  return new ForecastError('empty-data', `None of the ${rows} rows can be used`, {
    path: ['file'],
    hint: finding ? `${finding.message}.${where}${format}` : 'The file has no rows.',
  });
}

type Output = readonly [path: string | undefined, make: () => string | Promise<string>];

async function saveAll(outputs: readonly Output[], stdout: CliContext['stdout']): Promise<void> {
  for (const [path, make] of outputs) {
    if (path === undefined) continue;
    const target = resolve(path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, await make());
    stdout.write(`Written: ${target}\n`);
  }
}
