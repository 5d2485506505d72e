import type { CalendarEvent, EventScope } from '../calendar/events.js';
import type { Panel } from './panel.js';
import { SeriesTargets } from './series-targets.js';

/** Events that apply to each series, where some are limited to a product, a category or a location. */
export interface EventScopes {
  /** The different scopes of the events, in the order of their {@link scopeKey}. */
  readonly scopes: readonly EventScope[];
  /** Sets of scopes that match a series, as ascending indices into `scopes`. */
  readonly sets: readonly (readonly number[])[];
  /** Set of each series. */
  readonly setOf: Int32Array;
}

/** Returns a key that identifies a scope; empty for an event that is for all series. */
export function scopeKey({ scope }: Pick<CalendarEvent, 'scope'>): string {
  if (scope == null) return '';
  const { productId, category, location } = scope;
  if ((productId ?? category ?? location) === undefined) return '';
  return JSON.stringify([productId ?? null, category ?? null, location ?? null]);
}

/**
 * Groups the series of a panel by the events that apply to them; undefined if every event is for all series.
 */
export function eventScopes(panel: Panel, events: readonly CalendarEvent[]): EventScopes | undefined {
  const byKey = new Map<string, EventScope>();
  for (const event of events) {
    const key = scopeKey(event);
    if (key !== '' && event.scope) byKey.set(key, event.scope);
  }
  if (byKey.size === 0) return undefined;
  const scopes = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, scope]) => scope);
  const targets = new SeriesTargets(panel);
  const fitting: number[][] = Array.from({ length: panel.seriesCount }, () => []);
  scopes.forEach((scope, index) => {
    for (const series of targets.seriesOf(scope)) fitting[series].push(index);
  });
  return { scopes, ...numberSets(fitting) };
}

/** Joins the scopes of the consecutive parts of one panel, all with the same events. */
export function joinEventScopes(parts: readonly EventScopes[]): EventScopes {
  const fitting = parts.flatMap(({ sets, setOf }) => Array.from(setOf, (set) => sets[set]));
  return { scopes: parts[0].scopes, ...numberSets(fitting) };
}

/** The events of a set of series: those for all series, and those whose scope matches. */
export function eventsOfSet(
  events: readonly CalendarEvent[],
  { scopes, sets }: Pick<EventScopes, 'scopes' | 'sets'>,
  set: number,
): CalendarEvent[] {
  const keys = new Set(['', ...sets[set].map((index) => scopeKey({ scope: scopes[index] }))]);
  return events.filter((event) => keys.has(scopeKey(event)));
}

function numberSets(fitting: readonly (readonly number[])[]): Pick<EventScopes, 'sets' | 'setOf'> {
  const known = new Map<string, number>();
  const sets: (readonly number[])[] = [];
  const setOf = Int32Array.from(fitting, (indices) => {
    const key = indices.join(' ');
    const set = known.get(key) ?? sets.push(indices) - 1;
    known.set(key, set);
    return set;
  });
  return { sets, setOf };
}
