import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createForecastCache, xgboostProphetBlend } from 'commerce-forecast';
import { readSalesCsv } from 'commerce-forecast/csv';
import { createIndicatorLoader, fredIndicators } from 'commerce-forecast/indicators';
import { COLLECTION_JOB, fanOut, TRAINING_JOB } from 'commerce-forecast/jobs';
import pg from 'pg';
import { readConfig } from './config.js';
import { openQueue } from './open-queue.js';
import { openInstallation } from './operations/installation.js';
import { runOperations } from './operations/run-operations.js';

/**
 * Runs the daily and weekly schedule: `DATABASE_URL=postgres://... SALES=/data/sales npx tsx scheduler.ts`. The sales of a day
 * are `SALES/YYYY-MM-DD.csv`. With `FRED_API_KEY` the model learns from GDP, inflation and consumer confidence; with
 * `FAN_OUT=1` its training is spread over the workers. `--now` does both jobs at once.
 *
 * Any number of processes may run it: each job is done once.
 */
const { env } = process;
const config = readConfig(env);
const { runner, artifacts, close } = openQueue(config);
const pool = new pg.Pool({ connectionString: env['DATABASE_URL'] });
const key = env['FRED_API_KEY'];
const indicators = key
  ? createIndicatorLoader({
      sources: [fredIndicators({ apiKey: key })],
      cache: createForecastCache(),
      onWarning: (warning) => console.warn(JSON.stringify(warning)),
    })
  : undefined;

const installation = await openInstallation({ pool, schema: env['DATABASE_SCHEMA'] }, config.artifacts);
await runOperations(runner, installation, {
  indicators,
  model: env['FAN_OUT'] === '1' ? fanOut({ model: xgboostProphetBlend(), runner, artifacts }) : undefined,
  codeVersion: env['CODE_VERSION'],
  now: Date.now,
  sales(day) {
    const file = join(env['SALES'] ?? './sales', `${day}.csv`);
    if (!existsSync(file)) throw new Error(`The sales of ${day} are not there yet: ${file}`);
    return readSalesCsv(createReadStream(file));
  },
  onReport({ metrics }, raised) {
    for (const metric of metrics) console.log(JSON.stringify({ level: 'info', ...metric }));
    for (const event of raised) console.log(JSON.stringify({ level: 'warn', ...event }));
  },
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void close().then(() => pool.end()));
}
console.log('ready');

if (process.argv.includes('--now')) {
  for (const job of [COLLECTION_JOB, TRAINING_JOB]) {
    const { id } = await runner.enqueue(job, null);
    console.log(JSON.stringify({ job, result: await runner.result(job, id) }));
  }
}
