import { formatDay } from '../calendar/day.js';
import { canonicalJson, sha256Hex } from '../canonical-json.js';
import { lastDay, type Panel } from '../panel/panel.js';
import type { ModelLineage } from './model-version.js';

/**
 * Fingerprint of the data that a model is trained on: SHA-256 over the ids, categories and all daily columns of a
 * panel. Equal panels have equal fingerprints on every machine; a single changed value gives another one.
 *
 * ```ts
 * import { type Panel, panelFingerprint } from 'commerce-forecast';
 *
 * declare const panel: Panel;
 * const lineage = {
 *   ...(await panelFingerprint(panel)),
 *   configuration: { model: 'ensemble' },
 *   codeVersion: '0.1.0',
 *   seed: 0,
 * };
 * ```
 */
export async function panelFingerprint(
  panel: Panel,
): Promise<Pick<ModelLineage, 'dataFingerprint' | 'dataFrom' | 'dataTo'>> {
  const { startDay, days, seriesCount, ids, categories } = panel;
  const columns = { categoryOf: panel.categoryOf, firstDay: panel.firstDay, units: panel.units };
  const { revenue, price, promo, inStock, open, soldUnits } = panel;
  const optional = { revenue, price, promo, inStock, open, soldUnits };
  const digests: Record<string, string> = {};
  for (const [name, column] of Object.entries({ ...columns, ...optional })) {
    if (column) digests[name] = await sha256Hex(doubleBytes(column));
  }
  const about = { startDay, days, seriesCount, ids, categories, digests };
  return {
    dataFingerprint: await sha256Hex(canonicalJson(about)),
    ...(days > 0 && { dataFrom: formatDay(startDay), dataTo: formatDay(lastDay(panel)) }),
  };
}

/** The values as little-endian doubles, with one pattern for NaN and one zero: elsewhere machines may differ. */
function doubleBytes(column: ArrayLike<number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(column.length * 8));
  for (let i = 0; i < column.length; i++) {
    if (Number.isNaN(column[i])) view.setUint32(i * 8 + 4, 0x7ff80000, true);
    else view.setFloat64(i * 8, column[i] + 0, true);
  }
  return new Uint8Array(view.buffer);
}
