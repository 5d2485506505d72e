import type { Day } from '../calendar/day.js';
import type { CalendarEvent } from '../calendar/events.js';
import { type KnownFuture, OPEN_AS_LEARNT, PRICE_AS_BEFORE } from '../models/covariates.js';
import type { Panel } from '../panel/panel.js';
import { SeriesTargets, type TargetedPanel } from '../panel/series-targets.js';
import { numberAt } from '../present.js';
import type { Plan } from './plan-record.js';

/** The series and days of a panel, to which plans apply. */
export type PlannedPanel = TargetedPanel & Pick<Panel, 'startDay' | 'days'>;

/**
 * Fills plans into the days of a panel where no sales record states otherwise: prices, promotions, closures of
 * days without sales, and days out of stock. Returns a new panel.
 */
export function withPastPlans(panel: Panel, plans: readonly Plan[]): Panel {
  const { startDay, days, seriesCount, units } = panel;
  const touching = byPrecedence(plans, startDay, startDay + days - 1);
  if (touching.length === 0) return panel;
  const cells = seriesCount * days;
  const price = panel.price?.slice() ?? new Float32Array(cells).fill(Number.NaN);
  const recorded = panel.price;
  const promo = panel.promo?.slice() ?? new Uint8Array(cells);
  const inStock = panel.inStock?.slice() ?? new Uint8Array(cells).fill(1);
  const open = panel.open?.slice() ?? new Uint8Array(cells).fill(1);
  const has = { price: panel.price !== undefined, promo: panel.promo !== undefined };
  let closes = panel.open !== undefined;
  let blanks = panel.inStock !== undefined;
  eachCell(panel, touching, startDay, days, (plan, cell) => {
    if (plan.price !== undefined && !(recorded && numberAt(recorded, cell) >= 0)) {
      price[cell] = plan.price;
      has.price = true;
    }
    if (plan.promo !== undefined && !panel.promo?.[cell]) {
      promo[cell] = plan.promo ? 1 : 0;
      has.promo = true;
    }
    if (plan.open !== undefined && !(numberAt(units, cell) > 0)) {
      open[cell] = plan.open ? 1 : 0;
      closes = true;
    }
    if (plan.available === false) {
      inStock[cell] = 0;
      blanks = true;
    }
  });
  return {
    ...panel,
    ...(has.price && { price }),
    ...(has.promo && { promo }),
    ...(closes && { open }),
    ...(blanks && { inStock }),
  };
}

/**
 * The planned columns for the days after a panel; undefined if no plan touches them.
 *
 * @param days days after the cutoff, such as the horizon
 */
export function futureOfPlans(
  panel: PlannedPanel,
  plans: readonly Plan[],
  days: number,
): KnownFuture | undefined {
  const startDay = panel.startDay + panel.days;
  const touching = byPrecedence(plans, startDay, startDay + days - 1);
  if (touching.length === 0) return undefined;
  const cells = panel.seriesCount * days;
  const price = new Float32Array(cells).fill(PRICE_AS_BEFORE);
  const promo = new Uint8Array(cells);
  const open = new Uint8Array(cells).fill(OPEN_AS_LEARNT);
  const available = new Uint8Array(cells).fill(1);
  eachCell(panel, touching, startDay, days, (plan, cell) => {
    if (plan.price !== undefined) price[cell] = plan.price;
    if (plan.promo !== undefined) promo[cell] = plan.promo ? 1 : 0;
    if (plan.open !== undefined) open[cell] = plan.open ? 1 : 0;
    if (plan.available !== undefined) available[cell] = plan.available ? 1 : 0;
  });
  const says = (column: keyof Plan) => touching.some((plan) => plan[column] !== undefined);
  return {
    startDay,
    days,
    ...(says('price') && { price }),
    ...(says('promo') && { promo }),
    ...(says('open') && { open }),
    ...(says('available') && { available }),
  };
}

/** The named events of plans, one for each day, with their scopes. */
export function eventsOfPlans(plans: readonly Plan[]): CalendarEvent[] {
  return plans.flatMap(({ event, from, to, productId, category, location }) => {
    if (event === undefined) return [];
    const scope = {
      ...(productId !== undefined && { productId }),
      ...(category !== undefined && { category }),
      ...(location !== undefined && { location }),
    };
    const narrow = Object.keys(scope).length > 0;
    return Array.from({ length: to - from + 1 }, (_, i) => ({
      name: event,
      day: from + i,
      ...(narrow && { scope }),
    }));
  });
}

/**
 * Plans that touch the days, general ones first and the most recently known last: each takes precedence over
 * those before it.
 */
function byPrecedence(plans: readonly Plan[], from: Day, to: Day): Plan[] {
  const detail = ({ productId, category, location }: Plan) =>
    (productId === undefined ? 0 : 4) + (category === undefined ? 0 : 2) + (location === undefined ? 0 : 1);
  return plans
    .filter((plan) => plan.from <= to && plan.to >= from)
    .sort((a, b) => detail(a) - detail(b) || a.knownSince - b.knownSince);
}

/** Visits each cell of a grid of days to which a plan applies, plan after plan. */
function eachCell(
  panel: PlannedPanel,
  plans: readonly Plan[],
  startDay: Day,
  days: number,
  visit: (plan: Plan, cell: number) => void,
): void {
  const targets = new SeriesTargets(panel);
  for (const plan of plans) {
    const first = Math.max(0, plan.from - startDay);
    const last = Math.min(days - 1, plan.to - startDay);
    for (const series of targets.seriesOf(plan)) {
      for (let d = first; d <= last; d++) visit(plan, series * days + d);
    }
  }
}
