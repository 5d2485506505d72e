import { formatDay } from '../calendar/day.js';
import type { CalendarEvent } from '../calendar/events.js';
import type { CovariateKind } from '../models/contract.js';
import type { CovariateReport, IgnoredCovariate } from '../models/covariate-uses.js';
import { priceColumn } from '../models/structural/price-column.js';
import { FARTHEST_PRICE_RATIO, isFarPrice } from '../models/structural/response-columns.js';
import { lastDay, type Panel } from '../panel/panel.js';
import { SeriesTargets } from '../panel/series-targets.js';
import type { Plan } from '../plan/index.js';
import { numberAt, present } from '../present.js';

/** Most names that a message lists. */
const MOST_NAMED = 3;

/** Names of the events on the days of a panel. */
export function eventsSeen(events: readonly CalendarEvent[], panel: Panel): Set<string> {
  const last = lastDay(panel);
  const seen = events.filter(
    ({ day, lowerWindow = 0, upperWindow = 0 }) =>
      day + upperWindow >= panel.startDay && day + lowerWindow <= last,
  );
  return new Set(seen.map(({ name }) => name));
}

/**
 * Adds to a report the plans without effect, or with less than they say: events that the history does not have, products
 * without sales, plans that another one overrules, and prices that are far from the usual ones.
 */
export function withPlanNotes(
  report: CovariateReport,
  panel: Panel,
  plans: readonly Plan[],
  seen: ReadonlySet<string>,
): CovariateReport {
  return {
    ...report,
    ignored: [
      ...report.ignored,
      ...newEvents(panel, plans, seen),
      ...unknownTargets(panel, plans),
      ...overruledPlans(panel, plans),
      ...farPrices(panel, plans),
    ],
  };
}

function newEvents(panel: Panel, plans: readonly Plan[], seen: ReadonlySet<string>): IgnoredCovariate[] {
  const last = lastDay(panel);
  const names = plans.flatMap(({ event, to }) =>
    event !== undefined && to > last && !seen.has(event) ? [event] : [],
  );
  if (names.length === 0) return [];
  const message = `Planned events that never occurred in the history have no effect: ${listed(names)}`;
  return [{ kind: 'events', reason: 'never-seen', message }];
}

function unknownTargets(panel: Panel, plans: readonly Plan[]): IgnoredCovariate[] {
  const targets = new SeriesTargets(panel);
  const missing = new Map<CovariateKind, string[]>();
  for (const plan of plans) {
    if (targets.seriesOf(plan).length > 0) continue;
    const name = scopeOf(plan);
    for (const kind of kindsOf(plan)) missing.set(kind, [...(missing.get(kind) ?? []), name]);
  }
  return [...missing].map(([kind, names]) => ({
    kind,
    reason: 'no-such-product',
    message: `${PLANNED[kind] ?? kind} are planned for products that have no sales: ${listed(names)}`,
  }));
}

/** Plans of equal scope that say different things about days to come. */
function overruledPlans(panel: Panel, plans: readonly Plan[]): IgnoredCovariate[] {
  const last = lastDay(panel);
  const byScope = new Map<string, Plan[]>();
  for (const plan of plans) {
    if (plan.to <= last) continue;
    const key = JSON.stringify([plan.productId, plan.category, plan.location]);
    const group = byScope.get(key);
    if (group) group.push(plan);
    else byScope.set(key, [plan]);
  }
  const found = new Map<CovariateKind, string[]>();
  for (const group of byScope.values()) {
    // Ordered by when they became known, the later of two counts.
    const order = new Map([...group].sort((a, b) => a.knownSince - b.knownSince).map((plan, i) => [plan, i]));
    let open: Plan[] = [];
    for (const plan of [...group].sort((a, b) => a.from - b.from)) {
      open = open.filter(({ to }) => to >= plan.from);
      for (const other of open) {
        const day = Math.max(plan.from, last + 1);
        if (other.to < day) continue;
        const [earlier, later] =
          numberOf(order, other) < numberOf(order, plan) ? [other, plan] : [plan, other];
        for (const kind of DAILY_COLUMNS) {
          const [before, now] = [earlier[kind], later[kind]];
          if (before === undefined || now === undefined || before === now) continue;
          const name = `${scopeOf(plan)} on ${formatDay(day)} (${now}, not ${before})`;
          found.set(kind, [...(found.get(kind) ?? []), name]);
        }
      }
      open.push(plan);
    }
  }
  return [...found].map(([kind, names]) => ({
    kind,
    reason: 'overruled',
    message: `${PLANNED[kind] ?? kind} are planned twice for the same days, and what became known last counts: ${listed(names)}`,
  }));
}

/** Prices of days to come that are so far from the usual ones that they are likelier to be mistyped. */
function farPrices(panel: Panel, plans: readonly Plan[]): IgnoredCovariate[] {
  const { price, days } = panel;
  const usual = price && priceColumn(price, panel, { from: 0, steps: days })?.usual;
  if (!usual) return [];
  const targets = new SeriesTargets(panel);
  const names = plans.flatMap((plan) => {
    const { price: planned, to } = plan;
    if (planned === undefined || to <= lastDay(panel)) return [];
    return targets
      .seriesOf(plan)
      .filter((s) => isFarPrice(planned, numberAt(usual, s)))
      .map((s) => `${panel.ids[s]} (${planned}, usually ${Number(numberAt(usual, s).toFixed(2))})`);
  });
  if (names.length === 0) return [];
  const message = `Planned prices are more than ${FARTHEST_PRICE_RATIO} times above or below the usual ones, and no effect is read beyond that; if one is mistyped, withdraw it: ${listed(names)}`;
  return [{ kind: 'price', reason: 'far-price', message }];
}

function scopeOf({ productId, category, location }: Plan): string {
  const parts = [productId, category, location].filter((part) => part !== undefined);
  return parts.length === 0 ? 'every product' : parts.join(' in ');
}

function numberOf(order: ReadonlyMap<Plan, number>, plan: Plan): number {
  return present(order.get(plan), 'order of a plan');
}

const PLANNED: Partial<Record<CovariateKind, string>> = {
  price: 'Prices',
  promo: 'Promotions',
  open: 'Opening days',
  available: 'Days out of stock',
  events: 'Events',
};

function kindsOf({ price, promo, open, available, event }: Plan): CovariateKind[] {
  const columns = { price, promo, open, available, events: event };
  return COLUMNS.filter((kind) => columns[kind] !== undefined);
}

const DAILY_COLUMNS = ['price', 'promo', 'open', 'available'] as const;
const COLUMNS = ['events', ...DAILY_COLUMNS] as const;

function listed(names: readonly string[]): string {
  const different = [...new Set(names)];
  const more = different.length - MOST_NAMED;
  return `${different.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
