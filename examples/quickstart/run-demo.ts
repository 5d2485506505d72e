import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { createForecaster, ForecastError, type IngestReport, type LongCallOptions } from 'commerce-forecast';
import { consoleReport } from './console-report.js';
import { collectResults, type DemoResults } from './demo-results.js';
import { HELP, modelOf, parseOptions } from './options.js';
import { ProgressLine, type ProgressOutput } from './progress.js';
import { htmlReport } from './report/page.js';
import { openSales } from './sales-input.js';

/** Where the demo writes to and how it is stopped. */
export interface DemoContext {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: ProgressOutput;
  readonly signal?: AbortSignal;
}

/** Runs the demo with the arguments of a command line. @throws ForecastError for anything that goes wrong. */
export async function runDemo(
  args: readonly string[],
  { stdout, stderr, signal }: DemoContext,
): Promise<DemoResults | undefined> {
  const options = parseOptions(args);
  if (options.help) {
    stdout.write(HELP);
    return undefined;
  }
  const progress = new ProgressLine(stderr);
  const call: LongCallOptions = { signal, onProgress: progress.report };
  try {
    const input = await openSales(options, call);
    const forecaster = createForecaster({
      model: modelOf(options),
      panel: input.panel,
      events: input.events,
      seed: options.seed,
    });
    const ingest = await forecaster.ingest(input.records, call);
    if (ingest.accepted === 0) throw nothingAccepted(ingest);
    const training = await forecaster.train(call);
    const { period: timePeriod, limit, category } = options;
    const query = { timePeriod, limit, category };
    const results = await collectResults(forecaster, input, ingest, training, query);
    progress.finish();
    stdout.write(`\n${consoleReport(results)}\n\n`);
    await save(options.out, htmlReport(results));
    stdout.write(`Report: ${resolve(options.out)}\n`);
    if (options.json !== undefined) {
      await save(options.json, `${JSON.stringify(results, null, 2)}\n`);
      stdout.write(`JSON:   ${resolve(options.json)}\n`);
    }
    return results;
  } finally {
    progress.finish();
  }
}

function nothingAccepted({ rows, findings: [finding] }: IngestReport): ForecastError {
  const example = finding?.examples[0];
  const where = example ? ` For example ${example.path.join(' ')}: ${example.message}.` : '';
  const format = finding?.code === 'invalid-date' ? ' Give the form of the dates with --date-format.' : '';
  return new ForecastError('empty-data', `None of the ${rows} rows can be used`, {
    path: ['--data'],
    hint: finding ? `${finding.message}.${where}${format}` : 'The file has no rows.',
  });
}

async function save(path: string, text: string): Promise<void> {
  await mkdir(dirname(resolve(path)), { recursive: true });
  await writeFile(path, text);
}
