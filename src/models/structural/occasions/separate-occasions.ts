import type { Progress } from '../../../long-call.js';
import { eventScopes } from '../../../panel/event-scopes.js';
import type { Panel } from '../../../panel/panel.js';
import type { Covariates } from '../../covariates.js';
import { stepGrid } from '../../step-grid.js';
import { eventKindsOf } from '../event-columns.js';
import { EventDays } from '../event-days.js';
import { findEventSales } from './event-sales.js';
import type { EventSales, OccasionalSales, PromotionSales, StandingOrder } from './occasional-sales.js';
import { findPromotionSales } from './promotion-sales.js';
import { findStandingOrders } from './standing-orders.js';

/** A panel without its occasional sales, and these; undefined if there are none. */
export interface SeparatedPanel {
  readonly panel: Panel;
  readonly occasional: OccasionalSales | undefined;
}

/**
 * Takes sales that come on occasions only out of a panel: on the days of an event, in promotions, and as large orders that
 * come again. These days are missing afterwards, or zero where a series sells nothing besides.
 */
export function* separateOccasions(
  panel: Panel,
  { events = [] }: Covariates,
  stepDays: number,
): Generator<Progress, SeparatedPanel, void> {
  const { startDay, days, seriesCount, promo } = panel;
  const grid = stepGrid(stepDays);
  const kinds = eventKindsOf(events, grid);
  const span = { startDay, steps: days, grid };
  const eventDays = new EventDays(events, kinds, eventScopes(panel, events), span);
  const eventSales: EventSales[] = [];
  const promotions: PromotionSales[] = [];
  const orders: StandingOrder[] = [];
  // Copied when the first sales are taken out, as most panels have none.
  let { units } = panel;
  const take = (series: number, values: Float64Array, steps: readonly number[]) => {
    if (units === panel.units) units = units.slice();
    leaveOut(units.subarray(series * days, (series + 1) * days), values, steps);
  };
  for (let series = 0; series < seriesCount; series++) {
    if (series % 16 === 0) yield { phase: 'occasions', done: series, total: seriesCount };
    const values = shownDemand(panel, series);
    const promoted = promo?.subarray(series * days, (series + 1) * days);
    const kindOf = eventDays.of(series);
    const found = events.length > 0 ? findEventSales(values, kindOf, kinds, stepDays) : undefined;
    if (found) {
      eventSales.push({ series, units: found.units });
      take(series, values, found.steps);
    }
    const inPromotions = promoted && findPromotionSales(values, promoted, stepDays);
    if (inPromotions !== undefined) {
      promotions.push({ series, units: inPromotions });
      take(series, values, stepsWith(promoted!));
    }
    if (found || inPromotions !== undefined || stepDays !== 1) continue;
    const explained = promoted || events.length > 0;
    const unexplained = explained
      ? values.map((value, i) =>
          promoted?.[i] === 1 || (kindOf[i] >= 0 && kinds.outside[kindOf[i]] === 0) ? Number.NaN : value,
        )
      : values;
    const standing = findStandingOrders(series, unexplained, startDay);
    if (!standing) continue;
    orders.push(...standing.orders);
    take(series, values, standing.steps);
  }
  if (units === panel.units) return { panel, occasional: undefined };
  return { panel: { ...panel, units }, occasional: { events: eventSales, promotions, orders } };
}

/** Units of a series on the days on which they show the demand; NaN on others. */
function shownDemand({ units, days, open, inStock }: Panel, series: number): Float64Array {
  const base = series * days;
  return units
    .subarray(base, base + days)
    .map((value, d) => (open?.[base + d] === 0 || inStock?.[base + d] === 0 ? Number.NaN : value));
}

/** Makes steps missing, or zero if nothing is sold on the other ones. */
function leaveOut(units: Float64Array, values: Float64Array, steps: readonly number[]): void {
  const taken = steps.filter((step) => !Number.isNaN(values[step]));
  for (const step of taken) {
    units[step] = Number.NaN;
    values[step] = Number.NaN;
  }
  if (!units.some((value) => value > 0)) for (const step of taken) units[step] = 0;
}

function stepsWith(flags: Uint8Array): number[] {
  const steps: number[] = [];
  flags.forEach((flag, step) => {
    if (flag === 1) steps.push(step);
  });
  return steps;
}
