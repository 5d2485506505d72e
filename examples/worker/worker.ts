import { processFanOut } from 'commerce-forecast/jobs';
import { readConfig } from './config.js';
import { openQueue } from './open-queue.js';

/**
 * Fits pieces of trainings until it is stopped. Start as many as there are processor cores, on any number of machines
 * that see the same queue and artifacts: `QUEUE_URL=redis://... ARTIFACTS=/mnt/artifacts npx tsx worker.ts`.
 */
const { runner, artifacts, close } = openQueue(readConfig(process.env));

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    // The piece in hand is finished; the queue gives the others to other workers.
    void close().then(() => process.exit(0));
  });
}

await processFanOut(runner, artifacts);
console.log('ready');
