import { canonicalJson, sha256Hex } from '../canonical-json.js';
import { createPacer, type LongCallOptions } from '../long-call.js';
import type { Panel } from './panel.js';

/** Values of a column that are hashed at a time: 1 MB. */
const CHUNK_VALUES = 131_072;

/**
 * Fingerprint of a panel: SHA-256 over its days, ids, categories, attributes and all daily columns, as 64 hexadecimal digits. Equal
 * panels have equal fingerprints on every machine; a single changed value gives another one.
 *
 * @throws ForecastError `aborted` if the signal fired.
 */
export async function panelFingerprint(panel: Panel, options: LongCallOptions = {}): Promise<string> {
  const { startDay, days, seriesCount, ids, categories } = panel;
  const { categoryOf, firstDay, units, revenue, price, promo, inStock, open, soldUnits } = panel;
  const columns = { categoryOf, firstDay, units, revenue, price, promo, inStock, open, soldUnits };
  const attributes = panel.attributes?.map((own) => ({ ...own, valueOf: [...own.valueOf] }));
  const pace = createPacer(options);
  const digests: Record<string, string[]> = {};
  for (const [name, column] of Object.entries(columns)) {
    if (!column) continue;
    digests[name] = [];
    for (let from = 0; from < column.length; from += CHUNK_VALUES) {
      const to = Math.min(column.length, from + CHUNK_VALUES);
      digests[name].push(await sha256Hex(doubleBytes(column, from, to)));
      await pace({ phase: `fingerprint ${name}`, done: to, total: column.length });
    }
  }
  return sha256Hex(canonicalJson({ startDay, days, seriesCount, ids, categories, attributes, digests }));
}

function doubleBytes(column: ArrayLike<number>, from: number, to: number): Uint8Array {
  const view = new DataView(new ArrayBuffer((to - from) * 8));
  for (let i = from; i < to; i++) setDouble(view, (i - from) * 8, column[i]);
  return new Uint8Array(view.buffer);
}

/** Writes a little-endian double, with one pattern for NaN and one zero: elsewhere machines may differ. */
function setDouble(view: DataView, at: number, value: number): void {
  if (Number.isNaN(value)) {
    view.setUint32(at, 0, true);
    view.setUint32(at + 4, 0x7ff80000, true);
  } else view.setFloat64(at, value + 0, true);
}
