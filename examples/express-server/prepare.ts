import { parseDay } from 'commerce-forecast';
import { generateSales } from 'commerce-forecast/testing';
import type { Logger } from 'pino';
import type { ComposedServer } from './compose.js';
import type { ServerConfig } from './config.js';
import type { TrainingService } from './services/training-service.js';

const DEMO_DAYS = 730;
const DEMO_KEY_NAME = 'first key';

/**
 * Fills a server that is new: demo data where they are wanted, a first model where there are sales, and a first key.
 *
 * @returns the text of the key, or undefined if there is an admin key in use already.
 */
export async function prepareServer(
  config: ServerConfig,
  composed: ComposedServer,
): Promise<string | undefined> {
  const { forecaster, models, trainings } = composed.dependencies;
  if (config.DEMO_DATA ?? composed.embedded) await addDemoData(composed);
  await models.refresh();
  const { rows } = await forecaster.storage.summary();
  if (!models.production() && rows > 0) await trainFirst(trainings, composed.dependencies.logger);
  return firstKey(composed);
}

/** Without a first model the server runs and answers 503: another instance may be training, or the queue be away. */
async function trainFirst(trainings: TrainingService, logger: Logger): Promise<void> {
  try {
    await trainings.start();
    await trainings.settled();
  } catch (error) {
    logger.warn({ err: error }, 'the first training was not started here');
  }
}

/** The sales of an invented merchant up to yesterday, if there are none. */
async function addDemoData({ dependencies }: ComposedServer): Promise<void> {
  const { forecaster, logger } = dependencies;
  const { rows } = await forecaster.storage.summary();
  if (rows > 0) return;
  const today = parseDay(new Date().toISOString().slice(0, 10));
  const { records } = generateSales({ days: DEMO_DAYS, startDay: today - DEMO_DAYS });
  const report = await forecaster.ingest(records, { batchId: 'demo-data' });
  logger.info({ rows: report.accepted }, 'demo data stored');
}

/** The embedded database is for trying out: each start issues a key, which replaces that of the previous start. */
async function firstKey({ dependencies, embedded }: ComposedServer): Promise<string | undefined> {
  const { apiKeys } = dependencies.access;
  const usable = await apiKeys.usable('admin');
  if (usable.length > 0 && !embedded) return undefined;
  for (const key of usable) if (key.name === DEMO_KEY_NAME) await apiKeys.revoke(key.id);
  return (await apiKeys.issue(DEMO_KEY_NAME, 'admin')).text;
}
