import { formatDay } from '../calendar/day.js';
import type { CalendarEvent } from '../calendar/events.js';
import type { CovariateKind } from '../models/contract.js';
import type { CovariateReport, IgnoredCovariate } from '../models/covariate-uses.js';
import { usualPrice } from '../models/structural/price-column.js';
import { isFarPrice } from '../models/structural/response-columns.js';
import { lastDay, type Panel } from '../panel/panel.js';
import { SeriesTargets } from '../panel/series-targets.js';
import type { Plan } from '../plan/index.js';

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
  const found: Found = new Map();
  for (const plan of plans) {
    if (targets.seriesOf(plan).length > 0) continue;
    for (const kind of kindsOf(plan)) note(found, kind, scopeOf(plan));
  }
  return notes(found, 'no-such-product', 'are planned for products that have no sales');
}

/** Plans of equal scope that say different things about days to come. */
function overruledPlans(panel: Panel, plans: readonly Plan[]): IgnoredCovariate[] {
  const last = lastDay(panel);
  const found: Found = new Map();
  const openOf = new Map<string, Plan[]>();
  for (const plan of [...plans].sort((a, b) => a.from - b.from)) {
    const day = Math.max(plan.from, last + 1);
    const scope = JSON.stringify([plan.productId, plan.category, plan.location]);
    const open = (openOf.get(scope) ?? []).filter(({ to }) => to >= day);
    for (const other of plan.to < day ? [] : open) {
      for (const kind of DAILY_COLUMNS) {
        const [one, two] = [other[kind], plan[kind]];
        if (one !== undefined && two !== undefined && one !== two)
          note(found, kind, `${scopeOf(plan)} on ${formatDay(day)} (${one} or ${two})`);
      }
    }
    openOf.set(scope, [...open, plan]);
  }
  return notes(found, 'overruled', 'are planned twice for the same days; what became known last counts');
}

/** Prices of days to come that are so far from the usual ones that they are likelier to be mistyped. */
function farPrices(panel: Panel, plans: readonly Plan[]): IgnoredCovariate[] {
  const { price, days } = panel;
  if (!price) return [];
  const known = new Map<number, number>();
  const usualOf = (s: number): number => {
    const usual = known.get(s) ?? usualPrice(price.subarray(s * days, (s + 1) * days));
    known.set(s, usual);
    return usual;
  };
  const targets = new SeriesTargets(panel);
  const found: Found = new Map();
  for (const plan of plans) {
    if (plan.price === undefined || plan.to <= lastDay(panel)) continue;
    for (const s of targets.seriesOf(plan))
      if (isFarPrice(plan.price, usualOf(s))) note(found, 'price', `${panel.ids[s]} (${plan.price})`);
  }
  return notes(
    found,
    'far-price',
    'are planned so far from the usual ones that they count as less, and may be mistyped',
  );
}

type Found = Map<CovariateKind, string[]>;

function note(found: Found, kind: CovariateKind, name: string): void {
  const names = found.get(kind);
  if (names) names.push(name);
  else found.set(kind, [name]);
}

function notes(found: Found, reason: IgnoredCovariate['reason'], what: string): IgnoredCovariate[] {
  return [...found].map(([kind, names]) => ({
    kind,
    reason,
    message: `${PLANNED[kind] ?? kind} ${what}: ${listed(names)}`,
  }));
}

function scopeOf({ productId, category, location }: Plan): string {
  const parts = [productId, category, location].filter((part) => part !== undefined);
  return parts.length === 0 ? 'every product' : parts.join(' in ');
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
