import type { Day } from '../../calendar/day.js';
import type { Progress } from '../../long-call.js';
import { eventScopes } from '../../panel/event-scopes.js';
import type { Panel } from '../../panel/panel.js';
import type { Covariates } from '../covariates.js';
import { observedCount } from '../mean-size.js';
import { type StepGrid, stepGrid } from '../step-grid.js';
import { type CalendarColumns, calendarColumns } from './calendar-columns.js';
import { type EventKinds, eventKindsOf } from './event-columns.js';
import { EventDays } from './event-days.js';
import { leaveOutGiants } from './giant-orders.js';
import type { StructuralSettings } from './options.js';
import { type Cut, type PriceColumn, priceColumn } from './price-column.js';
import { leaveOutSilence } from './silence.js';

/**
 * The last years of the panel, from which the factors are learnt; sales that do not show demand are missing.
 */
export interface StructuralHistory extends CalendarColumns {
  readonly grid: StepGrid;
  /** Day of step 0. */
  readonly startDay: Day;
  readonly cutoffDay: Day;
  readonly steps: number;
  readonly seriesCount: number;
  readonly groupCount: number;
  /** Category of each series, or 0 throughout where categories are too small. */
  readonly groupOf: Int32Array;
  /** Series-major, NaN where sales do not show the demand: missing, closed, out of stock, a giant order. */
  readonly units: Float64Array;
  /** 1 where the series was closed: by the panel, or because the whole shop was silent. */
  readonly closed: Uint8Array;
  /** Year of each step counted back from the cutoff, 0 for the last one. */
  readonly yearOf: Uint8Array;
  readonly years: number;
  readonly kinds: EventKinds;
  readonly events: EventDays;
  /** 1 on open days with a promotion; undefined without any in the history. */
  readonly promo: Uint8Array | undefined;
  readonly price: PriceColumn | undefined;
}

/** Series per category, and more of them in all, up to which categories are not used. */
const SERIES_PER_GROUP = 2;
const SERIES_BEYOND = 0.5;

/**
 * Tells whether categories have enough series to be pooled apart. A series counts in proportion to the longest history, and not
 * at all if it never sold, and a category as much as its longest series: what says little changes nothing for the others.
 */
function* hasLargeGroups(
  { seriesCount, categories, categoryOf }: Panel,
  units: Float64Array,
): Generator<Progress, boolean, void> {
  const steps = units.length / seriesCount;
  const longestOf = new Float64Array(categories.length);
  let inSeries = 0;
  for (let s = 0; s < seriesCount; s++) {
    if (s % 64 === 0) yield { phase: 'read history', done: s, total: seriesCount };
    const own = units.subarray(s * steps, (s + 1) * steps);
    if (!own.some((value) => value > 0)) continue;
    const observed = observedCount(own);
    inSeries += observed;
    longestOf[categoryOf[s]] = Math.max(longestOf[categoryOf[s]], observed);
  }
  const inGroups = longestOf.reduce((sum, own) => sum + own, 0);
  const longest = longestOf.reduce((most, own) => Math.max(most, own), 0);
  return SERIES_PER_GROUP * inGroups + SERIES_BEYOND * longest < inSeries;
}

