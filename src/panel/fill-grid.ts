import { formatDay } from '../calendar/day.js';
import type { Progress } from '../long-call.js';
import type { FindingCollector } from './data-report.js';
import { findOutliers } from './outliers.js';
import type { Panel } from './panel.js';
import type { ResolvedPanelOptions } from './panel-options.js';
import type { RecordLog } from './record-log.js';

/** The shape of a panel before its columns are filled. */
export type PanelShape = Pick<
  Panel,
  'startDay' | 'days' | 'seriesCount' | 'ids' | 'categories' | 'categoryOf' | 'firstDay' | 'attributes'
>;

/** Rows between two turns of the event loop. */
const ROWS_PER_STEP = 32_768;
const CELLS_PER_STEP = 200_000;

/** A panel and the sum of all its units. */
interface FilledPanel {
  readonly panel: Panel;
  readonly totalUnits: number;
}

/**
 * Spreads the logged rows over the grid and repairs what the options ask for.
 *
 * @param positionOf position in the panel of each series of the log, -1 for series left out
 */
export function* fillGrid(
  log: RecordLog,
  shape: PanelShape,
  positionOf: Int32Array,
  options: ResolvedPanelOptions,
  findings: FindingCollector,
): Generator<Progress, FilledPanel, void> {
  const cells = shape.seriesCount * shape.days;
  const units = new Float64Array(cells);
  const recorded = new Uint8Array(cells);
  const panel: Panel = {
    ...shape,
    units,
    ...(log.hasMoney && {
      revenue: new Float64Array(cells),
      price: new Float32Array(cells).fill(Number.NaN),
    }),
    ...(log.hasPromo && { promo: new Uint8Array(cells) }),
    ...(log.hasStock && { inStock: new Uint8Array(cells).fill(1) }),
  };
  const cellOf = (row: number): number => {
    const position = positionOf[log.series[row]];
    return position < 0 ? -1 : position * shape.days + log.day[row] - shape.startDay;
  };
  const placeOf = (cell: number) => placeIn(shape, cell);

  for (let row = 0; row < log.length; row++) {
    if (row % ROWS_PER_STEP === 0) yield { phase: 'sum rows', done: row, total: log.length };
    const cell = cellOf(row);
    if (cell < 0) continue;
    units[cell] += log.units[row];
    if (recorded[cell]) {
      findings.add('duplicate', () => ({ path: placeOf(cell), message: 'more than one row' }));
    }
    recorded[cell] = 1;
    if (panel.promo && log.isPromo(row)) panel.promo[cell] = 1;
    if (panel.inStock && log.isOutOfStock(row)) panel.inStock[cell] = 0;
  }
  if (panel.revenue && panel.price) {
    yield* sumMoney(log, cellOf, panel.revenue, panel.price, placeOf, findings);
  }

  const seriesPerStep = Math.max(1, Math.floor(CELLS_PER_STEP / shape.days));
  const closed = new Uint8Array(shape.days).fill(1);
  let totalUnits = 0;
  for (let s = 0; s < shape.seriesCount; s++) {
    if (s % seriesPerStep === 0) yield { phase: 'repair series', done: s, total: shape.seriesCount };
    floorNegativeDays(panel, s, findings);
    fillGaps(panel, s, recorded, closed, options, findings);
    handleStockOuts(panel, s, options, findings);
    handleOutliers(panel, s, options, findings);
    totalUnits += sumOfSeries(panel, s);
  }
  for (let d = 0; d < shape.days; d++) {
    if (closed[d]) {
      const day = formatDay(shape.startDay + d);
      findings.add('empty-day', () => ({ path: ['day', day], message: 'no series has a record' }));
    }
  }
  return { panel, totalUnits };
}

function sumOfSeries({ units, days }: Panel, series: number): number {
  let sum = 0;
  for (let cell = series * days; cell < (series + 1) * days; cell++) {
    if (!Number.isNaN(units[cell])) sum += units[cell];
  }
  return sum;
}

/** Where a cell of the grid is, as the path of a finding. */
function placeIn(shape: PanelShape, cell: number): [string, string, string] {
  const series = Math.floor(cell / shape.days);
  return ['series', shape.ids[series], formatDay(shape.startDay + (cell - series * shape.days))];
}

/** Sums revenue, and averages prices by the units sold at them. */
function* sumMoney(
  log: RecordLog,
  cellOf: (row: number) => number,
  revenue: Float64Array,
  price: Float32Array,
  placeOf: (cell: number) => [string, string, string],
  findings: FindingCollector,
): Generator<Progress, void, void> {
  const weighted = new Float64Array(price.length);
  const weights = new Float64Array(price.length);
  for (let row = 0; row < log.length; row++) {
    if (row % ROWS_PER_STEP === 0) yield { phase: 'sum revenue', done: row, total: log.length };
    const cell = cellOf(row);
    if (cell < 0) continue;
    if (Number.isNaN(log.revenue[row])) {
      findings.add('missing-revenue', () => ({ path: placeOf(cell), message: 'no revenue and no price' }));
    } else {
      revenue[cell] += log.revenue[row];
    }
    if (Number.isNaN(log.price[row])) continue;
    // A price at which nothing was sold counts only where no other price is known.
    const weight = Math.max(log.units[row], 1e-9);
    weighted[cell] += weight * log.price[row];
    weights[cell] += weight;
  }
  for (let cell = 0; cell < price.length; cell++) {
    if (weights[cell] > 0) price[cell] = weighted[cell] / weights[cell];
  }
}

function floorNegativeDays(panel: Panel, series: number, findings: FindingCollector): void {
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

/** Applies the rules for days without a record, and notes on which days any series has one. */
function fillGaps(
  panel: Panel,
  series: number,
  recorded: Uint8Array,
  closed: Uint8Array,
  options: ResolvedPanelOptions,
  findings: FindingCollector,
): void {
  const { units, days } = panel;
  const base = series * days;
  const first = panel.firstDay[series];
  if (options.beforeFirst === 'missing') units.fill(Number.NaN, base, base + first);
  for (let d = first; d < days; d++) {
    if (recorded[base + d]) {
      closed[d] = 0;
      continue;
    }
    const start = d;
    while (d + 1 < days && !recorded[base + d + 1]) d++;
    const length = d + 1 - start;
    if (options.gaps === 'missing') units.fill(Number.NaN, base + start, base + d + 1);
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

function handleStockOuts(
  panel: Panel,
  series: number,
  options: ResolvedPanelOptions,
  findings: FindingCollector,
): void {
  const { units, inStock, days } = panel;
  if (!inStock) return;
  for (let cell = series * days; cell < (series + 1) * days; cell++) {
    if (inStock[cell]) continue;
    const sold = units[cell];
    const blank = options.outOfStock === 'missing';
    findings.add(
      'out-of-stock',
      () => ({ path: placeIn(panel, cell), message: `${sold} units, ${blank ? 'made missing' : 'kept'}` }),
      blank ? -sold : 0,
    );
    if (blank) units[cell] = Number.NaN;
  }
}

function handleOutliers(
  panel: Panel,
  series: number,
  options: ResolvedPanelOptions,
  findings: FindingCollector,
): void {
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
