import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { panelFingerprint } from '../../src/registry/panel-fingerprint.js';
import { generatePanel } from '../../src/testing/generate-sales.js';

const panel = generatePanel({ products: 5, days: 60, seed: 3 });

describe('panelFingerprint', () => {
  it('is the same for equal data, whatever holds it', async () => {
    const copy = { ...panel, units: new Float64Array(panel.units), ids: [...panel.ids] };
    expect(await panelFingerprint(copy)).toEqual(await panelFingerprint(panel));
    expect((await panelFingerprint(panel)).dataFingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it('names the first and last day', async () => {
    const { dataFrom, dataTo } = await panelFingerprint({ ...panel, startDay: 19_782 });
    expect([dataFrom, dataTo]).toEqual(['2024-02-29', '2024-04-28']);
  });

  it.each([
    ['a value', { units: panel.units.map((value, i) => (i === 77 ? value + 1e-9 : value)) }],
    ['a missing value', { units: panel.units.map((value, i) => (i === 77 ? Number.NaN : value)) }],
    ['the first day', { startDay: panel.startDay + 1 }],
    ['an id', { ids: panel.ids.map((id, i) => (i === 0 ? `${id}x` : id)) }],
    ['a category', { categoryOf: panel.categoryOf.map(() => 0) }],
    ['a column', { promo: new Uint8Array(panel.units.length).fill(1) }],
  ])('changes with %s', async (_what, change) => {
    const before = await panelFingerprint(panel);
    expect((await panelFingerprint({ ...panel, ...change })).dataFingerprint).not.toBe(
      before.dataFingerprint,
    );
  });

  it('does not depend on the bits of NaN or the sign of zero', async () => {
    const units = Float64Array.from([Number.NaN, 0, 1]);
    const other = Float64Array.from([0, -0, 1]);
    new DataView(other.buffer).setBigUint64(0, 0xfff8000000000123n, true);
    const tiny = { startDay: 0, days: 3, seriesCount: 1, ids: ['a'], categories: ['c'] };
    const rest = { categoryOf: Int32Array.of(0), firstDay: Int32Array.of(0) };
    expect(await panelFingerprint({ ...tiny, ...rest, units })).toEqual(
      await panelFingerprint({ ...tiny, ...rest, units: other }),
    );
  });

  it('of an empty panel is the hash of its description, without days', async () => {
    const empty = {
      startDay: 0,
      days: 0,
      seriesCount: 0,
      ids: [],
      categories: [],
      categoryOf: new Int32Array(),
      units: new Float64Array(),
      firstDay: new Int32Array(),
    };
    const nothing = createHash('sha256').digest('hex');
    const text = `{"categories":[],"days":0,"digests":{"categoryOf":"${nothing}","firstDay":"${nothing}","units":"${nothing}"},"ids":[],"seriesCount":0,"startDay":0}`;
    expect(await panelFingerprint(empty)).toEqual({
      dataFingerprint: createHash('sha256').update(text).digest('hex'),
    });
  });
});