/** Extracts the history that the model learns from. */
export function* structuralHistory(
  panel: Panel,
  covariates: Covariates,
  settings: StructuralSettings,
): Generator<Progress, StructuralHistory, void> {
  const grid = stepGrid(settings.stepDays);
  const yearSteps = grid.stepDays === 1 ? 365 : 52;
  const steps = Math.min(panel.days, settings.years * yearSteps);
  const from = panel.days - steps;
  const { seriesCount } = panel;
  const startDay = panel.startDay + from * grid.stepDays;
  const cutoffDay = panel.startDay + (panel.days - 1) * grid.stepDays;
  const events = covariates.events ?? [];
  const kinds = eventKindsOf(events, grid);
  const units = new Float64Array(seriesCount * steps);
  const closed = new Uint8Array(seriesCount * steps);
  const cut = { from, steps };
  for (let s = 0; s < seriesCount; s++) {
    copySeries(panel, s, cut, units.subarray(s * steps, (s + 1) * steps), closed);
    if (s % 64 === 0) yield { phase: 'read history', done: s, total: seriesCount };
  }
  const apart = yield* hasLargeGroups(panel, units);
  const promo = panel.promo && cutColumn(panel.promo, panel, cut);
  const span = { startDay, steps, grid };
  const history = {
    grid,
    startDay,
    cutoffDay,
    steps,
    seriesCount,
    groupCount: apart ? panel.categories.length : 1,
    groupOf: apart ? panel.categoryOf.slice() : new Int32Array(seriesCount),
    units,
    closed,
    yearOf: Uint8Array.from({ length: steps }, (_, i) => Math.floor((steps - 1 - i) / yearSteps)),
    years: Math.floor((steps - 1) / yearSteps) + 1,
    kinds,
    events: new EventDays(events, kinds, eventScopes(panel, events), span),
    promo: promo?.some((flag, at) => flag === 1 && closed[at] === 0) ? promo : undefined,
    price: panel.price && (yield* priceColumn(panel.price, panel, cut)),
    ...calendarColumns(startDay, steps, grid, cutoffDay),
  };
  const read: Progress = { phase: 'read history', done: seriesCount, total: seriesCount };
  yield read;
  if (grid.stepDays === 1) yield* leaveOutSilence(history);
  yield read;
  if (promo) leaveOutClosed(promo, closed);
  yield* leaveOutGiants(history);
  yield read;
  return history;
}

/** Removes promotions on closed days: buyers neither waited for them nor stocked up. */
function leaveOutClosed(promo: Uint8Array, closed: Uint8Array): void {
  for (let at = 0; at < promo.length; at++) if (closed[at] === 1) promo[at] = 0;
}

function copySeries(
  panel: Panel,
  series: number,
  { from, steps }: Cut,
  out: Float64Array,
  closed: Uint8Array,
) {
  const base = series * panel.days + from;
  for (let i = 0; i < steps; i++) {
    const isClosed = panel.open?.[base + i] === 0;
    const outOfStock = panel.inStock?.[base + i] === 0;
    if (isClosed) closed[series * steps + i] = 1;
    out[i] = isClosed || outOfStock ? Number.NaN : panel.units[base + i];
  }
  leaveOutLaunchWait(out);
}

/** The last steps of a series-major column, from `from` to the end. */
export function cutColumn(
  column: Uint8Array,
  { seriesCount, days }: Pick<Panel, 'seriesCount' | 'days'>,
  { from, steps }: Cut,
): Uint8Array {
  const out = new Uint8Array(seriesCount * steps);
  for (let s = 0; s < seriesCount; s++) out.set(column.subarray(s * days + from, (s + 1) * days), s * steps);
  return out;
}

/** Expected selling days during leading zeros above which these are the time before a launch. */
const LAUNCH_EVIDENCE = 3;

/** Blanks zeros before the first sale if later sales make them implausible: the product was not on sale yet. */
function leaveOutLaunchWait(units: Float64Array): void {
  let first = 0;
  while (first < units.length && !(units[first] > 0)) first++;
  if (first === units.length) return;
  let waited = 0;
  for (let i = 0; i < first; i++) if (!Number.isNaN(units[i])) waited++;
  if (waited === 0) return;
  let sellingDays = 0;
  let observed = 0;
  for (let i = first + 1; i < units.length; i++) {
    if (Number.isNaN(units[i])) continue;
    observed++;
    if (units[i] > 0) sellingDays++;
  }
  if (observed > 0 && (waited * sellingDays) / observed > LAUNCH_EVIDENCE) units.fill(Number.NaN, 0, first);
}
