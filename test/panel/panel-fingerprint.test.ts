import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Panel } from '../../src/panel/panel.js';
import { panelFingerprint } from '../../src/panel/panel-fingerprint.js';
import { generatePanel } from '../../src/testing/generate-sales.js';

const generated = generatePanel({ products: 5, days: 60, seed: 3 });
const cells = generated.units.length;
/** A panel with every column that there is. */
const panel: Required<Panel> = {
  ...generated,
  revenue: generated.units.map((units) => 3 * units),
  price: new Float32Array(cells).fill(3),
  promo: new Uint8Array(cells),
  inStock: new Uint8Array(cells).fill(1),
  open: new Uint8Array(cells).fill(1),
  soldUnits: generated.units.slice(),
  attributes: [{ name: 'brand', values: ['X', 'Y'], valueOf: new Int32Array(generated.seriesCount) }],
};

/** The column with another value in one place. */
function changed<Column extends { slice(): Column; [index: number]: number }>(
  column: Column,
  at = 7,
): Column {
  const copy = column.slice();
  copy[at] = copy[at] === 1 ? 0 : 1;
  return copy;
}

const sha256 = (...content: (string | Uint8Array)[]) => {
  const hash = createHash('sha256');
  for (const part of content) hash.update(part);
  return hash.digest('hex');
};

describe('panelFingerprint', () => {
  it('is the same for equal data in any container', async () => {
    const copy = { ...panel, units: new Float64Array(panel.units), ids: [...panel.ids] };
    expect(await panelFingerprint(copy)).toBe(await panelFingerprint(panel));
    expect(await panelFingerprint(panel)).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each<[string, Partial<Panel>]>([
    ['a value', { units: panel.units.map((value, i) => (i === 77 ? value + 1e-9 : value)) }],
    ['a missing value', { units: panel.units.map((value, i) => (i === 77 ? Number.NaN : value)) }],
    ['the first day', { startDay: panel.startDay + 1 }],
    ['an id', { ids: panel.ids.map((id, i) => (i === 0 ? `${id}x` : id)) }],
    [
      'the name of a category',
      { categories: panel.categories.map((name, i) => (i === 0 ? `${name}x` : name)) },
    ],
    ['the category of a series', { categoryOf: changed(panel.categoryOf, 0) }],
    ['the first day of a series', { firstDay: changed(panel.firstDay, 0) }],
    ['revenue', { revenue: changed(panel.revenue) }],
    ['a price', { price: changed(panel.price) }],
    ['a promotion', { promo: changed(panel.promo) }],
    ['a day out of stock', { inStock: changed(panel.inStock) }],
    ['a giant order', { soldUnits: changed(panel.soldUnits) }],
    ['a closed day', { open: changed(panel.open) }],
    [
      'an attribute',
      { attributes: [{ ...panel.attributes[0], valueOf: changed(panel.attributes[0].valueOf, 0) }] },
    ],
    ['a column less', { inStock: undefined }],
  ])('changes with %s', async (_what, change) => {
    expect(await panelFingerprint({ ...panel, ...change })).not.toBe(await panelFingerprint(panel));
  });

  it('does not depend on the bits of NaN or the sign of zero', async () => {
    const units = Float64Array.from([Number.NaN, 0, 1]);
    const other = Float64Array.from([0, -0, 1]);
    new DataView(other.buffer).setBigUint64(0, 0xfff8000000000123n, true);
    const tiny = { startDay: 0, days: 3, seriesCount: 1, ids: ['a'], categories: ['c'] };
    const rest = { categoryOf: Int32Array.of(0), firstDay: Int32Array.of(0) };
    expect(await panelFingerprint({ ...tiny, ...rest, units })).toBe(
      await panelFingerprint({ ...tiny, ...rest, units: other }),
    );
  });

  it('is the hash of the description with the hashes of each megabyte of a column', async () => {
    const days = 131_073;
    const long: Panel = {
      startDay: 4,
      days,
      seriesCount: 1,
      ids: ['a'],
      categories: ['c'],
      categoryOf: Int32Array.of(0),
      units: Float64Array.from({ length: days }, (_, i) => i),
      firstDay: Int32Array.of(0),
    };
    // Expected: SHA-256 of node:crypto over the bytes of a little-endian machine.
    const zero = sha256(new Uint8Array(8));
    const bytes = new Uint8Array(long.units.buffer);
    const chunks = [sha256(bytes.subarray(0, 2 ** 20)), sha256(bytes.subarray(2 ** 20))];
    const digests = `{"categoryOf":["${zero}"],"firstDay":["${zero}"],"units":["${chunks.join('","')}"]}`;
    const text = `{"categories":["c"],"days":${days},"digests":${digests},"ids":["a"],"seriesCount":1,"startDay":4}`;
    expect(await panelFingerprint(long)).toBe(sha256(text));
  });

  it('stops when aborted', async () => {
    const controller = new AbortController();
    const running = panelFingerprint(panel, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: 'aborted' });
  });
});
