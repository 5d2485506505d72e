import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createLineage } from '../../src/forecaster/lineage.js';
import { weekdayMean } from '../../src/models/baselines/index.js';
import type { FittedModel } from '../../src/models/contract.js';
import { createAccuracyMonitor } from '../../src/monitoring/accuracy-monitor.js';
import { sliceDays } from '../../src/panel/slice.js';
import { createModelRegistry } from '../../src/registry/model-registry.js';
import { FileDocumentStore } from '../../src/storage/filesystem/file-document-store.js';
import { MemoryArtifactStore } from '../../src/storage/memory/memory-artifact-store.js';
import { generatePanel } from '../../src/testing/generate-sales.js';

const root = await mkdtemp(join(tmpdir(), 'registry-model-'));
afterAll(() => rm(root, { recursive: true, force: true }));

const panel = generatePanel({ products: 8, days: 150, seed: 11 });
const history = sliceDays(panel, 0, 120);
const artifacts = new MemoryArtifactStore();

/** A registry as a process finds it at its start. */
function openRegistry() {
  return createModelRegistry<FittedModel>({
    name: 'retail',
    artifacts,
    state: new FileDocumentStore({ directory: root }),
    load: (content, { lineage }) => {
      const { cycles } = lineage.model.options as { cycles: number };
      return weekdayMean({ weeks: cycles }).load(JSON.parse(new TextDecoder().decode(content)));
    },
  });
}

describe('a fitted model in the registry', () => {
  it('forecasts the same bits after a restart, is monitored by its version, and rolled back', async () => {
    const registry = openRegistry();
    for (const weeks of [4, 8]) {
      const fitted = await weekdayMean({ weeks }).fit(history);
      const { version } = await registry.register(new TextEncoder().encode(JSON.stringify(fitted)), {
        lineage: await createLineage({ panel: history, model: weekdayMean({ weeks }) }),
      });
      await registry.promote(version);
    }
    const original = await (await weekdayMean({ weeks: 8 }).fit(history)).forecast({
      horizon: 30,
      levels: [0.8],
    });

    const restarted = openRegistry();
    await restarted.refresh();
    const handle = restarted.route('merchant-1');
    const forecast = await handle.model.forecast({ horizon: 30, levels: [0.8] });
    expect(handle.id).toBe('retail@2');
    expect(forecast).toEqual(original);

    const monitor = createAccuracyMonitor();
    monitor.recordForecast({ version: handle.id, ids: panel.ids, forecast });
    for (let d = 120; d < 150; d++) {
      const units = panel.ids.map((_, s) => panel.units[s * panel.days + d]);
      monitor.recordActuals({ day: panel.startDay + d, ids: panel.ids, units });
    }
    const observed = panel.units.filter((value, i) => i % panel.days >= 120 && !Number.isNaN(value)).length;
    expect(monitor.accuracy({ version: 'retail@2' }).observations).toBe(observed);

    await restarted.rollback();
    expect(restarted.route('merchant-1').version.lineage.model).toEqual({
      name: 'weekday-mean-4',
      options: { season: 7, cycles: 4, fallbackDays: 56 },
    });
  });
});
