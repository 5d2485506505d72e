import cluster from 'node:cluster';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { runPrimary } from './cluster/primary.js';
import { collectFromCluster } from './cluster/worker-metrics.js';
import { composeServer } from './compose.js';
import { readConfig, type ServerConfig } from './config.js';
import { startSchedule } from './jobs/schedule.js';
import { listen } from './listen.js';
import { createLogger } from './logger.js';
import { prepareServer } from './prepare.js';
import { endInFailure } from './tell-failure.js';

/**
 * Starts the server from the environment: in this process, or in several that share the port.
 *
 * npm run server [-- --issue-key]
 */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  if (process.argv.includes('--issue-key')) await issueKey(config);
  else if (config.CLUSTER_WORKERS === 1) await serve(config, true);
  else if (cluster.isPrimary) await serveWithCluster(config);
  else await serve(config, false);
}

/** Prints a new admin key for a server that has lost its own. */
async function issueKey(config: ServerConfig): Promise<void> {
  const composed = await composeServer(config, { logger: createLogger('silent') });
  const { text } = await composed.dependencies.access.apiKeys.issue('command line', 'admin');
  console.log(text);
  await composed.close();
}

async function serve(config: ServerConfig, alone: boolean): Promise<void> {
  const logger = createLogger(config.LOG_LEVEL);
  const composed = await composeServer(config, {
    logger,
    metricsCollector: alone ? undefined : collectFromCluster,
  });
  const { models, rollout } = composed.dependencies;
  // A process of a cluster shares its port with others that can answer: it joins them once it can.
  if (!alone) await models.refresh();
  const running = await listen(config, composed);
  const stop = () => {
    running.shutDown().then(
      () => process.exit(0),
      (error) => {
        logger.fatal({ err: error }, 'the shutdown failed');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  models.poll(config.MODEL_POLL_SECONDS);
  rollout.poll(config.MODEL_POLL_SECONDS);
  if (alone) {
    const key = await handOver(config, await prepareServer(config, composed));
    if (isScheduler(config)) await startSchedule(config, composed);
    announce(running.url, key, composed.dependencies.models.production()?.model.snapshot.categories[0]);
  } else if (isScheduler(config)) await startSchedule(config, composed);
}

/** Tells whether this process does the scheduled jobs: where a queue is configured, a scheduler does. */
function isScheduler({ SCHEDULE, QUEUE_URL }: ServerConfig): boolean {
  return SCHEDULE && QUEUE_URL === undefined;
}

/** The primary prepares the database once, so that the others find it done. */
async function serveWithCluster(config: ServerConfig): Promise<void> {
  const logger = createLogger(config.LOG_LEVEL);
  const composed = await composeServer(config, { logger });
  const key = await handOver(config, await prepareServer(config, composed));
  const category = composed.dependencies.models.production()?.model.snapshot.categories[0];
  await composed.close();
  await runPrimary(config.CLUSTER_WORKERS, logger);
  announce(`${config.TLS_CERT_FILE ? 'https' : 'http'}://${config.HOST}:${config.PORT}`, key, category);
}

/** Says how to use the server, beside the log: what collects the log must not collect the key. */
function announce(url: string, first: FirstKey | undefined, category: string | undefined): void {
  const shown = first && 'text' in first ? first.text : undefined;
  const auth = `-H 'Authorization: Bearer ${shown ?? '<your key>'}'`;
  const api = `${url}/api/v1`;
  const lines = [
    `Dashboard: ${url}/ (sign in with the key); documentation: ${url}/docs`,
    describeKey(first),
    'Try:',
    `  curl ${auth} '${api}/forecast/top-products?time_period=week&limit=5'`,
    `  curl ${auth} '${api}/forecast/trends/${encodeURIComponent(category ?? 'Toys')}?days=30'`,
    `  curl ${auth} -H 'Content-Type: application/json' -d '{"time_period":"month"}' '${api}/forecast/predict'`,
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
}

/** Hands the first key over: to a terminal, or else in a file, as streams are collected and kept. */
type FirstKey = { readonly text: string } | { readonly file: string };

async function handOver(
  { KEY_FILE, DATA_DIR }: ServerConfig,
  key: string | undefined,
): Promise<FirstKey | undefined> {
  if (key === undefined) return undefined;
  if (process.stderr.isTTY && KEY_FILE === undefined) return { text: key };
  const file = resolve(KEY_FILE ?? join(DATA_DIR, 'first-key'));
  await mkdir(dirname(file), { recursive: true });
  await rm(file, { force: true });
  await writeFile(file, `${key}\n`, { mode: 0o600, flag: 'wx' });
  return { file };
}

function describeKey(first: FirstKey | undefined): string {
  if (first === undefined) return 'There is an admin key already; "--issue-key" makes another one.';
  return 'text' in first
    ? `API key (shown once): ${first.text}`
    : `API key, for its owner to read: ${first.file}`;
}

main().catch(endInFailure);
