import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { CalendarEvent } from '../../../src/calendar/events.js';
import { computeFeatures } from '../../../src/features/documented-features.js';
import { DOCUMENTED_FEATURES, featureVersion } from '../../../src/features/store/feature-definition.js';
import { createFeatureStore, type StoredFeatures } from '../../../src/features/store/feature-store.js';
import type { FeatureDay } from '../../../src/features/store/feature-table.js';
import { MemoryFeatureTable } from '../../../src/features/store/memory-feature-table.js';
import { lastDay, type Panel } from '../../../src/panel/panel.js';
import { selectSeries, sliceDays } from '../../../src/panel/slice.js';
import { generatePanel } from '../../../src/testing/generate-sales.js';

const panel = generatePanel({ products: 6, days: 120, seed: 5 });
const events: CalendarEvent[] = [{ name: 'sale', day: panel.startDay + 50, lowerWindow: -1, upperWindow: 1 }];
const indicators = [
  { name: 'gdp', days: [panel.startDay + 3, panel.startDay + 70], values: [1.5, 2.5] },
  { name: 'inflation', days: [panel.startDay], values: [0.03] },
];
const inputs = { events, indicators };

function until(days: number, of: Panel = panel): Panel {
  return sliceDays(of, 0, days);
}

/** All values of a matrix, with NaN and the sign of zero told apart. */
function bitsOf({ columns }: Pick<StoredFeatures, 'columns'>): string[] {
  return columns.map((column) =>
    Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('hex'),
  );
}

/** What `computeFeatures` gives for some series and days of a panel. */
function computed(of: Panel, from: number, to: number, options = inputs) {
  return computeFeatures(of, { ...options, from, to });
}

async function offlineOf(store: ReturnType<typeof createFeatureStore>, of: Panel, from = 0) {
  return store.offline({ from: of.startDay + from, to: lastDay(of), ids: of.ids });
}

/** A table that tells which days are written. */
function watchedTable() {
  const table = new MemoryFeatureTable();
  const written: number[] = [];
  const write = table.write.bind(table);
  table.write = async (version: string, days: readonly FeatureDay[]) => {
    written.push(...days.map(({ day }) => day - panel.startDay));
    await write(version, days);
  };
  return { table, written };
}

