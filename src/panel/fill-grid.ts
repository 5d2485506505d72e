import { combineEvents, eventMask } from '../calendar/events.js';
import type { Progress } from '../long-call.js';
import type { FindingCollector } from './data-report.js';
import { scopeKey } from './event-scopes.js';
import type { Panel, PanelShape } from './panel.js';
import type { ResolvedPanelOptions } from './panel-options.js';
import type { RecordLog } from './record-log.js';
import { ChangedUnits, floorNegativeDays, placeIn, repairSeries } from './repair-series.js';
import { openColumn, reportEmptyDays, reportShopDays } from './report-shop-days.js';
import type { RowOrigins } from './row-origins.js';
import { readShopDays } from './shop-days.js';
import { spreadRecords } from './spread-records.js';
import { unifyPrices } from './unify-prices.js';

/** Rows between two turns of the event loop. */
const ROWS_PER_STEP = 32_768;
const CELLS_PER_STEP = 50_000;

/** A panel and the sum of all its units. */
interface FilledPanel {
  readonly panel: Panel;
  readonly totalUnits: number;
}

/**
 * Spreads the logged rows over the grid and applies the repairs of the options.
 *
 * @param positionOf position in the panel of each series of the log, -1 for series left out
 */
export function* fillGrid(
  log: RecordLog,
  shape: PanelShape,
  positionOf: Int32Array,
  options: ResolvedPanelOptions,
  findings: FindingCollector,
  origins: RowOrigins,
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
    const day = log.day[row] - shape.startDay;
    return position < 0 || day < 0 || day >= shape.days ? -1 : position * shape.days + day;
  };
  const placeOf = (cell: number) => placeIn(shape, cell);

  for (let row = 0; row < log.length; row += ROWS_PER_STEP) {
    yield { phase: 'sum rows', done: row, total: log.length };
    sumRows(log, row, cellOf, { units, recorded, promo: panel.promo, inStock: panel.inStock }, (cell) =>
      findings.add('duplicate', () => ({ path: placeOf(cell), message: 'more than one row' })),
    );
  }
  if (panel.revenue && panel.price) {
    yield* sumMoney(log, cellOf, panel.revenue, panel.price, placeOf, findings);
    yield* unifyPrices(panel, panel.price, findings);
  }

  const seriesPerStep = Math.max(1, Math.floor(CELLS_PER_STEP / shape.days));
  for (let s = 0; s < shape.seriesCount; s++) {
    if (s % seriesPerStep === 0) yield { phase: 'find cadence', done: s, total: shape.seriesCount };
    floorNegativeDays(panel, s, findings);
    if (options.cadence === 'spread') spreadRecords(panel, recorded, s, findings);
  }
  const events = eventDays(options, shape);
  const shop = yield* readShopDays(shape, units, events);
  reportShopDays(shape, shop, options, findings);
  const repair = { panel, recorded, shop, events, options, findings, origins };
  const changed = new ChangedUnits();
  let totalUnits = 0;
  for (let s = 0; s < shape.seriesCount; s++) {
    if (s % seriesPerStep === 0) yield { phase: 'repair series', done: s, total: shape.seriesCount };
    repairSeries(repair, s, changed);
    totalUnits += sumOfSeries(panel, s);
  }
  reportEmptyDays(shape, recorded, shop, findings);
  const soldUnits = changed.column(units);
  const open = openColumn(shape, shop);
  return { panel: { ...panel, ...(soldUnits && { soldUnits }), ...(open && { open }) }, totalUnits };
}

interface SummedColumns {
  readonly units: Float64Array;
  /** 1 on days with a row. */
  readonly recorded: Uint8Array;
  readonly promo: Uint8Array | undefined;
  readonly inStock: Uint8Array | undefined;
}

/** Adds the rows of a step to their cells: a loop of its own, which V8 need not compile anew for each panel. */
function sumRows(
  log: RecordLog,
  from: number,
  cellOf: (row: number) => number,
  { units, recorded, promo, inStock }: SummedColumns,
  onDuplicate: (cell: number) => void,
): void {
  const to = Math.min(log.length, from + ROWS_PER_STEP);
  for (let row = from; row < to; row++) {
    const cell = cellOf(row);
    if (cell < 0) continue;
    units[cell] += log.units[row];
    if (recorded[cell] === 1) onDuplicate(cell);
    recorded[cell] = 1;
    if (promo && log.isPromo(row)) promo[cell] = 1;
    if (inStock && log.isOutOfStock(row)) inStock[cell] = 0;
  }
}

/** 1 on the days of the panel that a known event for all products touches. */
function eventDays({ events }: ResolvedPanelOptions, { startDay, days }: PanelShape): Uint8Array | undefined {
  if (events === undefined) return undefined;
  const known = combineEvents(events)(startDay, startDay + days - 1);
  return eventMask(
    known.filter((event) => scopeKey(event) === ''),
    startDay,
    days,
  );
}

function sumOfSeries({ units, days }: Panel, series: number): number {
  let sum = 0;
  for (let cell = series * days; cell < (series + 1) * days; cell++) {
    if (!Number.isNaN(units[cell])) sum += units[cell];
  }
  return sum;
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
