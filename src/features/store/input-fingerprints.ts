import { sha256Hex } from '../../canonical-json.js';
import type { LongCallOptions } from '../../long-call.js';
import { createPacer } from '../../long-call.js';
import type { Panel } from '../../panel/panel.js';

/**
 * Fingerprint of the inputs of the features of every day of a panel: the sales observed on the `reach` days before
 * it, and the values that all series share. A correction of old sales, a holiday added later or another vintage of
 * an indicator changes exactly the fingerprints of the days whose features it changes; a series without sales on
 * those days changes none.
 */
export async function inputFingerprints(
  panel: Panel,
  reach: number,
  sharedOfDay: (dayIndex: number) => Float32Array,
  options: LongCallOptions,
): Promise<string[]> {
  const pace = createPacer(options);
  const salesOfDay = daySales(panel);
  const nothing = await sha256Hex('');
  const daily: string[] = [];
  const fingerprints: string[] = [];
  for (let day = 0; day < panel.days; day++) {
    const known = daily.slice(Math.max(0, day - reach), day);
    const before = new Array<string>(reach - known.length).fill(nothing);
    fingerprints.push(await sha256Hex([...before, ...known, sharedOfDay(day).join()].join('|')));
    daily.push(await sha256Hex(salesOfDay(day)));
    await pace({ phase: 'fingerprints', done: day + 1, total: panel.days });
  }
  return fingerprints;
}

/** Bytes of the observed sales of a day: ids with their units, in the order of the ids and not of the panel. */
function daySales(panel: Panel): (dayIndex: number) => Uint8Array {
  const { ids, units, days, seriesCount } = panel;
  const encoder = new TextEncoder();
  const order = Array.from({ length: seriesCount }, (_, s) => s).sort((a, b) => (ids[a] < ids[b] ? -1 : 1));
  const names = ids.map((id) => encoder.encode(id));
  const buffer = new Uint8Array(names.reduce((size, name) => size + 4 + name.length + 8, 0));
  const view = new DataView(buffer.buffer);
  return (dayIndex) => {
    let at = 0;
    for (const s of order) {
      const value = units[s * days + dayIndex];
      if (Number.isNaN(value)) continue;
      view.setUint32(at, names[s].length, true);
      buffer.set(names[s], at + 4);
      at += 4 + names[s].length;
      view.setFloat64(at, value + 0, true);
      at += 8;
    }
    return buffer.subarray(0, at);
  };
}
