import {
  createForecaster,
  type ForecastSnapshot,
  MemoryArtifactStore,
  MemoryDocumentStore,
  MemorySalesStorage,
  parseDay,
  type SalesRecord,
  snapshotFromJson,
  snapshotToJson,
  weekdayMean,
} from 'commerce-forecast';
import { createModelRegistry, createRolloutController } from 'commerce-forecast/registry';
import { generateSales } from 'commerce-forecast/testing';
import { expect, it } from 'vitest';
import { LEAST_CATEGORIES } from '../../../examples/express-server/rollout/judge-training.js';
import { Watch } from '../../../examples/worker/operations/watch.js';
import { lineage } from '../../registry/registry-fixtures.js';

const DAY_MS = 86_400_000;
const generated = generateSales({ products: 12, days: 200, seed: 6 }).records;
const records = generated.map((record) => ({ ...record, category: record.productId }));
const dayOf = ({ date }: SalesRecord) => parseDay(String(date));
const cutoff = Math.max(...records.map(dayOf)) - 30;

/** What was learnt of the sales up to the cutoff, as if they had been `factor` times as high. */
async function learnt(factor: number): Promise<Uint8Array> {
  const forecaster = createForecaster({ model: weekdayMean() });
  const known = records.filter((record) => dayOf(record) <= cutoff);
  await forecaster.ingest(known.map((record) => ({ ...record, units: record.units * factor })));
  await forecaster.train();
  return new TextEncoder().encode(JSON.stringify(snapshotToJson(forecaster.snapshot()!)));
}

it('puts a canary into production by what was sold, and takes back a version that does worse', async () => {
  const storage = new MemorySalesStorage();
  await createForecaster({ storage }).ingest(records);
  const artifacts = new MemoryArtifactStore();
  const registry = createModelRegistry<ForecastSnapshot>({
    name: 'retail',
    artifacts,
    state: new MemoryDocumentStore(),
    load: (content) => snapshotFromJson(JSON.parse(new TextDecoder().decode(content))),
  });
  const rollout = createRolloutController({ registry, live: { minimumUnits: LEAST_CATEGORIES } });
  const watch = new Watch({ storage, artifacts, registry }, rollout);
  for (const factor of [3, 1]) {
    const about = { ...lineage, dataFingerprint: `times ${factor}` };
    await registry.register(await learnt(factor), { lineage: about });
  }
  const inProduction = async () => {
    const { versions } = await registry.status();
    return versions.find(({ state }) => state === 'production')?.version;
  };
  let day = cutoff;
  const tomorrow = () => watch.day(++day, (day + 1) * DAY_MS);

  await registry.promote(1);
  await registry.startCanary(2);
  const { report } = await tomorrow();
  expect(await inProduction()).toBe(1);
  expect(report.events.map(({ kind }) => kind)).not.toContain('data-stale');
  // Twelve categories a day: a hundred forecasts after nine days.
  for (let i = 0; i < 8; i++) await tomorrow();
  expect(await inProduction()).toBe(2);

  // A day that is taken again counts once.
  const kept = JSON.parse(new TextDecoder().decode((await artifacts.get('monitoring/retail')).content));
  await watch.day(day, (day + 1) * DAY_MS);
  const again = JSON.parse(new TextDecoder().decode((await artifacts.get('monitoring/retail')).content));
  expect(again.tracker).toEqual(kept.tracker);

  await registry.promote(1, { reason: 'by mistake' });
  await tomorrow();
  expect(await inProduction()).toBe(2);
});
