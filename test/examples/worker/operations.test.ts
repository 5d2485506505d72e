import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDay, parseDay, type SalesRecord } from 'commerce-forecast';
import { COLLECTION_JOB, createInProcessJobRunner, TRAINING_JOB } from 'commerce-forecast/jobs';
import type { MonitoringEvent, MonitoringReport } from 'commerce-forecast/monitoring';
import { generateSales } from 'commerce-forecast/testing';
import { afterAll, expect, it } from 'vitest';
import { composeServer } from '../../../examples/express-server/compose.js';
import { readConfig } from '../../../examples/express-server/config.js';
import { startSchedule } from '../../../examples/express-server/jobs/schedule.js';
import { createLogger } from '../../../examples/express-server/logger.js';
import { Watch, watchedBy } from '../../../examples/worker/operations/watch.js';
import { ManualClock } from '../../jobs/manual-clock.js';

const DAY_MS = 86_400_000;
const folder = await mkdtemp(join(tmpdir(), 'operations-'));
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

it('keeps the documented schedule: collects, trains, registers, watches, and notices when sales change', async () => {
  const { records } = generateSales({ products: 20, days: 330, seed: 12 });
  const byDay = new Map<string, SalesRecord[]>();
  for (const record of records) {
    const date = String(record.date);
    const sameDay = byDay.get(date);
    if (sameDay) sameDay.push(record);
    else byDay.set(date, [record]);
  }
  const days = [...byDay.keys()].sort();
  // The first Sunday after 300 days of history.
  let sunday = parseDay(days[300]);
  while (new Date(sunday * DAY_MS).getUTCDay() !== 0) sunday++;

  const clock = new ManualClock(sunday * DAY_MS - DAY_MS / 2);
  const settings = { DATA_DIR: folder, MODEL: 'weekday-mean', MODEL_NAME: 'shop', CODE_VERSION: 'test' };
  const config = readConfig(settings);
  const now = () => new Date(clock.now());
  const runner = createInProcessJobRunner({ clock, pollMs: 3_600_000 });
  const composed = await composeServer(config, { logger: createLogger('silent'), now, runner });
  const { registry } = composed.dependencies.models;
  const watch = new Watch(watchedBy(composed));
  const reports: MonitoringReport[] = [];
  const raised: MonitoringEvent[] = [];
  const asked: string[] = [];
  let factor = 1;
  await startSchedule(config, composed, {
    now: () => clock.now(),
    sales(day) {
      asked.push(day);
      // The first delivery brings the history.
      const wanted = asked.length === 1 ? days.filter((other) => other <= day) : [day];
      return wanted.flatMap((date) =>
        byDay.get(date)!.map((record) => ({ ...record, units: Math.round(record.units * factor) })),
      );
    },
    async onCollected(day) {
      const { report, raised: events } = await watch.day(parseDay(day), clock.now());
      reports.push(report);
      raised.push(...events);
    },
  });

  const until = async (day: number, job: string, count: number) => {
    await clock.advance(day * DAY_MS - clock.now());
    await expect
      .poll(async () => (job === COLLECTION_JOB ? reports.length : await versions()), { timeout: 120_000 })
      .toBe(count);
  };
  const versions = async () => (await registry.status()).versions.length;

  // Sunday: 02:00 the sales up to Saturday, 03:00 the training.
  await until(sunday + 2.5 / 24, COLLECTION_JOB, 1);
  await until(sunday + 0.5, TRAINING_JOB, 1);
  expect(asked).toEqual([formatDay(sunday - 1)]);
  await expect.poll(async () => (await registry.status()).versions[0].state).toBe('production');
  const { lineage } = await registry.get(1);
  expect(lineage).toMatchObject({ codeVersion: 'test', lastDay: formatDay(sunday - 1) });

  // A week as expected, of which the forecasts know nothing yet.
  for (let day = 1; day <= 6; day++) await until(sunday + day + 0.5, COLLECTION_JOB, 1 + day);
  const names = new Set(reports.at(-1)!.metrics.map(({ name }) => name));
  expect([...names]).toEqual(
    expect.arrayContaining([
      'forecast_accuracy_ratio',
      'forecast_residual_shift_sigmas',
      'forecast_population_stability_index',
      'forecast_data_age_days',
      'forecast_model_age_days',
    ]),
  );
  const accuracy = reports.at(-1)!.metrics.find(({ name }) => name === 'forecast_accuracy_ratio');
  expect(accuracy).toMatchObject({ labels: { version: 'shop@1', horizon: '7' } });
  expect(accuracy!.value).toBeGreaterThan(0.5);
  expect(raised.map(({ kind }) => kind)).not.toContain('residual-shift');

  // Sales triple: seen within days, reported once.
  factor = 3;
  for (let day = 7; day <= 10; day++) await until(sunday + day + 0.5, COLLECTION_JOB, 1 + day);
  await until(sunday + 10.6, TRAINING_JOB, 2);
  const shifts = raised.filter(({ kind }) => kind === 'residual-shift');
  expect(shifts.length).toBeGreaterThan(0);
  expect(new Set(shifts.map(({ labels }) => labels['series'])).size).toBe(shifts.length);
  await composed.close();
});