describe('createFeatureStore', () => {
  it('gives training exactly what computeFeatures makes', async () => {
    const store = createFeatureStore({ table: new MemoryFeatureTable() });
    expect(await store.materialize(panel, inputs)).toMatchObject({ computedDays: 120, unchangedDays: 0 });
    const offline = await offlineOf(store, panel);
    const expected = computed(panel, 0, panel.days);
    expect(offline).toMatchObject({
      names: expected.names,
      rows: 6 * 120,
      startDay: panel.startDay,
      days: 120,
    });
    expect(bitsOf(offline)).toEqual(bitsOf(expected));
  });

  it('gives serving on every day the bits that training sees later', async () => {
    const store = createFeatureStore({ table: new MemoryFeatureTable() });
    const served: StoredFeatures[] = [];
    for (let days = 90; days <= 120; days++) {
      await store.materialize(until(days), inputs);
      served.push(await store.online(panel.ids));
    }
    for (const [i, online] of served.entries()) {
      const day = panel.startDay + 89 + i;
      expect(online.startDay).toBe(day);
      const offline = await store.offline({ from: day, to: day, ids: panel.ids });
      expect(bitsOf(online)).toEqual(bitsOf(offline));
      expect(bitsOf(online)).toEqual(bitsOf(computed(panel, 89 + i, 90 + i)));
    }
  });

  it('computes new days only', async () => {
    const { table, written } = watchedTable();
    const store = createFeatureStore({ table });
    await store.materialize(until(100), inputs);
    written.length = 0;
    expect(await store.materialize(until(103), inputs)).toMatchObject({
      computedDays: 3,
      unchangedDays: 100,
    });
    expect(written).toEqual([100, 101, 102]);
    expect(await store.materialize(until(103), inputs)).toMatchObject({
      computedDays: 0,
      unchangedDays: 103,
    });
  });

  it('computes the days again that a correction reaches, and no other', async () => {
    const { table, written } = watchedTable();
    const store = createFeatureStore({ table });
    await store.materialize(panel, inputs);
    written.length = 0;
    const corrected = { ...panel, units: panel.units.slice() };
    corrected.units[2 * panel.days + 40] += 5;
    await store.materialize(corrected, inputs);
    expect(written).toEqual(Array.from({ length: 30 }, (_, i) => 41 + i));
    expect(bitsOf(await offlineOf(store, corrected))).toEqual(bitsOf(computed(corrected, 0, 120)));
  });

  it('computes the days again whose holiday or indicator changed', async () => {
    const { table, written } = watchedTable();
    const store = createFeatureStore({ table });
    await store.materialize(panel, inputs);
    written.length = 0;
    const later = {
      events: [...events, { name: 'strike', day: panel.startDay + 60 }],
      indicators: [{ ...indicators[0], values: [1.5, 2.6] }, indicators[1]],
    };
    await store.materialize(panel, later);
    expect(written).toEqual([60, ...Array.from({ length: 50 }, (_, i) => 70 + i)]);
    expect(bitsOf(await offlineOf(store, panel))).toEqual(bitsOf(computed(panel, 0, 120, later)));
  });

  it('takes a new product without computing the days before it again', async () => {
    const { table, written } = watchedTable();
    const store = createFeatureStore({ table });
    const grown = { ...panel, units: panel.units.slice() };
    grown.units.fill(Number.NaN, 5 * panel.days, 5 * panel.days + 100);
    await store.materialize(selectSeries(until(100, grown), [0, 1, 2, 3, 4]), inputs);
    written.length = 0;
    await store.materialize(grown, inputs);
    expect(Math.min(...written)).toBe(100);
    expect(bitsOf(await offlineOf(store, grown))).toEqual(bitsOf(computed(grown, 0, 120)));
  });

  it('does not depend on the order of the series', async () => {
    const { table, written } = watchedTable();
    const store = createFeatureStore({ table });
    await store.materialize(panel, inputs);
    written.length = 0;
    const turned = selectSeries(panel, [5, 4, 3, 2, 1, 0]);
    expect(await store.materialize(turned, inputs)).toMatchObject({ computedDays: 0 });
    expect(bitsOf(await offlineOf(store, turned))).toEqual(bitsOf(computed(turned, 0, 120)));
  });

  it('keeps days that were computed with more history than a cut panel has', async () => {
    const { table, written } = watchedTable();
    const store = createFeatureStore({ table });
    await store.materialize(until(110), inputs);
    written.length = 0;
    const cut = sliceDays(panel, 50, 120);
    await store.materialize(cut, inputs);
    expect(written).toEqual(Array.from({ length: 10 }, (_, i) => 110 + i));
    expect(bitsOf(await offlineOf(store, panel))).toEqual(bitsOf(computed(panel, 0, 120)));
  });

  it('goes on where an aborted call stopped', async () => {
    const { table, written } = watchedTable();
    const store = createFeatureStore({ table });
    const controller = new AbortController();
    const abortInSecondChunk = vi.fn(({ phase }: { phase: string }) => {
      if (phase === 'features' && written.length > 0) controller.abort();
    });
    const call = store.materialize(panel, {
      ...inputs,
      signal: controller.signal,
      onProgress: abortInSecondChunk,
    });
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
    const done = written.length;
    expect(done).toBe(31);
    await store.materialize(panel, inputs);
    expect(written.slice(done)[0]).toBe(done);
    expect(bitsOf(await offlineOf(store, panel))).toEqual(bitsOf(computed(panel, 0, 120)));
  });

  it('equals computeFeatures however the days arrive', async () => {
    const steps = fc.array(
      fc.record({
        days: fc.integer({ min: 1, max: 60 }),
        series: fc.integer({ min: 0, max: 5 }),
        change: fc.nat(59),
      }),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (updates) => {
        const store = createFeatureStore({ table: new MemoryFeatureTable() });
        let current = { ...panel, units: panel.units.slice() };
        let longest = 0;
        for (const { days, series, change } of updates) {
          current = { ...current, units: current.units.slice() };
          current.units[series * panel.days + change] = change % 3 === 0 ? Number.NaN : change;
          longest = Math.max(longest, days);
          await store.materialize(until(longest, current), inputs);
        }
        const last = until(longest, current);
        expect(bitsOf(await offlineOf(store, last))).toEqual(bitsOf(computed(last, 0, longest)));
      }),
      { seed: 42, numRuns: 30 },
    );
  });

  it('gives the series that are asked for, in their order', async () => {
    const store = createFeatureStore({ table: new MemoryFeatureTable() });
    await store.materialize(panel, inputs);
    const ids = [panel.ids[4], panel.ids[1]];
    const { columns } = await store.online(ids);
    const expected = computed(selectSeries(panel, [4, 1]), 119, 120);
    expect(bitsOf({ columns })).toEqual(bitsOf(expected));
    expect((await store.online()).ids).toEqual(panel.ids);
  });

  it('tells what is not stored', async () => {
    const store = createFeatureStore({ table: new MemoryFeatureTable() });
    await expect(store.online()).rejects.toMatchObject({ code: 'not-found' });
    await store.materialize(until(50), inputs);
    const from = panel.startDay;
    await expect(store.offline({ from, to: from + 50 })).rejects.toMatchObject({ code: 'not-found' });
    await expect(store.offline({ from: from - 1, to: from })).rejects.toMatchObject({ code: 'not-found' });
    await expect(store.online(['no such product'])).rejects.toMatchObject({
      code: 'not-found',
      path: ['ids', 0],
    });
    await expect(store.offline({ from: 5, to: 4 })).rejects.toMatchObject({ code: 'invalid-option' });
    await expect(store.offline({ from: 0.5, to: 4 })).rejects.toMatchObject({ code: 'invalid-option' });
  });

  it('forgets old days', async () => {
    const store = createFeatureStore({ table: new MemoryFeatureTable() });
    await store.materialize(panel, inputs);
    expect(await store.deleteBefore(panel.startDay + 20)).toBe(20);
    await expect(offlineOf(store, panel)).rejects.toMatchObject({ code: 'not-found' });
    expect((await offlineOf(store, panel, 20)).days).toBe(100);
  });

  it('has defined results for a panel without days or without series', async () => {
    const store = createFeatureStore({ table: new MemoryFeatureTable() });
    const noSeries = selectSeries(panel, []);
    expect(await store.materialize({ ...noSeries, days: 0 })).toMatchObject({
      computedDays: 0,
      unchangedDays: 0,
    });
    expect(await store.materialize(noSeries)).toMatchObject({ computedDays: 120 });
    expect(await store.materialize(noSeries)).toMatchObject({ computedDays: 0, unchangedDays: 120 });
    expect(await store.online()).toMatchObject({ rows: 0, ids: [] });
  });
});

describe('featureVersion', () => {
  it('changes with anything in the definition', async () => {
    const version = await featureVersion(DOCUMENTED_FEATURES);
    expect(version).toMatch(/^documented-[0-9a-f]{16}$/);
    expect(await featureVersion({ ...DOCUMENTED_FEATURES })).toBe(version);
    const others = [
      { ...DOCUMENTED_FEATURES, implementation: 2 },
      { ...DOCUMENTED_FEATURES, features: DOCUMENTED_FEATURES.features.slice(1) },
      { ...DOCUMENTED_FEATURES, parameters: { salesLags: [7, 28], rollingWindow: 28 } },
    ];
    const versions = await Promise.all(others.map(featureVersion));
    expect(new Set([version, ...versions]).size).toBe(4);
  });
});
