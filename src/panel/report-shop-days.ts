import { formatDay } from '../calendar/day.js';
import type { FindingCollector } from './data-report.js';
import type { PanelShape } from './panel.js';
import type { ResolvedPanelOptions } from './panel-options.js';
import type { ShopDays } from './shop-days.js';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** Reports closures and outages, each with its days. */
export function reportShopDays(
  shape: PanelShape,
  shop: ShopDays,
  { outages }: ResolvedPanelOptions,
  findings: FindingCollector,
): void {
  const dateOf = (d: number) => formatDay(shape.startDay + d);
  for (const { from, to, weekday, days } of shop.closures) {
    const example =
      weekday === undefined
        ? {
            path: ['day', dateOf(from)],
            message: `closed to ${dateOf(to - 1)}, as in another year or at an event`,
          }
        : { path: ['weekday', WEEKDAYS[weekday]], message: `closed on ${days} days` };
    findings.add('closed-day', () => example, 0, days);
  }
  for (const { from, to, usual, selling } of shop.outages) {
    const silent = selling === 0 ? 'nothing' : `${selling.toFixed(1)} of ${usual.toFixed(1)} usual series`;
    const fate = outages === 'zero' ? 'zero units' : 'missing';
    findings.add(
      'outage',
      () => ({
        path: ['day', dateOf(from)],
        message: `${silent} sold to ${dateOf(to - 1)}, counted as ${fate}`,
      }),
      0,
      to - from,
    );
  }
}

/** Reports the other days without a single record. */
export function reportEmptyDays(
  shape: PanelShape,
  recorded: Uint8Array,
  shop: ShopDays,
  findings: FindingCollector,
): void {
  const empty = new Uint8Array(shape.days).fill(1);
  for (let s = 0; s < shape.seriesCount; s++) {
    for (let d = shape.firstDay[s]; d < shape.days; d++) if (recorded[s * shape.days + d]) empty[d] = 0;
  }
  for (const { from, to } of shop.outages) empty.fill(0, from, to);
  for (let d = 0; d < shape.days; d++) {
    if (!empty[d] || shop.closed[d]) continue;
    const day = formatDay(shape.startDay + d);
    findings.add('empty-day', () => ({ path: ['day', day], message: 'no series has a record' }));
  }
}

/** The column `open` of a panel; undefined if the shop is never closed as a rule. */
export function openColumn({ seriesCount, days }: PanelShape, { closed }: ShopDays): Uint8Array | undefined {
  if (!closed.includes(1)) return undefined;
  const open = new Uint8Array(seriesCount * days);
  for (let s = 0; s < seriesCount; s++) {
    for (let d = 0; d < days; d++) open[s * days + d] = closed[d] ? 0 : 1;
  }
  return open;
}
