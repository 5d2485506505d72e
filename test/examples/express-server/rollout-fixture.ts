import { createForecaster, parseDay, snapshotToJson, weekdayMean } from 'commerce-forecast';
import type { PostgresStorage } from 'commerce-forecast/postgres';
import type { ModelVersion } from 'commerce-forecast/registry';
import { generateSales } from 'commerce-forecast/testing';
import { lineage } from '../../registry/registry-fixtures.js';
import type { TestServer } from './server-fixture.js';

export const START = parseDay('2023-10-01');
const DAYS = 150;
/** Last day that the models know. */
export const CUTOFF = START + 119;

const { records } = generateSales({ products: 18, categories: 6, days: DAYS, startDay: START, seed: 3 });

/** Sales of a stretch of days, both included, times a factor. */
export function salesOf(from: number, to: number, factor = 1) {
  return records
    .filter(({ date }) => parseDay(date) >= from && parseDay(date) <= to)
    .map((record) => ({ ...record, units: record.units * factor }));
}

/** Registers a model that has learnt sales `factor` times as high; its forecasts are as many times as high. */
export async function registerTimes(server: TestServer, factor: number): Promise<ModelVersion> {
  const forecaster = createForecaster({ model: weekdayMean() });
  await forecaster.ingest(salesOf(START, CUTOFF, factor));
  await forecaster.train();
  const content = new TextEncoder().encode(JSON.stringify(snapshotToJson(forecaster.snapshot()!)));
  const about = { ...lineage, dataFingerprint: `times ${factor}` };
  return server.composed.dependencies.models.registry.register(content, { lineage: about });
}

/** Stores the sales of some days after the cutoff, and brings the totals of categories up to date. */
export async function deliver(server: TestServer, days: number): Promise<void> {
  const { forecaster } = server.composed.dependencies;
  await forecaster.ingest(salesOf(CUTOFF + 1, CUTOFF + days), { mode: 'replace' });
  await (forecaster.storage as PostgresStorage).refreshDailyTotals();
}

/** Trains on the sales up to a day, and gives the answer about the training. */
export async function trainUpTo(server: TestServer, day: number, key: string) {
  const { forecaster, trainings } = server.composed.dependencies;
  await forecaster.ingest(salesOf(START, day), { mode: 'replace' });
  await trainings.start();
  await trainings.settled();
  return (await server.send('/api/v1/model/trainings/latest', { key })).json();
}

/** A new key that the routes in force give to a version. */
export async function keyFor(server: TestServer, version: number): Promise<string> {
  for (;;) {
    const key = await server.key('merchant');
    if (server.composed.dependencies.models.route(idOf(key)).version.version === version) return key;
  }
}

/** What a key is known by. */
export function idOf(key: string): string {
  return key.split('_')[1];
}
