import { createForecastCache, parseDay } from 'commerce-forecast';
import { createIndicatorLoader, fredIndicators } from 'commerce-forecast/indicators';
import { COLLECTION_JOB, fanOut, TRAINING_JOB } from 'commerce-forecast/jobs';
import { type Logger, pino } from 'pino';
import { composeServer, type TrainerParts } from '../express-server/compose.js';
import { readConfig, type ServerConfig } from '../express-server/config.js';
import { startSchedule } from '../express-server/jobs/schedule.js';
import { createLogger } from '../express-server/logger.js';
import { endInFailure } from '../express-server/tell-failure.js';
import type { Trainer } from '../express-server/training/messages.js';
import { createModel } from '../express-server/training/model-factory.js';
import { trainHere } from '../express-server/training/train-here.js';
import { Watch, watchedBy } from './operations/watch.js';

/**
 * Does the scheduled jobs of an installation, and the trainings that its servers are asked for, with the environment of the
 * servers: `DATABASE_URL=postgres://... QUEUE_URL=... SALES_DIR=/data/sales npx tsx scheduler.ts`. The sales of a day are
 * `SALES_DIR/YYYY-MM-DD.csv`. With `FRED_API_KEY` the model learns from GDP, inflation and consumer confidence; with
 * `FAN_OUT=true` its training is spread over the workers. `--now` does both jobs at once.
 *
 * Any number of processes may run it: each job is done once. Reports go to the standard output, the log to standard error.
 */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const logger = createLogger(config.LOG_LEVEL, pino.destination(2));
  const composed = await composeServer(config, {
    logger,
    makeTrainer: (parts) => trainerOf(config, parts, logger),
  });
  const { runner, close } = composed;
  const watch = new Watch(watchedBy(composed));

  await startSchedule(config, composed, {
    async onCollected(day) {
      const { lastDay = parseDay(day) } = await composed.dependencies.storage.summary();
      const { report, raised } = await watch.day(Math.min(parseDay(day), lastDay), Date.now());
      for (const metric of report.metrics) console.log(JSON.stringify({ level: 'info', ...metric }));
      for (const event of raised) console.log(JSON.stringify({ level: 'warn', ...event }));
    },
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void close());
  console.log('ready');

  if (process.argv.includes('--now')) {
    for (const job of [COLLECTION_JOB, TRAINING_JOB]) {
      const { id } = await runner.enqueue(job, null);
      console.log(JSON.stringify({ job, result: await runner.result(job, id) }));
    }
  }
}

/** Makes what trains with workers or indicators, in this process; undefined for a thread, as in the server. */
function trainerOf(
  settings: ServerConfig,
  { storage, artifacts, runner }: TrainerParts,
  logger: Logger,
): Trainer | undefined {
  const { FAN_OUT, FRED_API_KEY: apiKey, MODEL: name, COUNTRY: country } = settings;
  if (!FAN_OUT && apiKey === undefined) return undefined;
  const plain = createModel(name);
  const model = FAN_OUT ? fanOut({ model: plain, runner, artifacts }) : plain;
  const indicators =
    apiKey === undefined
      ? undefined
      : createIndicatorLoader({
          sources: [fredIndicators({ apiKey })],
          cache: createForecastCache(),
          onWarning: (warning) => logger.warn({ warning }, 'an indicator is missing or old'),
        });
  return trainHere({ storage, name, model, country, indicators });
}

main().catch(endInFailure);
