import { createInProcessJobRunner } from 'commerce-forecast/jobs';
import { openForecaster, settingsOf } from './parts.js';

/** The process that trains: once at its start with `--now`, and every Monday at four. */
const { forecaster, close } = await openForecaster(settingsOf(process.env));

async function train() {
  const { modelVersion } = await forecaster.train();
  console.log('trained', modelVersion);
}

if (process.argv.includes('--now')) {
  await train();
  await close();
} else {
  const runner = createInProcessJobRunner();
  await runner.process('train', train);
  await runner.schedule({ id: 'weekly', job: 'train', cron: '0 4 * * 1' });
}
