import { processFanOut } from 'commerce-forecast/jobs';
import { ConfigError, readConfig } from '../express-server/config.js';
import { openQueue } from '../express-server/jobs/open-queue.js';
import { openArtifacts } from '../express-server/storage/open-artifacts.js';
import { endInFailure } from '../express-server/tell-failure.js';

/**
 * Fits pieces of trainings until it is stopped. Start as many as there are processor cores, on any number of machines, with
 * the environment of the server: `QUEUE_URL=redis://... ARTIFACT_DIR=/mnt/artifacts npx tsx worker.ts`.
 */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const { QUEUE_URL } = config;
  if (QUEUE_URL === undefined) throw new ConfigError('A worker needs the QUEUE_URL of its installation');
  const queue = await openQueue({ ...config, QUEUE_URL }, console.error);
  const artifacts = await openArtifacts(config);

  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      // The piece in hand is finished; the queue gives the others to other workers.
      void queue.close().then(() => process.exit(0));
    });
  }

  await processFanOut(queue.runner, artifacts.store);
  console.log('ready');
}

main().catch(endInFailure);
