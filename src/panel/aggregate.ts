import { calendarPeriodOf, type StepRange, type TimePeriod } from '../calendar/period.js';
import { ForecastError } from '../errors.js';
import { observedSums } from './observed-sums.js';
import type { Panel } from './panel.js';

/**
 * Sums the series of a panel: one series for each category, or one for everything. A sum leaves missing values out and
 * is itself missing on days where nothing was observed. Prices become averages weighted by units sold; a group is
 * promoted, in stock, or open, if any of its series is.
 *
 * ```ts
 * import { aggregatePanel, type Panel } from 'commerce-forecast';
 *
 * const byCategory = (panel: Panel): Panel => aggregatePanel(panel, 'category');
 * ```
 *
 * @throws ForecastError `invalid-option` for another level.
 */
export function aggregatePanel(panel: Panel, level: 'category' | 'total'): Panel {
  if (level === 'category') {
    return sumGroups(panel, panel.categoryOf, panel.categories, panel.categories);
  }
  if (level === 'total') {
    return sumGroups(panel, new Int32Array(panel.seriesCount), ['total'], ['total']);
  }
  throw new ForecastError('invalid-option', `Unknown level "${String(level)}"`, {
    path: ['level'],
    hint: 'Use category or total',
  });
}

function sumGroups(
  panel: Panel,
  groupOf: Int32Array,
  ids: readonly string[],
  categories: readonly string[],
): Panel {
  const { days, seriesCount } = panel;
  const cells = ids.length * days;
  const firstDay = new Int32Array(ids.length).fill(days);
  const revenue = panel.revenue && new Float64Array(cells);
  const promo = panel.promo && new Uint8Array(cells);
  const inStock = panel.inStock && new Uint8Array(cells);
  const open = panel.open && new Uint8Array(cells);
  const plan = { seriesCount, steps: days, groupOf, groupCount: ids.length };
  const units = observedSums(panel.units, plan);
  const soldUnits = panel.soldUnits && observedSums(panel.soldUnits, plan);
  for (let s = 0; s < seriesCount; s++) {
    const group = groupOf[s];
    firstDay[group] = Math.min(firstDay[group], panel.firstDay[s]);
    for (let d = 0; d < days; d++) {
      const from = s * days + d;
      const to = group * days + d;
      if (revenue && panel.revenue) revenue[to] += panel.revenue[from];
      if (promo && panel.promo) promo[to] |= panel.promo[from];
      if (inStock && panel.inStock) inStock[to] |= panel.inStock[from];
      if (open && panel.open) open[to] |= panel.open[from];
    }
  }
  return {
    startDay: panel.startDay,
    days,
    seriesCount: ids.length,
    ids,
    categories,
    categoryOf: Int32Array.from(ids, (_, group) => group),
    units,
    firstDay,
    ...(revenue && { revenue }),
    ...(panel.price && { price: averagePrices(panel, panel.price, groupOf, ids.length) }),
    ...(promo && { promo }),
    ...(inStock && { inStock }),
    ...(open && { open }),
    ...(soldUnits && { soldUnits }),
  };
}

/** Average price by units sold; where nothing was sold, the plain average of the known prices. */
function averagePrices(panel: Panel, price: Float32Array, groupOf: Int32Array, groups: number): Float32Array {
  const { days, seriesCount, units } = panel;
  const cells = groups * days;
  const paid = new Float64Array(cells);
  const sold = new Float64Array(cells);
  const sum = new Float64Array(cells);
  const known = new Float64Array(cells);
  for (let s = 0; s < seriesCount; s++) {
    for (let d = 0; d < days; d++) {
      const from = s * days + d;
      const to = groupOf[s] * days + d;
      if (Number.isNaN(price[from])) continue;
      sum[to] += price[from];
      known[to]++;
      if (!(units[from] > 0)) continue;
      paid[to] += units[from] * price[from];
      sold[to] += units[from];
    }
  }
  const average = new Float32Array(cells);
  for (let cell = 0; cell < cells; cell++) {
    average[cell] = sold[cell] > 0 ? paid[cell] / sold[cell] : sum[cell] / known[cell];
  }
  return average;
}

/** Units of each series in each ISO week, calendar month or calendar year that a panel touches. */
export interface CalendarTotals {
  readonly period: TimePeriod;
  readonly seriesCount: number;
  readonly periodCount: number;
  /** First day of each period; the first and last period may reach beyond the panel. */
  readonly startDays: Int32Array;
  /** 1 for periods that lie wholly within the panel. */
  readonly complete: Uint8Array;
  /** Series-major sums over the observed days; NaN where none was observed. */
  readonly units: Float64Array;
  /** Series-major number of observed days. */
  readonly observedDays: Int32Array;
}

/**
 * Totals of what was sold by ISO week, calendar month or calendar year.
 *
 * ```ts
 * import { type Panel, calendarTotals } from 'commerce-forecast';
 *
 * const unitsByMonth = (panel: Panel) => calendarTotals(panel, 'month').units;
 * ```
 *
 * @throws ForecastError `invalid-option` for an unknown period.
 */
export function calendarTotals(panel: Panel, period: TimePeriod): CalendarTotals {
  const { startDay, days, seriesCount } = panel;
  const starts: number[] = [];
  const ranges: StepRange[] = [];
  const complete: number[] = [];
  const periodOf = new Int32Array(days);
  for (let d = 0; d < days; ) {
    const { from, to } = calendarPeriodOf(period, startDay + d);
    const end = Math.min(days, to - startDay);
    periodOf.fill(starts.length, d, end);
    ranges.push({ from: d, to: end });
    starts.push(from);
    complete.push(from >= startDay && to <= startDay + days ? 1 : 0);
    d = end;
  }
  const periodCount = starts.length;
  const sold = panel.soldUnits ?? panel.units;
  const observedDays = new Int32Array(seriesCount * periodCount);
  for (let s = 0; s < seriesCount; s++) {
    for (let d = 0; d < days; d++) {
      if (!Number.isNaN(sold[s * days + d])) observedDays[s * periodCount + periodOf[d]]++;
    }
  }
  return {
    period,
    seriesCount,
    periodCount,
    startDays: Int32Array.from(starts),
    complete: Uint8Array.from(complete),
    units: observedSums(sold, { seriesCount, steps: days, ranges }),
    observedDays,
  };
}
