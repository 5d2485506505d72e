import { formatDay } from '../calendar/day.js';
import type { FindingCollector } from './data-report.js';
import { findGiantOrders } from './giant-orders.js';
import { findOutliers } from './outliers.js';
import type { Panel, PanelShape } from './panel.js';
import type { ResolvedPanelOptions } from './panel-options.js';
import type { RowOrigins } from './row-origins.js';
import type { ShopDays } from './shop-days.js';

/** Panel to repair, whose columns are changed in place, and the facts needed for it. */
export interface Repair {
  readonly panel: Panel;
  /** 1 for cells with a record. */
  readonly recorded: Uint8Array;
  readonly shop: ShopDays;
  /** 1 on days of known events; absent if there are none. */
  readonly events: Uint8Array | undefined;
  readonly options: ResolvedPanelOptions;
  readonly findings: FindingCollector;
  readonly origins: RowOrigins;
}

/** Names the place of a cell of the grid, as the path of a finding. */
export function placeIn(shape: PanelShape, cell: number): [string, string, string] {
  const series = Math.floor(cell / shape.days);
  return ['series', shape.ids[series], formatDay(shape.startDay + (cell - series * shape.days))];
}

/** Applies the rules for missing records, stock-outs and unusual days to one series. */
export function repairSeries(repair: Repair, series: number, changed: ChangedUnits): void {
  fillGaps(repair, series);
  blankOutages(repair, series);
  handleStockOuts(repair, series);
  boundGiantOrders(repair, series, changed);
  handleOutliers(repair, series);
}

/** Sets days with negative totals to zero. */
export function floorNegativeDays(panel: Panel, series: number, findings: FindingCollector): void {
  const { units, revenue, days } = panel;
  for (let cell = series * days; cell < (series + 1) * days; cell++) {
    const total = units[cell];
    if (total < 0) {
      findings.add('negative-day', () => ({ path: placeIn(panel, cell), message: `${total} units` }), -total);
      units[cell] = 0;
    }
    if (revenue && revenue[cell] < 0) {
      const negative = revenue[cell];
      findings.add(
        'negative-revenue-day',
        () => ({ path: placeIn(panel, cell), message: `revenue ${negative}` }),
        -negative,
      );
      revenue[cell] = 0;
    }
  }
}

/** Original units of the cells that were bounded for learning. */
export class ChangedUnits {
  private readonly cells: number[] = [];
  private readonly units: number[] = [];

  note(cell: number, units: number): void {
    this.cells.push(cell);
    this.units.push(units);
  }

  /** The column of all units as they were sold; undefined if nothing was bounded. */
  column(learned: Float64Array): Float64Array | undefined {
    if (this.cells.length === 0) return undefined;
    const sold = learned.slice();
    this.cells.forEach((cell, i) => {
      sold[cell] = this.units[i];
    });
    return sold;
  }
}

/** Fills the days without a record; on days when the shop is closed they are known to be zero. */
function fillGaps({ panel, recorded, shop, options, findings }: Repair, series: number): void {
  const { units, days } = panel;
  const base = series * days;
  const first = panel.firstDay[series];
  if (options.beforeFirst === 'missing') units.fill(Number.NaN, base, base + first);
  const explained = new Uint8Array(days);
  for (const { from, to } of shop.outages)
    if (isSilent(recorded, base, from, to)) explained.fill(1, from, to);
  for (let d = first; d < days; d++) {
    if (recorded[base + d] || explained[d] || shop.closed[d]) continue;
    const start = d;
    let length = 0;
    for (; d < days && !recorded[base + d] && !explained[d]; d++) {
      if (shop.closed[d]) continue;
      length++;
      if (options.gaps === 'missing') units[base + d] = Number.NaN;
    }
    findings.add(
      'gap',
      () => ({
        path: placeIn(panel, base + start),
        message: `${length} ${length === 1 ? 'day' : 'days'}, ${
          options.gaps === 'zero' ? 'counted as zero units' : 'left as missing'
        }`,
      }),
      0,
      length,
    );
  }
}

/**
 * Makes silent days of an outage missing, even in a series that had stopped selling: nothing is known of these
 * days.
 */
function blankOutages({ panel, recorded, shop, options }: Repair, series: number): void {
  if (options.outages === 'zero') return;
  const { units, days, firstDay } = panel;
  const base = series * days;
  for (const { from, to } of shop.outages) {
    if (!isSilent(recorded, base, from, to)) continue;
    for (let d = Math.max(from, firstDay[series]); d < to; d++) {
      if (!shop.closed[d]) units[base + d] = Number.NaN;
    }
  }
}

/** Tells whether a series has no record on some days; a series with a record was not hit by the outage. */
function isSilent(recorded: Uint8Array, base: number, from: number, to: number): boolean {
  for (let d = from; d < to; d++) if (recorded[base + d]) return false;
  return true;
}

function handleStockOuts({ panel, options, findings }: Repair, series: number): void {
  const { units, inStock, days } = panel;
  if (!inStock) return;
  for (let cell = series * days; cell < (series + 1) * days; cell++) {
    if (inStock[cell]) continue;
    const sold = Number.isNaN(units[cell]) ? 0 : units[cell];
    const blank = options.outOfStock === 'missing';
    findings.add(
      'out-of-stock',
      () => ({ path: placeIn(panel, cell), message: `${sold} units, ${blank ? 'made missing' : 'kept'}` }),
      blank ? -sold : 0,
    );
    if (blank) units[cell] = Number.NaN;
  }
}

function boundGiantOrders(
  { panel, events, options, findings, origins }: Repair,
  series: number,
  changed: ChangedUnits,
): void {
  if (options.outliers.action !== 'bound') return;
  const base = series * panel.days;
  const values = panel.units.subarray(base, base + panel.days);
  const explained = (d: number) => events?.[d] === 1 || panel.promo?.[base + d] === 1;
  findGiantOrders(values, explained, (day, bound) => {
    const sold = values[day];
    const source = origins.find(panel.ids[series], panel.startDay + day, sold);
    findings.add(
      'giant-order',
      () => ({
        path: placeIn(panel, base + day),
        message: `${sold} units${source ? ` (${source.join(' ')})` : ''}, counted as ${bound} for learning`,
        ...(source && { source }),
      }),
      bound - sold,
    );
    changed.note(base + day, sold);
    values[day] = bound;
  });
}

function handleOutliers({ panel, options, findings }: Repair, series: number): void {
  const { action, threshold } = options.outliers;
  if (action === 'ignore') return;
  const base = series * panel.days;
  const values = panel.units.subarray(base, base + panel.days);
  const promo = panel.promo?.subarray(base, base + panel.days);
  findOutliers(values, promo, threshold, (day, usual, limit) => {
    const before = values[day];
    const after = before > usual ? usual + limit : Math.max(0, usual - limit);
    const change = action === 'winsorise' ? after - before : 0;
    findings.add(
      'outlier',
      () => ({
        path: placeIn(panel, base + day),
        message: `${before} units where ${usual} are usual${
          action === 'winsorise' ? `, changed to ${after}` : ', kept'
        }`,
      }),
      change,
    );
    if (action === 'winsorise') values[day] = after;
  });
}
