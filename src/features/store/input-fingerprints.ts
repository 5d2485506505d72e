import { sha256Hex } from '../../canonical-json.js';
import type { LongCallOptions } from '../../long-call.js';
import { createPacer } from '../../long-call.js';
import type { Panel } from '../../panel/panel.js';
import { daySalesFingerprint } from '../../panel/panel-fingerprint.js';

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
  const salesOfDay = daySalesFingerprint(panel);
  const nothing = await sha256Hex('');
  const daily: string[] = [];
  const fingerprints: string[] = [];
  for (let day = 0; day < panel.days; day++) {
    const known = daily.slice(Math.max(0, day - reach), day);
    const before = new Array<string>(reach - known.length).fill(nothing);
    fingerprints.push(await sha256Hex([...before, ...known, sharedOfDay(day).join()].join('|')));
    daily.push(await salesOfDay(day));
    await pace({ phase: 'fingerprints', done: day + 1, total: panel.days });
  }
  return fingerprints;
}
