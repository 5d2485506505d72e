import { type Day, FIRST_DAY, LAST_DAY } from '../../calendar/day.js';
import type { CalendarEvent, EventScope } from '../../calendar/events.js';
import type { CheckedJson } from '../../checked-json.js';
import { scopeKey } from '../../panel/event-scopes.js';

/** One column of the design: the days at a fixed distance from every occurrence of an event. */
export interface EventFeature {
  readonly event: string;
  /** Days after the event itself, negative before it. */
  readonly offset: number;
  /** The days on which the column is 1 for all series, ascending. */
  readonly days: readonly Day[];
  /** Further days for the series that match a scope, by index of the scope. */
  readonly scoped?: readonly { readonly scope: number; readonly days: readonly Day[] }[];
}

/**
 * One feature for each event name and each distance in its windows, sorted by name and distance.
 *
 * @param scopes scopes to distinguish; without any, every event is for all series
 */
export function eventFeatures(
  events: readonly CalendarEvent[],
  scopes: readonly EventScope[] = [],
): EventFeature[] {
  const scopeOf = new Map(scopes.map((scope, index) => [scopeKey({ scope }), index]));
  const byName = new Map<string, Map<number, Map<number, Set<Day>>>>();
  for (const event of events) {
    const scope = scopeOf.get(scopeKey(event)) ?? FOR_ALL;
    const offsets = entryOf(byName, event.name, () => new Map<number, Map<number, Set<Day>>>());
    for (let offset = event.lowerWindow ?? 0; offset <= (event.upperWindow ?? 0); offset++) {
      const byScope = entryOf(offsets, offset, () => new Map<number, Set<Day>>());
      entryOf(byScope, scope, () => new Set<Day>()).add(event.day + offset);
    }
  }
  const names = [...byName.keys()].sort();
  return names.flatMap((event) =>
    [...(byName.get(event) ?? [])]
      .sort(([a], [b]) => a - b)
      .map(([offset, byScope]) => {
        const scoped = [...byScope]
          .filter(([scope]) => scope !== FOR_ALL)
          .map(([scope, days]) => ({ scope, days: ascending(days) }));
        const days = ascending(byScope.get(FOR_ALL) ?? []);
        return { event, offset, days, ...(scoped.length > 0 && { scoped }) };
      }),
  );
}

const FOR_ALL = -1;
const MOST_SCOPES = 2 ** 31;

function ascending(days: Iterable<Day>): Day[] {
  return [...days].sort((a, b) => a - b);
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/**
 * 1 on the days of the feature, whatever the time of day, and 0 elsewhere.
 *
 * @param set indices of the scopes that apply besides the days for all series
 */
export function eventColumn(
  feature: EventFeature,
  days: ArrayLike<number>,
  set: readonly number[] = [],
): Float64Array {
  const own = feature.scoped?.filter(({ scope }) => set.includes(scope)) ?? [];
  const touched = new Set([feature.days, ...own.map((scoped) => scoped.days)].flat());
  return Float64Array.from(days, (day) => (touched.has(Math.floor(day)) ? 1 : 0));
}

/** True if a day of the feature, for whichever series, lies between two days. */
export function touches({ days, scoped = [] }: EventFeature, from: Day, to: Day): boolean {
  return [{ days }, ...scoped].some((one) => one.days.some((day) => day >= from && day <= to));
}

/** A feature of a fitted model. @throws ForecastError `invalid-model` */
export function readEventFeature(json: CheckedJson): EventFeature {
  return {
    event: json.text('event'),
    offset: json.integer('offset', FIRST_DAY, LAST_DAY),
    days: json.numbers('days'),
    ...(json.has('scoped') && {
      scoped: json
        .objects('scoped')
        .map((one) => ({ scope: one.integer('scope', 0, MOST_SCOPES), days: one.numbers('days') })),
    }),
  };
}
