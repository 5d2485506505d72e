import type { CalendarEvent } from '../calendar/events.js';
import type { CovariateKind } from '../models/contract.js';
import type { CovariateReport, IgnoredCovariate } from '../models/covariate-uses.js';
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
 * Adds to a report the plans without effect: events that the history does not have, and products without sales.
 */
export function withPlanNotes(
  report: CovariateReport,
  panel: Panel,
  plans: readonly Plan[],
  seen: ReadonlySet<string>,
): CovariateReport {
  return {
    ...report,
    ignored: [...report.ignored, ...newEvents(panel, plans, seen), ...unknownTargets(panel, plans)],
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
    const { productId, category, location } = plan;
    const name = [productId, category, location].filter((part) => part !== undefined).join(' in ');
    for (const kind of kindsOf(plan)) missing.set(kind, [...(missing.get(kind) ?? []), name]);
  }
  return [...missing].map(([kind, names]) => ({
    kind,
    reason: 'no-such-product',
    message: `${PLANNED[kind] ?? kind} are planned for products that have no sales: ${listed(names)}`,
  }));
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

const COLUMNS = ['events', 'price', 'promo', 'open', 'available'] as const;

function listed(names: readonly string[]): string {
  const different = [...new Set(names)];
  const more = different.length - MOST_NAMED;
  return `${different.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
